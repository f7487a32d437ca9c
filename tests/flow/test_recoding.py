import pytest

from why_nps import code
from why_nps.core.codebook import build_codebook, load_codebook
from why_nps.errors import CodebookError
from why_nps.flow import recode


def edited(**changes):
    return build_codebook(load_codebook().to_dict() | changes)


def test_answers_come_under_an_edited_codebook():
    coded = code(["Snelle levering, maar de app werkt niet"])
    data = load_codebook().to_dict()
    themes = {"website": {"nl": "Site"}} | {i: told for i, told in data["themes"].items() if i != "digital"}
    del themes["delivery"]
    log = [{"version": "2", "mapping": {"digital": "website", "delivery": []}}]
    found, recoded = recode(coded, edited(version="2", themes=themes, changes=log))
    assert found.mentions["theme"].tolist() == ["website"]
    assert found.codebook.label("website") == "Site"
    assert recoded.breaks[["theme", "why", "mentions"]].to_numpy().tolist() == [["delivery", "retired", 1]]
    assert coded.mentions["theme"].tolist() == ["delivery", "digital"]


def test_kinds_must_stay():
    kinds = {"klacht": {"nl": "klacht"}}
    with pytest.raises(CodebookError, match="lacks the kind 'pain'"):
        recode(code(["Veel te duur"]), edited(kinds=kinds))


def test_a_theme_cannot_go_without_a_word():
    themes = {i: told for i, told in load_codebook().to_dict()["themes"].items() if i != "price"}
    with pytest.raises(CodebookError, match="neither in the codebook"):
        recode(code(["Veel te duur"]), edited(themes=themes))
