"""The findings as slides: a sentence, its n and interval, a chart to edit, and what it cannot say."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from why_nps.core.storage import write_atomically
from why_nps.report.charts import (
    Chart,
    chart_drivers,
    chart_periods,
    chart_reading,
    chart_shares,
    chart_standout,
)
from why_nps.report.doubts import is_corrected
from why_nps.report.findings import list_tellable, pick_findings, pick_leader, word_change
from why_nps.report.selection import pick_standouts, pick_value
from why_nps.report.steps import pick_whole_change
from why_nps.report.tables import LIMITS
from why_nps.report.titles import title_shares, word_source
from why_nps.report.wording import load_wording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from why_nps.report.explanation import Explanation
    from why_nps.report.findings import Finding
    from why_nps.report.wording import Wording

_DRIVER, _TIME = ("causal", "salient", "model"), ("mix", "causal", "nonresponse")
_CANNOT_SAY = {  # by the template of a finding
    "pain": _DRIVER,
    "delight": _DRIVER,
    "no_drivers": ("salient", "model"),
    "standout": ("multiple", "mix", "model"),
    "rise": _TIME,
    "fall": _TIME,
    "steady": _TIME,
    "silent": ("nonresponse", "salient"),
    "all_silent": ("nonresponse",),
}


@dataclass(frozen=True, slots=True)
class Slide:
    """What stands on a slide.

    Parameters
    ----------
    title : str
        The sentence.
    under : str
        Its n and interval.
    chart : Chart, optional
    lines : tuple of str
        Text in place of a chart.
    notes : str
        For who speaks: what the number cannot say.
    """

    title: str
    under: str = ""
    chart: Chart | None = None
    lines: tuple[str, ...] = ()
    notes: str = ""


def write_slides(explanation: Explanation, path: str | Path, *, language: str = "nl") -> Path:
    """Write the findings as a PowerPoint presentation.

    Parameters
    ----------
    explanation : Explanation
        What to show.
    path : str or Path
        Ends in .pptx.
    language : str
        "nl" or "en".

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If there is no report in ``language``, or the file cannot be written.
    MissingExtraError
        If python-pptx is not installed.
    """
    from why_nps.report.presentation import compose

    wording = load_wording(language)
    stream = io.BytesIO()
    compose(list_slides(explanation, wording), wording).save(stream)
    return write_atomically(path, stream.getvalue())


def list_slides(explanation: Explanation, wording: Wording) -> list[Slide]:
    """Return the slides: the title, the score, a finding each, change if no finding tells it, the limits."""
    findings = pick_findings(explanation, wording)
    told = [limit for limit in LIMITS if limit != "verbatims"]  # no slide shows any
    limits = tuple(wording.say(f"limits.{limit}", minimum=explanation.minimum_n) for limit in told)
    return [
        Slide(
            wording.say("page.title"),
            f"{wording.say('page.question')}\n{word_source(explanation, wording)}",
            notes=wording.say("reading.corrected" if is_corrected(explanation) else "reading.uncorrected"),
        ),
        _show_score(explanation, wording),
        *_show_findings(findings, explanation, wording),
        *_show_time(findings, explanation, wording),
        Slide(wording.say("slides.limits"), lines=limits),
    ]


def _show_score(explanation: Explanation, wording: Wording) -> Slide:
    nps = pick_value(explanation.estimates, "nps")
    under = ""
    if nps is not None and math.isfinite(nps["estimate"]):
        interval = wording.interval(nps["low"], nps["high"])
        under = wording.say("slides.n", interval=interval, n=wording.number(nps["n"]))
    notes = f"{wording.say('score.meaning')} {wording.say('limits.nonresponse')}"
    return Slide(title_shares(explanation, wording), under, chart_shares(explanation, wording), notes=notes)


def _show_findings(findings: list[Finding], explanation: Explanation, wording: Wording) -> Iterator[Slide]:
    standouts = iter(list_tellable(pick_standouts(explanation.estimates)))  # findings tell them in this order
    for finding in findings:
        notes = _word_notes(finding.template, explanation, wording)
        if finding.template == "standout":
            row = next(standouts)
            ends = wording.interval(100 * row["low"], 100 * row["high"])
            under = wording.say("slides.n_difference", interval=ends, n=wording.number(row["n"]))
            yield Slide(finding.text, under, chart_standout(row, wording), notes=notes)
        else:
            under, chart = _support(finding, explanation, wording)
            yield Slide(finding.text, under, chart, notes=notes)


def _support(finding: Finding, explanation: Explanation, wording: Wording) -> tuple[str, Chart | None]:
    """Return the n and interval of a finding, and its chart."""
    if finding.evidence == "time":
        return _word_ends(explanation, wording), chart_periods(explanation, wording)
    if finding.evidence == "reading":
        n = wording.number(explanation.coding.answers)
        return wording.say("slides.n_alone", n=n), chart_reading(explanation, wording)
    kind = finding.template if finding.template in {"pain", "delight"} else "pain"
    row = pick_leader(explanation, kind)
    chart = chart_drivers(explanation, wording, kind) or chart_drivers(explanation, wording, "delight")
    if row is None:
        return wording.say("slides.n_alone", n=wording.number(explanation.coding.scored)), chart
    interval = wording.interval(row["adjusted_effect_low"], row["adjusted_effect_high"])
    return wording.say("slides.n", interval=interval, n=wording.number(row["n"])), chart


def _show_time(findings: list[Finding], explanation: Explanation, wording: Wording) -> Iterator[Slide]:
    title = word_change(explanation, wording)
    if title and not any(finding.evidence == "time" for finding in findings):
        chart = chart_periods(explanation, wording)
        notes = _word_notes("steady", explanation, wording)
        yield Slide(title, _word_ends(explanation, wording), chart, notes=notes)


def _word_ends(explanation: Explanation, wording: Wording) -> str:
    change = pick_whole_change(explanation)
    if change is None:
        return ""
    return wording.say(
        "slides.change",
        interval=wording.interval(change.low, change.high),
        first=wording.period(change.first),
        last=wording.period(change.last),
        n=wording.number(change.n_after),
        n_first=wording.number(change.n_before),
    )


def _word_notes(template: str, explanation: Explanation, wording: Wording) -> str:
    told = [wording.say(f"limits.{limit}", minimum=explanation.minimum_n) for limit in _CANNOT_SAY[template]]
    return "\n".join([*told, wording.say("slides.notes_interval")])
