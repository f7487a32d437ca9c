"""What each figure shows, in a sentence: its title."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from why_nps.report.findings import label_kind, word_when
from why_nps.report.selection import (
    SIGNIFICANT,
    VERDICTS,
    pick_drivers,
    pick_groups,
    pick_heat,
    pick_periods,
    pick_rates,
    pick_standouts,
    pick_value,
)
from why_nps.report.steps import pick_change, pick_whole_change

if TYPE_CHECKING:
    import pandas as pd

    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

MOST_GROUPS = 40
_MOST_NAMED = 3


def word_source(explanation: Explanation, wording: Wording) -> str:
    """Say where the answers came from, how many they are, and of which periods."""
    periods = [wording.period(period) for period in pick_periods(explanation.estimates)["period"]]
    told = {"source": explanation.reading.source, "answers": wording.number(explanation.coding.answers)}
    if not periods:
        return wording.say("page.source_undated", **told)
    key = "page.one_period" if len(periods) == 1 else "page.more_periods"
    span = wording.say(key, period=periods[0], first=periods[0], last=periods[-1])
    return wording.say("page.source", range=span, **told)


def title_shares(explanation: Explanation, wording: Wording) -> str:
    """Say what the bar of shares shows."""
    shares, nps = read_shares(explanation), pick_value(explanation.estimates, "nps")
    if nps is None or not math.isfinite(nps["estimate"]) or len(shares) < 3:  # noqa: PLR2004 - all three
        return wording.say("figures.shares_title_none")
    told = {group: wording.share(share) for group, share in shares.items()}
    return wording.say("figures.shares_title", nps=wording.points(nps["estimate"]), **told)


def title_drivers(explanation: Explanation, wording: Wording) -> str:
    """Say which theme weighs heaviest: association times how often it is named, bare verdicts left aside.

    Not the largest association: that is often one of a rare theme, with an interval as wide.
    """
    table = pick_drivers(explanation.estimates, explanation.codebook)
    table = table[(table["p_adjusted"] < SIGNIFICANT) & ~table["theme"].isin(VERDICTS)]
    table = table[table["kind"].isin(["pain", "delight"])].dropna(subset=["adjusted_effect"])
    if table.empty:
        return wording.say("figures.drivers_title_none")
    row = table.iloc[int(weigh_drivers(table).argmax())]
    return wording.say(
        f"figures.drivers_title_{row['kind']}",
        theme=wording.quoted(explanation.codebook.label(row["theme"], wording.language)),
        effect=wording.points(row["adjusted_effect"]),
        interval=wording.interval(row["adjusted_effect_low"], row["adjusted_effect_high"]),
    )


def title_quadrants(explanation: Explanation, wording: Wording) -> str:
    """Say which themes are both named often and go with the score strongly."""
    table = read_quadrants(explanation)
    if table.empty:
        return wording.say("figures.drivers_title_none")
    often = table[(table["rate"] >= table["rate"].median()) & table["clear"]]
    both = often[often["strength"] >= table["strength"].median()].head(_MOST_NAMED)
    if both.empty:
        return wording.say("figures.quadrants_title_none")
    labels = [
        f"{wording.quoted(explanation.codebook.label(row['theme'], wording.language))} "
        f"({label_kind(row['kind'], explanation, wording)})"
        for _, row in both.iterrows()
    ]
    return wording.say("figures.quadrants_title", themes=wording.listed(labels))


def title_periods(explanation: Explanation, wording: Wording) -> str:
    """Say whether the last period differs from the first."""
    change = pick_whole_change(explanation)
    if change is None:
        return wording.say("figures.time_title_none")
    told = {"first": wording.period(change.first), "last": wording.period(change.last)}
    return wording.say(f"figures.time_title_{change.direction}", **told)


def title_change(explanation: Explanation, wording: Wording) -> str:
    """Say whether the NPS changed between the last two periods."""
    change = pick_change(explanation)
    if change is None:
        return wording.say("figures.time_title_none")
    return wording.say(
        "figures.change_title" if change.clear else "figures.change_title_none",
        first=wording.period(change.first),
        last=wording.period(change.last),
        change=wording.points(change.points, 1),
        interval=wording.interval(change.low, change.high, 1),
    )


def title_heat(explanation: Explanation, wording: Wording, by: str) -> str:
    """Say which group names a pain demonstrably more often than the others; that none does, where so."""
    heat = read_heat(explanation, by)
    if heat.empty or heat.isna().to_numpy().all():
        return wording.say("figures.heat_title_none")
    clear = list_clear_cells(explanation, by, heat)
    if not clear:
        return wording.say("figures.heat_title_alike", segment=wording.name("segments", by))
    theme = wording.quoted(explanation.codebook.label(clear[0]["theme"], wording.language))
    place = wording.place(by, clear[0]["group"])
    return wording.say(
        "figures.heat_title", theme=theme, place=place, when=word_when(clear[0], wording)
    ).strip()


def title_words(explanation: Explanation, wording: Wording) -> str:
    """Say which words promoters write more often, and which detractors."""
    words = explanation.words
    told = {}
    for group in ("promoters", "detractors"):
        first = words.loc[words["group"] == group, "word"].head(_MOST_NAMED)
        told[group] = wording.listed([wording.quoted(word) for word in first])
    known = [group for group, listed in told.items() if listed]
    if not known:
        return wording.say("figures.words_none")
    return wording.say(f"figures.words_title{'' if len(known) > 1 else '_' + known[0]}", **told)


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


def read_sizes(explanation: Explanation, by: str) -> dict[str, float]:
    """Return how many answers each group of a segment has; missing where it is suppressed."""
    rows = pick_groups(explanation.estimates, by)
    return dict(zip(rows["group"], rows["n"].where(rows["estimate"].notna()), strict=True))


def read_quadrants(explanation: Explanation) -> pd.DataFrame:
    """Return pains and delights with an effect, largest contribution first; bare verdicts left aside.

    Returns
    -------
    pandas.DataFrame
        ``theme``, ``kind``; ``rate`` (0..1); ``strength``, the size of the adjusted effect in NPS points;
        ``clear``, whether it can be told from zero.
    """
    table = pick_drivers(explanation.estimates, explanation.codebook)
    table = table[table["kind"].isin(["pain", "delight"]) & ~table["theme"].isin(VERDICTS)]
    table = table[(table["mention_rate"] > 0) & table["adjusted_effect"].notna()]
    drawn = table[["theme", "kind"]].assign(
        rate=table["mention_rate"],
        strength=table["adjusted_effect"].abs(),
        clear=table["p_adjusted"] < SIGNIFICANT,
        size=weigh_drivers(table),
    )
    return drawn.sort_values("size", ascending=False, kind="stable").drop(columns="size")


def weigh_drivers(table: pd.DataFrame) -> pd.Series:
    """Return how heavily each theme and kind weighs: association with the score times mention rate."""
    return (table["adjusted_effect"] * table["mention_rate"]).abs()


def list_clear_cells(explanation: Explanation, by: str, heat: pd.DataFrame) -> list[pd.Series]:
    """Return the standouts that name a pain of a shown cell more often than elsewhere, clearest first."""
    table = pick_standouts(explanation.estimates)
    table = table[(table["by"] == by) & (table["kind"] == "pain") & (table["difference"] > 0)]
    shown = table[table["theme"].isin(heat.columns) & table["group"].isin(heat.index)]
    return [row for _, row in shown.iterrows()]
