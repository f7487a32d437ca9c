"""Which answers go to whom, and a work list that is safe to open and to send on."""

import pandas as pd
import pytest

from why_nps import code, read_answers
from why_nps.errors import InputError
from why_nps.flow import Rule, list_alerts, read_rules, write_alerts

ROWS = [
    ("a", 3, "Bel mij terug op 06-12345678", "winkel"),
    ("b", 9, "Pakket kwam te laat, bel mij terug", "webshop"),
    ("c", 4, "Pakket kwam te laat", "webshop"),
    ("d", 2, "Pakket kwam te laat", "winkel"),
    ("e", 1, "", "winkel"),
    ("f", None, "Veel te duur", "webshop"),
    ("g", 10, "Snel geleverd door mevrouw Jansen", "webshop"),
]


@pytest.fixture(scope="module")
def coded():
    frame = pd.DataFrame(ROWS, columns=["Respondentnr", "Cijfer", "Toelichting", "Contactmoment"])
    return code(read_answers(frame))


def ids(coded, **conditions):
    return list_alerts(coded, [Rule("r", "x", **conditions)])["answer_id"].tolist()


def test_each_condition_alone(coded):
    assert set(ids(coded, flags=("callback",))) == {"a", "b"}
    assert set(ids(coded, themes=("delivery",), kinds=("pain",))) == {"b", "c", "d"}
    assert set(ids(coded, kinds=("delight",))) == {"g"}
    assert ids(coded, score_at_most=4) == ["e", "d", "a", "c"]
    assert ids(coded, where={"touchpoint": ("winkel",)}) == ["e", "d", "a"]


def test_conditions_must_all_hold(coded):
    assert ids(coded, flags=("callback",), score_at_most=4) == ["a"]
    assert ids(coded, themes=("delivery",), kinds=("pain",), where={"touchpoint": ("webshop",)}) == ["c", "b"]
    assert ids(coded, themes=("delivery",), kinds=("pain",), flags=("callback",)) == ["b"]
    assert ids(coded, themes=("delivery",), probability=1.0) == []


def test_rows_tell_why_and_hold_no_personal_data(coded):
    rules = [
        Rule("Bellen", "balie", flags=("callback",)),
        Rule("Levering", "logistiek", themes=("delivery",), where={"touchpoint": ("webshop",)}),
    ]
    alerts = list_alerts(coded, rules)
    assert alerts.columns.tolist() == [
        *("rule", "to", "answer_id", "score", "answered_on", "touchpoint", "text", "because")
    ]
    assert alerts["to"].tolist() == ["balie"] * 2 + ["logistiek"] * 3
    row = alerts[(alerts["to"] == "logistiek") & (alerts["answer_id"] == "b")].iloc[0]
    assert row["because"] == "Pakket kwam te laat"
    assert "[telefoon]" in alerts["text"][0]
    shown = alerts.to_csv()
    assert "12345678" not in shown
    assert "Jansen" not in shown


def test_no_rules_or_no_hits_give_an_empty_list(coded):
    assert list_alerts(coded, []).empty
    assert list_alerts(coded, [Rule("r", "x", flags=("begged",))]).columns[0] == "rule"


@pytest.mark.parametrize(
    "conditions, says",
    [
        ({"flags": ("bellen",)}, "flag 'bellen'"),
        ({"themes": ("x",)}, "theme 'x'"),
        ({"kinds": ("boos",)}, "kind 'boos'"),
        ({"where": {"provincie": ("Zeeland",)}}, "column 'provincie'; there are touchpoint"),
    ],
)
def test_what_is_not_there_is_refused(coded, conditions, says):
    with pytest.raises(InputError, match=says):
        ids(coded, **conditions)


@pytest.mark.parametrize(
    "toml, says",
    [
        ("regels = 1", "nothing else"),
        ("[[rule]]\nname = 'x'", 'needs to = "..."'),
        ("[[rule]]\nname = 'x'\nto = 'y'", "asks for nothing"),
        ("[[rule]]\nname = 'x'\nto = 'y'\nprobability = 0.5", "asks for nothing"),
        ("[[rule]]\nname = 'x'\nto = 'y'\nscore_at_most = 4.5", "whole number"),
        ("[[rule]]\nname = 'x'\nto = 'y'\nscore_at_most = true", "whole number"),
        ("[[rule]]\nname = 'x'\nto = 'y'\nscore_at_most = 11", "0 to 10"),
        ("[[rule]]\nname = 'x'\nto = 'y'\nflags = [1]", "between quotes"),
        ("[[rule]]\nname = 'x'\nto = 'y'\nwhere = 3", "must be a table"),
        ("[[rule]]\nname = 'x'\nto = 'y'\nflags = 'churn'\nprobability = 2", "0 to 1"),
        ("[[rule]]\nname = 'x'\nto = 'y'\nkleur = 'rood'", "'kleur' is no field"),
        ("[[rule", "Cannot read"),
    ],
)
def test_a_malformed_rule_is_refused(tmp_path, toml, says):
    path = tmp_path / "rules.toml"
    path.write_text(toml)
    with pytest.raises(InputError, match=says):
        read_rules(path)


def test_rules_are_read_as_written(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text("[[rule]]\nname = 'x'\nto = 'y'\nflags = 'churn'\nwhere = { branch = ['Ede', 'Tiel'] }\n")
    assert read_rules(path) == [Rule("x", "y", ("churn",), where={"branch": ("Ede", "Tiel")})]


@pytest.mark.parametrize("name", ["lijst.xlsx", "lijst.csv"])
def test_a_work_list_is_safe_in_a_spreadsheet(tmp_path, name):
    rows = {"Respondentnr": ["=1+1"], "Cijfer": [1], "Toelichting": ["=cmd() bel mij terug"]}
    coded = code(read_answers(pd.DataFrame(rows)))
    path = write_alerts(list_alerts(coded, [Rule("+r", "x", score_at_most=4)]), tmp_path / name)
    if name.endswith("csv"):
        table = pd.read_csv(path, sep=";", dtype="str")
    else:
        table = pd.read_excel(path, engine="calamine")
    assert table["answer_id"][0] == "'=1+1"
    assert table["text"][0].startswith("'=cmd()")
    assert table["rule"][0] == "'+r"
    assert int(table["score"][0]) == 1


@pytest.mark.parametrize("name", ["lijst.xlsx", "lijst.csv"])
def test_a_full_disk_leaves_the_work_list_that_was_there(coded, tmp_path, full_disk, name):
    alerts = list_alerts(coded, [Rule("r", "x", score_at_most=4)])
    path = write_alerts(alerts, tmp_path / name)
    before = path.read_bytes()
    with full_disk(20):
        write_alerts(alerts.head(1), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_another_kind_of_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"\.xlsx or \.csv"):
        write_alerts(pd.DataFrame(), tmp_path / "lijst.pdf")
