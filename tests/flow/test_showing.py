"""Every result shows itself in a notebook and at a prompt: short, escaped, and without anybody's words."""

import re
from dataclasses import fields
from html import unescape

import pandas as pd
import pytest

import why_nps
from why_nps.stats import bound_nps, correct_known_error, estimate_nps
from why_nps.text import find_personal_data, normalise_answer

PRIVATE = "Bel mij terug op 06-12345678, vriendelijke groet Jan Jansen"
HOSTILE = "<script>alert(1)</script>"
WORDS = re.compile("Jansen|terug|vriendelijke")
BARE = re.compile(r"<script|\bnan\b|\bNone\b|<NA>")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shown")
    texts = [PRIVATE, "Snelle levering, maar de app werkt niet", "Veel te duur", "nvt", ""] * 12
    scores = [3, 8, 2, 9, 10] * 12
    branches = [HOSTILE, "Ede"] * 30
    export = pd.DataFrame({"Cijfer": scores, "Toelichting": texts, "Vestiging": branches})
    export.to_csv(folder / "export.csv", sep=";", index=False)
    answers = why_nps.read_answers(export)
    coded = why_nps.code(answers)
    sheet = why_nps.draw_sample(coded, size=9).assign(coded="x", theme_1="delivery", kind_1="delight")
    sheet.to_excel(folder / "sheet.xlsx", index=False, engine="xlsxwriter")
    hand_coded = why_nps.read_sample(folder / "sheet.xlsx", coded.codebook)
    return {
        "answers": answers,
        "reading": answers.report,
        "coded": coded,
        "summary": coded.summary,
        "model": coded.model,
        "codebook": coded.codebook,
        "bundle": why_nps.load_bundle(),
        "coded text": why_nps.code_one(PRIVATE),
        "hand coded": hand_coded,
        "explanation": why_nps.explain(coded),
        "evaluation": why_nps.evaluate_file(folder / "sheet.xlsx"),
        "batch": why_nps.code_file(folder / "export.csv", folder / "coded"),
        "nps": estimate_nps(scores),
        "no nps": estimate_nps([]),
        "bounds": bound_nps(estimate_nps(scores).estimate, 0.6),
        "share": correct_known_error(0.2, 1000, sensitivity=(160, 200), specificity=(270, 300)),
    }


NAMES = (
    "answers",
    "reading",
    "coded",
    "summary",
    "model",
    "codebook",
    "bundle",
    "coded text",
    "hand coded",
    "explanation",
    "evaluation",
    "batch",
    "nps",
    "no nps",
    "bounds",
    "share",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_result_shows_itself_in_a_notebook(results, name):
    html = results[name]._repr_html_()
    told = unescape(re.sub("<[^>]*>", " ", html))
    assert html.startswith('<div lang="')
    assert len(html) < 30_000
    assert not BARE.search(html)
    assert not WORDS.search(told)
    assert not find_personal_data(told)


@pytest.mark.parametrize("name", NAMES)
def test_at_a_prompt_a_result_is_short_and_holds_no_answer(results, name):
    text = repr(results[name])
    assert len(text) < 600
    assert not WORDS.search(text)
    assert "<function" not in text


@pytest.mark.parametrize("name", NAMES)
def test_completion_leads_to_what_is_public(results, name):
    kind = type(results[name])
    public = {told for told in dir(results[name]) if not told.startswith("_")}
    assert public
    assert public <= set(vars(kind))  # its own: no module and no helper
    told = {field.name for field in fields(kind)}
    assert all(getattr(kind, own).__doc__ for own in public - told)


def test_what_the_cards_say_are_the_numbers(results):
    coded = results["coded"]
    found = coded.mentions.drop_duplicates(["answer_id", "theme", "kind"])
    n = ((found["theme"] == "price") & (found["kind"] == "pain")).sum()
    assert n == 12
    row = re.search(r"Price &amp; value</th>(.*?)</tr>", coded._repr_html_())[1]
    assert f">{n}</td>" in row
    assert (
        f">{results['evaluation'].figures['theme_micro_f1']:.2f}</td>" in results["evaluation"]._repr_html_()
    )
    assert "Rows" not in results["answers"]._repr_html_()
    assert ">60</td>" in results["answers"]._repr_html_()


def test_an_explanation_speaks_the_language_that_is_asked(results):
    explained = results["explanation"]
    assert explained._repr_html_() == explained.to_html(language="nl")
    assert "samenhang is geen oorzaak" in explained.to_html()
    assert "association is not a cause" in explained.to_html(language="en")
    with pytest.raises(why_nps.WhyNpsError, match="'fr'"):
        explained.to_html(language="fr")


def test_helpers_that_hold_texts_do_not_print_them():
    from why_nps.training.corpus import CodedAnswer, CodedClause, CodedMention

    answer = CodedAnswer("1", "", PRIVATE, 3, (CodedMention(PRIVATE, "staff", "pain"),), frozenset())
    assert not WORDS.search(f"{answer!r}{CodedClause(PRIVATE, frozenset())!r}{normalise_answer(PRIVATE)!r}")
