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
# # Een eerste analyse
#
# From an export to an explained NPS, step by step. The export is the demo that ships with the package: a
# **synthetic** year of a shop chain that does not exist. Its texts were written for this project; branches,
# employees and dates are invented.

# %%
from importlib.resources import files
from pathlib import Path
from tempfile import mkdtemp

import why_nps

export = files("why_nps").joinpath("data", "demo", "demo_export.csv")
answers = why_nps.read_answers(export)
answers

# %% [markdown]
# Every row of the file is there. What could not be read as a score is counted above, with the reason.

# %%
answers.frame[["answer_id", "score", "answered_on", "branch", "touchpoint", "employee"]].head()

# %% [markdown]
# ## Coding
# Every clause gets its themes and a kind: *pain*, *delight*, *tip* or *neutral*. Coding does not look at
# the score.

# %%
coded = why_nps.code(answers)
coded

# %% [markdown]
# Every result shows itself so. The tables behind it are tidy frames: `screening`, `clauses`, `mentions` and
# `flags`.

# %%
coded.mentions.groupby(["theme", "kind"]).size().unstack(fill_value=0)

# %% [markdown]
# One answer of our own, to see what happens to it:

# %%
own = why_nps.code(["Monteur was top!! maar na 3x bellen nog geen factuur"])
own.mentions[["clause", "theme", "kind", "probability"]].round(2)

# %% [markdown]
# ## Explaining
# Mentions are joined to all scored answers, so customers who wrote nothing stay in the denominator.

# %%
explained = why_nps.explain(coded)
explained.findings()

# %% [markdown]
# The drivers, with the adjusted effect in NPS points: what a theme goes with, other themes being equal. It
# is an association, not what would happen if the theme were mended.

# %%
columns = ["theme", "kind", "mention_rate", "impact", "adjusted_effect", "p_adjusted", "contribution"]
drivers = explained.drivers()[columns]
drivers.sort_values("contribution").round(3).head(8)

# %% [markdown]
# Contributions and the baseline sum to the NPS exactly:

# %%
overall = explained.estimates.query("by == '' and period == ''")
nps = overall.query("statistic == 'nps'")["estimate"].item()
parts = overall.query("statistic == 'contribution'")["estimate"].sum()
print(f"NPS {nps:.3f}, sum of contributions {parts:.3f}")

# %% [markdown]
# ## Where it plays
# Stand-outs are tested against all other answers and adjusted for the number of tests.

# %%
clear = explained.estimates.query("statistic == 'standout' and p_adjusted < 0.05 and period != ''")
clear.sort_values("p_adjusted")[["by", "group", "period", "theme", "kind", "estimate", "low", "high"]].head(6)

# %% [markdown]
# ## The report
# A page for the board, tables for the spreadsheet, pictures for the slides.

# %%
folder = Path(mkdtemp())
page = explained.report(folder / "rapport.html")
tables = explained.tables(folder / "tables")
page.name, len(tables)

# %%
explained

# %% [markdown]
# Next: [your own codebook](02_eigen_codeboek.ipynb), [the model on your own
# answers](03_model_nagaan.ipynb), [two waves](04_twee_metingen.ipynb), [a million
# answers](05_een_miljoen.ipynb).
