import numpy as np
import pandas as pd
import pytest

from why_nps.core.answers import Answers, ReadingReport
from why_nps.core.codebook import load_codebook
from why_nps.core.summaries import ModelSummary
from why_nps.core.tables import ANSWERS, CLAUSES, FLAGS, MENTIONS, SCREENING
from why_nps.errors import CodebookError, InputError
from why_nps.flow import Coded, draft_theme, draw_group, find_gaps
from why_nps.flow.grouping import draw_words, embed_texts, group_texts

THINGS = {
    "dieren": ("mijn hond en kat", ["hond", "kat", "konijn", "paard", "vogel", "vis"]),
    "muziek": ("het geluid van", ["gitaar", "piano", "viool", "trompet", "drums", "muziek"]),
    "weer": ("de regen bracht", ["sneeuw", "storm", "wind", "regen", "onweer", "hagel"]),
    "eten": ("een bord met", ["soep", "brood", "kaas", "appel", "vlees", "pasta"]),
    "lichaam": ("last van mijn", ["knie", "rug", "schouder", "voet", "hand", "hoofd"]),
}


def texts():
    """Six words of each of five things, two at a time: thirty clauses of five meanings."""
    return [
        f"{begin} {a} {b}"
        for begin, words in THINGS.values()
        for a, b in zip(words, words[1:] + words[:1], strict=True)
    ]


def coded(order=None):
    """Thirty answers without a theme, and twenty with one; those on animals are angry and of the last "
    "quarter."""
    rows = [(text, 2 if "hond en kat" in text else 8) for text in texts()] + [("veel te duur", 5)] * 20
    rows = [(str(at), *row) for at, row in enumerate(rows)]
    rows = [rows[at] for at in order] if order is not None else rows
    frame = pd.DataFrame(rows, columns=["answer_id", "text", "score"])
    dates = ["2025-05-01" if score == 2 else ("2025-02-01", "2025-05-01")[int(i) % 2] for i, _, score in rows]
    frame = frame.assign(answered_on=pd.to_datetime(dates), weight=1.0)
    spans = frame.assign(clause=0, start=0, end=frame["text"].str.len())
    themed = spans[spans["text"] == "veel te duur"].assign(theme="price", kind="pain", probability=0.9)
    return Coded(
        answers=Answers(ANSWERS.frame(frame), (), ReadingReport("frame", {}, 50, 50, 50)),
        screening=SCREENING.frame(frame[["answer_id"]].assign(status="content", repairs="")),
        clauses=CLAUSES.frame(spans[["answer_id", "clause", "start", "end", "text"]]),
        mentions=MENTIONS.frame(themed.drop(columns=["text", "score", "answered_on", "weight"])),
        flags=FLAGS.frame([]),
        codebook=load_codebook(),
        model=ModelSummary("proef", "1", "niets", {}),
    )


@pytest.fixture(scope="module")
def gaps():
    return find_gaps(coded())


def test_groups_are_the_meanings_that_were_planted(gaps):
    assert len(gaps.groups) == 5
    of_text = dict(zip(gaps.members["text"], gaps.members["group"], strict=True))
    assert len(of_text) == 30
    for begin, _ in THINGS.values():
        assert len({group for text, group in of_text.items() if text.startswith(begin)} - {0}) == 1
    assert (gaps.groups["stability"] >= 0.75).all()


def test_groups_are_named_scored_and_followed(gaps):
    (animals,) = [row for row in gaps.groups.to_dict("records") if "hond" in row["words"].split(", ")]
    assert animals["answers"] >= 5
    assert animals["high"] < 0
    assert all(example.startswith("mijn hond en kat") for example in animals["examples"])
    grown = gaps.growth[gaps.growth["group"] == animals["group"]].set_index("period")["share"]
    assert grown["2025-K1"] == 0 < grown["2025-K2"]
    told = str(gaps)
    assert "30 clauses without a theme" in told
    assert "2025-K2" in told


def test_another_order_of_rows_gives_the_same_groups(gaps):
    order = np.random.default_rng(4).permutation(50)
    again = find_gaps(coded(order))
    pd.testing.assert_frame_equal(again.groups, gaps.groups)
    ours, theirs = (g.members.set_index("answer_id")["group"].sort_index() for g in (gaps, again))
    assert ours.equals(theirs)


def test_what_has_no_pattern_has_no_groups():
    for seed in (50, 51, 52):
        groups, stability = group_texts(draw_words(["drie losse woorden en nog twee"] * 150, seed))
        assert not groups.any()
        assert stability == {}
    described = embed_texts(["zqxv wlepzerk", ""]).toarray()
    assert np.isfinite(described).all()
    assert not described[1:].any()


def test_a_group_becomes_a_theme_draft_and_a_sheet_that_corrects_nothing(gaps):
    book = draft_theme(gaps, 1, "nieuw", load_codebook())
    assert book.theme_ids[-1] == "nieuw"
    assert book.changes[-1].added == ("nieuw",)
    assert len(book.themes[-1].phrases) == 3
    sheet = draw_group(gaps, 1, coded())
    inside = gaps.members.loc[gaps.members["group"] == 1, "text"]
    assert set(sheet["text"][: len(inside)]) == set(inside)
    assert set(sheet["text"]) == {
        *texts(),
        "veel te duur",
    }  # that stands in twenty answers, and is coded once
    assert len(sheet) == 31
    again = draw_group(gaps, 1, coded(np.random.default_rng(4).permutation(50)))
    assert again["text"].tolist() == sheet["text"].tolist()
    assert set(sheet["drawn"]) == {"useful"}
    assert sheet["probability"].isna().all()


def test_a_draft_of_no_group_or_of_a_known_theme_is_refused(gaps):
    with pytest.raises(InputError, match="no group 9; there are 5"):
        draft_theme(gaps, 9, "nieuw", load_codebook())
    with pytest.raises(InputError, match="'price' already"):
        draft_theme(gaps, 1, "price", load_codebook())
    with pytest.raises(CodebookError, match="lower case"):
        draft_theme(gaps, 1, "Nieuw thema", load_codebook())
