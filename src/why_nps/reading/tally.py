"""What reading found, counted so that the pieces of a file add up to the whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from why_nps.core.answers import ReadingReport
from why_nps.errors import InputError
from why_nps.reading.dates import DateOrders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from why_nps.reading.cells import Cells


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over the rows of a file, or of a piece of it.

    Parameters
    ----------
    rows, with_score, with_text, with_neither : int
        Rows, and those that hold a usable score, any text, and neither.
    blank : int
        Blank lines or rows, left out.
    problems : Counter
        Reason a score cell could not be used, to how many cells.
    labelled : int
        Scores that stood in front of a label.
    relabelled : int
        Scores taken from the value labels, where those differ from the codes (SPSS).
    no_text : Counter
        Type of the text cells that hold no text, to how many cells.
    halves : int
        Texts with a lone surrogate.
    dates : DateOrders
    zoned : int
        Dates with a time zone.
    """

    rows: int = 0
    with_score: int = 0
    with_text: int = 0
    with_neither: int = 0
    blank: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    labelled: int = 0
    relabelled: int = 0
    no_text: Counter[str] = field(default_factory=Counter)
    halves: int = 0
    dates: DateOrders = field(default_factory=DateOrders)
    zoned: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def report(self, cells: Cells, columns: Mapping[str, str]) -> ReadingReport:
        """Say what was read.

        Parameters
        ----------
        cells : Cells
            The source, or a piece of it.
        columns : mapping of str to str
            Our name for a column to its name in the source.

        Raises
        ------
        InputError
            If the column taken as the text holds none.
        """
        if self.no_text and self.no_text.total() == self.with_text:
            raise InputError(
                f"{cells.source}: column {columns['text']!r}, taken as the text, holds no text but "
                f'{", ".join(self.no_text)}. Choose another with text="...".'
            )
        return ReadingReport(
            source=cells.source,
            columns=dict(columns),
            rows=self.rows,
            with_score=self.with_score,
            with_text=self.with_text,
            score_problems=dict(self.problems.most_common()),
            notes=(*cells.notes, *self._notes(cells, columns)),
        )

    def _notes(self, cells: Cells, columns: Mapping[str, str]) -> list[str]:
        dated = repr(columns.get("answered_on"))
        told = {
            f"Blank {cells.place}s between the others, left out": self.blank,
            "Answers that the file holds as a number or date, written out as text": self.no_text.total(),
            "Answers with half a character (a lone surrogate), mended or replaced by U+FFFD": self.halves,
            "Scores taken from in front of a label, as in '10 - zeer waarschijnlijk'": self.labelled,
            f"Scores in {columns.get('score')!r} taken from the value labels, which differ from the codes": (
                self.relabelled
            ),
            "Dates with a time zone, which was left out; the clock time is kept": self.zoned,
            f"Dates in {dated} that cannot be read and are missing": self.dates.unreadable,
            "Rows with neither a score nor a text, kept": self.with_neither,
        }
        notes = [f"{what}: {count:,}." for what, count in told.items() if count]
        if self.dates.month_first:
            notes.append(f"Dates in {dated} were read month first: all fit that, and not all fit day first.")
        return notes
