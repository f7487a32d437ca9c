"""Comma, semicolon and tab separated text to rows, strictly: nothing shifts and nothing is filled in."""

from __future__ import annotations

import csv
import io
import re
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

from why_nps.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SEPARATORS = (";", "\t", ",")
_NAMED_SEPARATOR = re.compile(r'"?sep=([^"\r\n \w])"?(?:\r\n|\r|\n|$)', re.IGNORECASE)
_NO_SEPARATOR = "\x1f"  # for a file of one column: a character that no one types
_SAMPLE = 100  # records that decide between separators
_LONGEST_FIELD = 2**31 - 1
_FIELD_LIMIT = Lock()


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file, header included.

    Parameters
    ----------
    rows : list of list
        Cells, every row as wide as the first.
    lines : list of int
        The line on which each row begins, from 1.
    notes : tuple of str
        What was mended or assumed, in words.
    """

    rows: list[list[object]]
    lines: list[int]
    notes: tuple[str, ...] = ()


def read_delimited(path: Path) -> Rows:
    """Read a text file with separators; every cell stays text.

    Parameters
    ----------
    path : Path
        UTF-8 with or without BOM, UTF-16 with BOM, else cp1252; ended by LF, CR LF or CR.

    Returns
    -------
    Rows

    Raises
    ------
    InputError
        If a quote is left open, or a row has more or fewer fields than the header; it names the line.
    """
    text, notes = _decode(path.read_bytes(), path.name)
    named = _NAMED_SEPARATOR.match(text)
    if named:
        text = text[named.end() :]
    with _long_fields():
        separator = named[1] if named else _find_separator(text)
        rows, lines, blank = _split(text, separator, path.name, first_line=2 if named else 1)
    if blank:
        notes = (*notes, f"{blank:,} blank lines between the rows were left out.")
    return Rows(rows, lines, notes)


def _decode(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    if data.startswith(b"PK\x03\x04"):
        raise InputError(f"{name} is a workbook or archive and not text; give it its own extension (.xlsx).")
    notes: tuple[str, ...] = ()
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text, notes = data.decode("utf-16"), ("The file was read as UTF-16.",)
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise InputError(
                f"{name} is neither UTF-8 nor Windows (cp1252) text; export it again as 'CSV UTF-8'."
            ) from None
        notes = (
            "The file is not UTF-8 and was read as Windows text (cp1252); check accents and the € sign.",
        )
    if "\0" in text[:1000]:
        raise InputError(f"{name} is not a text file; export it as CSV, or give it its own extension.")
    return text, notes


@contextmanager
def _long_fields() -> Iterator[None]:
    """Allow answers over 128 kB; csv keeps that limit for the whole process, so it is put back."""
    with _FIELD_LIMIT:
        before = csv.field_size_limit(_LONGEST_FIELD)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _find_separator(text: str) -> str:
    """Choose the separator that splits the header, and the first rows into as many fields.

    Where several do, the one that splits the header furthest, then in the order ; tab comma. Where
    none does, the one that splits the header furthest: reading then tells which line is wrong.
    """
    widths = {separator: _sample_widths(text, separator) for separator in _SEPARATORS}
    splitting = [separator for separator in _SEPARATORS if widths[separator][:1] > [1]]
    if not splitting:
        return _NO_SEPARATOR
    return max(splitting, key=lambda separator: (len(set(widths[separator])) == 1, widths[separator][0]))


def _sample_widths(text: str, separator: str) -> list[int]:
    widths: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        widths.extend(len(row) for row in islice(reader, _SAMPLE) if row)
    except csv.Error:
        widths.append(0)
    return widths


def _split(
    text: str, separator: str, name: str, *, first_line: int
) -> tuple[list[list[object]], list[int], int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[object]] = []
    lines: list[int] = []
    width, blank, waiting, begin = 0, 0, 0, first_line
    try:
        for row in reader:
            if row:
                width = width or len(row)
                if len(row) != width:
                    raise InputError(_wrong_width(name, begin, len(row), width, lines[0]))
                rows.append(row)  # type: ignore[arg-type]  # str are objects; lists are invariant
                lines.append(begin)
                blank, waiting = blank + waiting, 0
            else:
                waiting += bool(rows)  # blank lines at the end are no news
            begin = first_line + reader.line_num
    except csv.Error:
        raise InputError(
            f'{name}, the row that begins on line {begin:,}: a quote (") is not closed, or stands within a '
            'quoted field. Write a quote inside a field twice (""), or export the file again.'
        ) from None
    return rows, lines, blank


def _wrong_width(name: str, line: int, found: int, expected: int, header_line: int) -> str:
    fields = "1 field" if found == 1 else f"{found:,} fields"
    where = f"{name}, line {line:,}: {fields} where the header on line {header_line:,} has {expected:,}."
    if found > expected:
        return (
            f"{where} A separator probably stands in an answer without quotes; put quotes around that "
            "answer, or export the file again with quoted text."
        )
    return (
        f"{where} The row seems to be cut off, or a line break stands in an answer without quotes; "
        "export the file again."
    )
