# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# %% [markdown]
# # Een miljoen antwoorden
#
# A file that is larger than memory is coded in parts; a folder of coded answers is explained without coding
# it again. The answers here are **made up**: clauses of the demo export, put together anew by chance. Few
# are equal, but they use few different words, so real files take longer.
#
# `SIZE` is small, so that this notebook runs in seconds wherever it is tested. Make it `1_000_000` to see
# the real thing; nothing else changes. What coding a million took on one core is in `docs/benchmarks.md`.

# %%
SIZE = 5_000

# %%
import random
from importlib.resources import files
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

import why_nps

folder = Path(mkdtemp())
demo = why_nps.code(why_nps.read_answers(files("why_nps").joinpath("data", "demo", "demo_export.csv")))
dice = random.Random(1)
clauses = demo.clauses["text"].tolist()
branches = demo.answers.frame["branch"].dropna().unique().tolist()
with (folder / "export.csv").open("w", encoding="utf-8") as file:
    print("Datum;Vestiging;Cijfer;Toelichting", file=file)
    for _ in range(SIZE):
        said = (
            ", ".join(dice.choices(clauses, k=dice.choice([0, 1, 1, 2, 3])))
            .replace(";", ",")
            .replace('"', "")
        )
        day = f"{dice.randint(1, 28)}-{dice.randint(1, 12)}-2025"
        print(day, dice.choice(branches), dice.randint(0, 10), " ".join(said.split()), sep=";", file=file)

# %% [markdown]
# ## Code it
# In parts of 10,000 answers, of which one is in memory at a time; `jobs` puts more processes to work, and
# the output is the same, byte for byte. Texts are masked in what is written.

# %%
result = why_nps.code_file(folder / "export.csv", folder / "coded", part_rows=2_000)
result.parts, result.summary.answers

# %% [markdown]
# Stopped half way, by whatever? The same call goes on after the last whole part. Here all parts are
# finished, so nothing is coded again:

# %%
again = why_nps.code_file(folder / "export.csv", folder / "coded", part_rows=2_000)
again.kept, again.parts

# %% [markdown]
# The folder holds Parquet files, that pandas, DuckDB, Spark and others read as tables:

# %%
mentions = pd.read_parquet(folder / "coded" / "mentions")
mentions.groupby(["theme", "kind"]).size().unstack(fill_value=0).head()

# %% [markdown]
# ## Explain it
# `read_coded` reads the whole folder into memory. Scores were drawn by chance here, so there should be
# nothing to find, and what is found by chance stays rare: p-values are adjusted for the number of themes.

# %%
coded = why_nps.read_coded(folder / "coded")
explained = why_nps.explain(coded, by="branch")
drivers = explained.drivers()
len(drivers), int((drivers["p_adjusted"] < 0.05).sum())

# %%
explained.findings("en")

# %% [markdown]
# Larger than one machine? [On a cluster](../docs/scale.md) the same is done by Spark or Dask.
