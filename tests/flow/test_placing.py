"""What quotes tell of where an answer is: nothing that leaves a small group."""

import pandas as pd
import pytest

from why_nps import code, explain, read_answers
from why_nps.flow.placing import keep_apart, tell_places

MINIMUM, ENOUGH = 10, 25
COLUMNS = ["by", "group", "theme", "kind", "answer_id"]


def quotes(*rows):
    return pd.DataFrame([(by, group, "price", "pain", answer) for by, group, answer in rows], columns=COLUMNS)


@pytest.fixture
def cells():
    """Two branches of thirty; Sanne has twelve answers in Ede and four in Tiel, Piet the others."""
    rows = [("Ede", "Sanne", 12), ("Ede", "Piet", 18), ("Tiel", "Sanne", 4), ("Tiel", "Piet", 26)]
    return pd.DataFrame(rows, columns=["branch", "employee", "n"])


def test_an_answer_is_quoted_of_groups_that_share_enough(cells):
    table = quotes(("branch", "Ede", "1"), ("employee", "Sanne", "1"))
    assert len(keep_apart(table, cells, MINIMUM)) == 2
    assert tell_places(table, cells, MINIMUM)["1"].alike.tolist() == [0]


def test_one_of_groups_that_share_too_few_goes_without(cells):
    rows = [("branch", "Tiel", "1"), ("", "", "1"), ("employee", "Sanne", "1")]
    assert keep_apart(quotes(*rows), cells, MINIMUM)["by"].tolist() == ["branch", ""]
    assert keep_apart(quotes(*rows[::-1]), cells, MINIMUM)["by"].tolist() == ["employee", ""]


def test_groups_choose_in_turn(cells):
    """Tiel and Sanne both want the same three answers, in another order."""
    table = quotes(*(("branch", "Tiel", at) for at in "123"), *(("employee", "Sanne", at) for at in "321"))
    kept = keep_apart(table, cells, MINIMUM)
    assert kept["by"].value_counts().to_dict() == {"branch": 2, "employee": 1}


def test_no_quotes_are_no_table_less(cells):
    assert list(keep_apart(quotes(), cells, MINIMUM).columns) == COLUMNS


@pytest.fixture(scope="module")
def explained():
    """Three segments and a date; each employee has a few answers at each branch and region."""
    texts = ("Veel te duur", "Vriendelijk geholpen", "Pakket te laat", "De app werkt niet", "Fijne winkel")
    rows = [
        {
            "Cijfer": (3, 9, 2, 5, 10)[at % 5],
            "Toelichting": f"{texts[at % 5]}, keer {at}",
            "Vestiging": ("Ede", "Tiel", "Urk")[at % 3],
            "Contactmoment": ("winkel", "web")[at % 2],
            "Medewerker": f"M{at % 7}",
            "Regio": ("noord", "zuid")[at // 7 % 2] if at > 5 else "oost",
            "Datum": f"15-{1 + at % 12:02d}-2025",
        }
        for at in range(420)
    ]
    frame = pd.DataFrame(rows)
    return frame, explain(code(read_answers(frame, segments=["Regio"])), minimum_n=ENOUGH)


def test_every_shown_group_of_every_segment_is_quoted_and_no_other(explained):
    _, found = explained
    nps = found.estimates[(found.estimates["statistic"] == "nps") & (found.estimates["period"] == "")]
    shown = nps[(nps["by"] != "") & nps["estimate"].notna()]
    quoted = set(found.verbatims[["by", "group"]].itertuples(index=False, name=None)) - {("", "")}
    assert quoted == set(shown[["by", "group"]].itertuples(index=False, name=None))
    assert {"branch", "touchpoint", "employee"} < {by for by, _ in quoted}
    assert "oost" not in {group for _, group in quoted}


def test_all_that_is_told_of_an_answer_leaves_enough_answers(explained):
    """Brute force: the groups it is quoted of, and the place that it is filed under."""
    frame, found = explained
    names = {"branch": "Vestiging", "touchpoint": "Contactmoment", "employee": "Medewerker"}
    names |= {by: "Regio" for by in found.segments if by not in names}
    periods = "2025-K" + ((frame.index % 12) // 3 + 1).astype(str)
    places = found.crossing.places.set_index("answer_id")
    for answer, rows in found.verbatims.groupby("answer_id"):
        inside = frame["Cijfer"].notna()
        for by, group in rows.loc[rows["by"] != "", ["by", "group"]].itertuples(index=False, name=None):
            inside &= frame[names[by]] == group
        place = places.loc[answer]
        for column, value in (("Vestiging", place["group"]), ("Contactmoment", place["other"])):
            inside &= (frame[column] == value) if value else True
        inside &= (periods == place["period"]) if place["period"] else True
        assert inside.sum() >= ENOUGH
