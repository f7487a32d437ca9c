"""Use an installed why_nps once, in every way that leans on another library: `smoke.py [EXTRA ...]`.

Run by `tools/floors.py` in environments with the oldest and the newest of those libraries.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pandas as pd

import why_nps

TEXTS = ["Snelle levering, maar de app werkt niet", "Vriendelijk geholpen", "Veel te duur", "nvt"]
ROWS = pd.DataFrame(
    {
        "Cijfer": [number % 11 for number in range(160)],
        "Toelichting": TEXTS * 40,
        "Vestiging": ["Ede", "Tiel"] * 80,
        "Datum": [f"15-{1 + 3 * (number // 40):02d}-2025" for number in range(160)],
    }
)


def use_core(folder: Path) -> None:
    """Read, code, explain and write everything."""
    ROWS.to_csv(folder / "export.csv", sep=";", index=False)
    ROWS.to_parquet(folder / "export.parquet")
    coded = why_nps.code(why_nps.read_answers(folder / "export.csv"))
    assert len(why_nps.read_answers(folder / "export.parquet")) == len(ROWS)
    explained = why_nps.explain(coded, by="branch")
    explained.report(folder / "rapport.html")
    explained.save_figures(folder / "figures")
    book, *_ = explained.tables(folder / "tables")
    assert len(pd.read_excel(book, sheet_name=None, engine="calamine")) > 1
    assert explained.to_json()
    assert explained.to_text()
    result = why_nps.code_file(folder / "export.csv", folder / "coded")
    assert result.summary.answers == len(why_nps.read_coded(folder / "coded").answers)


def use_spss(folder: Path) -> None:
    """Read an SPSS file."""
    import pyreadstat

    pyreadstat.write_sav(ROWS, str(folder / "export.sav"))
    assert len(why_nps.read_answers(folder / "export.sav")) == len(ROWS)


def use_dask(_: Path) -> None:
    """Code with Dask."""
    import dask.dataframe as dd

    from why_nps.scale import dask

    given = ROWS.rename(columns={"Toelichting": "text"})
    assert len(dask.code(dd.from_pandas(given, npartitions=2)).compute(scheduler="synchronous")) == len(ROWS)


def use_spark(_: Path) -> None:
    """Load what Spark needs; to run it takes Java."""
    import pyspark.sql

    from why_nps.scale import spark

    assert pyspark.sql.SparkSession
    assert spark.code


def use_notebook(_: Path) -> None:
    """Load what runs notebooks, and show an explanation in one."""
    import jupytext
    import nbclient

    assert jupytext.reads("# %%\n1", fmt="py:percent").cells
    assert nbclient.NotebookClient


def use_accurate(_: Path) -> None:
    """Code with the accurate model."""
    assert why_nps.code(TEXTS, model="accurate").model.name == "nl-accurate"


def use_pptx(folder: Path) -> None:
    """Write slides."""
    explained = why_nps.explain(why_nps.code(why_nps.read_answers(ROWS)))
    assert explained.slides(folder / "rapport.pptx").stat().st_size


def use_spacy(_: Path) -> None:
    """Code in a pipeline of spaCy."""
    import spacy

    nlp = spacy.blank("nl")
    nlp.add_pipe("why_nps")
    assert nlp(TEXTS[0]).spans["why_nps"]


def use_duckdb(_: Path) -> None:
    """Ask in SQL."""
    import duckdb

    from why_nps.hosts import sql

    with duckdb.connect() as connection:
        sql.register(connection)
        assert connection.sql("select len(why_themes('Veel te duur'))").fetchall() == [(1,)]


def use_service(_: Path) -> None:
    """Build the service; requests take a client."""
    from why_nps.hosts.service.app import build_app

    assert build_app(why_nps.Coder.load()).openapi()["paths"]


def use_mlflow(folder: Path) -> None:
    """Save a model for MLflow, and score with it."""
    import mlflow.pyfunc

    from why_nps.hosts.mlflow import save_model

    loaded = mlflow.pyfunc.load_model(str(save_model(folder / "model")))
    assert len(loaded.predict(pd.DataFrame({"text": TEXTS})))


USES = {
    "accurate": use_accurate,
    "spss": use_spss,
    "dask": use_dask,
    "spark": use_spark,
    "notebook": use_notebook,
    "pptx": use_pptx,
    "spacy": use_spacy,
    "duckdb": use_duckdb,
    "service": use_service,
    "mlflow": use_mlflow,
}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        for use in (use_core, *(USES[extra] for extra in sys.argv[1:])):
            use(Path(home))
    print("smoke: ok", why_nps.__file__)
