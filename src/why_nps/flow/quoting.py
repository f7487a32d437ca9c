"""Which answers to quote: what the report shows a number of, and the answers that mention it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.flow.crossing import choose_filters
from why_nps.stats import mark_contradictions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from why_nps.flow.joining import Observations

FLAG, DOUBT = "flag", "doubt"
_CLEAR = 0.05
_SIDES = ("pain", "delight")
_MOST_GROUPS = 60  # as many as the page lists
_MOST_NAMED, _MOST_NAMED_UNFILTERED = 3, 1  # of each side; what is no filter is quoted behind its NPS alone


def list_to_quote(
    observed: Observations, estimates: pd.DataFrame, segments: Sequence[str]
) -> list[tuple[str, str, str, str]]:
    """List (by, group, theme, kind) of what needs verbatims.

    That is every theme, flag and contradiction over all; what is clearly mentioned more in a group; and
    what each of the largest groups of each segment mentions most.
    """
    if (estimates["note"] == "suppressed").all():
        return []
    found = [("", "", *label) for label, mentioned in column_labels(observed).items() if mentioned.any()]
    clear = pick_clear(estimates)
    told = clear.loc[clear["estimate"] > 0, ["by", "group", "theme", "kind"]].drop_duplicates()
    found += told.itertuples(index=False, name=None)
    filters = choose_filters(segments)
    for by in segments:
        rows = estimates[(estimates["by"] == by) & (estimates["period"] == "")]
        found += _list_named(rows, _MOST_NAMED if by in filters else _MOST_NAMED_UNFILTERED)
    return list(dict.fromkeys(found))


def find_mentioning(
    observed: Observations, keys: Sequence[tuple[str, str, str, str]]
) -> Iterator[tuple[str, str, str, str, pd.Series]]:
    """Go with each (by, group, theme, kind) to the ids of the answers of the group that mention it."""
    columns, ids = column_labels(observed), pd.Series(observed.frame["answer_id"])
    whole = np.arange(len(ids))
    members = {
        by: observed.frame.groupby(observed.frame[by].astype("str").str.strip()).indices
        for by in {by for by, *_ in keys if by}
    }
    for by, group, theme, kind in keys:
        rows = members[by][group] if by else whole
        yield by, group, theme, kind, ids.iloc[rows[columns[theme, kind][rows]]]


def pick_clear(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of what is mentioned demonstrably more or less often in a group than elsewhere."""
    return estimates[(estimates["statistic"] == "standout") & (estimates["p_adjusted"] < _CLEAR)]


def column_labels(observed: Observations) -> dict[tuple[str, str], NDArray[np.bool_]]:
    """Return which answers have each (theme, kind), each (flag, "flag") and each (contradiction, "doubt")."""
    columns = {label: observed.mentions[:, i] == 1 for i, label in enumerate(observed.labels)}
    columns |= {(flag, FLAG): observed.flagged[:, i] == 1 for i, flag in enumerate(observed.flags)}
    told = mark_contradictions(observed.frame["score"].to_numpy(float), *observed.sides)
    return columns | {(name, DOUBT): rows for name, rows in told.items()}


def _list_named(rows: pd.DataFrame, most_named: int) -> list[tuple[str, str, str, str]]:
    """List the pains and delights that the largest groups of a segment mention most."""
    nps = rows[(rows["statistic"] == "nps") & rows["estimate"].notna()]
    groups = nps.sort_values(["n", "group"], ascending=[False, True])["group"].head(_MOST_GROUPS)
    rates = rows[(rows["statistic"] == "mention_rate") & (rows["estimate"] > 0)]
    rates = rates[rates["group"].isin(groups) & rates["kind"].isin(_SIDES)].round({"estimate": 9})
    ranked = rates.sort_values(["group", "kind", "estimate", "theme"], ascending=[True, True, False, True])
    most = ranked.groupby(["group", "kind"], sort=False).head(most_named)
    return list(most[["by", "group", "theme", "kind"]].itertuples(index=False, name=None))
