"""Small groups through a whole explanation: what is withheld is withheld in every table and every quote."""

import json
import re

import pandas as pd
import pytest

from why_nps import code, explain, read_answers

MINIMUM = 10
NUMBER = re.compile(r"-?\d[\d.e-]*")


@pytest.fixture(scope="module")
def explained(export):
    """Employees within branches, and one branch with 33 answers of which one employee has 3."""
    places = [
        ("Noord", "A1", 30),
        ("Noord", "A2", 40),
        ("Noord", "A3", 3),
        ("Zuid", "B1", 40),
        ("Zuid", "B2", 8),
    ]
    rows = [(branch, who) for branch, who, n in places for _ in range(n)]
    table = export.iloc[: len(rows)].assign(Cijfer=[number % 11 for number in range(len(rows))])
    table["Vestiging"], table["Medewerker"] = zip(*rows, strict=True)
    return explain(code(read_answers(table.drop(columns="Datum"))), minimum_n=MINIMUM)


def test_a_branch_less_its_employees_is_no_small_group(explained):
    estimates = explained.estimates
    told = estimates[estimates["estimate"].notna() & (estimates["by"] != "")]
    shown = set(told[["by", "group"]].itertuples(index=False, name=None))
    assert ("branch", "Noord") in shown
    assert not {("employee", "A3"), ("employee", "B2")} & shown
    assert len({"A1", "A2"} & {group for by, group in shown if by == "employee"}) < 2, "A3 would follow"


def test_every_figure_of_a_withheld_group_is_missing_everywhere(explained, tmp_path):
    small = explained.estimates[explained.estimates["group"] == "A3"]
    assert len(small)
    assert (small["note"] == "suppressed").all()
    assert (small["n"] == 0).all()
    assert small[["estimate", "std_error", "low", "high", "n_effective", "p_adjusted"]].isna().all(axis=None)
    held = json.loads(explained.to_json())
    assert {row["estimate"] for row in held["estimates"] if row["group"] == "A3"} == {None}
    assert not [row for row in held["verbatims"] if row["group"] == "A3"]
    for path in explained.tables(tmp_path, language="en")[1:]:
        table = pd.read_csv(path, dtype="str")
        cells = table[(table == "A3").any(axis=1)].drop(columns=["segment", "group"], errors="ignore")
        assert not [cell for cell in cells.to_numpy().ravel() if NUMBER.fullmatch(str(cell))]


def test_an_explanation_of_too_few_answers_says_so_and_nothing_else(export):
    explained = explain(code(read_answers(export.iloc[1:8])), minimum_n=MINIMUM)
    assert explained.estimates["estimate"].isna().all()
    assert set(explained.estimates["note"]) == {"suppressed"}
    assert explained.verbatims.empty
    assert "10" in explained.to_text()
    assert explain(code(read_answers(export.iloc[1:8])), minimum_n=1).estimates["estimate"].notna().any()
