"""What each figure shows, in a sentence: its title."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from why_nps.report.findings import compare_ends
from why_nps.report.selection import (
    SIGNIFICANT,
    VERDICTS,
    pick_drivers,
    pick_groups,
    pick_heat,
    pick_periods,
    pick_rates,
    pick_value,
)

if TYPE_CHECKING:
    import pandas as pd

    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

MOST_GROUPS = 40


def title_shares(explanation: Explanation, wording: Wording) -> str:
    """Say what the bar of shares shows."""
    shares, nps = read_shares(explanation), pick_value(explanation.estimates, "nps")
    if nps is None or not math.isfinite(nps["estimate"]) or len(shares) < 3:  # noqa: PLR2004 - all three
        return wording.say("figures.shares_title_none")
    told = {group: wording.share(share) for group, share in shares.items()}
    return wording.say("figures.shares_title", nps=wording.points(nps["estimate"]), **told)


def title_drivers(explanation: Explanation, wording: Wording) -> str:
    """Say which theme goes with the score most strongly, bare verdicts left aside."""
    table = pick_drivers(explanation.estimates, explanation.codebook)
    table = table[(table["p_adjusted"] < SIGNIFICANT) & ~table["theme"].isin(VERDICTS)]
    table = table[table["kind"].isin(["pain", "delight"])].dropna(subset=["adjusted_effect"])
    if table.empty:
        return wording.say("figures.drivers_title_none")
    row = table.iloc[int(table["adjusted_effect"].abs().argmax())]
    label = wording.quoted(explanation.codebook.label(row["theme"], wording.language))
    return wording.say(f"figures.drivers_title_{row['kind']}", theme=label)


def title_periods(explanation: Explanation, wording: Wording) -> str:
    """Say whether the last period differs from the first."""
    ends = compare_ends(pick_periods(explanation.estimates))
    if ends is None:
        return wording.say("figures.time_title_none")
    direction, first, last = ends
    told = {"first": wording.period(first["period"]), "last": wording.period(last["period"])}
    return wording.say(f"figures.time_title_{direction}", **told)


def title_heat(explanation: Explanation, wording: Wording, by: str) -> str:
    """Say which group names which pain most often."""
    heat = read_heat(explanation, by)
    if heat.empty or heat.isna().to_numpy().all():
        return wording.say("figures.heat_title_none")
    values = heat.to_numpy(dtype=float)
    at, across = divmod(int(np.nanargmax(values)), heat.shape[1])
    group, theme = heat.index[at], heat.columns[across]
    label = wording.quoted(explanation.codebook.label(str(theme), wording.language))
    rate = wording.share(float(values[at, across]))
    return wording.say("figures.heat_title", theme=label, place=wording.place(by, str(group)), rate=rate)


def read_shares(explanation: Explanation) -> dict[str, float]:
    """Return the shares (0..1) of promoters, passives and detractors that are known."""
    groups = ("promoters", "passives", "detractors")
    rows = {group: pick_value(explanation.estimates, f"share_{group}") for group in groups}
    known = {group: float(row["estimate"]) for group, row in rows.items() if row is not None}
    return {group: share for group, share in known.items() if math.isfinite(share)}


def read_heat(explanation: Explanation, by: str, most: int = 8) -> pd.DataFrame:
    """Return mention rates of the ``most`` named pains per group, largest groups first, at most forty."""
    themes = list(pick_rates(explanation.estimates, "mention_rate", "pain")["theme"].head(most))
    heat = pick_heat(explanation.estimates, by, themes, "pain")
    groups = pick_groups(explanation.estimates, by).sort_values("n", ascending=False, kind="stable")["group"]
    known = [group for group in groups.drop_duplicates() if group in heat.index]
    return heat.loc[known[:MOST_GROUPS]]
