import json

import pytest

from why_nps import code, code_one
from why_nps.errors import InputError

TEXTS = [
    "Snelle levering, maar de app werkt niet",
    "prima!!!!!!! Een 10 geef ik nooit",
    "nvt",
    "",
    "geholpen door Sanne, bel 06-12345678",
    "never again",
]


@pytest.mark.parametrize("text", TEXTS)
def test_one_answer_is_coded_as_among_many(text):
    many = code(TEXTS)
    chosen = str(TEXTS.index(text) + 1)
    mentions = many.mentions.query("answer_id == @chosen")
    flags = many.flags.query("answer_id == @chosen")
    one = code_one(text)
    assert [(m.theme, m.kind, m.probability, m.start, m.end) for m in one.mentions] == list(
        mentions[["theme", "kind", "probability", "start", "end"]].itertuples(index=False, name=None)
    )
    assert one.flags == dict(zip(flags["flag"], flags["probability"], strict=True))
    assert one.status == many.screening.set_index("answer_id")["status"][chosen]


def test_it_serialises_to_json():
    found = json.loads(json.dumps(code_one(TEXTS[0]).to_dict()))
    assert found["status"] == "content"
    assert [mention["theme"] for mention in found["mentions"]] == ["delivery", "digital"]


def test_what_is_no_text_is_refused():
    with pytest.raises(InputError, match="type int"):
        code_one(3)
