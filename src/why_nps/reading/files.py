"""A path or frame to its raw cells, whatever the kind."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from why_nps.errors import InputError, MissingExtraError, WhyNpsError
from why_nps.reading.cells import Cells
from why_nps.reading.delimited import Rows, find_dialect, read_delimited, stream_rows
from why_nps.reading.headers import HIGHEST, find_header, name_columns
from why_nps.reading.workbook import MAX_RATIO, MAX_UNZIPPED, read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT = (".csv", ".tsv", ".txt")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls")
_PARQUET = (".parquet", ".pq")
_SPSS = (".sav", ".zsav")


def read_cells(source: Any, *, sheet: str | int | None = None) -> Cells:
    """Read a file or frame without converting anything.

    Parameters
    ----------
    source : str, Path or data frame
        .csv, .tsv, .txt, .xlsx, .xlsm, .xls, .parquet, .sav or .zsav; or a pandas, polars, pyarrow or
        other frame that narwhals knows.
    sheet : str or int, optional
        Which sheet of a workbook, by name or by its place from 0.

    Returns
    -------
    Cells

    Raises
    ------
    InputError
        If there is no such file, or it cannot be read; the message says why.
    MissingExtraError
        If an SPSS file is read without pyreadstat.
    """
    if not isinstance(source, (str, os.PathLike)):
        _refuse_sheet(sheet, "a frame")
        return _from_frame(source, "frame")
    path = _existing_file(Path(os.fsdecode(source)))
    kind = path.suffix.lower()
    if kind not in _WORKBOOKS:
        _refuse_sheet(sheet, path.name)
    with _told(path):
        if kind in _TEXT:
            return name_columns(read_delimited(path), path.name, "line")
        if kind in _WORKBOOKS:
            return name_columns(read_workbook(path, sheet), path.name, "row")
        if kind in _PARQUET:
            return _read_parquet(path)
        if kind in _SPSS:
            return _read_spss(path)
    known = ", ".join((*_TEXT, *_WORKBOOKS, *_PARQUET, *_SPSS))
    raise InputError(
        f"{path.name} is of a kind that is not read ({kind or 'no extension'}). Read are: {known}."
    )


def stream_cells(source: str | os.PathLike[str], *, size: int) -> Iterator[Cells]:
    """Read a file in pieces, without converting anything.

    Text and Parquet are never in memory as a whole; workbooks and SPSS files are, in one piece.

    Parameters
    ----------
    source : str or Path
        As `read_cells` reads.
    size : int
        Rows in a piece; the last one may be shorter.

    Yields
    ------
    Cells
        Every piece has the same columns.

    Raises
    ------
    InputError
        As `read_cells`.
    """
    path = _existing_file(Path(os.fsdecode(source)))
    kind = path.suffix.lower()
    with _told(path):
        if kind in _TEXT:
            dialect = find_dialect(path)
            head = next(stream_rows(path, dialect, size=HIGHEST + 1), Rows([], []))
            header = find_header(head.rows, path.name, "line")
            for read in stream_rows(path, dialect, size=size, skip=header.height):
                yield header.name_cells(replace(read, notes=dialect.notes))
        elif kind in _PARQUET:
            yield from _stream_parquet(path, size)
        else:
            yield read_cells(path)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell why a file cannot be read."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror or type(error).__name__}.") from error


def _refuse_sheet(sheet: str | int | None, source: str) -> None:
    if sheet is not None:
        raise InputError(f"sheet={sheet!r} is for workbooks, and {source} is none; leave it out.")


def _existing_file(path: Path) -> Path:
    try:
        if path.is_dir():
            raise InputError(f"{path.name or path} is a folder; name one file in it.")
        if path.is_file():
            if not path.stat().st_size:
                raise InputError(f"{path.name} is empty (0 bytes).")
            return path
    except OSError:  # a name no file can have, such as an answer passed for a path
        raise InputError("The source is no path that a file can have, and no data frame.") from None
    if not path.parent.is_dir():
        raise InputError(f"There is no file {path.name!r}: its folder does not exist either.")
    raise InputError(f"There is no file {path.name!r} in {str(path.parent)!r}.")


def _from_frame(frame: Any, source: str, **more: Any) -> Cells:
    try:
        table = nw.from_native(frame, eager_only=True)
    except TypeError:
        if hasattr(frame, "collect"):
            raise InputError("A lazy frame holds no rows yet; pass frame.collect().") from None
        raise InputError(
            f"Answers are read from a path or a data frame, not from {type(frame).__name__}; "
            'for texts in a list: pandas.DataFrame({"score": scores, "text": texts}).'
        ) from None
    except ValueError:  # narwhals: names that stand twice
        names = Counter(str(name) for name in getattr(frame, "column_names", None) or frame.columns)
        twice = ", ".join(repr(name) for name, count in names.items() if count > 1)
        raise InputError(f"The {source} has columns with the same name ({twice}); rename them.") from None
    if table.implementation.is_pyarrow():
        _check_arrow(table.to_native(), source)
    columns = {str(name): series for name, series in zip(table.columns, table.iter_columns(), strict=True)}
    if len(columns) < len(table.columns):
        raise InputError(f"The {source} has columns whose names are the same as text; rename them.")
    if not len(table):
        raise InputError(f"The {source} holds no rows." if columns else f"The {source} is empty.")
    return Cells(source, columns, range(1, len(table) + 1), "row", **more)


def _check_arrow(table: Any, source: str) -> None:
    """Refuse damaged columns: text in them that is no UTF-8 would fail only when a row is looked at."""
    import pyarrow as pa

    try:
        table.validate(full=True)
    except pa.ArrowException as error:
        raise InputError(
            f"The {source} is damaged ({type(error).__name__}): a column holds what is no text or number."
        ) from None


def _read_parquet(path: Path) -> Cells:
    with _arrow_told(path):
        _check_rows(path)
        table = nw.read_parquet(path, backend="pyarrow")
    return _from_frame(table, path.name)


def _check_rows(path: Path) -> None:
    """Refuse a file that says one thing a billion times: no answers, each with its own words, do."""
    from pyarrow import parquet

    rows = parquet.read_metadata(path).num_rows
    if rows > MAX_RATIO * path.stat().st_size:
        raise InputError(
            f"{path.name} is refused: its {path.stat().st_size:,} bytes unpack to {rows:,} rows (at most "
            f"{MAX_RATIO} a byte)."
        )


def _stream_parquet(path: Path, size: int) -> Iterator[Cells]:
    import pyarrow as pa
    from pyarrow import parquet

    done = 0
    with _arrow_told(path), parquet.ParquetFile(path) as file:
        _check_rows(path)
        for batch in file.iter_batches(batch_size=size):
            cells = _from_frame(pa.Table.from_batches([batch]), path.name)
            yield replace(cells, lines=range(done + 1, done + 1 + len(cells)))
            done += len(cells)
    if not done:
        raise InputError(f"The {path.name} holds no rows.")


@contextmanager
def _arrow_told(path: Path) -> Iterator[None]:
    """Tell that a file is no sound Parquet; errors of ours pass."""
    try:
        yield
    except WhyNpsError:
        raise
    except Exception as error:  # noqa: BLE001 - arrow raises many kinds on damaged files
        raise InputError(
            f"{path.name} cannot be read as Parquet ({type(error).__name__}): damaged, or of another kind."
        ) from None


def _read_spss(path: Path) -> Cells:
    try:
        import pyreadstat
    except ImportError as error:
        raise MissingExtraError(
            f"{path.name} is an SPSS file; reading it needs pyreadstat: pip install 'why_nps[spss]'."
        ) from error
    try:
        _check_width(path, pyreadstat.read_sav(path, metadataonly=True)[1])
        frame, meta = pyreadstat.read_sav(path)
    except WhyNpsError:
        raise
    except Exception as error:  # noqa: BLE001 - readstat raises its own, and others on damaged files
        raise InputError(
            f"{path.name} cannot be read as SPSS ({type(error).__name__}): damaged, or of another kind."
        ) from None
    labels = {name: label for name, label in meta.column_names_to_labels.items() if label}
    return _from_frame(frame, path.name, labels=labels, value_labels=meta.variable_value_labels)


def _check_width(path: Path, meta: Any) -> None:
    """Refuse a compressed file that unpacks too large: SPSS pads every text to the width of its column."""
    unpacked = (meta.number_rows or 0) * sum(meta.variable_storage_width.values())
    if unpacked > MAX_UNZIPPED and unpacked > MAX_RATIO * path.stat().st_size:
        raise InputError(
            f"{path.name} is refused: its {path.stat().st_size:,} bytes unpack to {unpacked:,} (at most "
            f"{MAX_UNZIPPED:,}, or {MAX_RATIO} times its size). Save it again without compression, or as CSV."
        )
