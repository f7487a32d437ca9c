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
# # Verandering tussen twee metingen
#
# The NPS went up, or down: is that a change at all, and what does it go with? Two waves are compared here,
# the third and the fourth quarter of the **synthetic** demo export.

# %%
from importlib.resources import files

import why_nps
from why_nps.stats import compare_nps, plan_change

export = files("why_nps").joinpath("data", "demo", "demo_export.csv")
answers = why_nps.read_answers(export)
quarter = answers.frame["answered_on"].dt.to_period("Q").astype(str)
quarter.value_counts().sort_index()

# %% [markdown]
# Two files, one for each wave, are read one by one and put together with their dates; columns are
# recognised in each:
#
# ```
# waves = pd.concat([pd.read_excel("meting_1.xlsx"), pd.read_excel("meting_2.xlsx")])
# answers = why_nps.read_answers(waves)
# ```
#
# ## Is there a change?
# The interval of the difference says so; whether two separate intervals overlap does not. Where the same
# people answered both, tell `respondents`, and the interval is narrower.

# %%
before = answers.frame.loc[quarter == "2025Q3", "score"]
after = answers.frame.loc[quarter == "2025Q4", "score"]
compare_nps(after, before)

# %% [markdown]
# How many answers a quarter would mostly (80 %) show a change of 5 points, if there is one?

# %%
scores = answers.frame["score"].dropna()
round(plan_change((scores >= 9).mean(), (scores <= 6).mean(), points=5))

# %% [markdown]
# ## What goes with it?
# `explain` compares the last two quarters. The change is divided exactly: themes that are mentioned more or
# less often, themes that are mentioned by people with other scores, and the rest.

# %%
coded = why_nps.code(answers)
explained = why_nps.explain(coded)
parts = explained.estimates.query("statistic.str.match('change(_by_.*)?$') and by == ''")
total = parts.query("statistic == 'change'").iloc[0]
rest = parts.query("statistic != 'change'")
print(f"Change {total['estimate']:.1f} ({total['low']:.1f} to {total['high']:.1f})")
print(f"Sum of its parts {rest['estimate'].sum():.1f}")

# %%
largest = rest.sort_values("estimate", key=abs, ascending=False)
largest[["statistic", "theme", "kind", "estimate", "low", "high", "p_adjusted"]].head(8).round(2)

# %% [markdown]
# An interval that holds zero: not distinguishable from no difference. That the parts sum up does not make
# each of them a finding.
#
# ## Longer series
# One quarter against another invites reading chance as a change. The control chart and the change points
# look at all of them at once:

# %%
watched = explained.estimates["statistic"].str.contains("change_point|chart|control|ewma|cusum|signal")
explained.estimates.loc[watched, ["statistic", "period", "estimate", "low", "high", "note"]].round(1)

# %%
periods = explained.estimates.query("statistic == 'nps' and by == '' and period != ''")
periods[["period", "estimate", "low", "high", "n"]].round(1)

# %% [markdown]
# ## Where?
# The same for the branches; those with too few answers are suppressed.

# %%
standouts = explained.estimates.query("statistic == 'standout' and by == 'branch' and p_adjusted < 0.05")
standouts[["group", "period", "theme", "kind", "estimate", "low", "high"]].round(2).head(5)

# %%
explained
