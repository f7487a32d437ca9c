"""spaCy finds the component by name, and keeps what it wrote wherever pipeline and documents go."""

import pickle
import subprocess
import sys

import pytest
import spacy
from spacy.tokens import Doc, DocBin, Span, Token

from why_nps import Coder

TEXTS = ["Snelle levering, maar de app werkt niet", "Bel mij terug!!!!!! veel te duur", "nvt", "", "😀 top"]


@pytest.fixture(scope="module")
def nlp():
    nlp = spacy.blank("nl")
    nlp.add_pipe("why_nps")
    return nlp


def tell(doc):
    group = doc.spans["why_nps"]
    spans = [(span.start_char, span.end_char, span.label_) for span in group]
    return spans, list(group.attrs["probabilities"]), dict(doc.cats)


@pytest.fixture(scope="module")
def told(nlp):
    return [tell(nlp(text)) for text in TEXTS]


def test_it_writes_what_the_coder_finds(nlp, told):
    coder = Coder.load()
    for text, (spans, shares, cats) in zip(TEXTS, told, strict=True):
        one = coder.code_one(text)
        assert [(s, e, label) for s, e, label in spans] == [
            (m.start, m.end, f"{m.theme}/{m.kind}") for m in one.mentions
        ]
        assert shares == [m.probability for m in one.mentions]
        assert {flag: share for flag, share in cats.items() if share} == one.flags
        assert set(cats) >= set(coder.bundle.codebook.flag_ids)
    assert nlp.analyze_pipes()["summary"]["why_nps"]["assigns"] == ["doc.spans", "doc.cats"]


def test_spans_take_whole_tokens_and_other_cats_stay(nlp):
    doc = nlp.make_doc("prima.Maar te duur")
    doc.cats = {"eigen": 1.0}
    doc = nlp.get_pipe("why_nps")(doc)
    assert all(span.text for span in doc.spans["why_nps"])
    assert doc.cats["eigen"] == 1.0


def test_batches_and_processes_write_the_same(nlp, told):
    assert [tell(doc) for doc in nlp.pipe(TEXTS)] == told
    assert [tell(doc) for doc in nlp.pipe(TEXTS, n_process=2, batch_size=2)] == told


def test_it_is_stored_with_the_pipeline(nlp, told, tmp_path):
    nlp.to_disk(tmp_path / "pipeline")
    loaded = spacy.load(tmp_path / "pipeline")
    assert [tell(loaded(text)) for text in TEXTS] == told
    assert (tmp_path / "pipeline" / "why_nps" / "manifest.json").is_file()
    again = spacy.blank("nl")
    again.add_pipe("why_nps")
    assert [tell(doc) for doc in again.from_bytes(nlp.to_bytes()).pipe(TEXTS)] == told
    copy = pickle.loads(pickle.dumps(nlp.get_pipe("why_nps")))  # noqa: S301
    assert tell(copy(nlp.make_doc(TEXTS[0]))) == told[0]


def test_documents_keep_what_was_written(nlp, told):
    stored = DocBin(store_user_data=True, docs=list(nlp.pipe(TEXTS))).to_bytes()
    docs = list(DocBin().from_bytes(stored).get_docs(nlp.vocab))
    assert [[(s.start_char, s.end_char, s.label_) for s in doc.spans["why_nps"]] for doc in docs] == [
        spans for spans, _, _ in told
    ]
    assert [dict(doc.cats) for doc in docs] == [cats for _, _, cats in told]


def test_it_adds_no_extensions(nlp):
    nlp(TEXTS[0])
    for kind in (Doc, Span, Token):
        assert not kind.has_extension("why_nps")


def test_its_name_is_enough_in_a_new_process():
    asked = "import spacy\nnlp = spacy.blank('nl')\nnlp.add_pipe('why_nps')\ndoc = nlp('te duur')\n"
    asked += "print(doc.spans['why_nps'][0].label_)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.strip() == "price/pain", done.stderr
