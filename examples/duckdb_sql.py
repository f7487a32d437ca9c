"""SQL: what answers in a Parquet file and in a database table say, asked in DuckDB."""

import duckdb

from why_nps.hosts import sql


def main() -> None:
    """Count themes by branch, from a file and from a table."""
    with duckdb.connect("customers.duckdb") as connection:
        sql.register(connection)
        connection.execute("""
            create or replace table answers as select * from (values
                (1, 'Ede', 9, 'Snelle levering, aardige mensen'),
                (2, 'Tiel', 3, 'Pakket kwam te laat, bel 06-12345678'),
                (3, 'Tiel', 4, 'Veel te duur'),
                (4, 'Ede', 8, null)
            ) as t(id, branch, score, toelichting)
        """)
        connection.execute("copy answers to 'answers.parquet'")
        for source in ("answers", "'answers.parquet'"):
            connection.sql(f"""
                with said as (select branch, score, unnest(why_themes(toelichting)) as mention from {source})
                select branch, mention.theme, mention.kind, count(*) as answers, avg(score) as score
                from said group by all order by all
            """).show()
        connection.sql("select id, why_masked(toelichting), why_flags(toelichting) from answers").show()


if __name__ == "__main__":
    main()
