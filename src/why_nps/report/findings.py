"""Picks the three to five findings of an explanation and words them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from why_nps.report.board import name_line
from why_nps.report.selection import (
    SIGNIFICANT,
    VERDICTS,
    pick_drivers,
    pick_standouts,
)
from why_nps.report.steps import pick_whole_change
from why_nps.report.wording import capitalise

if TYPE_CHECKING:
    import pandas as pd

    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_MOST = 5
_EMPLOYEE = "employee"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence and where its evidence stands.

    Parameters
    ----------
    text : str
        The sentence, not escaped.
    template : str
        Key of the sentence in the texts, such as ``"pain"``.
    evidence : str
        Section of the report that holds the numbers behind it.
    line : str
        Key of the row that holds them; "" where it is not one row.
    """

    text: str
    template: str
    evidence: str
    line: str = ""


def pick_findings(explanation: Explanation, wording: Wording) -> list[Finding]:
    """Choose and word at most five findings: pain, delight, change, where, and who stayed silent.

    Parameters
    ----------
    explanation : Explanation
        What to word. A driver is a finding only where its adjusted p is below .05, a change only where
        the interval of the difference leaves out zero, a standout only where its adjusted p is below .05.
    wording : Wording
        The language.

    Returns
    -------
    list of Finding
    """
    estimates = explanation.estimates
    standouts = [_where(row, explanation, wording) for row in list_tellable(pick_standouts(estimates))]
    change = _change(explanation, wording)
    silent = _silent(explanation, wording)
    shown = change and change.template != "steady"
    first = [*_drivers(explanation, wording), *standouts[:1], *([change] if change and shown else [])]
    rest = [*([silent] if silent else []), *standouts[1:2], *([change] if change and not shown else [])]
    return [*first, *rest][:_MOST]


def pick_leader(explanation: Explanation, kind: str) -> pd.Series | None:
    """Return the clear pain or delight with the largest contribution, bare verdicts aside; or None."""
    drivers = pick_drivers(explanation.estimates, explanation.codebook)
    sign = -1 if kind == "pain" else 1
    clear = drivers[(drivers["p_adjusted"] < SIGNIFICANT) & ~drivers["theme"].isin(VERDICTS)]
    clear = clear[(clear["kind"] == kind) & (sign * clear["adjusted_effect"] > 0)]
    return None if clear.empty else clear.iloc[int((sign * clear["contribution"]).argmax())]


def word_standout(row: pd.Series, explanation: Explanation, wording: Wording) -> str:
    """Say where a theme is named more or less often than elsewhere.

    Parameters
    ----------
    row : pandas.Series
        A row of `selection.pick_standouts`.
    explanation : Explanation
        For the labels of its codebook.
    wording : Wording
        The language.
    """
    known = math.isfinite(row["rate"]) and math.isfinite(row["elsewhere"])
    template = "standout_" + ("more" if row["difference"] > 0 else "less") + ("" if known else "_only")
    sentence = wording.say(
        f"findings.{template}",
        place=wording.place(row["by"], row["group"]),
        period=word_when(row, wording),
        theme=wording.quoted(explanation.codebook.label(row["theme"], wording.language)),
        kind=label_kind(row["kind"], explanation, wording),
        rate=wording.share(row["rate"]),
        elsewhere=wording.share(row["elsewhere"]),
        measured=word_measured(row, wording),
        **tell_difference(row, wording),
    )
    return capitalise(sentence)


def tell_difference(row: pd.Series, wording: Wording) -> dict[str, str]:
    """Return the difference from elsewhere in percentage points, its interval, and n answers it rests on."""
    return {
        "difference": wording.points(100 * row["difference"]),
        "interval": wording.interval(100 * row["low"], 100 * row["high"]),
        "n": wording.number(row["n"]),
    }


