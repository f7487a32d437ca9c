"""The report as one HTML page that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import math
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from why_nps.core.inert import make_inert
from why_nps.core.scores import HIGHEST_DETRACTOR, HIGHEST_SCORE, LOWEST_PROMOTER
from why_nps.report.doubts import board_corrected, board_step, is_corrected, list_doubts, word_step
from why_nps.report.filters import fill_filters, list_texts
from why_nps.report.findings import pick_findings, word_change
from why_nps.report.gallery import list_pictures
from why_nps.report.quotes import Quotes
from why_nps.report.retelling import retell
from why_nps.report.sections import (
    board_drivers,
    board_flags,
    board_groups,
    board_periods,
    board_reading,
    board_standouts,
    board_tips,
    list_begged,
)
from why_nps.report.selection import pick_groups, pick_value
from why_nps.report.steps import pick_change, pick_whole_change
from why_nps.report.tables import LIMITS
from why_nps.report.titles import read_shares, word_source
from why_nps.report.wording import load_wording

if TYPE_CHECKING:
    from why_nps.report.board import Board
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

SECTIONS = (
    "score",
    "promoters",
    "detractors",
    "time",
    "tips",
    "where",
    "limits",
    "doubts",
    "words",
    "reading",
)

_SCORES = {
    "detractors": (0, HIGHEST_DETRACTOR),
    "passives": (HIGHEST_DETRACTOR + 1, LOWEST_PROMOTER - 1),
    "promoters": (LOWEST_PROMOTER, HIGHEST_SCORE),
}
_REDRAWN = ("shares",)  # the page draws it in HTML, with its intervals


def render_page(explanation: Explanation, *, language: str = "nl") -> str:
    """Return the report as HTML: inline styles and pictures, one script known by its hash, no requests.

    Parameters
    ----------
    explanation : Explanation
        What to report.
    language : str
        "nl" or "en".

    Raises
    ------
    InputError
        If there is no report in ``language``.
    """
    wording = load_wording(language)
    script = files("why_nps.report").joinpath("templates", "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            say=wording.say,
            language=language,
            sections=SECTIONS,
            script=Markup(script),  # noqa: S704 - ours, and its hash is in the policy
            digest=digest,
            codebook=explanation.codebook,
            **_tell_first(explanation, wording),
            **_tell_sections(explanation, wording),
        )
    )


def _tell_first(explanation: Explanation, wording: Wording) -> dict[str, Any]:
    """Return what stands on the first screen, and what is used all over the page."""
    return {
        "source": word_source(explanation, wording),
        "filters": fill_filters(explanation, wording),
        "texts": list_texts(wording),
        "counted": explanation.crossing is None,
        "score": _score(explanation, wording),
        "shares": _shares(explanation, wording),
        "findings": pick_findings(explanation, wording),
        "pictures": {
            drawn.name: (drawn.alt, drawn.note, *drawn.inline())
            for drawn in list_pictures(explanation, wording)
            if drawn.name not in _REDRAWN
        },
    }


def _tell_sections(explanation: Explanation, wording: Wording) -> dict[str, Any]:
    """Return what stands in the sections below it."""
    boards = {
        "promoters": board_drivers(explanation, wording, "delight"),
        "detractors": board_drivers(explanation, wording, "pain"),
        "tips": board_tips(explanation, wording),
        "flags": board_flags(explanation, wording),
        "standouts": board_standouts(explanation, wording),
    }
    return {
        **boards,
        "keys": {line.key for board in boards.values() for line in board.lines},
        "quoted": not explanation.verbatims.empty,
        "base": wording.say("page.base", n=wording.number(explanation.coding.scored)),
        "driver_base": _word_base(explanation, wording),
        "driver_texts": _driver_texts(explanation, wording),
        "change": _word_change(explanation, wording),
        "step": word_step(explanation, wording),
        "step_board": board_step(explanation, wording),
        "periods": board_periods(explanation, wording),
        "places": [_place(explanation, wording, at, by) for at, by in enumerate(explanation.segments, 1)],
        "begged": list_begged(explanation, wording),
        "begged_about": Quotes(explanation, wording).about("begged", "flag"),
        "limits": [wording.say(f"limits.{limit}", minimum=explanation.minimum_n) for limit in LIMITS],
        "doubts": list_doubts(explanation, wording),
        "reading": _reading(explanation, wording),
        "reading_board": board_reading(explanation, wording),
        "corrected": board_corrected(explanation, wording) if is_corrected(explanation) else None,
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("why_nps.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    return environment


def _shares(explanation: Explanation, wording: Wording) -> list[dict[str, Any]]:
    """Return the shares from left to right as words, with the width of their part of the bar in percent."""
    told, quotes = [], Quotes(explanation, wording)
    for group, scores in _SCORES.items():
        row = pick_value(explanation.estimates, f"share_{group}")
        if row is None or not math.isfinite(row["estimate"]):
            return []
        told.append(
            {
                "group": group,
                "share": wording.share(row["estimate"]),
                "interval": wording.share_interval(row["low"], row["high"]),
                "width": round(100 * float(row["estimate"]), 2),
                "quotes": quotes.of_scores(*scores),
            }
        )
    return told


def _finalize(value: object) -> object:
    """Take from foreign text what a page would act on; escaping comes after it."""
    return make_inert(value) if type(value) is str else value


def _score(explanation: Explanation, wording: Wording) -> dict[str, Any]:
    nps = pick_value(explanation.estimates, "nps")
    if nps is None or not math.isfinite(nps["estimate"]):
        suppressed = nps is not None and nps["note"] == "suppressed"
        reason = wording.say(
            "score.suppressed" if suppressed else "score.none", minimum=explanation.minimum_n
        )
        return {"nps": wording.say("format.missing"), "interval": reason, "verdict": ""}
    low, high = nps["low"], nps["high"]
    told = {"low": wording.points(low), "high": wording.points(high), "n": wording.number(nps["n"])}
    interval = wording.say("score.interval_one" if nps["n"] == 1 else "score.interval", **told)
    verdict = "wide" if low <= 0 <= high else ("more_promoters" if low > 0 else "more_detractors")
    return {
        "nps": wording.points(nps["estimate"]),
        "interval": interval,
        "verdict": wording.say(f"score.{verdict}"),
    }


def _word_change(explanation: Explanation, wording: Wording) -> str:
    """Say what changed since the first period, where the last change does not tell that already."""
    last, whole = pick_change(explanation), pick_whole_change(explanation)
    alike = last is not None and whole is not None and last.first == whole.first
    return "" if alike else word_change(explanation, wording)


def _driver_texts(explanation: Explanation, wording: Wording) -> dict[str, str]:
    shares = read_shares(explanation)
    told = {"empty": "" if explanation.coding.with_content else wording.say("drivers.no_text")}
    for group in ("promoters", "detractors"):
        told[group] = wording.say(f"drivers.{group}_lead")
        if group in shares:
            told[group] += " " + wording.say(f"drivers.{group}_share", share=wording.share(shares[group]))
    base = pick_value(explanation.estimates, "contribution")
    if base is None or not math.isfinite(base["estimate"]):
        return {**told, "explain": wording.say("drivers.explain_short")}
    baseline = wording.points(base["estimate"], 1)
    return {**told, "explain": wording.say("drivers.explain", baseline=baseline)}


def _word_base(explanation: Explanation, wording: Wording) -> str:
    """Say of how many answers the shares of the drivers are."""
    rows = explanation.estimates.groupby("statistic")["n"].max()
    sizes = {group: rows.get(f"mention_rate_{group}", math.nan) for group in ("promoters", "detractors")}
    told = {group: wording.number(size) for group, size in sizes.items()}
    return wording.say("drivers.base", n=wording.number(explanation.coding.scored), **told)


def _place(explanation: Explanation, wording: Wording, number: int, by: str) -> dict[str, Any]:
    rows = pick_groups(explanation.estimates, by)
    segment = wording.name("segments", by)
    board: Board | None = board_groups(explanation, wording, by)
    alone = ""
    if len(rows) == 1:
        alone = wording.say("where.one_group", segment=segment, group=rows["group"].iloc[0])
    hidden = int(rows["estimate"].isna().sum())
    told = {"n": wording.number(hidden), "minimum": explanation.minimum_n}
    suppressed = (
        wording.say("where.suppressed_one" if hidden == 1 else "where.suppressed", **told) if hidden else ""
    )
    return {
        "segment": segment,
        "grouped": not rows.empty,
        "alone": alone,
        "board": board if len(rows) > 1 else None,
        "suppressed": suppressed,
        "picture": f"heat-{number}",
        "cells": _word_cells(explanation, wording, by, segment),
    }


def _word_cells(explanation: Explanation, wording: Wording, by: str, segment: str) -> str:
    """Say where the intervals and answers of the cells of a heat map are."""
    if explanation.crossing is not None and by in explanation.crossing.by:
        return wording.say("where.heat_filter", segment=segment)
    return wording.say("where.heat_tables", sheet=wording.quoted(wording.say("sheets.estimates")))


def _problem(reason: str, count: int, wording: Wording) -> str:
    told = wording.say("reading.problem", reason=wording.name("reasons", reason))
    return f"{told}: {wording.number(count)}"


def _field(name: str, wording: Wording) -> str:
    return wording.name("fields" if f"fields.{name}" in wording.texts else "segments", name)


def _reading(explanation: Explanation, wording: Wording) -> dict[str, Any]:
    reading, model = explanation.reading, explanation.model
    return {
        "problems": [_problem(*problem, wording) for problem in reading.score_problems.items()],
        "columns": [
            wording.say("reading.column", ours=_field(ours, wording), theirs=theirs)
            for ours, theirs in reading.columns.items()
        ],
        "notes": [retell(note, wording) for note in reading.notes],
        "model": wording.say("reading.model_name", name=model.name, version=model.version),
        "trained_on": [retell(part, wording) for part in model.trained_on.rstrip(".").split("; ")],
        "measured": wording.say(
            "reading.model_error_on" if model.measured_on else "reading.model_error",
            n=wording.number(model.measured_on),
        ),
        "figures": [
            (wording.name("measures", name), wording.number(value, 2))
            for name, value in model.figures.items()
        ],
    }
