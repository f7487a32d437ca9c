"""Spark: code a DataFrame where it is, and explain it from counts.

Answers pass between Spark and Python as Arrow, not as pandas frames: the other columns then come back as they
were, and Spark's own conversions are not yet made for pandas 3.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from why_nps.errors import InputError, MissingExtraError
from why_nps.scale.counts import CELLS, KEYS, count_answers
from why_nps.scale.explained import choose_columns, explain_cells
from why_nps.scale.nested import check_names, code_texts
from why_nps.scale.quotes import DRAWS, draw_answers, keep_drawn, list_needed
from why_nps.scale.quotes import KEYS as QUOTE_KEYS
from why_nps.scale.words import NEEDED, WORD_COUNTS, count_part
from why_nps.themes import load_bundle

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from pyspark.sql import DataFrame

    from why_nps.report import Explanation
    from why_nps.scale.quotes import Key
    from why_nps.scale.words import Masking

_FOUND = """status string, repairs string,
clauses array<struct<clause:bigint,start:bigint,end:bigint,text:string>>,
mentions array<struct<clause:bigint,theme:string,kind:string,probability:double,start:bigint,end:bigint>>,
flags array<struct<flag:string,probability:double>>"""
_CELLS = """`by` string, `group` string, period string, score double, weight double, status string,
repaired boolean, mentions string, flags string, n bigint"""
_DRAWS = """`by` string, `group` string, theme string, kind string, digest string, answer_id string,
score bigint, text string, `start` bigint, `end` bigint"""
_WORDS = "word string, promoters bigint, passives bigint, detractors bigint"


def code(answers: DataFrame, *, model: str | os.PathLike[str] | None = None) -> DataFrame:
    """Find the themes, kinds and flags of answers; nothing runs before the result is asked for.

    Parameters
    ----------
    answers : pyspark.sql.DataFrame
        With a column ``text``, one row an answer.
    model : str or Path, optional
        Folder of a model, at the same place on every machine; without it the shipped one.

    Returns
    -------
    pyspark.sql.DataFrame
        The same columns and rows, and for each answer its ``status`` and ``repairs`` and lists of its
        ``clauses``, ``mentions`` and ``flags``: what `why_nps.code` finds in it. Texts are as typed, not
        masked.

    Raises
    ------
    InputError
        If there is no column ``text``, it holds no text, or a column that is to be added is there already.
    MissingExtraError
        If pyspark is not installed.
    """
    types = _types()
    check_names(answers.columns)
    if not isinstance(answers.schema["text"].dataType, types.StringType):
        raise InputError(f"The column 'text' holds {answers.schema['text'].dataType}, not text: cast it.")
    home = None if model is None else Path(model)
    schema = types.StructType([*answers.schema.fields, *types.StructType.fromDDL(_FOUND).fields])
    return answers.mapInArrow(partial(_code_batches, model=home, sha256=load_bundle(home).sha256), schema)


def explain(
    coded: DataFrame,
    *,
    by: str | Sequence[str] = (),
    minimum_n: int = 10,
    asked: int | None = None,
    name_employees: bool = False,
    model: str | os.PathLike[str] | None = None,
) -> Explanation:
    """Relate what answers mention to their scores; only counts and drawn answers come to the driver.

    Parameters
    ----------
    coded : pyspark.sql.DataFrame
        From `code`, with ``answer_id`` and ``score`` (0..10 or missing), and where there are any ``weight``,
        ``answered_on`` (a date or time) or ``wave``, and segments. It is read three times: write it first.
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
        If pyspark is not installed.
    """
    _check_types(coded)
    from pyspark.sql import functions

    segments, columns = choose_columns(coded.columns, by)
    parts = coded.select(columns).mapInArrow(partial(_count_batches, by=segments), _CELLS)
    cells = parts.groupBy(*KEYS).agg(functions.sum("n").alias("n")).toArrow().to_pandas()

    def draw(wanted: Sequence[Key]) -> pd.DataFrame:
        drawn = coded.select(list_needed(wanted)).mapInArrow(partial(_draw_batches, wanted=wanted), _DRAWS)
        return keep_drawn(drawn.groupBy(*QUOTE_KEYS).applyInArrow(_keep, _DRAWS).toArrow().to_pandas())

    def count(masking: Masking) -> pd.DataFrame:
        counting = partial(_count_words, masking=masking)
        words = coded.select(NEEDED).mapInArrow(counting, _WORDS).groupBy("word")
        added = words.agg(*(functions.sum(side).alias(side) for side in WORD_COUNTS.names[1:]))
        return pd.DataFrame(added.toArrow().to_pandas())

    return explain_cells(
        cells.astype({"group": "str", "period": "str"}),
        draw,
        count,
        load_bundle(model if model is None else Path(model)),
        segments=segments,
        minimum_n=minimum_n,
        asked=asked,
        shown=name_employees,
    )


def _types() -> Any:
    try:
        from pyspark.sql import types
    except ImportError as error:
        raise MissingExtraError("Coding with Spark needs pyspark: pip install 'why_nps[spark]'.") from error
    return types


def _check_types(coded: DataFrame) -> None:
    types = _types()
    dates = (types.DateType, types.TimestampType, types.TimestampNTZType)
    wanted = {"score": types.NumericType, "weight": types.NumericType, "answered_on": dates}
    for field in coded.schema.fields:
        if field.name in wanted and not isinstance(field.dataType, wanted[field.name]):
            raise InputError(
                f"The column {field.name!r} holds {field.dataType}: cast it to numbers or dates."
            )


def _code_batches(
    batches: Iterator[pa.RecordBatch], *, model: Path | None, sha256: str
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        found = code_texts(batch["text"], model=model, sha256=sha256).combine_chunks()
        columns = [column.combine_chunks() for column in found.columns]
        yield pa.RecordBatch.from_arrays(
            [*batch.columns, *columns], names=[*batch.schema.names, *found.column_names]
        )


def _count_batches(batches: Iterator[pa.RecordBatch], *, by: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield from _to_batches(count_answers(pa.Table.from_batches([batch]), by), CELLS)


def _draw_batches(batches: Iterator[pa.RecordBatch], *, wanted: Sequence[Key]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield from _to_batches(draw_answers(pa.Table.from_batches([batch]), wanted), DRAWS)


def _count_words(batches: Iterator[pa.RecordBatch], *, masking: Masking) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield from _to_batches(count_part(pa.Table.from_batches([batch]), masking), WORD_COUNTS)


def _keep(drawn: pa.Table) -> pa.Table:
    return pa.Table.from_pandas(keep_drawn(drawn.to_pandas()), DRAWS, preserve_index=False)


def _to_batches(frame: pd.DataFrame, schema: pa.Schema) -> list[pa.RecordBatch]:
    table = pa.Table.from_pandas(frame, schema, preserve_index=False)
    return list(table.combine_chunks().to_batches())
