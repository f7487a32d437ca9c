"""What answers mention as lists beside each answer: one row an answer, whatever engine holds the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from why_nps.core.answers import Answers, ReadingReport
from why_nps.core.tables import ANSWERS
from why_nps.errors import InputError
from why_nps.flow import code
from why_nps.scale.parts import load_model

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from why_nps.themes import Bundle

_SLICE = 2_000  # answers coded at a time: the tables in between cost more memory than the rows
CLAUSE = pa.struct(
    [("clause", pa.int64()), ("start", pa.int64()), ("end", pa.int64()), ("text", pa.string())]
)
MENTION = pa.struct(
    [
        ("clause", pa.int64()),
        ("theme", pa.string()),
        ("kind", pa.string()),
        ("probability", pa.float64()),
        ("start", pa.int64()),
        ("end", pa.int64()),
    ]
)
FLAG = pa.struct([("flag", pa.string()), ("probability", pa.float64())])
FOUND = pa.schema(
    [
        ("status", pa.string()),
        ("repairs", pa.string()),
        ("clauses", pa.list_(CLAUSE)),
        ("mentions", pa.list_(MENTION)),
        ("flags", pa.list_(FLAG)),
    ]
)


def check_names(names: Collection[str]) -> None:
    """Raise InputError unless there is a column of texts, and none that coding adds."""
    if "text" not in names:
        raise InputError(f"There is no column 'text' to code; there are: {', '.join(names)}. Rename yours.")
    taken = [name for name in FOUND.names if name in names]
    if taken:
        raise InputError(f"There is a column {taken[0]!r} already, and coding adds one: rename or drop it.")


def code_texts(texts: pa.Array, *, model: Path | None, sha256: str) -> pa.Table:
    """Code texts, in order; a missing one has status "empty".

    Parameters
    ----------
    texts : pyarrow.Array of text
    model : Path or None
        Folder of the model; None for the shipped one. A process loads it once.
    sha256 : str
        Of the model that the work began with.

    Returns
    -------
    pyarrow.Table
        The columns `FOUND`: the tables of `Coded`, each answer's rows in a list.

    Raises
    ------
    JobError
        If the model is another than the one that the work began with.

    Examples
    --------
    >>> from why_nps import load_bundle
    >>> found = code_texts(pa.array(["Snelle levering", None]), model=None, sha256=load_bundle().sha256)
    >>> found["status"].to_pylist(), found["mentions"][0].as_py()[0]["theme"]
    (['content', 'empty'], 'delivery')
    """
    from threadpoolctl import threadpool_limits

    bundle = load_model(model, sha256)
    with threadpool_limits(1):
        found = [_code(texts.slice(at, _SLICE), bundle) for at in range(0, len(texts), _SLICE)]
    return pa.concat_tables(found) if found else FOUND.empty_table()


def _code(texts: pa.Array, bundle: Bundle) -> pa.Table:
    size = len(texts)
    series = pd.Series(texts.cast(pa.string()).to_pylist(), dtype="str")
    frame = ANSWERS.frame({"answer_id": [str(row) for row in range(size)], "text": series, "weight": 1.0})
    coded = code(Answers(frame, (), ReadingReport("frame", {}, size, 0, 0)), model=bundle)
    columns = [
        pa.array(coded.screening["status"], pa.string()),
        pa.array(coded.screening["repairs"], pa.string()),
        *(
            _nest(table, size, FOUND.field(name).type)
            for name, table in (
                ("clauses", coded.clauses),
                ("mentions", coded.mentions),
                ("flags", coded.flags),
            )
        ),
    ]
    return pa.Table.from_arrays(columns, schema=FOUND)


def _nest(table: pd.DataFrame, size: int, kind: pa.ListType) -> pa.Array:
    """Put the rows of each answer in a list; they come in the order of the answers."""
    fields = list(kind.value_type)
    values = pa.StructArray.from_arrays(
        [pa.array(table[field.name], field.type).cast(field.type) for field in fields], fields=fields
    )
    rows = np.bincount(table["answer_id"].astype(np.int64), minlength=size)
    offsets = pa.array(np.append(0, rows.cumsum()), pa.int32())
    return pa.ListArray.from_arrays(offsets, values, type=kind)
