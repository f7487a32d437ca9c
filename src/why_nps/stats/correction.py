"""Shares and effects corrected for the model's errors, by a random sample of answers coded by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from why_nps.errors import InputError
from why_nps.stats.debiasing import FULL, Sides, debias, share_influence
from why_nps.stats.effects import TIED, infer_rows
from why_nps.stats.estimates import collect, make_rows
from why_nps.stats.intervals import CONFIDENCE
from why_nps.stats.regression import invert_cross_products
from why_nps.stats.sample import scale_weights, take_mentions, take_sample
from why_nps.stats.tallies import POINTS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats
    from why_nps.stats.sample import Labels

TOO_FEW_LABELS = "too few labels"
MINIMUM_LABELS = 5  # coded answers with the label, and without it


def correct_drivers(
    scores: ArrayLike,
    predicted: ArrayLike,
    coded: ArrayLike,
    labels: Labels,
    *,
    rows: ArrayLike,
    probability: ArrayLike,
    weights: ArrayLike | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """Correct mention rates and adjusted effects for the errors of the model that read the answers.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Whole numbers 0..10; answers without a score, coded or not, are left out.
    predicted : array_like of shape (n, k)
        0/1, what the model found in each answer.
    coded : array_like of shape (m, k)
        0/1, what a person found in a random sample of these answers, those without any label included.
    labels : sequence of k (theme, kind) pairs
        What the columns are.
    rows : array_like of shape (m,)
        Which answers were coded: positions in `scores`, each once.
    probability : array_like of shape (m,)
        Chance with which each was drawn, above 0 and at most 1.
    weights : array_like of shape (n,), optional
        Positive, of the answers.
    draws, seed : int
        Of the draws behind the intervals of the rates.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES: ``corrected_rate`` (0..1), ``corrected_effect`` (points, all labels held against each
        other) and ``corrected_contribution`` (points); the contributions with the row without a theme sum
        to the NPS. `n_effective` counts the coded answers with the label; with fewer than 5 with it or
        without it there is no figure but the note "too few labels".

    Raises
    ------
    InputError
        If an input cannot be used.

    Notes
    -----
    Rates: double sampling (Tenenbein 1970), interval from draws of its parts with Beta(1/2, 1/2) priors.
    Effects: tuned predict-then-debias (Kluger et al. 2025; two-phase regression, Chen and Chen 2000), HC3.
    The answers coded must not have been used to train the model.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random(2000) < 0.3
    >>> found = np.where(rng.random(2000) < 0.15, ~truth, truth)  # a model that errs on 15 %
    >>> scores = np.where(rng.random(2000) < np.where(truth, 0.2, 0.6), 9, 5)
    >>> drawn = rng.choice(2000, 300, replace=False)
    >>> table = correct_drivers(scores, found[:, None], truth[drawn, None], [("wait", "pain")],
    ...                         rows=drawn, probability=np.full(300, 0.15))
    >>> print(f"{found.mean():.2f} found, {table['estimate'].iloc[0]:.2f} corrected, {truth.mean():.2f} true")
    0.35 found, 0.30 corrected, 0.30 true
    """
    sides = _take(scores, (predicted, coded), labels, rows, probability, weights)
    note = _label_notes(sides)
    rates = _correct_rates(sides, draws, np.random.default_rng(seed))
    told = note.copy()
    columns = _independent(sides, told)
    n, hits = float(len(sides.points)), sides.coded.sum(axis=0)
    frames = [_rate_rows(rates, labels, n, hits, note)]
    if len(sides.points):
        frames += _effect_rows(sides, rates[0], labels, columns, told)
    return collect(frames)


def _take(  # noqa: PLR0917 - the inputs, checked together
    scores: ArrayLike,
    matrices: tuple[ArrayLike, ArrayLike],
    labels: Labels,
    rows: ArrayLike,
    probability: ArrayLike,
    weights: ArrayLike | None,
) -> Sides:
    sample = take_sample(scores, weights)
    places, chance = np.asarray(rows), np.asarray(probability, dtype=np.float64)
    everything = take_mentions(matrices[0], labels, len(sample.kept))
    truth = take_mentions(matrices[1], labels, len(places))
    if not np.issubdtype(places.dtype, np.integer) and len(places):
        raise InputError("rows must be whole numbers: positions of the coded answers among all answers.")
    inside = ((places >= 0) & (places < len(sample.kept))).all()
    if not inside or len(np.unique(places)) != len(places):
        raise InputError(f"rows must be different positions among the {len(sample.kept)} answers.")
    if chance.shape != places.shape or not ((chance > 0) & (chance <= 1)).all():
        raise InputError("probability must have one value per coded answer, above 0 and at most 1.")
    scored = sample.kept[places.astype(np.intp)]
    number = np.cumsum(sample.kept) - 1
    return Sides(
        points=sample.classes @ POINTS,
        predicted=everything[sample.kept].astype(np.float64),
        coded=truth[scored].astype(np.float64),
        rows=number[places.astype(np.intp)][scored],
        weights=scale_weights(sample.weights, sample.counts),
        chance=chance[scored],
    )


def _label_notes(sides: Sides) -> NDArray[Any]:
    hits = sides.coded.sum(axis=0)
    few = (hits < MINIMUM_LABELS) | (len(sides.coded) - hits < MINIMUM_LABELS)
    return np.where(few, TOO_FEW_LABELS, "").astype(object)


def _kish(weights: Floats, chosen: Floats) -> Floats:
    """Effective number of the chosen answers, by column of `chosen` (m, k)."""
    sums, squares = weights @ chosen, weights**2 @ chosen
    size: Floats = np.where(squares > 0, sums**2 / np.where(squares > 0, squares, 1.0), 0.0)
    return size


def _correct_rates(
    sides: Sides, draws: int, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats, Floats]:
    """Estimate, standard error and limits of each label's rate, (k,) each."""
    w, v = sides.weights, sides.inverse
    seen = sides.predicted[sides.rows]
    total = w.sum() if len(w) else np.nan
    q, n = w @ sides.predicted / total, total**2 / (w**2).sum() if len(w) else 0.0
    parts = []
    for chosen in (seen, 1 - seen):
        mass = v @ chosen
        hits = v @ (chosen * sides.coded)
        parts.append((np.where(mass > 0, hits / np.where(mass > 0, mass, 1.0), 0.0), _kish(v, chosen)))
    (ppv, n_ppv), (missed, n_missed) = parts
    estimate = q * ppv + (1 - q) * missed
    variance = q**2 * ppv * (1 - ppv) / np.maximum(n_ppv, 1) + (ppv - missed) ** 2 * q * (1 - q) / max(n, 1)
    variance = variance + (1 - q) ** 2 * missed * (1 - missed) / np.maximum(n_missed, 1)
    drawn = [
        rng.beta(size * share + 0.5, size * (1 - share) + 0.5, size=(draws, len(q)))
        for share, size in ((q, n), (ppv, n_ppv), (missed, n_missed))
    ]
    low, high = np.quantile(
        drawn[0] * drawn[1] + (1 - drawn[0]) * drawn[2], [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0
    )
    return estimate, np.sqrt(variance), np.minimum(low, estimate), np.maximum(high, estimate)


def _rate_rows(
    rates: tuple[Floats, Floats, Floats, Floats], labels: Labels, n: float, hits: Floats, note: NDArray[Any]
) -> pd.DataFrame:
    shown = [np.where(note == "", values, np.nan) for values in rates]
    return make_rows(
        "corrected_rate",
        labels=labels,
        estimate=shown[0],
        std_error=shown[1],
        limits=(shown[2], shown[3]),
        n=n,
        n_effective=hits,
        note=note,
    )


def _independent(sides: Sides, note: NDArray[Any]) -> NDArray[np.intp]:
    """Columns with enough labels that can be told apart, coded and predicted; the others get a note."""
    sets = (sides.coded, sides.predicted[sides.rows], sides.predicted)
    while True:
        columns = np.flatnonzero(note == "")
        bad = np.zeros(len(columns), dtype=bool)
        for matrix in sets:
            design = np.column_stack([np.ones(len(matrix)), matrix[:, columns]])
            inverse, tied, _ = invert_cross_products(design.T @ design)
            alone = ((design @ inverse) * design).sum(axis=1) > 1 - FULL
            single = (np.abs(design[alone] @ inverse) > FULL).any(axis=0)
            bad |= (tied | single)[1:]
        if not bad.any():
            return columns
        tied_note = np.where(bad, TIED, "")
        few = (sides.predicted[sides.rows][:, columns].sum(axis=0) < 1) & bad
        note[columns] = np.where(few, TOO_FEW_LABELS, tied_note)


def _effect_rows(
    sides: Sides, rates: Floats, labels: Labels, columns: NDArray[np.intp], note: NDArray[Any]
) -> list[pd.DataFrame]:
    n, size = float(len(sides.points)), 1 + len(columns)
    few = len(sides.coded) - size < 1
    if few:
        columns, size = columns[:0], 1
    b, influence = debias(sides, columns)
    effect, error = np.full(len(labels), np.nan), np.full(len(labels), np.nan)
    effect[columns] = b[1:]
    error[columns] = np.sqrt((influence[:, 1:] ** 2).sum(axis=0)) / n
    estimate, wide = _contribute(sides, rates, columns, b[1:], influence[:, 1:])
    df = np.maximum(_kish(sides.inverse, sides.coded) - 1, 0.0)
    hits = sides.coded.sum(axis=0)
    told = np.where((note == "") & few, TOO_FEW_LABELS, note)
    effects = infer_rows(
        "corrected_effect",
        labels,
        estimate=effect,
        std_error=error,
        df=df,
        unit=100.0,
        n=n,
        n_effective=hits,
        note=told,
    )
    contributions = infer_rows(
        "corrected_contribution",
        [("", ""), *labels],
        estimate=estimate,
        std_error=wide,
        df=np.append(max(len(sides.coded) - size, 1), df),
        unit=100.0,
        n=n,
        n_effective=np.append(len(sides.coded), hits),
        note=np.append("", told).astype(object),
        tested=False,
    )
    return [effects, contributions]


def _contribute(
    sides: Sides, rates: Floats, columns: NDArray[np.intp], effects: Floats, influence: Floats
) -> tuple[Floats, Floats]:
    """Rate times effect and its standard error, (1 + labels,); first what no label contributes."""
    n = len(sides.points)
    mean = np.average(sides.points, weights=sides.weights)
    parts = rates[columns] * effects
    moved = rates[columns] * influence + effects * share_influence(sides, columns)
    own = sides.weights * (sides.points - mean)
    estimate, error = np.full(1 + len(rates), np.nan), np.full(1 + len(rates), np.nan)
    estimate[1 + columns], error[1 + columns] = parts, np.sqrt((moved**2).sum(axis=0)) / n
    estimate[0] = mean - parts.sum()
    error[0] = np.sqrt(((own - moved.sum(axis=1)) ** 2).sum()) / n
    return estimate, error
