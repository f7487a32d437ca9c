"""Comma, semicolon and tab separated text to rows, strictly: nothing shifts and nothing is filled in."""

from __future__ import annotations

import csv
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, TextIO

from why_nps.core.locks import make_lock
from why_nps.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SEPARATORS = (";", "\t", ",")
_NAMED_SEPARATOR = re.compile(r'"?sep=([^"\r\n \w])"?(?:\r\n|\r|\n|$)', re.IGNORECASE)
_NO_SEPARATOR = "\x1f"  # for a file of one column: a character that no one types
_SAMPLE = 100  # records that decide between separators
_HEAD = 1_000  # characters in which a file that is no text shows itself
_BLOCK = 2**20  # characters
_PIECE = 10_000  # rows
_LONGEST_FIELD = 2**24  # characters: an open quote is found before it has swallowed the memory
_FIELD_LIMIT = make_lock()


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file, header included.

    Parameters
    ----------
    rows : list of list
        Cells, every row as wide as the first.
    lines : list of int
        The line on which each row begins, from 1.
    blank : int
        Blank lines or rows between the others, left out.
    notes : tuple of str
        What was mended or assumed, in words.
    """

    rows: list[list[object]]
    lines: list[int]
    blank: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is written, known from the whole of it and from its first records.

    Parameters
    ----------
    encoding : str
        Python's name; every byte of the file decodes.
    separator : str
        One character.
    skipped : int
        Lines above the header: 1 where the file names its separator ("sep=;").
    notes : tuple of str
        What was assumed, in words.
    """

    encoding: str
    separator: str
    skipped: int
    notes: tuple[str, ...]


def find_dialect(path: Path) -> Dialect:
    """Find a text file's encoding and separator, without holding it in memory.

    Parameters
    ----------
    path : Path
        UTF-8 with or without BOM, UTF-16 with BOM, else cp1252.

    Returns
    -------
    Dialect

    Raises
    ------
    InputError
        If the file is no text.
    """
    encoding, notes = _find_encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        head = stream.read(_HEAD)
        if "\0" in head:
            raise InputError(
                f"{path.name} is not a text file; export it as CSV, or give it its own extension."
            )
        named = _NAMED_SEPARATOR.match(head)
        separator = named[1] if named else _find_separator(stream)
    return Dialect(encoding, separator, 1 if named else 0, notes)


def stream_rows(path: Path, dialect: Dialect, *, size: int, skip: int = 0) -> Iterator[Rows]:
    """Read a text file in pieces; every cell stays text.

    Parameters
    ----------
    path : Path
        Lines are ended by LF, CR LF or CR.
    dialect : Dialect
        From `find_dialect`.
    size : int
        Rows in a piece; the last one may be shorter.
    skip : int
        Rows to leave out first, such as those of the header.

    Yields
    ------
    Rows

    Raises
    ------
    InputError
        If a quote is left open, or a row has more or fewer fields than the header; it names the line.
    """
    with path.open(encoding=dialect.encoding, newline="") as stream:
        for _ in range(dialect.skipped):
            stream.readline()
        lines: list[int] = []
        blank: list[int] = []
        records = _check_records(stream, dialect, path.name, lines, blank)
        with _long_fields():
            list(islice(records, skip))
        while True:
            lines.clear()
            blank.clear()
            with _long_fields():
                rows = list(islice(records, size))
            if not rows:
                return
            yield Rows(rows, lines.copy(), sum(blank))


def read_delimited(path: Path) -> Rows:
    """Read a whole text file with separators; every cell stays text.

    Returns
    -------
    Rows

    Raises
    ------
    InputError
        As `find_dialect` and `stream_rows`.
    """
    dialect = find_dialect(path)
    read = Rows([], [])
    for piece in stream_rows(path, dialect, size=_PIECE):
        read.rows.extend(piece.rows)
        read.lines.extend(piece.lines)
        read = replace(read, blank=read.blank + piece.blank)
    return replace(read, notes=dialect.notes)


def _find_encoding(path: Path) -> tuple[str, tuple[str, ...]]:
    with path.open("rb") as stream:
        start = stream.read(4)
    if start == b"PK\x03\x04":
        raise InputError(
            f"{path.name} is a workbook or archive and not text; give it its own extension (.xlsx)."
        )
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) and _decodes(path, "utf-16"):
        return "utf-16", ("The file was read as UTF-16.",)
    if _decodes(path, "utf-8-sig"):
        return "utf-8-sig", ()
    if _decodes(path, "cp1252"):
        note = "The file is not UTF-8 and was read as Windows text (cp1252); check accents and the € sign."
        return "cp1252", (note,)
    raise InputError(
        f"{path.name} is neither UTF-8 nor Windows (cp1252) text; export it again as 'CSV UTF-8'."
    )


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as stream:
            while stream.read(_BLOCK):
                pass
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def _long_fields() -> Iterator[None]:
    """Allow answers over 128 kB; csv keeps that limit for the whole process, so it is put back."""
    with _FIELD_LIMIT:
        before = csv.field_size_limit(_LONGEST_FIELD)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _find_separator(stream: TextIO) -> str:
    """Choose the separator that splits the header, and the first rows into as many fields.

    Where several do, the one that splits the header furthest, then in the order ; tab comma. Where
    none does, the one that splits the header furthest: reading then tells which line is wrong.
    """
    with _long_fields():
        widths = {separator: _sample_widths(stream, separator) for separator in _SEPARATORS}
    splitting = [separator for separator in _SEPARATORS if widths[separator][:1] > [1]]
    if not splitting:
        return _NO_SEPARATOR
    return max(splitting, key=lambda separator: (len(set(widths[separator])) == 1, widths[separator][0]))


def _sample_widths(stream: TextIO, separator: str) -> list[int]:
    stream.seek(0)
    widths: list[int] = []
    reader = csv.reader(stream, delimiter=separator)
    try:
        widths.extend(len(row) for row in islice(reader, _SAMPLE) if row)
    except csv.Error:
        widths.append(0)
    return widths


def _check_records(
    stream: TextIO, dialect: Dialect, name: str, lines: list[int], blanks: list[int]
) -> Iterator[list[object]]:
    """Yield each row, and note the line it begins on and the blank lines before it.

    Blank lines at the end are no news. Numbers are kept apart from the rows: a pair a row would double what
    the garbage collector has to look through.
    """
    reader = csv.reader(stream, delimiter=dialect.separator, strict=True)
    begin = 1 + dialect.skipped
    header_line, width, blank = 0, 0, 0
    try:
        for row in reader:
            if row:
                header_line, width = header_line or begin, width or len(row)
                if len(row) != width:
                    raise InputError(_wrong_width(name, begin, len(row), width, header_line))
                lines.append(begin)
                blanks.append(blank)
                blank = 0
                yield row  # type: ignore[misc]  # str are objects; lists are invariant
            else:
                blank += bool(width)
            begin = 1 + dialect.skipped + reader.line_num
    except csv.Error:
        raise InputError(
            f'{name}, the row that begins on line {begin:,}: a quote (") is not closed, or stands within a '
            'quoted field. Write a quote inside a field twice (""), or export the file again.'
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{name} was changed while it was read; try again when it is complete.") from None


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
