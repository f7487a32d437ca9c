"""What goes with a change of the NPS between two periods: other rates, other effects, or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from why_nps.stats.drivers import MINIMUM_MENTIONS
from why_nps.stats.effects import TIED, infer_rows
from why_nps.stats.estimates import collect
from why_nps.stats.nps import NO_SCORES
from why_nps.stats.patterns import merge_rows
from why_nps.stats.regression import fit_effects
from why_nps.stats.sample import take_mentions, take_sample
from why_nps.stats.tallies import POINTS, nps_limits, summarise, tally_labels

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats
    from why_nps.stats.regression import EffectFit
    from why_nps.stats.sample import Labels, Sample

TOO_FEW_IN_EITHER = "too few mentions in either period"


def decompose_change(
    before: tuple[ArrayLike, ArrayLike],
    after: tuple[ArrayLike, ArrayLike],
    labels: Labels,
    *,
    weights: tuple[ArrayLike, ArrayLike] | None = None,
    counts: tuple[ArrayLike, ArrayLike] | None = None,
    minimum_mentions: int = MINIMUM_MENTIONS,
) -> pd.DataFrame:
    """Divide the change of the NPS between two periods over the labels, exactly.

    Parameters
    ----------
    before, after : tuple of array_like
        Scores (n,) and mentions (n, k) of the two periods, by different people.
    labels : sequence of k (theme, kind) pairs
        What the columns of both mentions are.
    weights : tuple of two array_like, optional
        Positive; of the answers of each period.
    counts : tuple of two array_like, optional
        How many equal answers each row of either period stands for.
    minimum_mentions : int
        Labels that fewer answers mention, or leave out, in either period stay in the baseline.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES: ``change`` (points, after - before), and its parts, which sum to it: per label
        ``change_by_rate`` (mentioned more or less often) and ``change_by_effect`` (mentioned by people with
        other scores), and ``change_by_baseline``; and per label the first two together, ``change_by_label``.
        Interval of ``change``: MOVER on Tango; of the others: influence functions with HC3, normal; p-values
        adjusted within each statistic.

    Raises
    ------
    InputError
        If an input cannot be used.

    Notes
    -----
    Twofold, with the means of both periods: dp * mean(b) + mean(p) * db. These are the Shapley values of
    the two changes, and what R's oaxaca gives with weight 0.5. Together they are what the label contributes
    after less what it contributed before. Associations, not causes.

    Examples
    --------
    >>> before = ([10] * 60 + [3] * 40, [[0]] * 65 + [[1]] * 35)
    >>> after = ([10] * 60 + [3] * 40, [[0]] * 85 + [[1]] * 15)
    >>> table = decompose_change(before, after, [("delivery", "pain")])
    >>> table[["statistic", "theme", "estimate"]].round(1)
                statistic     theme  estimate
    0              change                 0.0
    1      change_by_rate  delivery      32.6
    2    change_by_effect  delivery      10.9
    3     change_by_label  delivery      43.4
    4  change_by_baseline               -43.4
    """
    parts = []
    nothing = (None, None)
    sides = zip((before, after), weights or nothing, counts or nothing, strict=True)
    for (scores, mentions), given, times in sides:
        sample = take_sample(scores, given, times)
        matrix = take_mentions(mentions, labels, len(sample.kept))
        parts.append(merge_rows(sample, matrix[sample.kept]))
    columns, fits, note = _fit_both(parts, labels, minimum_mentions)
    total = _total_row(parts)
    if not all(sample.n for sample, _ in parts):
        return collect([total])
    return collect([total, *_part_rows(parts, labels, columns, fits, note)])


def _fit_both(
    parts: list[tuple[Sample, NDArray[Any]]], labels: Labels, minimum: int
) -> tuple[NDArray[np.intp], list[EffectFit], NDArray[Any]]:
    """Fit both periods on the labels that have an effect of their own in each; why the others have none."""
    note = np.full(len(labels), "", dtype=object)
    for sample, matrix in parts:
        note[tally_labels(sample, matrix).shortfall(minimum) != ""] = TOO_FEW_IN_EITHER
    while True:
        columns = np.flatnonzero(note == "")
        fits = [fit_effects(matrix, columns, sample) for sample, matrix in parts]
        bad = np.any([(fit.tied | fit.single)[1:] for fit in fits], axis=0)
        if not bad.any():
            return columns, fits, note
        note[columns[bad]] = TIED


def _total_row(parts: list[tuple[Sample, NDArray[Any]]]) -> pd.DataFrame:
    sides = []
    for sample, matrix in parts:
        tally = tally_labels(sample, matrix).all
        moments = summarise(tally, POINTS)
        low, high = nps_limits(tally, moments.n_effective)
        sides.append((float(moments.mean), float(low), float(high), float(moments.std_error)))
    (old, old_low, old_high, old_error), (new, new_low, new_high, new_error) = sides
    n = sum(sample.n for sample, _ in parts)
    change = new - old
    row = infer_rows(
        "change",
        [("", "")],
        estimate=np.array([change]),
        std_error=np.array([np.hypot(old_error, new_error)]),
        df=np.inf,
        unit=100.0,
        n=n,
        n_effective=n,
        note="" if all(sample.n for sample, _ in parts) else NO_SCORES,
    )
    row["low"] = change - np.hypot(new - new_low, old_high - old)
    row["high"] = change + np.hypot(new_high - new, old - old_low)
    return row


def _part_rows(
    parts: list[tuple[Sample, NDArray[Any]]],
    labels: Labels,
    columns: NDArray[np.intp],
    fits: list[EffectFit],
    note: NDArray[Any],
) -> list[pd.DataFrame]:
    (b0, p0), (b1, p1) = ((fit.effects[:, 0], fit.rates) for fit in fits)
    size = len(b0)
    half_b, half_p = np.diag((b0 + b1) / 2), np.diag((p0 + p1) / 2)
    drop_b, drop_p = np.diag((b1 - b0) / 2), np.diag((p1 - p0) / 2)
    slopes = {  # in the effects and the rates, of the period before and of the one after
        "change_by_rate": (np.hstack([drop_p, -half_b]), np.hstack([drop_p, half_b])),
        "change_by_effect": (np.hstack([-half_p, drop_b]), np.hstack([half_p, drop_b])),
        "change_by_label": (-np.hstack([np.diag(p0), np.diag(b0)]), np.hstack([np.diag(p1), np.diag(b1)])),
    }
    values = {
        "change_by_rate": (p1 - p0) * (b0 + b1) / 2,
        "change_by_effect": (p0 + p1) / 2 * (b1 - b0),
        "change_by_label": p1 * b1 - p0 * b0,
    }
    n = float(sum(sample.n for sample, _ in parts))
    rows = []
    for name, pair in slopes.items():
        estimate, error = np.full(len(labels), np.nan), np.full(len(labels), np.nan)
        estimate[columns], error[columns] = values[name][1:], _errors(pair, fits)[1:]
        rows.append(_rows(name, list(labels), estimate, error, n, note))
    intercept = np.zeros((1, 2 * size))
    intercept[0, 0] = 1.0
    error = _errors((-intercept, intercept), fits)
    rows.append(_rows("change_by_baseline", [("", "")], b1[:1] - b0[:1], error, n, np.array([""], object)))
    return rows


def _errors(slopes: tuple[Floats, Floats], fits: list[EffectFit]) -> Floats:
    variance = sum(
        np.einsum("ij,jk,ik->i", slope, fit.joint_cov, slope) for slope, fit in zip(slopes, fits, strict=True)
    )
    error: Floats = np.sqrt(np.maximum(variance, 0.0))
    return error


def _rows(  # noqa: PLR0917 - a row as one reads it
    name: str, labels: Labels, estimate: Floats, error: Floats, n: float, note: NDArray[Any]
) -> pd.DataFrame:
    return infer_rows(
        name, labels, estimate=estimate, std_error=error, df=np.inf, unit=100.0, n=n, n_effective=n, note=note
    )
