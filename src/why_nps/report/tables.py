"""The tables of a report, tidy and with words for ids: what the page shows, to be calculated with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from why_nps.report.findings import label_kind, label_theme, word_when
from why_nps.report.selection import pick_periods, pick_standouts, pick_value

if TYPE_CHECKING:
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

CODING_ITEMS = (
    "answers",
    "scored",
    "with_content",
    "empty",
    "no_content",
    "not_classified",
    "other_language",
    "repaired",
    "with_personal_data",
)
LIMITS = ("causal", "salient", "nonresponse", "model", "groups", "multiple", "mix", "verbatims")
_SHARES = ("promoters", "passives", "detractors")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table for people.

    Parameters
    ----------
    name : str
        Key of its title and file name in the texts, such as ``"drivers"``.
    frame : pandas.DataFrame
        Column ids as in the texts; numbers are numbers, missing ones missing.
    """

    name: str
    frame: pd.DataFrame


def list_sheets(explanation: Explanation, wording: Wording) -> list[Sheet]:
    """Return every table of the report in its order.

    Parameters
    ----------
    explanation : Explanation
        What to tabulate.
    wording : Wording
        Language of the words in the cells.

    Returns
    -------
    list of Sheet
        ``score``, ``drivers``, ``groups``, ``periods``, ``standouts``, ``tips``, ``verbatims``,
        ``reading``, ``estimates`` and ``words``; one without rows keeps its columns.
    """
    makers = (
        ("score", _score),
        ("drivers", _drivers),
        ("groups", _groups),
        ("periods", _periods),
        ("standouts", _standouts),
        ("tips", _tips),
        ("verbatims", _verbatims),
        ("reading", _reading),
        ("estimates", _estimates),
        ("words", _words),
    )
    return [Sheet(name, make(explanation, wording).round(6)) for name, make in makers]


def _score(explanation: Explanation, wording: Wording) -> pd.DataFrame:
    nps = pick_value(explanation.estimates, "nps")
    row: dict[str, object] = {"nps": None, "low": None, "high": None, "n": explanation.coding.scored}
    if nps is not None:
        row = {"nps": nps["estimate"], "low": nps["low"], "high": nps["high"], "n": nps["n"]}
    for group in _SHARES:
        share = pick_value(explanation.estimates, f"share_{group}")
        row[f"share_{group}"] = None if share is None else share["estimate"]
    missing = nps is None or pd.isna(nps["estimate"])
    row["note"] = wording.note("" if nps is None else nps["note"]) if missing else ""
    return pd.DataFrame([row])


def _drivers(explanation: Explanation, wording: Wording) -> pd.DataFrame:
    table = explanation.drivers()
    table["theme"] = _labels(table["theme"], explanation, wording)
    table["kind"] = _kinds(table["kind"], explanation, wording)
    table["n"] = table["n"].astype("Int64")
    table["note"] = [wording.note(note) if note else "" for note in table["note"]]
    return table


def _groups(explanation: Explanation, wording: Wording) -> pd.DataFrame:
    estimates = explanation.estimates
    rows = estimates[
        (estimates["statistic"] == "nps") & (estimates["by"] != "") & (estimates["period"] == "")
    ]
    return _nps_rows(rows, wording, ["segment", "group"])


def _periods(explanation: Explanation, wording: Wording) -> pd.DataFrame:
    estimates = explanation.estimates
    grouped = estimates[
        (estimates["statistic"] == "nps") & (estimates["by"] != "") & (estimates["period"] != "")
    ]
    rows = pd.concat([pick_periods(estimates), grouped.sort_values(["by", "group", "period"])])
    return _nps_rows(rows, wording, ["segment", "group", "period"])


def _nps_rows(rows: pd.DataFrame, wording: Wording, keys: list[str]) -> pd.DataFrame:
    table = rows.rename(columns={"estimate": "nps"}).reset_index(drop=True)
    table["segment"] = [wording.name("segments", by) if by else "" for by in table["by"]]
    table["period"] = [wording.period(period) for period in table["period"]]
    known = table["nps"].notna()
    table["n"] = table["n"].astype("Int64").where(known)
    table["note"] = ["" if ok else wording.note(note) for ok, note in zip(known, table["note"], strict=True)]
    return table[[*keys, "n", "nps", "low", "high", "note"]]


def _standouts(explanation: Explanation, wording: Wording) -> pd.DataFrame:
    table = pick_standouts(explanation.estimates)
    table["segment"] = [wording.name("segments", by) for by in table["by"]]
    table["when"] = [word_when(row, wording) or wording.say("periods.whole") for _, row in table.iterrows()]
    table["period"] = [wording.period(period) for period in table["period"]]
    table["theme"] = _labels(table["theme"], explanation, wording)
    table["kind"] = _kinds(table["kind"], explanation, wording)
    numbers = ["rate", "elsewhere", "difference", "low", "high", "n", "p_adjusted"]
    table = table.rename(columns={"low": "share_low", "high": "share_high"})
    numbers = ["share_" + name if name in {"low", "high"} else name for name in numbers]
    return table[["segment", "group", "theme", "kind", "when", "period", *numbers]]


def _tips(explanation: Explanation, wording: Wording) -> pd.DataFrame:
    table = explanation.drivers()
    table = table[(table["kind"] == "tip") & (table["mention_rate"] > 0)]
    table = table.sort_values("mention_rate", ascending=False, kind="stable")
    table["theme"] = _labels(table["theme"], explanation, wording)
    table["n"] = table["n"].astype("Int64")
    return table[["theme", "mention_rate", "mention_rate_low", "mention_rate_high", "n"]]


def _verbatims(explanation: Explanation, wording: Wording) -> pd.DataFrame:
    table = explanation.verbatims.reset_index(drop=True).copy()
    table["segment"] = [wording.name("segments", by) if by else "" for by in table["by"].fillna("")]
    table["group"] = table["group"].fillna("")
    table["theme"] = _labels(table["theme"], explanation, wording)
    table["kind"] = _kinds(table["kind"], explanation, wording)
    return table[["segment", "group", "theme", "kind", "score", "text"]]


def _reading(explanation: Explanation, wording: Wording) -> pd.DataFrame:
    coding = explanation.coding
    counts = {wording.say(f"reading.{item}"): getattr(coding, item) for item in CODING_ITEMS}
    for reason, count in explanation.reading.score_problems.items():
        counts[wording.say("reading.problem", reason=wording.name("reasons", reason))] = count
    table = pd.DataFrame({"item": list(counts), "count": list(counts.values())})
    table["share"] = table["count"] / coding.answers if coding.answers else float("nan")
    return table


def _estimates(explanation: Explanation, wording: Wording) -> pd.DataFrame:
    table = explanation.estimates.rename(columns={"by": "segment"}).reset_index(drop=True)
    table["n"] = table["n"].astype("Int64").where(table["note"] != "suppressed")
    table["note"] = [wording.note(note) if note else "" for note in table["note"]]
    return table


def _words(explanation: Explanation, wording: Wording) -> pd.DataFrame:
    table = explanation.words.copy()
    table["group"] = [wording.say(f"groups.{group}") for group in table["group"]]
    return table


def _labels(themes: pd.Series, explanation: Explanation, wording: Wording) -> list[str]:
    return [label_theme(theme, explanation, wording) for theme in themes]


def _kinds(kinds: pd.Series, explanation: Explanation, wording: Wording) -> list[str]:
    return [label_kind(kind, explanation, wording) for kind in kinds]
