"""SQL says of answers what the library says: in DuckDB, from Parquet, and with a real PostgreSQL server."""

import runpy
import shutil
from pathlib import Path

import duckdb
import psycopg
import pytest

from why_nps import Coder
from why_nps.hosts import sql

TEXTS = [
    "Snelle levering, maar de app werkt niet",
    "Veel te duur, bel 06-12345678",
    "nvt",
    "",
    "  ",
    "😀 top",
]
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as connection:
        sql.register(connection)
        connection.execute("create table answers (id integer, toelichting varchar)")
        connection.executemany("insert into answers values (?, ?)", list(enumerate([*TEXTS, None])))
        yield connection


@pytest.fixture(scope="module")
def expected():
    return [[(m.theme, m.kind, m.probability) for m in one.mentions] for one in Coder.load().code_each(TEXTS)]


def test_themes_are_those_of_the_coder(connection, expected, tmp_path):
    connection.execute(f"copy answers to '{tmp_path}/answers.parquet'")
    for source in ("answers", f"'{tmp_path}/answers.parquet'"):
        asked = f"select why_themes(toelichting) from {source} order by id"  # noqa: S608
        found = connection.sql(asked).fetchall()
        assert found[-1] == (None,)
        assert [[tuple(one.values()) for one in said] for (said,) in found[:-1]] == expected


def test_flags_and_masked_texts(connection):
    asked = "select why_flags(toelichting), why_masked(toelichting) from answers order by id"
    found = connection.sql(asked).fetchall()
    assert found[1] == (["callback", "pii"], "Veel te duur, bel [telefoon]")
    assert found[-1] == (None, None)


def test_many_rows_in_many_threads_are_the_same(connection, expected):
    connection.execute("set threads = 4")
    connection.execute("create table many as select id, toelichting from answers, range(1000) where id < 2")
    asked = "select id, len(why_themes(toelichting)) as n, count(*) from many group by all order by all"
    assert connection.sql(asked).fetchall() == [(n, len(expected[n]), 1000) for n in (0, 1)]


def test_a_database_file_keeps_no_function(tmp_path):
    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection:
        sql.register(connection)
    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection, pytest.raises(duckdb.CatalogException):
        connection.sql("select why_themes('x')").fetchall()


@pytest.mark.skipif(not shutil.which("initdb"), reason="PostgreSQL's initdb is not installed")
def test_a_table_of_postgresql_is_coded(expected, monkeypatch):
    recipe = runpy.run_path(str(EXAMPLES / "postgres.py"))
    code_table = recipe["code_table"]
    monkeypatch.setitem(code_table.__globals__, "PIECE", 4)
    with recipe["start_server"]() as server:
        with psycopg.connect(server) as connection:
            connection.execute("create table answers (id bigint primary key, toelichting text)")
            with connection.cursor() as writing:
                writing.executemany("insert into answers values (%s, %s)", list(enumerate([*TEXTS, None])))
        code_table(server)
        code_table(server)  # again replaces
        with psycopg.connect(server) as connection:
            found = connection.execute("select * from mentions order by id, probability").fetchall()
    assert found == sorted(
        [(n, *mention) for n, said in enumerate(expected) for mention in said],
        key=lambda row: (row[0], row[3]),
    )