def word_when(row: pd.Series, wording: Wording) -> str:
    """Say when a standout holds: "sinds 2025-K3"; "" where it holds over all periods."""
    first, last = wording.period(row["since"]), wording.period(row["until"])
    return wording.say(f"periods.{row['shape']}", period=first, first=first, last=last)


def label_kind(kind: str, explanation: Explanation, wording: Wording) -> str:
    """Return the name of a kind, those of flags and contradictions included."""
    return wording.name("kinds", explanation.codebook.label(kind, wording.language))


def label_theme(theme: str, explanation: Explanation, wording: Wording) -> str:
    """Return the name of a theme, flag or contradiction."""
    return wording.name("contradictions", explanation.codebook.label(theme, wording.language))


def word_change(explanation: Explanation, wording: Wording) -> str:
    """Say whether the NPS of the last period differs from that of the first; "" where there are no two."""
    change = pick_whole_change(explanation)
    if change is None:
        return ""
    return wording.say(
        f"findings.{change.direction}",
        first=wording.period(change.first),
        last=wording.period(change.last),
        now=wording.points(change.after),
        then=wording.points(change.before),
        change=wording.points(change.points),
        interval=wording.interval(change.low, change.high),
    )


def word_measured(row: pd.Series, wording: Wording) -> str:
    """Say of which period the rates of a standout are; "" where its own words tell it."""
    several = row["period"] and row["shape"] != "in"
    return wording.say("periods.measured", period=wording.period(row["period"])) if several else ""


def _drivers(explanation: Explanation, wording: Wording) -> list[Finding]:
    leaders = [pick_leader(explanation, kind) for kind in ("pain", "delight")]
    found = [_driver(row, explanation, wording) for row in leaders if row is not None]
    if not found and explanation.drivers()["adjusted_effect"].notna().any():
        return [Finding(wording.say("findings.no_drivers"), "no_drivers", "promoters")]
    return found


def _driver(row: pd.Series, explanation: Explanation, wording: Wording) -> Finding:
    text = wording.say(
        f"findings.{row['kind']}",
        theme=wording.quoted(explanation.codebook.label(row["theme"], wording.language)),
        rate=wording.share(row["mention_rate"]),
        effect=wording.points(row["adjusted_effect"]),
        interval=wording.interval(row["adjusted_effect_low"], row["adjusted_effect_high"]),
    )
    section = "detractors" if row["kind"] == "pain" else "promoters"
    return Finding(text, row["kind"], section, name_line(kind=row["kind"], theme=row["theme"]))


def list_tellable(standouts: pd.DataFrame) -> list[pd.Series]:
    """Return the standouts that may be findings, one a theme and kind, clearest first."""
    rows = [row for _, row in standouts.iterrows() if row["kind"] in {"pain", "delight", "tip"}]
    seen: set[tuple[str, str]] = set()
    fresh = []
    for row in rows:  # one finding a theme: two branches and one theme mirror each other
        fit = row["difference"] > 0 and row["by"] != _EMPLOYEE  # people are no finding for a first screen
        if (row["theme"], row["kind"]) not in seen and fit:
            seen.add((row["theme"], row["kind"]))
            fresh.append(row)
    return fresh


def _where(row: pd.Series, explanation: Explanation, wording: Wording) -> Finding:
    return Finding(word_standout(row, explanation, wording), "standout", "where", f"standout-{row.name}")


def _change(explanation: Explanation, wording: Wording) -> Finding | None:
    change = pick_whole_change(explanation)
    return Finding(word_change(explanation, wording), change.direction, "time") if change else None


def _silent(explanation: Explanation, wording: Wording) -> Finding | None:
    coding = explanation.coding
    silent = coding.empty + coding.no_content
    if not silent or not coding.answers:
        return None
    template = "all_silent" if not coding.with_content else "silent"
    text = wording.say(
        f"findings.{template}",
        answers=wording.number(coding.answers),
        silent=wording.number(silent),
        share=wording.share(silent / coding.answers),
    )
    return Finding(text, template, "reading")
