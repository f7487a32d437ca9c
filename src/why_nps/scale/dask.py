"""Dask: code a DataFrame where it is, and explain it from counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from why_nps.errors import InputError, MissingExtraError
from why_nps.scale.counts import CELLS, count_answers, merge_cells
from why_nps.scale.explained import choose_columns, explain_cells
from why_nps.scale.nested import FOUND, check_names, code_texts
from why_nps.scale.quotes import DRAWS, draw_answers, keep_drawn, list_needed
from why_nps.scale.words import NEEDED, WORD_COUNTS, add_counts, count_part
from why_nps.themes import load_bundle

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from dask.dataframe import DataFrame

    from why_nps.report import Explanation
    from why_nps.scale.quotes import Key
    from why_nps.scale.words import Masking

_TYPES = {pa.string(): "str", pa.bool_(): "bool", pa.float64(): "float64", pa.int64(): "int64"}


def code(answers: DataFrame, *, model: str | os.PathLike[str] | None = None) -> DataFrame:
    """Find the themes, kinds and flags of answers; nothing runs before the result is asked for.

    Parameters
    ----------
    answers : dask.dataframe.DataFrame
        With a column ``text``, one row an answer.
    model : str or Path, optional
        Folder of a model, at the same place on every machine; without it the shipped one.

    Returns
    -------
    dask.dataframe.DataFrame
        The same columns, rows and index, and for each answer its ``status`` and ``repairs`` and lists of its
        ``clauses``, ``mentions`` and ``flags``: what `why_nps.code` finds in it. Texts are as typed, not
        masked.

    Raises
    ------
    InputError
        If there is no column ``text``, it holds no text, or a column that is to be added is there already.
    MissingExtraError
        If dask is not installed.
    """
    _check_installed()
    check_names(list(answers.columns))
    kind = answers.dtypes["text"]
    if not pd.api.types.is_string_dtype(kind):
        raise InputError(f"The column 'text' holds {kind}, not text: convert it.")
    home = None if model is None else Path(model)
    sha256 = load_bundle(home).sha256
    meta = answers._meta.assign(**_to_columns(FOUND.empty_table(), answers._meta.index))  # noqa: SLF001
    coded: DataFrame = answers.map_partitions(_code_part, model=home, sha256=sha256, meta=meta)
    return coded


def explain(
    coded: DataFrame,
    *,
    by: str | Sequence[str] = (),
    minimum_n: int = 10,
    asked: int | None = None,
    name_employees: bool = False,
    model: str | os.PathLike[str] | None = None,
) -> Explanation:
    """Relate what answers mention to their scores; only counts and drawn answers come to this process.

    Parameters
    ----------
    coded : dask.dataframe.DataFrame
        From `code`, with ``answer_id`` and ``score`` (0..10 or missing), and where there are any ``weight``,
        ``answered_on`` (a date or time) or ``wave``, and segments. It is read three times: persist or
        write it first.
    by : str or sequence of str, optional
        Columns to compare.
    minimum_n, asked, name_employees
        As in `why_nps.explain`.
    model : str or Path, optional
        The one that coded them.

    Returns
    -------
    Explanation
        As `why_nps.explain` gives it, without correction by a sample.

    Raises
    ------
    InputError
        If a column is missing or of another type, or as in `why_nps.explain`.
    MissingExtraError
        If dask is not installed.
    """
    _check_installed()
    _check_types(coded.dtypes)
    segments, columns = choose_columns(list(coded.columns), by)
    nothing = _empty(CELLS)
    # Columns are chosen in the parts: pandas cannot read some columns of a file that has others with lists.
    parts = coded.map_partitions(_count_part, columns=columns, by=segments, meta=nothing)
    cells = parts.reduction(merge_cells, aggregate=merge_cells, combine=merge_cells, meta=nothing)

    def draw(wanted: Sequence[Key]) -> pd.DataFrame:
        none = keep_drawn(_empty(DRAWS))
        drawn = coded.map_partitions(_draw_part, wanted=wanted, meta=none)
        return pd.DataFrame(
            drawn.reduction(keep_drawn, aggregate=keep_drawn, combine=keep_drawn, meta=none).compute()
        )

    def count(masking: Masking) -> pd.DataFrame:
        none = _empty(WORD_COUNTS)
        words = coded.map_partitions(_count_words, masking=masking, meta=none)
        added = words.reduction(add_counts, aggregate=add_counts, combine=add_counts, meta=none)
        return pd.DataFrame(added.compute())

    return explain_cells(
        cells.compute(),
        draw,
        count,
        load_bundle(model if model is None else Path(model)),
        segments=segments,
        minimum_n=minimum_n,
        asked=asked,
        shown=name_employees,
    )


def _check_installed() -> None:
    try:
        import dask.dataframe  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("Coding with Dask needs dask: pip install 'why_nps[dask]'.") from error


def _check_types(dtypes: pd.Series) -> None:
    api = pd.api.types
    wanted = {
        "score": api.is_numeric_dtype,
        "weight": api.is_numeric_dtype,
        "answered_on": api.is_datetime64_any_dtype,
    }
    for name, fits in wanted.items():
        if name in dtypes and not fits(dtypes[name]):
            raise InputError(f"The column {name!r} holds {dtypes[name]}: convert it to numbers or dates.")


def _code_part(part: pd.DataFrame, *, model: Path | None, sha256: str) -> pd.DataFrame:
    found = code_texts(pa.array(part["text"], pa.string()), model=model, sha256=sha256)
    return part.assign(**_to_columns(found, part.index))


def _count_part(part: pd.DataFrame, *, columns: Sequence[str], by: Sequence[str]) -> pd.DataFrame:
    return count_answers(_to_table(part, columns), by)


def _draw_part(part: pd.DataFrame, *, wanted: Sequence[Key]) -> pd.DataFrame:
    return draw_answers(_to_table(part, list_needed(wanted)), wanted)


def _count_words(part: pd.DataFrame, *, masking: Masking) -> pd.DataFrame:
    return count_part(_to_table(part, NEEDED), masking)


def _to_columns(found: pa.Table, index: pd.Index) -> dict[str, pd.Series]:
    arrays = {name: pd.arrays.ArrowExtensionArray(found[name]) for name in found.column_names}
    return {name: pd.Series(array, index=index) for name, array in arrays.items()}


def _to_table(part: pd.DataFrame, columns: Sequence[str]) -> pa.Table:
    """Make an Arrow table; lists of nothing do not tell their types, so these are declared."""
    kinds = {field.name: field.type for field in FOUND}
    return pa.table({name: pa.array(part[name], kinds.get(name), from_pandas=True) for name in columns})


def _empty(schema: pa.Schema) -> pd.DataFrame:
    return pd.DataFrame({field.name: pd.Series(dtype=_TYPES[field.type]) for field in schema})
