"""What each theme and kind has to do with the score: rates, gaps, impact and adjusted effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from why_nps.stats.accounting import split_rows, weight_rows
from why_nps.stats.effects import EFFECTS, NO_VARIATION, STILL, asymmetry_rows, effect_rows, explain_gaps
from why_nps.stats.estimates import collect, make_rows
from why_nps.stats.intervals import Z, difference_interval
from why_nps.stats.logits import margin_rows
from why_nps.stats.nps import NO_SCORES
from why_nps.stats.patterns import merge_rows, tally_patterns
from why_nps.stats.regression import fit_effects
from why_nps.stats.sample import take_mentions, take_sample
from why_nps.stats.scores import CLASSES
from why_nps.stats.tallies import (
    POINTS,
    LabelTally,
    Moments,
    nps_limits,
    share_limits,
    stack_tallies,
    summarise,
    tally_labels,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats, Limits
    from why_nps.stats.regression import EffectFit
    from why_nps.stats.sample import Labels, Sample

MINIMUM_MENTIONS = 10
DISAGREE = "impact and adjusted effect disagree"
PENALTY_REWARD = ("pain", "delight")
RATES = ("mention_rate", *(f"mention_rate_{name}" for name in reversed(CLASSES)))
EVERY = frozenset((*RATES, "nps_with", "nps_without", "gap", "impact", *EFFECTS, "contribution"))


def estimate_drivers(
    scores: ArrayLike,
    mentions: ArrayLike,
    labels: Labels,
    *,
    weights: ArrayLike | None = None,
    counts: ArrayLike | None = None,
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
    counts : array_like of shape (n,), optional
        How many equal answers (score, mentions and weight) each row stands for, where a cluster counted
        them before; the result is that of the rows written out.
    minimum_mentions : int
        Labels that fewer scored answers mention, or that all but fewer mention, get rates but no relation
        to the score.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, for each label: ``mention_rate`` and ``mention_rate_promoters``, ``_passives``,
        ``_detractors`` (0..1); ``nps_with``, ``nps_without``, ``gap``, ``impact``, ``adjusted_effect``,
        ``contribution`` (points); ``promoter_effect``, ``detractor_effect`` (differences of probabilities,
        -1..1) of the same model; ``promoter_ame``, ``detractor_ame`` of a logit each and
        ``ordinal_promoter_ame``, ``ordinal_detractor_ame`` of one proportional-odds model (-1..1);
        ``equal_split`` (points); ``relative_weight`` (share of the variance, 0..1); and for each theme with
        both kinds ``asymmetry`` (points). The rows of ``contribution`` and of ``equal_split`` sum to the
        NPS; the one without theme is the baseline, or the answers without any label. `n_effective` counts
        the mentions, but is the effective n for ``nps_with`` and ``nps_without``. A figure that cannot be
        had is NaN and its `note` says why.

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
    sample = take_sample(scores, weights, counts)
    matrix = take_mentions(mentions, labels, len(sample.kept))
    sample, taken = merge_rows(sample, matrix[sample.kept])
    cells = tally_labels(sample, taken)
    columns, fit = _fit(sample, taken, cells, minimum_mentions)
    patterns = tally_patterns(sample, taken)
    usable = columns[~(fit.tied | fit.single)[1:]]
    note = explain_gaps(cells, fit, columns, minimum_mentions)
    return collect(
        [
            *_driver_rows(cells, labels, columns, fit, minimum=minimum_mentions, wanted=EVERY),
            *margin_rows(cells, labels, patterns, usable, note),
            split_rows(cells, labels, patterns),
            weight_rows(cells, labels, patterns, usable, note),
            asymmetry_rows(cells, labels, fit, columns, PENALTY_REWARD),
        ]
    )


def driver_rows(
    sample: Sample, mentions: NDArray[Any], labels: Labels, wanted: Collection[str]
) -> list[pd.DataFrame]:
    """Those of `EVERY` that are wanted, of a sample and its mentions; p-values not yet adjusted."""
    cells = tally_labels(sample, mentions)
    columns, fit = _fit(sample, mentions, cells, MINIMUM_MENTIONS)
    return _driver_rows(cells, labels, columns, fit, minimum=MINIMUM_MENTIONS, wanted=wanted)


def _fit(
    sample: Sample, mentions: NDArray[Any], cells: LabelTally, minimum: int
) -> tuple[NDArray[np.intp], EffectFit]:
    """Which labels have enough mentions, and the effects of these."""
    columns = np.flatnonzero(cells.shortfall(minimum) == "")
    return columns, fit_effects(mentions, columns, sample)


def _driver_rows(
    cells: LabelTally,
    labels: Labels,
    columns: NDArray[np.intp],
    fit: EffectFit,
    *,
    minimum: int,
    wanted: Collection[str],
) -> list[pd.DataFrame]:
    rates = [_rate_row(cells, labels, name) for name in RATES if name in wanted]
    relations = _relation_rows(cells, labels, minimum, wanted)
    effects = effect_rows(cells, labels, fit, columns, minimum=minimum, wanted=wanted)
    return _mark_disagreement([*rates, *relations, *effects])


def _rate_row(cells: LabelTally, labels: Labels, statistic: str) -> pd.DataFrame:
    """How often each label is mentioned: by all, or by one class of answers."""
    name = statistic.removeprefix("mention_rate").removeprefix("_")
    if name:
        parts, empty = (
            [side.pick(CLASSES.index(name)) for side in (cells.without, cells.within)],
            f"no {name}",
        )
    else:
        parts, empty = [side.total() for side in (cells.without, cells.within)], NO_SCORES
    rate = summarise(stack_tallies(*parts), (0, 1))
    return make_rows(
        statistic,
        labels=labels,
        estimate=rate.mean,
        std_error=rate.std_error,
        limits=share_limits(rate),
        n=rate.n,
        n_effective=parts[1].counts,
        note=np.where(rate.n > 0, "", empty).astype(object),
    )


def _relation_rows(
    cells: LabelTally, labels: Labels, minimum: int, wanted: Collection[str]
) -> list[pd.DataFrame]:
    """NPS with and without each label, the gap between them, and the impact on the whole."""
    short = cells.shortfall(minimum)
    known = short == ""
    both = (cells.within, cells.without)
    sides = [summarise(side, POINTS) for side in both]
    limits = [nps_limits(side, its.n_effective) for side, its in zip(both, sides, strict=True)]
    impact, error = _impact(cells, sides[1])
    still = (error <= 100 * STILL) & known
    half = np.where(still, np.nan, Z * error)
    found: dict[str, tuple[Floats, Floats, Limits, Any, Any, NDArray[Any]]] = {
        name: (its.mean, its.std_error, interval, its.n, its.n_effective, short)
        for name, its, interval in zip(("nps_with", "nps_without"), sides, limits, strict=True)
    }
    between = difference_interval(sides[0].mean, limits[0], sides[1].mean, limits[1])
    gap, error_gap = sides[0].mean - sides[1].mean, np.hypot(sides[0].std_error, sides[1].std_error)
    found["gap"] = (gap, error_gap, between, cells.n, cells.mentioned, short)
    around, notes = (impact - half, impact + half), np.where(still, NO_VARIATION, short)
    found["impact"] = (impact, error, around, cells.n, cells.mentioned, notes)
    return [
        make_rows(
            statistic,
            labels=labels,
            estimate=np.where(known, estimate, np.nan),
            std_error=np.where(known, std_error, np.nan),
            limits=(np.where(known, low, np.nan), np.where(known, high, np.nan)),
            n=n,
            n_effective=n_effective,
            note=note,
        )
        for statistic, (estimate, std_error, (low, high), n, n_effective, note) in found.items()
        if statistic in wanted
    ]


def _impact(cells: LabelTally, without: Moments) -> tuple[Floats, Floats]:
    """NPS less the NPS of those who do not mention it, and its standard error by the influence function."""
    total = cells.all.weights.sum()
    nps = summarise(cells.all, POINTS).mean
    missing = np.where(without.n > 0, cells.without.weights.sum(axis=-1), np.nan)
    mentioner = POINTS - nps  # (3,): influence of an answer with the label, by class
    other = mentioner - total / missing[:, None] * (POINTS - without.mean[:, None])
    variance = (cells.within.squares * mentioner**2 + cells.without.squares * other**2).sum(axis=-1)
    return nps - without.mean, np.sqrt(variance) / np.where(total > 0, total, np.nan)


def _mark_disagreement(rows: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Say so where impact and adjusted effect lie clearly on different sides of 0."""
    place = {row["statistic"].iloc[0]: at for at, row in enumerate(rows) if len(row)}
    if not {"impact", "adjusted_effect"} <= place.keys():
        return rows
    impact, effect = rows[place["impact"]], rows[place["adjusted_effect"]]
    apart = ((impact["low"] > 0) & (effect["high"] < 0)) | ((impact["high"] < 0) & (effect["low"] > 0))
    for frame in (impact, effect):
        frame.loc[apart, "note"] = DISAGREE
    return rows
