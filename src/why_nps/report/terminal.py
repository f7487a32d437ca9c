"""An explanation as text for a terminal of eighty columns."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from why_nps.report.doubts import is_corrected, word_step
from why_nps.report.findings import pick_findings, word_standout
from why_nps.report.sections import list_begged
from why_nps.report.selection import SIGNIFICANT, pick_standouts, pick_value, rank_drivers
from why_nps.report.wording import load_wording, printable

if TYPE_CHECKING:
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_MOST = 6


def render_text(
    explanation: Explanation, *, language: str = "nl", width: int = 80, colour: bool = False
) -> str:
    """Return the explanation as text: score, findings, drivers, standouts and caveats.

    Foreign text never reaches rich as markup, and control characters in it are gone.

    Raises
    ------
    InputError
        If there is no report in ``language``.
    """
    wording = load_wording(language)
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    _print_score(console, explanation, wording)
    findings = [finding.text for finding in pick_findings(explanation, wording)]
    _print_lines(console, wording.say("terminal.findings"), findings)
    for kind, section, style in (("delight", "promoters", "blue"), ("pain", "detractors", "red")):
        _print_drivers(console, explanation, wording, kind=kind, section=section, style=style)
    _print_lines(console, wording.say("terminal.time"), word_step(explanation, wording)[:2])
    standouts = pick_standouts(explanation.estimates)
    told = [
        word_standout(row, explanation, wording)
        for _, row in standouts[standouts["theme"] != "begged"].iterrows()
    ]
    _print_lines(
        console, wording.say("terminal.standouts"), told[:_MOST] or [_no_standouts(explanation, wording)]
    )
    prompts = [line for line, _ in list_begged(explanation, wording)]
    _print_lines(console, wording.say("where.begged"), prompts)
    _print_lines(console, wording.say("terminal.caveats"), _caveats(explanation, wording))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _print_score(console: Console, explanation: Explanation, wording: Wording) -> None:
    nps = pick_value(explanation.estimates, "nps")
    title = wording.say("terminal.title")
    if nps is None or not math.isfinite(nps["estimate"]):
        suppressed = nps is not None and nps["note"] == "suppressed"
        reason = "score.suppressed" if suppressed else "score.none"
        console.print(Text(f"{title}: {wording.say('format.missing')}", style="bold"))
        console.print(Text(wording.say(reason, minimum=explanation.minimum_n)))
        return
    console.print(Text(f"{title}: {wording.points(nps['estimate'])}", style="bold"))
    told = {
        "low": wording.points(nps["low"]),
        "high": wording.points(nps["high"]),
        "n": wording.number(nps["n"]),
    }
    console.print(Text(wording.say("score.interval_one" if nps["n"] == 1 else "score.interval", **told)))


def _print_lines(console: Console, title: str, lines: list[str]) -> None:
    if not lines:
        return
    console.print()
    console.print(Text(title, style="bold underline"))
    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(overflow="fold")
    for line in lines:
        table.add_row(Text("•"), Text(printable(line)))
    console.print(table)


def _print_drivers(
    console: Console, explanation: Explanation, wording: Wording, *, kind: str, section: str, style: str
) -> None:
    table = rank_drivers(explanation.drivers(), kind)
    if table.empty:
        _print_lines(console, wording.say(f"terminal.{section}"), [wording.say(f"drivers.no_{kind}")])
        return
    console.print()
    console.print(Text(wording.say(f"terminal.{section}"), style=f"bold underline {style}"))
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    shown.add_column(wording.say("columns.theme"), overflow="fold", ratio=1)
    for column in ("mention_rate", "adjusted_effect"):
        shown.add_column(wording.say(f"columns.{column}"), justify="right")
    shown.add_column(wording.say("page.interval"), justify="right")
    for _, row in table.head(_MOST).iterrows():
        label = explanation.codebook.label(row["theme"], wording.language)
        known = math.isfinite(row["adjusted_effect"])
        interval = wording.interval(row["adjusted_effect_low"], row["adjusted_effect_high"])
        doubt = "" if row["p_adjusted"] < SIGNIFICANT else " ?"
        cells = [wording.share(row["mention_rate"]), wording.points(row["adjusted_effect"])]
        cells.append(interval + doubt if known else wording.note(row["note"]))
        shown.add_row(Text(printable(label)), *(Text(cell) for cell in cells))
    console.print(shown)
    if (table.head(_MOST)["p_adjusted"] >= SIGNIFICANT).any():
        console.print(Text(f"? {wording.say('drivers.not_distinct')}", style="dim"))


def _no_standouts(explanation: Explanation, wording: Wording) -> str:
    return wording.say("where.no_standouts" if explanation.segments else "where.none")


def _caveats(explanation: Explanation, wording: Wording) -> list[str]:
    coding = explanation.coding
    share = coding.not_classified / coding.with_content if coding.with_content else math.nan
    unread = wording.say(
        "terminal.unread",
        n=wording.number(coding.not_classified),
        content=wording.number(coding.with_content),
        share=wording.share(share),
        silent=wording.number(coding.empty + coding.no_content),
        answers=wording.number(coding.answers),
    )
    return [
        unread,
        wording.say("terminal.corrected" if is_corrected(explanation) else "terminal.uncorrected"),
    ]
