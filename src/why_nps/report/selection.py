"""Picks rows out of the estimates: nothing is estimated here, only chosen, ordered and set side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from why_nps.core.codebook import Codebook

DISAGREE = "impact and adjusted effect disagree"
SIGNIFICANT = 0.05  # of p_adjusted, as the statistics declare it
VERDICTS = ("general",)  # "Prima!" gives no reason: in the tables, never among the findings

DRIVER_STATISTICS = (
    "mention_rate",
    "mention_rate_promoters",
    "mention_rate_passives",
    "mention_rate_detractors",
    "nps_with",
    "nps_without",
    "gap",
    "impact",
    "promoter_effect",
    "detractor_effect",
    "promoter_ame",
    "detractor_ame",
    "adjusted_effect",
    "contribution",
)
_MODELS = ("promoter_ame", "detractor_ame")  # how they were fitted is told in the estimates alone
_WITH_INTERVAL = ("mention_rate", "adjusted_effect")

STANDOUT_COLUMNS = (
    "by",
    "group",
    "theme",
    "kind",
    "since",
    "until",
    "shape",
    "period",
    "rate",
    "elsewhere",
    "difference",
    "low",
    "high",
    "n",
    "p_adjusted",
)


def pick_value(estimates: pd.DataFrame, statistic: str) -> pd.Series | None:
    """Return the one row of a statistic over all answers, or None where there is none."""
    found = _overall(estimates, statistic)
    found = found[found["theme"] == ""]
    return None if found.empty else found.iloc[0]


def pick_drivers(estimates: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Set the statistics of each theme and kind side by side.

    Parameters
    ----------
    estimates : pandas.DataFrame
        The ``ESTIMATES`` table.
    codebook : Codebook
        Gives the order of themes and kinds.

    Returns
    -------
    pandas.DataFrame
        One row a theme and kind that is mentioned or estimated, in codebook order: ``theme``,
        ``kind``, each of `DRIVER_STATISTICS`, ``_low`` and ``_high`` of mention rate
        and adjusted effect, ``p_adjusted`` of the adjusted effect, ``n`` and ``note``.
    """
    rows = _overall(estimates)
    rows = rows[rows["statistic"].isin(DRIVER_STATISTICS) & (rows["theme"] != "") & (rows["kind"] != "flag")]
    keys = ["theme", "kind"]
    wide = rows.set_index([*keys, "statistic"])["estimate"].unstack("statistic")  # noqa: PD010 - keys are unique
    wide = wide.reindex(columns=list(DRIVER_STATISTICS)).astype("float64").rename_axis(columns=None)
    for statistic in _WITH_INTERVAL:
        part = rows[rows["statistic"] == statistic].set_index(keys)
        wide[f"{statistic}_low"], wide[f"{statistic}_high"] = part["low"], part["high"]
    wide["p_adjusted"] = rows[rows["statistic"] == "adjusted_effect"].set_index(keys)["p_adjusted"]
    wide["n"] = rows.groupby(keys)["n"].max()
    told = rows[(rows["note"] != "") & ~rows["statistic"].isin(_MODELS)]
    wide["note"] = told.groupby(keys)["note"].first()
    wide["note"] = wide["note"].astype("str").fillna("")
    return _in_codebook_order(wide.reset_index(), codebook)


