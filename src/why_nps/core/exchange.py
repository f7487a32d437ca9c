"""Codebooks in and out: TOML to keep, JSON for programs, a workbook for those who write themes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from why_nps.core.inert import INERT_WORKBOOK
from why_nps.core.storage import write_atomically
from why_nps.errors import CodebookError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from why_nps.core.codebook import Codebook

_SECTIONS = ("themes", "kinds", "flags")
_HEAD = ("id", "nl", "en", "covers", "parent", "phrases")
_CHANGES = ("version", "on", "what", "id", "becomes")
_ADDED = "(new)"  # in place of an id of before, in a change


def format_toml(book: Codebook) -> str:
    """Write a codebook as TOML, as `why_nps.core.codebook.parse_codebook` reads it.

    Examples
    --------
    >>> from why_nps.core.codebook import load_codebook, parse_codebook
    >>> parse_codebook(format_toml(load_codebook())) == load_codebook()
    True
    """
    import tomli_w

    return tomli_w.dumps(book.to_dict())


def save_codebook(book: Codebook, path: str | Path) -> Path:
    """Write a codebook to a file; its name says how.

    Parameters
    ----------
    book : Codebook
    path : str or Path
        .toml, .json or .xlsx. `why_nps.core.codebook.load_codebook` reads all three back the same.

    Returns
    -------
    Path

    Raises
    ------
    CodebookError
        If the name ends otherwise.
    InputError
        If the file cannot be written.
    """
    target = Path(path)
    kind = target.suffix.lower()
    if kind == ".xlsx":
        content = _to_workbook(book)
    elif kind == ".json":
        content = (json.dumps(book.to_dict(), ensure_ascii=False, indent=1) + "\n").encode()
    elif kind == ".toml":
        content = format_toml(book).encode()
    else:
        raise CodebookError(f"A codebook is written as .toml, .json or .xlsx, not as {target.name!r}.")
    return write_atomically(target, content)


def read_exchanged(path: Path) -> dict[str, Any]:
    """Read the plain values of a codebook from JSON or a workbook.

    Raises
    ------
    CodebookError
        If the file cannot be read, or a sheet or column is missing.
    """
    try:
        if path.suffix.lower() == ".json":
            return dict(json.loads(path.read_text(encoding="utf-8")))
        return _read_workbook(path)
    except CodebookError:
        raise
    except Exception as error:  # calamine raises its own for a damaged file
        raise CodebookError(f"Cannot read the codebook {path.name!r}: {type(error).__name__}.") from error


def _to_workbook(book: Codebook) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, INERT_WORKBOOK) as workbook:
        bold = workbook.add_format({"bold": True})
        rows: dict[str, list[tuple[str, ...]]] = {
            "codebook": [("name", "version"), (book.name, book.version)]
        }
        for section in _SECTIONS:
            entries = getattr(book, section)
            rows[section] = [_HEAD] + [
                (e.id, e.nl, e.en, e.covers, e.parent, "\n".join(e.phrases)) for e in entries
            ]
        rows["changes"] = [_CHANGES, *_list_changes(book)]
        for name, cells in rows.items():
            sheet = workbook.add_worksheet(name)
            sheet.set_column(0, len(cells[0]) - 1, 28)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(cells):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, cell, None if number else bold)
    return stream.getvalue()


def _list_changes(book: Codebook) -> list[tuple[str, ...]]:
    """List a row for each theme that went and each that came; a change of none has a row of its own."""
    rows: list[tuple[str, ...]] = []
    for change in book.changes:
        steps = [(old, ", ".join(new)) for old, new in change.mapping.items()]
        steps += [(_ADDED, theme) for theme in change.added]
        rows += [(change.version, change.on, change.what, *step) for step in steps or [("", "")]]
    return rows


def _read_workbook(path: Path) -> dict[str, Any]:
    from python_calamine import load_workbook

    workbook = load_workbook(str(path))
    missing = [name for name in ("codebook", "themes", "kinds") if name not in workbook.sheet_names]
    if missing:
        raise CodebookError(f"{path.name!r} lacks the sheet {missing[0]!r}; write one out to see the form.")
    sheets = {name: _read_rows(workbook.get_sheet_by_name(name).to_python()) for name in workbook.sheet_names}
    data: dict[str, Any] = dict(next(iter(sheets["codebook"].values()), {}))
    for section in _SECTIONS:
        entries: dict[str, Any] = {}
        for number, row in sheets.get(section, {}).items():
            entry_id = row.pop("id", "")
            if not entry_id or entry_id in entries:
                raise CodebookError(f"{path.name!r}, sheet {section}, row {number}: needs an id of its own.")
            phrases = [phrase.strip() for phrase in row.pop("phrases", "").splitlines() if phrase.strip()]
            told = {name: cell for name, cell in row.items() if cell and name in _HEAD}
            entries[entry_id] = told | ({"phrases": phrases} if phrases else {})
        data[section] = entries
    return data | {"changes": _gather_changes(sheets.get("changes", {}).values())}


def _read_rows(cells: list[list[Any]]) -> dict[int, dict[str, str]]:
    """Return the rows that hold something, by their number in the sheet."""
    head = [_to_text(cell).lower() for cell in cells[0]] if cells else []
    rows = [dict(zip(head, map(_to_text, row), strict=False)) for row in cells[1:]]
    return {number: row for number, row in enumerate(rows, start=2) if any(row.values())}


def _to_text(cell: Any) -> str:
    """Return a cell as text; Excel makes a number of version 2."""
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell) if whole else cell).strip()


def _gather_changes(rows: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    changes: dict[str, dict[str, Any]] = {}
    for row in rows:
        version = row.get("version", "")
        told = {"version": version, "on": row.get("on", ""), "what": row.get("what", "")}
        change = changes.setdefault(version, told | {"mapping": {}, "added": []})
        becomes = [theme.strip() for theme in row.get("becomes", "").split(",") if theme.strip()]
        if row.get("id") == _ADDED:
            change["added"] += becomes
        elif row.get("id"):
            change["mapping"][row["id"]] = becomes
    return list(changes.values())
