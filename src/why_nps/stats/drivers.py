"""What each theme and kind has to do with the score: rates, gaps, impact and adjusted effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtr, stdtrit

from why_nps.stats.estimates import collect, make_rows
from why_nps.stats.intervals import Z, difference_interval
from why_nps.stats.nps import NO_SCORES
from why_nps.stats.regression import fit_effects
from why_nps.stats.sample import CHUNK, take_mentions, take_sample
from why_nps.stats.scores import CLASSES
from why_nps.stats.tallies import (
    POINTS,
    Moments,
    Tally,
    nps_limits,
    share_limits,
    stack_tallies,
    summarise,
    tally_scores,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats, Limits
    from why_nps.stats.regression import EffectFit
    from why_nps.stats.sample import Labels, Sample

MINIMUM_MENTIONS = 10
TOO_FEW, TOO_FEW_WITHOUT = "too few mentions", "too few answers without it"
TIED, SINGLE = "cannot be told apart from other labels", "rests on a single answer"
TOO_FEW_ANSWERS = "too few answers for an interval"
NO_VARIATION, DISAGREE = "no variation in the score", "impact and adjusted effect disagree"
EFFECTS = ("adjusted_effect", "promoter_effect", "detractor_effect")
STILL = 1e-10  # a standard error below this, of the unit of the figure, is rounding


def estimate_drivers(
    scores: ArrayLike,
    mentions: ArrayLike,
    labels: Labels,
    *,
    weights: ArrayLike | None = None,
    minimum_mentions: int = MINIMUM_MENTIONS,
) -> pd.DataFrame:
    """Estimate how often each label is mentioned and what it has to do with the score.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10; answers without a score are left out of every figure.
    mentions : array_like of shape (n, k)
        1 where the answer mentions the label, else 0; answers without text are rows of 0.
    labels : sequence of k (theme, kind) pairs
        What the columns of `mentions` are.
    weights : array_like of shape (n,), optional
        Positive; every statistic uses them.
    minimum_mentions : int
        Labels that fewer scored answers mention, or that all but fewer mention, get rates but no relation
        to the score.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, for each label: ``mention_rate`` and ``mention_rate_promoters``, ``_passives``,
        ``_detractors`` (0..1); ``nps_with``, ``nps_without``, ``gap``, ``impact``, ``adjusted_effect``,
        ``contribution`` (points); ``promoter_effect``, ``detractor_effect`` (differences of
        probabilities, -1..1). The ``contribution`` rows, of which the one without theme is the baseline,
        sum to the NPS. `n_effective` counts the mentions, but is the effective n for ``nps_with`` and
        ``nps_without``. A figure that cannot be had is NaN and its `note` says why.

    Raises
    ------
    InputError
        If the scores, weights, mentions or labels cannot be used.

    Notes
    -----
    Formulas and sources: docs/statistics.md. These are associations, not gains to be expected.

    Examples
    --------
    >>> table = estimate_drivers([10, 9, 8, 3, 2, 9, 0, 6], [[0], [0], [0], [1], [1], [0], [1], [0]],
    ...                          [("billing", "pain")], minimum_mentions=3)
    >>> table.set_index("statistic").loc[["mention_rate", "impact", "adjusted_effect"], "estimate"].round(2)
    statistic
    mention_rate         0.38
    impact             -52.50
    adjusted_effect   -140.00
    Name: estimate, dtype: float64
    """
    sample = take_sample(scores, weights)
    matrix = take_mentions(mentions, labels, len(sample.kept))
    return collect(driver_rows(sample, matrix[sample.kept], labels, minimum_mentions))


def driver_rows(
    sample: Sample, mentions: NDArray[Any], labels: Labels, minimum_mentions: int = MINIMUM_MENTIONS
) -> list[pd.DataFrame]:
    """Rows of `estimate_drivers` for a sample taken before and its mentions, p-values not yet adjusted."""
    cells = _tally(sample, mentions)
    rates = _rate_rows(cells, labels)
    relations = _relation_rows(cells, labels, minimum_mentions)
    columns = np.flatnonzero(cells.shortfall(minimum_mentions) == "")
    effects = _effect_rows(cells, labels, fit_effects(mentions, columns, sample), columns, minimum_mentions)
    return _mark_disagreement([*rates, *relations, *effects])


@dataclass(frozen=True, slots=True)
class _Cells:
    """All answers (3,), and those with and without each label (k, 3)."""

    all: Tally
    within: Tally
    without: Tally

    @property
    def n(self) -> float:
        return float(self.all.counts.sum())

    @property
    def mentioned(self) -> Floats:
        counts: Floats = self.within.counts.sum(axis=-1)
        return counts

    def shortfall(self, minimum: int) -> NDArray[Any]:
        """Why a label has no relation to the score, "" where it has one."""
        least = max(minimum, 1)
        few, rest = self.mentioned < least, self.n - self.mentioned < least
        return np.select([few, rest], [TOO_FEW, TOO_FEW_WITHOUT], default="").astype(object)


def _tally(sample: Sample, mentions: NDArray[Any]) -> _Cells:
    weights = sample.weights[:, None]
    parts = np.hstack([sample.classes, sample.classes * weights, sample.classes * weights**2])
    sums = np.zeros((mentions.shape[1], 9))
    for start in range(0, len(mentions), CHUNK):
        rows = slice(start, start + CHUNK)
        sums += mentions[rows].astype(np.float64).T @ parts[rows]
    whole = tally_scores(sample)
    within = Tally(sums[:, :3], sums[:, 3:6], sums[:, 6:])
    return _Cells(whole, within, whole.minus(within))


def _rate_rows(cells: _Cells, labels: Labels) -> list[pd.DataFrame]:
    counted = [("mention_rate", cells.without.total(), cells.within.total(), NO_SCORES)]
    for index in (2, 1, 0):
        name = CLASSES[index]
        counted.append(
            (f"mention_rate_{name}", cells.without.pick(index), cells.within.pick(index), f"no {name}")
        )
    rows = []
    for statistic, without, within, empty in counted:
        rate = summarise(stack_tallies(without, within), (0, 1))
        rows.append(
            make_rows(
                statistic,
                labels=labels,
                estimate=rate.mean,
                std_error=rate.std_error,
                limits=share_limits(rate),
                n=rate.n,
                n_effective=within.counts,
                note=np.where(rate.n > 0, "", empty).astype(object),
            )
        )
    return rows


def _relation_rows(cells: _Cells, labels: Labels, minimum: int) -> list[pd.DataFrame]:
    short = cells.shortfall(minimum)
    sides = [summarise(side, POINTS) for side in (cells.within, cells.without)]
    limits = [
        nps_limits(side, moments.n_effective)
        for side, moments in zip((cells.within, cells.without), sides, strict=True)
    ]
    gap = sides[0].mean - sides[1].mean
    impact, error = _impact(cells, sides[1])
    still = (error <= 100 * STILL) & (short == "")
    around = (np.where(still, np.nan, impact - Z * error), np.where(still, np.nan, impact + Z * error))
    found: list[tuple[str, Floats, Floats, Limits, Any, Any, NDArray[Any]]] = [
        (name, moments.mean, moments.std_error, interval, moments.n, moments.n_effective, short)
        for name, moments, interval in zip(("nps_with", "nps_without"), sides, limits, strict=True)
    ]
    between = difference_interval(sides[0].mean, limits[0], sides[1].mean, limits[1])
    error_gap = np.hypot(sides[0].std_error, sides[1].std_error)
    found.append(("gap", gap, error_gap, between, cells.n, cells.mentioned, short))
    notes = np.where(still, NO_VARIATION, short)
    found.append(("impact", impact, error, around, cells.n, cells.mentioned, notes))
    rows = []
    for statistic, estimate, std_error, interval, n, n_effective, note in found:
        row = make_rows(
            statistic,
            labels=labels,
            estimate=estimate,
            std_error=std_error,
            limits=interval,
            n=n,
            n_effective=n_effective,
            note=note,
        )
        row.loc[short != "", ["estimate", "std_error", "low", "high"]] = np.nan
        rows.append(row)
    return rows


def _impact(cells: _Cells, without: Moments) -> tuple[Floats, Floats]:
    """NPS less the NPS of those who do not mention it, and its standard error by the influence function."""
    total = cells.all.weights.sum()
    nps = summarise(cells.all, POINTS).mean
    missing = np.where(without.n > 0, cells.without.weights.sum(axis=-1), np.nan)
    mentioner = POINTS - nps  # (3,): influence of an answer with the label, by class
    other = mentioner - total / missing[:, None] * (POINTS - without.mean[:, None])
    variance = (cells.within.squares * mentioner**2 + cells.without.squares * other**2).sum(axis=-1)
    return nps - without.mean, np.sqrt(variance) / np.where(total > 0, total, np.nan)


def _effect_rows(
    cells: _Cells, labels: Labels, fit: EffectFit, columns: NDArray[np.intp], minimum: int
) -> list[pd.DataFrame]:
    shown = ~(fit.tied | fit.single)[1:]
    note = cells.shortfall(minimum)
    note[columns] = np.select([fit.tied[1:], fit.single[1:]], [TIED, SINGLE], default="").astype(object)
    quantile = stdtrit(fit.df, 0.5 + 0.95 / 2) if fit.df > 0 else np.nan
    rows = []
    for outcome, statistic in enumerate(EFFECTS):
        estimate, error, p = (np.full(len(labels), np.nan) for _ in range(3))
        estimate[columns[shown]] = fit.effects[1:, outcome][shown]
        error[columns[shown]] = fit.std_errors[1:, outcome][shown]
        still = error <= STILL * (100 if outcome == 0 else 1)
        half = np.where(still, np.nan, quantile * error)
        moves = ~(np.isnan(error) | still)
        p[moves] = 2 * stdtr(fit.df, -np.abs(estimate[moves] / error[moves]))
        rows.append(
            make_rows(
                statistic,
                labels=labels,
                estimate=estimate,
                std_error=error,
                limits=(estimate - half, estimate + half),
                n=cells.n,
                n_effective=cells.mentioned,
                p=p,
                note=np.where(still, NO_VARIATION, note),
            )
        )
    return [*rows, _contribution_rows(cells, labels, fit, columns, note)]


def _contribution_rows(
    cells: _Cells, labels: Labels, fit: EffectFit, columns: NDArray[np.intp], note: NDArray[Any]
) -> pd.DataFrame:
    """Rate times effect; the baseline row takes all that is not shown, so that they sum to the NPS."""
    folded = fit.tied | fit.single
    folded[0] = True
    shown = ~folded
    parts = fit.rates * fit.effects[:, 0]
    estimate, error = np.full(1 + len(labels), np.nan), np.full(1 + len(labels), np.nan)
    places = np.concatenate([[0], 1 + columns])
    estimate[places[shown]] = parts[shown]
    error[places[shown]] = np.sqrt(np.diag(fit.contribution_cov)[shown])
    if cells.n:
        estimate[0] = float(summarise(cells.all, POINTS).mean) - parts[shown].sum()
        error[0] = np.sqrt(max(fit.contribution_cov[np.ix_(folded, folded)].sum(), 0.0))
    still = error <= 100 * STILL
    half = np.where(still, np.nan, (stdtrit(fit.df, 0.5 + 0.95 / 2) if fit.df > 0 else np.nan) * error)
    first = NO_SCORES if not cells.n else "" if fit.df > 0 else TOO_FEW_ANSWERS
    notes = np.concatenate([[first], note]).astype(object)
    return make_rows(
        "contribution",
        labels=[("", ""), *labels],
        estimate=estimate,
        std_error=error,
        limits=(estimate - half, estimate + half),
        n=cells.n,
        n_effective=np.concatenate([[cells.n], cells.mentioned]),
        note=np.where(still, NO_VARIATION, notes),
    )


def _mark_disagreement(rows: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Say so where impact and adjusted effect lie clearly on different sides of 0."""
    place = {row["statistic"].iloc[0]: at for at, row in enumerate(rows) if len(row)}
    if "impact" not in place:
        return rows
    impact, effect = rows[place["impact"]], rows[place["adjusted_effect"]]
    apart = ((impact["low"] > 0) & (effect["high"] < 0)) | ((impact["high"] < 0) & (effect["low"] > 0))
    for frame in (impact, effect):
        frame.loc[apart, "note"] = DISAGREE
    return rows
