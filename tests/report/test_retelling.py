import re
import string
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import why_nps
from why_nps import load_bundle
from why_nps.report.retelling import retell
from why_nps.report.wording import load_wording

NL = load_wording("nl")
TOLD = tomllib.loads(files("why_nps.report").joinpath("texts", "told.toml").read_text(encoding="utf-8"))["nl"]
VALUES = {"name": "'Kolom {x} (2)'", "count": "12,345", "others": "7"}


def holders(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("sentence", TOLD)
def test_each_sentence_is_told_again_with_what_it_holds(sentence):
    assert holders(sentence) == holders(TOLD[sentence])
    told = retell(sentence.format(**VALUES), NL)
    assert told == (TOLD[sentence].format(**VALUES | {"count": "12.345"}), "nl")


@pytest.mark.parametrize("sentence", TOLD)
def test_each_sentence_stands_in_the_code_that_tells_it(sentence):
    """Its longest stretch of words: what nobody tells any more must not stay here."""
    longest = max(re.split(r"\{\w+\}|\.$|: |, ", sentence), key=len).strip()
    longest = longest.removeprefix("Blank lines ").removeprefix("Blank rows ")
    source = Path(why_nps.__file__).parent
    code = "".join(
        p.read_text(encoding="utf-8")
        for room in ("reading", "training")
        for p in (source / room).glob("*.py")
    )
    assert longest in code


def test_what_the_model_was_trained_on_is_told_in_dutch():
    told = [retell(part, NL) for part in load_bundle().trained_on.split("; ")]
    assert {part.language for part in told} == {"nl"}


def test_an_english_report_leaves_them_as_they_are():
    sentence = "Rows with neither a score nor a text, kept: 1,200."
    assert retell(sentence, load_wording("en")) == (sentence, "en")
