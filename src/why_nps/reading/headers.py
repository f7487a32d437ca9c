"""Header rows to column names: one row, or the two and three of survey tools."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from why_nps.errors import InputError
from why_nps.reading.cells import Cells, as_text, is_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from why_nps.reading.delimited import Rows

HIGHEST = 3  # rows of the highest header
_QUALTRICS = '{"ImportId"'
_QUALTRICS_KNOWN = {"answered_on": "RecordedDate", "answer_id": "ResponseId"}
_SURVEYMONKEY = ("respondent id", "respondent-id", "collector id", "collector-id")
_SURVEYMONKEY_KNOWN = {"answered_on": ("End Date",), "answer_id": ("Respondent ID", "Respondent-ID")}
_ANSWER_BOX = ("response", "open-ended response", "open antwoord", "antwoord")


@dataclass(frozen=True, slots=True)
class Header:
    """The names of a source's columns.

    Parameters
    ----------
    source : str
        File name.
    place : str
        What the source counts: "line" or "row".
    names : tuple of str
        Unique, in the order of the columns.
    given : tuple of bool
        Whether the source names the column; the others are called by their position.
    height : int
        Rows that the header takes.
    labels, known : dict of str to str
        As in `Cells`.
    notes : tuple of str
        What was assumed, in words.
    """

    source: str
    place: str
    names: tuple[str, ...]
    given: tuple[bool, ...]
    height: int
    labels: dict[str, str]
    known: dict[str, str]
    notes: tuple[str, ...]

    def name_cells(self, read: Rows) -> Cells:
        """Name the columns of rows of data."""
        columns = dict(zip(self.names, zip(*read.rows, strict=True), strict=True))
        return Cells(
            self.source,
            columns,
            read.lines,
            self.place,
            self.labels,
            known=self.known,
            notes=(*read.notes, *self.notes),
            blank=read.blank,
        )


def find_header(rows: Sequence[Sequence[object]], source: str, place: str) -> Header:
    """Find the names of the columns in the first rows of a file.

    Qualtrics writes short names, questions and ``{"ImportId": ...}``; SurveyMonkey writes questions and,
    below them, the answer options. Both are recognised by those marks only.

    Raises
    ------
    InputError
        If there is no header, or no row below it.
    """
    if not rows:
        raise InputError(f"{source} is empty.")
    labels: dict[str, str] = {}
    known: dict[str, str] = {}
    notes: list[str] = []
    if len(rows) > 2 and _is_qualtrics(rows[2]):  # noqa: PLR2004
        header, height = _words(rows[0]), 3
        notes.append("Three header rows, as Qualtrics writes them: names, questions and import ids.")
    elif len(rows) > 1 and _is_surveymonkey(rows[0], rows[1]):
        header, height = _join_headers(_words(rows[0]), _words(rows[1])), 2
        notes.append("Two header rows, as SurveyMonkey writes them: questions and answer options.")
    else:
        header, height = _words(rows[0]), 1
    if len(rows) == height:
        raise InputError(f"{source} holds column names but no rows.")
    names = _unique(header, notes)
    if height == 3:  # noqa: PLR2004
        labels = {name: label for name, label in zip(names, _words(rows[1]), strict=True) if label}
        known = {ours: theirs for ours, theirs in _QUALTRICS_KNOWN.items() if theirs in names}
    elif height == 2:  # noqa: PLR2004
        known = {ours: name for ours, fits in _SURVEYMONKEY_KNOWN.items() for name in names if name in fits}
    given = tuple(bool(word) for word in header)
    return Header(source, place, tuple(names), given, height, labels, known, tuple(notes))


def name_columns(read: Rows, source: str, place: str) -> Cells:
    """Split all rows of a file into header and data and name the columns.

    Raises
    ------
    InputError
        If there is no header, or no row below it.
    """
    header = find_header(read.rows[: HIGHEST + 1], source, place)
    cells = header.name_cells(
        replace(read, rows=read.rows[header.height :], lines=read.lines[header.height :])
    )
    columns = dict(cells.columns)
    for name, given in zip(header.names, header.given, strict=True):
        if not given and all(is_missing(cell) for cell in columns[name]):
            del columns[name]  # a trailing separator or an empty spreadsheet column makes these
    return replace(cells, columns=columns)


def _words(row: Sequence[object]) -> list[str]:
    return [(as_text(cell) or "").strip() for cell in row]


def _is_qualtrics(row: Sequence[object]) -> bool:
    return str(row[0]).startswith(_QUALTRICS)


def _is_surveymonkey(first: Sequence[object], second: Sequence[object]) -> bool:
    """Tell whether the second row holds answer options.

    Then nothing stands below the respondent's own columns, and the row names an answer box, or an
    option of the question to the left.
    """
    above, below = _words(first), _words(second)
    marks = [
        option for question, option in zip(above, below, strict=True) if question.lower() in _SURVEYMONKEY
    ]
    options = any(
        option.lower() in _ANSWER_BOX or (option and not question)
        for question, option in zip(above, below, strict=True)
    )
    return bool(marks) and not any(marks) and options


def _join_headers(questions: Sequence[str], options: Sequence[str]) -> list[str]:
    names = []
    question = ""
    for above, below in zip(questions, options, strict=True):
        question = above or question
        if not below or below.lower() in _ANSWER_BOX:
            names.append(question if above or below else "")
        else:
            names.append(f"{question} - {below}")
    return names


def _unique(header: Sequence[str], notes: list[str]) -> list[str]:
    """Give each column a name of its own: without one by position, repeated ones numbered from (2)."""
    names: list[str] = []
    repeated: list[str] = []
    taken = set(header)
    for position, word in enumerate(header, start=1):
        name, count = word or f"column {position}", 1
        while name in names or (count > 1 and name in taken):
            count += 1
            name = f"{word or f'column {position}'} ({count})"
        if word and count > 1:
            repeated.append(name)
        names.append(name)
    if repeated:
        notes.append(
            f"Column names that stand more than once were numbered, as in {repeated[0]!r}: {len(repeated):,}."
        )
    return names