def rank_drivers(drivers: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the mentioned themes of one kind: largest contribution first, verdicts and unknown last.

    The contribution weighs how strongly a theme goes with the score by how often it is mentioned, so
    a rare theme does not lead however strong.

    Parameters
    ----------
    drivers : pandas.DataFrame
        As `pick_drivers` gives them.
    kind : str
        "pain" (most negative first) or "delight" (most positive first).
    """
    table = drivers[(drivers["kind"] == kind) & ~(drivers["mention_rate"].fillna(0) == 0)]
    table = table.assign(unknown=table["adjusted_effect"].isna(), verdict=table["theme"].isin(VERDICTS))
    keys = ["unknown", "verdict", "contribution", "mention_rate"]
    ranked = table.sort_values(keys, ascending=[True, True, kind == "pain", False], kind="stable")
    return ranked.drop(columns=["unknown", "verdict"])


def pick_rates(estimates: pd.DataFrame, statistic: str, kind: str) -> pd.DataFrame:
    """Return the rows of a rate over all answers, ``mention_rate`` or ``flag_rate``, the highest first."""
    rows = _overall(estimates, statistic)
    rows = rows[(rows["kind"] == kind) & (rows["estimate"] > 0)]
    return rows.sort_values("estimate", ascending=False, kind="stable")


def pick_ends(estimates: pd.DataFrame, statistic: str) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Return the interval of a statistic over all answers, and its mentions, for each theme and kind."""
    rows = _overall(estimates, statistic)
    ends = rows[["low", "high", "n_effective"]].itertuples(index=False, name=None)
    return dict(zip(zip(rows["theme"], rows["kind"], strict=True), ends, strict=True))


def pick_groups(estimates: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the NPS rows of the groups of one segment, highest first and suppressed ones last."""
    nps = estimates[(estimates["statistic"] == "nps") & (estimates["by"] == by) & (estimates["period"] == "")]
    return nps.sort_values(["estimate", "group"], ascending=[False, True], na_position="last", kind="stable")


def pick_alike(estimates: pd.DataFrame, by: str) -> frozenset[str]:
    """Return the groups of a segment whose NPS cannot be told from that of the others."""
    rows = estimates[(estimates["statistic"] == "shrunk") & (estimates["by"] == by)]
    return frozenset(rows.loc[rows["note"] == "not distinguishable", "group"].astype(str))


def pick_periods(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the NPS rows of all answers per period, in order of time."""
    nps = _everyone(estimates[estimates["statistic"] == "nps"])
    return nps[nps["period"] != ""].sort_values("period")


def pick_change_points(estimates: pd.DataFrame) -> list[str]:
    """Return the periods after which the scores of all answers shifted, in order of time."""
    points = estimates[(estimates["statistic"] == "change_point") & (estimates["note"] == "signal")]
    return sorted(points["period"])


def pick_heat(estimates: pd.DataFrame, by: str, themes: list[str], kind: str) -> pd.DataFrame:
    """Return mention rates with groups as rows and ``themes`` as columns; missing where suppressed."""
    rows = estimates[
        (estimates["statistic"] == "mention_rate")
        & (estimates["by"] == by)
        & (estimates["period"] == "")
        & (estimates["kind"] == kind)
        & estimates["theme"].isin(themes)
    ]
    wide = rows.set_index(["group", "theme"])["estimate"].unstack("theme")  # noqa: PD010 - keys are unique
    return wide.reindex(columns=[theme for theme in themes if theme in wide.columns])


def pick_standouts(estimates: pd.DataFrame) -> pd.DataFrame:
    """Choose where a theme is named demonstrably more or less often than elsewhere, clearest first.

    Consecutive significant periods of a group become one row. A run that lasts to the last period and
    began after the first is told as "since" and takes the place of the group's row over all periods.

    Returns
    -------
    pandas.DataFrame
        Columns `STANDOUT_COLUMNS`. ``shape`` is "always", "since", "in" or "between"; ``rate`` and
        ``elsewhere`` (0..1) are those of ``period``, where the run stands now, and missing where the
        estimates hold no mention rate for it; ``difference`` is rate minus elsewhere.
    """
    rows = estimates[(estimates["statistic"] == "standout") & (estimates["by"] != "")]
    clear = rows[(rows["p_adjusted"] < SIGNIFICANT) & rows["estimate"].notna()]
    timeline = sorted(set(estimates.loc[estimates["period"] != "", "period"]))
    rates = estimates[estimates["statistic"].isin(["mention_rate", "flag_rate"])]
    known = rates.set_index(["by", "group", "period", "theme", "kind"])["estimate"].to_dict()
    found: list[dict[str, object]] = []
    for _, part in clear.groupby(["by", "group", "theme", "kind"], sort=False):
        found += _told_once(part, timeline)
    table = pd.DataFrame(found, columns=list(STANDOUT_COLUMNS))
    keys = list(zip(table["by"], table["group"], table["period"], table["theme"], table["kind"], strict=True))
    table["rate"] = [known.get(key, float("nan")) for key in keys]
    table["elsewhere"] = (table["rate"] - table["difference"].astype("float64")).clip(0, 1)
    table["size"] = table["difference"].astype("float64").abs()
    ranked = table.sort_values(["p_adjusted", "size"], ascending=[True, False], kind="stable")
    return ranked.drop(columns="size").reset_index(drop=True)


def pick_verbatims(
    verbatims: pd.DataFrame, theme: str, kind: str, *, by: str = "", group: str = ""
) -> pd.DataFrame:
    """Return the masked answers behind one theme and kind, in the order given."""
    return verbatims[
        (verbatims["theme"] == theme)
        & (verbatims["kind"] == kind)
        & (verbatims["by"].fillna("") == by)
        & (verbatims["group"].fillna("") == group)
    ]


def _told_once(part: pd.DataFrame, timeline: list[str]) -> list[dict[str, object]]:
    whole = [_standout(row, "", "", "always") for _, row in part[part["period"] == ""].iterrows()]
    runs = []
    for run in _runs(part[part["period"] != ""], timeline):
        since, until = str(run[0]["period"]), str(run[-1]["period"])
        if until == timeline[-1] and since != until:
            shape = "since" if since != timeline[0] else "always"
        else:
            shape = "in" if since == until else "between"
        clearest = min(row["p_adjusted"] for row in run)
        runs.append({**_standout(run[-1], since, until, shape), "p_adjusted": clearest})
    ongoing = [run for run in runs if run["shape"] == "since"]
    return ongoing or whole or runs[-1:]


def _runs(part: pd.DataFrame, timeline: list[str]) -> list[list[pd.Series]]:
    place = {period: i for i, period in enumerate(timeline)}
    runs: list[list[pd.Series]] = []
    for _, row in part.sort_values("period").iterrows():
        last = runs[-1][-1] if runs else None
        follows = last is not None and place[row["period"]] == place[last["period"]] + 1
        if follows and last is not None and (row["estimate"] > 0) == (last["estimate"] > 0):
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _standout(row: pd.Series, since: str, until: str, shape: str) -> dict[str, object]:
    taken = {
        key: row[key] for key in ("by", "group", "theme", "kind", "period", "low", "high", "n", "p_adjusted")
    }
    return {**taken, "since": since, "until": until, "shape": shape, "difference": row["estimate"]}


def _everyone(estimates: pd.DataFrame) -> pd.DataFrame:
    return estimates[(estimates["by"] == "") & (estimates["group"] == "")]


def _overall(estimates: pd.DataFrame, statistic: str | None = None) -> pd.DataFrame:
    rows = _everyone(estimates)
    rows = rows[rows["period"] == ""]
    return rows if statistic is None else rows[rows["statistic"] == statistic]


def _in_codebook_order(table: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    themes = {theme: i for i, theme in enumerate(codebook.theme_ids)}
    kinds = {kind: i for i, kind in enumerate(codebook.kind_ids)}
    table["theme"], table["kind"] = table["theme"].astype("str"), table["kind"].astype("str")
    order = pd.DataFrame(
        {
            "t": table["theme"].map(themes).fillna(len(themes)),
            "k": table["kind"].map(kinds).fillna(len(kinds)),
        }
    ).sort_values(["t", "k"], kind="stable")
    return table.loc[order.index].reset_index(drop=True)
