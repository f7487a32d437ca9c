"""Sums over answers from which shares, the NPS and their precision follow, for many cells at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from why_nps.stats.intervals import tango_interval, wilson_interval
from why_nps.stats.sample import CHUNK

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats, Limits
    from why_nps.stats.sample import Sample

POINTS = np.array([-100.0, 0.0, 100.0])  # what a detractor, a passive and a promoter count
TOO_FEW, TOO_FEW_WITHOUT = "too few mentions", "too few answers without it"
EQUAL = 1e-9  # relative; what is smaller is rounding


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers per class (last axis), for any number of cells (axes before it).

    Parameters
    ----------
    counts, weights, squares : numpy.ndarray
        Number of answers, sum of their weights, sum of the squared weights.
    """

    counts: Floats
    weights: Floats
    squares: Floats

    def minus(self, other: Tally) -> Tally:
        """Return the answers that are in this tally and not in the other."""
        counts = self.counts - other.counts
        left = counts > 0  # where nothing is left, rounding must not leave a weight
        weights = np.where(left, self.weights - other.weights, 0.0)
        return Tally(counts, weights, np.where(left, self.squares - other.squares, 0.0))

    def pick(self, index: int) -> Tally:
        """Return one class, its axis gone."""
        return Tally(self.counts[..., index], self.weights[..., index], self.squares[..., index])

    def total(self) -> Tally:
        """Return the sum over the classes, their axis gone."""
        return Tally(self.counts.sum(axis=-1), self.weights.sum(axis=-1), self.squares.sum(axis=-1))


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean of each cell and what it rests on: arrays of one shape; NaN where a cell has no answers."""

    mean: Floats
    std_error: Floats
    n: Floats
    n_effective: Floats


def tally_scores(sample: Sample, cells: NDArray[np.intp] | None = None, size: int = 1) -> Tally:
    """Tally the answers of a sample per cell, (size, 3); without `cells` all together, (3,)."""
    weights, counted = sample.weights[:, None], sample.classes * sample.counts[:, None]
    parts = (counted, counted * weights, counted * weights**2)
    if cells is None:
        return Tally(*(part.sum(axis=0) for part in parts))
    sums = [np.zeros((size, 3)) for _ in parts]
    for total, part in zip(sums, parts, strict=True):
        np.add.at(total, cells, part)
    return Tally(*sums)


def stack_tallies(without: Tally, within: Tally) -> Tally:
    """Put two tallies without a class axis beside each other as classes 0 and 1."""
    return Tally(
        np.stack([without.counts, within.counts], axis=-1),
        np.stack([without.weights, within.weights], axis=-1),
        np.stack([without.squares, within.squares], axis=-1),
    )


def summarise(tally: Tally, values: ArrayLike) -> Moments:
    """Mean, standard error and effective n of `values` (one per class) in each cell.

    Notes
    -----
    Equal weights: variance with divisor n. Weighted: v = n/(n-1) sum((w (x - m))^2) / (sum w)^2 and the
    effective n* = (n-1)/n s^2/v, at most n (after Korn and Graubard 1998, without their factor for t); where
    the values do not vary, Kish's (sum w)^2 / sum w^2 stands in for s^2/v.
    """
    values = np.asarray(values, dtype=np.float64)
    whole = tally.total()
    n = whole.counts
    total = np.where(n > 0, whole.weights, np.nan)
    mean = (tally.weights * values).sum(axis=-1) / total
    deviation = (values - mean[..., None]) ** 2
    variance = (tally.weights * deviation).sum(axis=-1) / total
    filled = np.maximum(n, 1.0)
    equal = total**2 >= n * whole.squares * (1 - EQUAL)  # Cauchy and Schwarz: only equal weights reach it
    spread = filled / np.maximum(n - 1, 1.0) * (tally.squares * deviation).sum(axis=-1) / total**2
    kish = total**2 / np.where(n > 0, whole.squares, np.nan)
    varies = spread > EQUAL * np.max(np.abs(values)) ** 2 / filled
    effective = (n - 1) / filled * np.where(varies, variance / np.where(varies, spread, 1.0), kish)
    return Moments(
        mean,
        np.sqrt(np.where(equal, variance / filled, spread)),
        n,
        np.where(equal | (n == 0), n, np.minimum(effective, n)),
    )


def nps_limits(tally: Tally, n_effective: ArrayLike) -> Limits:
    """Tango limits in points of each cell's NPS, on `n_effective` answers with the cell's shares."""
    n = tally.counts.sum(axis=-1)
    total = np.where(n > 0, tally.weights.sum(axis=-1), 1.0)
    shares = tally.weights / total[..., None] * np.asarray(n_effective)[..., None]
    low, high = tango_interval(shares[..., 0], shares[..., 1], shares[..., 2])
    return 100 * low, 100 * high


def share_limits(moments: Moments) -> Limits:
    """Wilson limits on 0..1 of each cell's share."""
    return wilson_interval(np.clip(moments.mean, 0.0, 1.0), moments.n_effective)


@dataclass(frozen=True, slots=True)
class LabelTally:
    """All answers (3,), and those with and without each label (k, 3).

    Parameters
    ----------
    all, within, without : Tally
        Per class: detractors, passives, promoters.
    """

    all: Tally
    within: Tally
    without: Tally

    @property
    def n(self) -> float:
        """Answers with a score."""
        return float(self.all.counts.sum())

    @property
    def mentioned(self) -> Floats:
        """Answers that mention each label."""
        counts: Floats = self.within.counts.sum(axis=-1)
        return counts

    def shortfall(self, minimum: int) -> NDArray[Any]:
        """Why a label has no relation to the score, "" where it has one."""
        least = max(minimum, 1)
        few, rest = self.mentioned < least, self.n - self.mentioned < least
        return np.select([few, rest], [TOO_FEW, TOO_FEW_WITHOUT], default="").astype(object)


def tally_labels(sample: Sample, mentions: NDArray[Any]) -> LabelTally:
    """Tally the answers with and without each label."""
    weights, counted = sample.weights[:, None], sample.classes * sample.counts[:, None]
    parts = np.hstack([counted, counted * weights, counted * weights**2])
    sums = np.zeros((mentions.shape[1], 9))
    for start in range(0, len(mentions), CHUNK):
        rows = slice(start, start + CHUNK)
        sums += mentions[rows].astype(np.float64).T @ parts[rows]
    whole = tally_scores(sample)
    within = Tally(sums[:, :3], sums[:, 3:6], sums[:, 6:])
    return LabelTally(whole, within, whole.minus(within))
