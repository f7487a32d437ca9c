"""Workbooks to rows, after a check that they do not unpack to more than memory can hold."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from why_nps.errors import InputError
from why_nps.reading.delimited import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


MAX_UNZIPPED = 512 * 2**20
MAX_RATIO = 100
_MAX_CELLS = 25_000_000  # 32 bytes each while the sheet is read
_CHUNK = 4 * 2**20
_REFERENCE = re.compile(rb"""\br\s{0,4}=\s{0,4}["']([A-Z]{0,3})([0-9]{1,7})["']""")


def read_workbook(path: Path, sheet: str | int | None = None) -> Rows:
    """Read one sheet of an .xlsx, .xlsm or .xls file; cells keep their type.

    Parameters
    ----------
    path : Path
        The workbook.
    sheet : str or int, optional
        Name of the sheet, or its place from 0; may be left out where only one holds anything.

    Returns
    -------
    Rows

    Raises
    ------
    InputError
        If the file is damaged, protected or unpacks too large, or the sheet is not clear.
    """
    if path.suffix.lower() != ".xls":
        _check_size(path)
    found = _read_sheets(path, sheet)
    if not found:
        raise InputError(f"{path.name} is empty: no sheet holds anything.")
    if len(found) > 1:
        listed = ", ".join(repr(name) for name in found)
        raise InputError(f'{path.name} has more than one sheet with data: {listed}. Choose one: sheet="...".')
    name, (rows, merged) = next(iter(found.items()))
    filled = [
        (line, row) for line, row in enumerate(rows, start=1) if any(cell not in ("", None) for cell in row)
    ]
    blank = filled[-1][0] - filled[0][0] + 1 - len(filled)
    notes = [f"Sheet {name!r} was read."]
    below = sum(first < last and last >= filled[0][0] for (first, _), (last, _) in merged)
    if below:
        notes.append(f"Cells merged over rows, of which only the first holds the value: {below:,}.")
    return Rows([row for _, row in filled], [line for line, _ in filled], blank, tuple(notes))


def _read_sheets(path: Path, sheet: str | int | None) -> dict[str, tuple[list[list[Any]], list[Any]]]:
    """Return rows and merged ranges of the sheets that hold anything, or only of the one asked for."""
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            names = [entry.name for entry in book.sheets_metadata if "WorkSheet" in str(entry.typ)]
            sheet = names[sheet] if isinstance(sheet, int) and 0 <= sheet < len(names) else sheet
            read = {name: book.get_sheet_by_name(name) for name in names if sheet in (None, name)}
            sheets = {
                name: (one.to_python(skip_empty_area=False), list(one.merged_cell_ranges or ()))
                for name, one in read.items()
            }
    except python_calamine.PasswordError:
        raise InputError(f"{path.name} is protected with a password; save a copy without one.") from None
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic in Rust is no Exception
        raise InputError(
            f"{path.name} cannot be read as a workbook ({type(error).__name__}); save it again as .xlsx."
        ) from None
    if sheet is not None and sheet not in names:
        raise InputError(f"{path.name} has no sheet {sheet!r}. It has: {', '.join(map(repr, names))}.")
    return {name: both for name, both in sheets.items() if any(map(_is_filled, both[0]))}


def _is_filled(row: list[Any]) -> bool:
    return any(cell not in ("", None) for cell in row)


def _check_size(path: Path) -> None:
    """Refuse what unpacks too large; reading each part to its end proves the sizes it declares."""
    try:
        with zipfile.ZipFile(path) as archive:
            unzipped = sum(member.file_size for member in archive.infolist())
            if unzipped > MAX_UNZIPPED or unzipped > MAX_RATIO * path.stat().st_size:
                raise InputError(
                    f"{path.name} is refused: its {path.stat().st_size:,} bytes unpack to {unzipped:,} (at "
                    f"most {MAX_UNZIPPED:,}, and {MAX_RATIO} times its size). Save it again, or as CSV."
                )
            cells = max((_count_cells(archive, member) for member in archive.infolist()), default=0)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{path.name} is damaged, protected with a password, or no workbook; save it again as .xlsx."
        ) from None
    if cells > _MAX_CELLS:
        raise InputError(
            f"{path.name} is refused: a sheet spans {cells:,} cells (at most {_MAX_CELLS:,}). A stray cell "
            "far down or to the right does that; delete empty rows and columns, or save as CSV."
        )


def _count_cells(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Count the cells of the rectangle that a sheet spans; reading it in full allocates all of them."""
    height, width, rows = 0, 0, 0
    for number, part in enumerate(_parts(archive, member)):
        if number == 0 and b"worksheet" not in part:
            return 0
        references = _REFERENCE.findall(part)
        height = max(height, max((int(row) for _, row in references), default=0))
        width = max(
            width, max((_column(letters) for letters in {letters for letters, _ in references}), default=0)
        )
        for row in part.split(b"row>"):
            rows += 1
            width = max(width, row.count(b"<c ") + row.count(b"<c>"))
    return max(height, rows) * width


def _parts(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member in parts that end where a row ends."""
    with archive.open(member) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            whole, end, rest = (rest + chunk).rpartition(b"row>")
            if end:
                yield whole
        yield rest


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
