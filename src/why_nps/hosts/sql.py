"""Functions for DuckDB, so that SQL can ask what answers say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from why_nps.flow import Coder

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from why_nps.flow import CodedText

_THEMES = "STRUCT(theme VARCHAR, kind VARCHAR, probability DOUBLE)[]"
_MENTION = pa.struct({"theme": pa.string(), "kind": pa.string(), "probability": pa.float64()})


def register(connection: duckdb.DuckDBPyConnection, coder: Coder | None = None) -> None:
    """Give a connection the functions ``why_themes``, ``why_flags`` and ``why_masked`` of a text.

    ``why_themes`` gives a list of theme, kind and probability, ``why_flags`` a list of flags, ``why_masked``
    the text without personal data. A NULL gives NULL, an answer that says nothing an empty list.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        As long as it is open it has the functions.
    coder : Coder, optional
        Else the shipped model's.

    Examples
    --------
    >>> import duckdb
    >>> with duckdb.connect() as connection:
    ...     register(connection)
    ...     connection.sql("select unnest(why_themes('te duur')).theme").fetchall()
    [('price',)]
    """
    chosen = coder or Coder.load()

    def find_themes(coded: list[CodedText], _: list[str]) -> pa.Array:
        told = [
            [{"theme": m.theme, "kind": m.kind, "probability": m.probability} for m in one.mentions]
            for one in coded
        ]
        return pa.array(told, pa.list_(_MENTION))

    def find_flags(coded: list[CodedText], _: list[str]) -> pa.Array:
        return pa.array([list(one.flags) for one in coded], pa.list_(pa.string()))

    def mask(coded: list[CodedText], texts: list[str]) -> pa.Array:
        return pa.array([text for text, _ in chosen.mask_each(texts, coded)], pa.string())

    for name, kind, tell in (
        ("why_themes", _THEMES, find_themes),
        ("why_flags", "VARCHAR[]", find_flags),
        ("why_masked", "VARCHAR", mask),
    ):
        connection.create_function(  # type: ignore[call-overload]  # DuckDB takes the name of a type too
            name, _read(chosen, tell), ["VARCHAR"], kind, type="arrow"
        )


def _read(coder: Coder, tell: Callable[[list[CodedText], list[str]], pa.Array]) -> Callable[[Any], pa.Array]:
    """Make a function of an Arrow column; DuckDB itself gives NULL for NULL and hands over the rest."""
    # Not a function with types: DuckDB would read them.
    return lambda column: tell(coder.code_each(texts := column.to_pylist()), texts)
