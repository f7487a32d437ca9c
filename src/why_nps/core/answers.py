"""Answers as read, and what reading them found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from why_nps.core.cards import make_card, make_list, make_table
from why_nps.core.inert import make_inert

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """What was read, from where, and what could not be.

    Parameters
    ----------
    source : str
        File name, or "frame".
    columns : mapping of str to str
        Our name for a column to its name in the source.
    rows : int
        Data rows in the source; every one of them is in the answers.
    with_score, with_text : int
        Rows that hold a usable score, and rows that hold any text.
    score_problems : mapping of str to int
        Reason a score cell could not be used, to how many cells.
    notes : tuple of str
        Anything else that was mended or assumed, in words.
    """

    source: str
    columns: Mapping[str, str]
    rows: int
    with_score: int
    with_text: int
    score_problems: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        taken = ", ".join(f"{theirs!r} as {ours}" for ours, theirs in self.columns.items())
        lines = [
            f"Read {self.rows:,} rows from {self.source}.",
            f"Columns taken: {taken}.",
            f"Usable score: {self.with_score:,} of {self.rows:,}; any text: {self.with_text:,}.",
        ]
        lines += [f"Score not used, {why}: {n:,}." for why, n in self.score_problems.items()]
        return make_inert("\n".join([*lines, *self.notes]))

    def _repr_html_(self) -> str:
        counts = {"rows": self.rows, "with a usable score": self.with_score, "with any text": self.with_text}
        counts |= {f"score not used, {why}": n for why, n in self.score_problems.items()}
        return make_card(
            f"Read from {self.source}",
            make_table((), [(name, f"{count:,}") for name, count in counts.items()]),
            make_table(("column", "taken from"), self.columns.items()),
            make_list(self.notes),
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers in the declared table, with their segments and the report of reading them.

    Parameters
    ----------
    frame : pandas.DataFrame
        The ``ANSWERS`` table, one row an answer; segment columns follow the declared ones as text.
    segments : tuple of str
        Names of the segment columns, such as ``branch`` and ``touchpoint``.
    report : ReadingReport
        What reading found.
    """

    frame: pd.DataFrame
    segments: tuple[str, ...]
    report: ReadingReport

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        source = make_inert(self.report.source)
        return f"<Answers: {len(self):,} from {source}, segments {list(self.segments)}>"

    def _repr_html_(self) -> str:
        return self.report._repr_html_()
