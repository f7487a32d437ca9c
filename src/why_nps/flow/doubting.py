"""What should be asked of the figures: did anything change, is the order chance, who stayed silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from why_nps.core.tables import ESTIMATES
from why_nps.errors import InputError
from why_nps.stats import (
    bound_nps,
    chart_control,
    decompose_change,
    estimate_rates_if_alike,
    find_begged,
    find_change_points,
    find_contradictions,
    measure_principles,
    plan_change,
    rank_groups,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from why_nps.flow.joining import Observations

_TWO, _SPLITS, _CHART = 2, 4, 8  # periods that a change, a change point and a control chart take
_POINTS, _LIKELY = 5.0, 20.0  # the change worth seeing; how far others may well differ, both in points
_WIDE = 2 * 1.959964
_UNITS = ("employee", "branch")
_FLAG = "flag"


def watch_periods(observed: Observations, estimates: pd.DataFrame, minimum_n: int) -> list[pd.DataFrame]:
    """Set the last two periods that may be shown against each other, and all of them in a row.

    Returns
    -------
    list of pandas.DataFrame
        ESTIMATES: ``change`` and its parts, with the last period as `period`; ``change_since_first``, from
        the first period to the last; ``answers_needed`` a period to see 5 points; with four periods
        ``change_point``, with eight a control chart on the first half.
    """
    nps = estimates[(estimates["statistic"] == "nps") & (estimates["by"] == "") & (estimates["period"] != "")]
    shown = sorted(nps.loc[nps["estimate"].notna() & (nps["n"] >= minimum_n), "period"])
    if len(shown) < _TWO:
        return []
    score, weights = observed.frame["score"].to_numpy(), observed.weights
    inside = [(observed.frame["period"] == period).to_numpy(bool) for period in shown]
    counts = np.array([_count_classes(score[rows], observed.counts[rows]) for rows in inside])
    change = _divide(observed, inside[-2], inside[-1], len(observed.labels))
    whole = _divide(observed, inside[0], inside[-1], 0)
    whole = whole[whole["statistic"] == "change"].assign(statistic="change_since_first")
    found = [table.assign(period=shown[-1]) for table in (change, whole)]
    found.append(_answers_needed(counts[-2], shown[-1]))
    if len(shown) >= _SPLITS and weights is None:
        found.append(find_change_points(counts, shown))
    usual = counts[: len(shown) // 2]
    if len(shown) >= _CHART and weights is None and np.count_nonzero(usual.sum(axis=0)) > 1:
        found.append(chart_control(counts, shown, baseline=len(usual)))
    return found


def rank_segments(estimates: pd.DataFrame, segments: Sequence[str]) -> list[pd.DataFrame]:
    """Shrink the NPS of the groups of each segment, and say which cannot be told from the others."""
    found = []
    for by in segments:
        rows = estimates[(estimates["statistic"] == "nps") & (estimates["by"] == by)]
        rows = rows[(rows["period"] == "") & rows["estimate"].notna()]
        if len(rows) >= _TWO:
            error = (rows["high"] - rows["low"]).to_numpy() / _WIDE
            found.append(rank_groups(rows["estimate"].to_numpy(), error, rows["group"].tolist(), by=by))
    return found


def doubt_scores(observed: Observations, asked: int | None) -> list[pd.DataFrame]:
    """Estimate what silence, principles and contradictions could do to the figures."""
    score, counts = observed.frame["score"].to_numpy(), observed.counts
    pain, delight = observed.sides
    flags = [(flag, _FLAG) for flag in observed.flags]
    principles = [at for at, (flag, _) in enumerate(flags) if flag.startswith("never") or flag == "incentive"]
    found = [
        estimate_rates_if_alike(score, observed.mentions, observed.labels, observed.spoke, counts=counts),
        find_contradictions(score, pain, delight, counts=counts),
        measure_principles(
            score, observed.flagged[:, principles], [flags[at] for at in principles], counts=counts
        ),
    ]
    if asked is not None:
        found.append(_bounds(observed, asked))
    return [part for part in found if len(part)]


def doubt_units(
    observed: Mapping[str, Observations],
    segments: Sequence[str],
    withheld: Mapping[str, frozenset[tuple[str, str]]],
    minimum_n: int,
) -> list[pd.DataFrame]:
    """Tell at which employees and branches scores may have been asked for."""
    found = []
    for by in segments:
        if by in _UNITS:
            rows = observed[by]
            pain, delight = rows.sides
            begged = rows.flagged[:, rows.flags.index("begged")] if "begged" in rows.flags else 0
            signals = np.column_stack([pain & ~delight, np.broadcast_to(begged, len(pain)) == 1])
            score, units = rows.frame["score"].to_numpy(), rows.frame[by]
            rows_of = find_begged(
                score, units, signals, by=by, counts=rows.counts, minimum_n=minimum_n, withheld=withheld[by]
            )
            found.append(rows_of)
    return [part for part in found if len(part)]


def _divide(
    observed: Observations, before: NDArray[np.bool_], after: NDArray[np.bool_], labels: int
) -> pd.DataFrame:
    """Divide the change between two periods over the first so many labels."""
    score, mentions, weights = observed.frame["score"].to_numpy(), observed.mentions, observed.weights
    sides = [(score[inside], mentions[inside, :labels]) for inside in (before, after)]
    return decompose_change(
        sides[0],
        sides[1],
        observed.labels[:labels],
        weights=None if weights is None else (weights[before], weights[after]),
        counts=(observed.counts[before], observed.counts[after]),
    )


def _count_classes(scores: NDArray[np.int64], counts: NDArray[np.int64]) -> list[int]:
    promoters, detractors = (int(counts[side].sum()) for side in (scores >= 9, scores <= 6))  # noqa: PLR2004 - the NPS
    return [detractors, int(counts.sum()) - promoters - detractors, promoters]


def _answers_needed(counts: NDArray[np.int64], period: str) -> pd.DataFrame:
    detractors, _, promoters = counts / counts.sum()
    needed = plan_change(float(promoters), float(detractors), points=_POINTS)
    row = {
        "statistic": "answers_needed",
        "period": period,
        "estimate": np.ceil(needed),
        "n": int(counts.sum()),
    }
    return _rows([row])


def _bounds(observed: Observations, asked: int) -> pd.DataFrame:
    n = observed.n
    if asked < n:
        raise InputError(f"asked must be at least the {n:,} who gave a score; {asked:,} was given.")
    detractors, _, promoters = _count_classes(observed.frame["score"].to_numpy(), observed.counts)
    nps, rate = 100 * (promoters - detractors) / n, n / asked
    rows = []
    for name, difference in (("nps_bounds", 200.0), ("nps_bounds_likely", _LIKELY)):
        bounds = bound_nps(nps, rate, largest_difference=difference)
        rows.append({"statistic": name, "estimate": nps, "low": bounds.low, "high": bounds.high, "n": n})
    return _rows(rows)


def _rows(rows: list[dict[str, object]]) -> pd.DataFrame:
    blank = {name: "" for name, dtype in ESTIMATES.columns.items() if dtype == "str"}
    return ESTIMATES.frame([{**blank, **row} for row in rows])
