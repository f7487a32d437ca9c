"""PostgreSQL: read answers in pieces, ask DuckDB what they say, and copy it back to a table.

With a connection string it works on that server, table ``answers`` (id, toelichting); without one it starts a
server of its own, which needs PostgreSQL's ``initdb``.

    python examples/postgres.py postgresql://user@host/database
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa

from why_nps.hosts import sql

PIECE = 10_000
MENTIONS = "create table mentions (id bigint, theme text, kind text, probability double precision)"


def code_table(connection_string: str) -> None:
    """Write what the answers mention to the table ``mentions``, in one transaction."""
    with duckdb.connect() as duck, psycopg.connect(connection_string) as connection:
        sql.register(duck)
        connection.execute("drop table if exists mentions")
        connection.execute(MENTIONS)
        with connection.cursor("read_in_pieces") as rows:
            rows.execute("select id, toelichting from answers where toelichting is not null order by id")
            while piece := rows.fetchmany(PIECE):
                ids, texts = zip(*piece, strict=True)
                # DuckDB reads this table by its name.
                answers = pa.table({"id": pa.array(ids, pa.int64()), "text": pa.array(texts, pa.string())})
                duck.register("answers", answers)
                said = duck.sql(
                    "select id, unnest(why_themes(text), recursive := true) from answers"
                ).fetchall()
                with connection.cursor() as writing, writing.copy("copy mentions from stdin") as copy:
                    for row in said:
                        copy.write_row(row)


@contextmanager
def start_server() -> Iterator[str]:
    """Start a PostgreSQL server in a folder of its own, without network; give its connection string."""
    binaries = Path(str(shutil.which("initdb"))).resolve().parent
    home = tempfile.mkdtemp(prefix="why_nps_pg_")  # short: the path of a socket may have 107 characters
    run_as = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(home, "postgres", "postgres")
        run_as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    settings = f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off"
    control = [*run_as, str(binaries / "pg_ctl"), "--pgdata", f"{home}/data", "--silent", "--wait"]
    try:
        subprocess.run(
            [
                *run_as,
                str(binaries / "initdb"),
                "--pgdata",
                f"{home}/data",
                "--username",
                "why",
                "--auth",
                "trust",
            ],
            check=True,
            capture_output=True,
        )
        subprocess.run([*control, "--log", f"{home}/log", "--options", settings, "start"], check=True)
        try:
            yield f"host={home} user=why dbname=postgres"
        finally:
            subprocess.run([*control, "--mode", "immediate", "stop"], check=True)
    finally:
        shutil.rmtree(home)


def main(arguments: list[str]) -> None:
    """Code the table of the server given, or of one that is started with a few answers."""
    if arguments:
        code_table(arguments[0])
        return
    with start_server() as server:
        with psycopg.connect(server) as connection:
            connection.execute("create table answers (id bigint primary key, toelichting text)")
            texts = ["Snelle levering", "Pakket kwam te laat, veel te duur", "nvt", None]
            with connection.cursor() as writing:
                writing.executemany("insert into answers values (%s, %s)", list(enumerate(texts, start=1)))
        code_table(server)
        with psycopg.connect(server) as connection:
            for row in connection.execute("select id, theme, kind from mentions order by id, theme"):
                print(*row)


if __name__ == "__main__":
    main(sys.argv[1:])
