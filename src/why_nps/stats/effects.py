"""What each label has to do with the score if all labels are held against each other at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtr, stdtrit

from why_nps.stats.estimates import make_rows
from why_nps.stats.intervals import CONFIDENCE
from why_nps.stats.nps import NO_SCORES
from why_nps.stats.tallies import POINTS, summarise

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats
    from why_nps.stats.regression import EffectFit
    from why_nps.stats.sample import Labels
    from why_nps.stats.tallies import LabelTally

TIED, SINGLE = "cannot be told apart from other labels", "rests on a single answer"
TOO_FEW_ANSWERS, NO_VARIATION = "too few answers for an interval", "no variation in the score"
NOT_DISTINCT = "not distinguishable"
REWARD, PENALTY = "praise weighs more", "blame weighs more"
EFFECTS = ("adjusted_effect", "promoter_effect", "detractor_effect")
STILL = 1e-10  # a standard error below this, of the unit of the figure, is rounding


def effect_rows(
    cells: LabelTally,
    labels: Labels,
    fit: EffectFit,
    columns: NDArray[np.intp],
    *,
    minimum: int,
    wanted: Collection[str],
) -> list[pd.DataFrame]:
    """Rows of the wanted of `EFFECTS` and, where wanted, of the contributions."""
    shown = ~(fit.tied | fit.single)[1:]
    note = explain_gaps(cells, fit, columns, minimum)
    rows = []
    for outcome, statistic in enumerate(EFFECTS):
        if statistic not in wanted:
            continue
        estimate, error = np.full(len(labels), np.nan), np.full(len(labels), np.nan)
        estimate[columns[shown]] = fit.effects[1:, outcome][shown]
        error[columns[shown]] = fit.std_errors[1:, outcome][shown]
        rows.append(
            infer_rows(
                statistic,
                labels,
                estimate=estimate,
                std_error=error,
                df=fit.df,
                unit=100.0 if outcome == 0 else 1.0,
                n=cells.n,
                n_effective=cells.mentioned,
                note=note,
            )
        )
    if "contribution" in wanted:
        rows.append(_contribution_rows(cells, labels, fit, columns, note))
    return rows


def explain_gaps(cells: LabelTally, fit: EffectFit, columns: NDArray[np.intp], minimum: int) -> NDArray[Any]:
    """Why a label has no effect of its own, "" where it has one."""
    note = cells.shortfall(minimum)
    note[columns] = np.select([fit.tied[1:], fit.single[1:]], [TIED, SINGLE], default="").astype(object)
    return note


def infer_rows(
    statistic: str,
    labels: Labels,
    *,
    estimate: Floats,
    std_error: Floats,
    df: float | Floats,
    unit: float,
    n: ArrayLike,
    n_effective: ArrayLike,
    note: ArrayLike,
    tested: bool = True,
) -> pd.DataFrame:
    """Rows with a t interval and, where `tested`, a p-value; none of either where nothing varies."""
    freedom = np.broadcast_to(np.asarray(df, dtype=np.float64), estimate.shape)
    usable = freedom > 0
    quantile = np.where(usable, stdtrit(np.where(usable, freedom, 1.0), 0.5 + CONFIDENCE / 2), np.nan)
    still = std_error <= STILL * unit
    half = np.where(still, np.nan, quantile * std_error)
    p = np.full(estimate.shape, np.nan)
    moves = ~(np.isnan(std_error) | still) & usable & tested
    p[moves] = 2 * stdtr(freedom[moves], -np.abs(estimate[moves] / std_error[moves]))
    return make_rows(
        statistic,
        labels=labels,
        estimate=estimate,
        std_error=std_error,
        limits=(estimate - half, estimate + half),
        n=n,
        n_effective=n_effective,
        p=p,
        note=np.where(still, NO_VARIATION, np.asarray(note, dtype=object)),
    )


def asymmetry_rows(
    cells: LabelTally, labels: Labels, fit: EffectFit, columns: NDArray[np.intp], kinds: tuple[str, str]
) -> pd.DataFrame:
    """Reward plus penalty of each theme that has both kinds: above 0 praise goes with more than blame."""
    known = {labels[int(at)]: 1 + place for place, at in enumerate(columns)}
    usable = ~(fit.tied | fit.single)
    themes = [theme for theme, kind in known if kind == kinds[0] and (theme, kinds[1]) in known]
    pairs = np.array([[known[theme, kind] for kind in kinds] for theme in themes], np.intp).reshape(-1, 2)
    pairs = pairs[usable[pairs].all(axis=1)]
    penalty, reward = pairs.T
    named = [labels[int(columns[at - 1])][0] for at in penalty]
    cov = fit.joint_cov
    variance = cov[penalty, penalty] + cov[reward, reward] + 2 * cov[penalty, reward]
    sums = fit.effects[penalty, 0] + fit.effects[reward, 0]
    rows = infer_rows(
        "asymmetry",
        [(theme, "") for theme in named],
        estimate=sums,
        std_error=np.sqrt(np.maximum(variance, 0.0)),
        df=fit.df,
        unit=100.0,
        n=cells.n,
        n_effective=cells.mentioned[columns[penalty - 1]] + cells.mentioned[columns[reward - 1]],
        note=np.full(len(named), "", dtype=object),
    )
    clear = (rows["low"] > 0) | (rows["high"] < 0)
    told = np.where(rows["estimate"] > 0, REWARD, PENALTY)
    rows["note"] = np.where(rows["note"] != "", rows["note"], np.where(clear, told, NOT_DISTINCT))
    return rows


def _contribution_rows(
    cells: LabelTally, labels: Labels, fit: EffectFit, columns: NDArray[np.intp], note: NDArray[Any]
) -> pd.DataFrame:
    """Rate times effect; the baseline row takes all that is not shown, so that they sum to the NPS."""
    folded = fit.tied | fit.single
    folded[0] = True
    shown = ~folded
    covariance = fit.contribution_cov
    parts = fit.rates * fit.effects[:, 0]
    estimate, error = np.full(1 + len(labels), np.nan), np.full(1 + len(labels), np.nan)
    places = np.concatenate([[0], 1 + columns])
    estimate[places[shown]] = parts[shown]
    error[places[shown]] = np.sqrt(np.diag(covariance)[shown])
    if cells.n:
        estimate[0] = float(summarise(cells.all, POINTS).mean) - parts[shown].sum()
        error[0] = np.sqrt(max(covariance[np.ix_(folded, folded)].sum(), 0.0))
    first = NO_SCORES if not cells.n else "" if fit.df > 0 else TOO_FEW_ANSWERS
    return infer_rows(
        "contribution",
        [("", ""), *labels],
        estimate=estimate,
        std_error=error,
        df=fit.df,
        unit=100.0,
        n=cells.n,
        n_effective=np.concatenate([[cells.n], cells.mentioned]),
        note=np.concatenate([[first], note]).astype(object),
        tested=False,
    )
