"""Least squares of the score's parts on all labels at once, with HC3 errors, in two passes over the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from why_nps.stats.sample import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from why_nps.stats.intervals import Floats
    from why_nps.stats.sample import Sample

SINGULAR = 1e-10  # of the largest eigenvalue of the scaled cross products
INVOLVED = 1e-5  # share in a direction that is not identified
FULL_LEVERAGE = 1e-7


@dataclass(frozen=True, slots=True)
class EffectFit:
    """Effects of k labels on three outcomes: NPS points, promoter, detractor (columns, in that order).

    Parameters
    ----------
    effects, std_errors : numpy.ndarray
        (1 + k, 3), the intercept first; HC3.
    rates : numpy.ndarray
        (1 + k,) share of answers with each label, 1 for the intercept.
    joint_cov : numpy.ndarray
        (2 + 2k, 2 + 2k) covariance of the effects on the points and then the rates.
    tied : numpy.ndarray
        (1 + k,) boolean: part of a perfect linear relation, so without an effect of its own.
    single : numpy.ndarray
        (1 + k,) boolean: without one particular answer it would be tied.
    df : int
        Answers less independent columns.
    """

    effects: Floats
    std_errors: Floats
    rates: Floats
    joint_cov: Floats
    tied: NDArray[np.bool_]
    single: NDArray[np.bool_]
    df: int

    @property
    def contribution_cov(self) -> Floats:
        """(1 + k, 1 + k) covariance of rate times effect on the points."""
        slopes = np.hstack([np.diag(self.rates), np.diag(self.effects[:, 0])])
        covariance: Floats = slopes @ self.joint_cov @ slopes.T
        return covariance


def fit_effects(mentions: NDArray[Any], columns: NDArray[np.intp], sample: Sample) -> EffectFit:
    """Fit (weighted) least squares of points, promoter and detractor on the given columns of `mentions`.

    Notes
    -----
    HC3 (MacKinnon and White 1985): the residual is divided by 1 - leverage. Effects have the influence
    functions psi_ik, rates (z_ik - p_k); what is made of them follows. Memory stays at one chunk of rows.
    """
    outcomes = sample.classes[:, [2, 0]]
    size = 1 + len(columns)
    gram, moment = np.zeros((size, size)), np.zeros((size, 2))
    for rows, x in _designs(mentions, columns):
        weighted = x * (sample.weights * sample.counts)[rows, None]
        gram += weighted.T @ x
        moment += weighted.T @ outcomes[rows]
    inverse, tied, rank = invert_cross_products(gram)
    total = gram[0, 0] or 1.0  # 1 where there are no answers
    rates = gram[0] / total
    effects = _with_points(inverse @ moment)
    variances, single = np.zeros((size, 3)), np.zeros(size, dtype=bool)
    covariance = np.zeros((2 * size, 2 * size))
    for rows, x in _designs(mentions, columns):
        weights, counts = sample.weights[rows, None], sample.counts[rows]
        pull = weights * (x @ inverse)  # what each answer's outcome adds to each effect
        slack = 1 - (pull * x).sum(axis=1)
        alone = (slack < FULL_LEVERAGE) & (counts == 1)
        single |= (np.abs(pull[alone]) > INVOLVED).any(axis=0)
        residuals = outcomes[rows] - x @ effects[:, 1:]
        scaled = _with_points(residuals / np.where(alone, np.inf, slack)[:, None])
        variances += (pull**2 * counts[:, None]).T @ scaled**2
        parts = np.hstack([pull * scaled[:, :1], weights / total * (x - rates)])
        covariance += (parts * counts[:, None]).T @ parts
    errors = np.sqrt(variances)
    return EffectFit(effects, errors, rates, covariance, tied, single & ~tied, sample.n - rank)


def _designs(mentions: NDArray[Any], columns: NDArray[np.intp]) -> Iterator[tuple[slice, Floats]]:
    for start in range(0, len(mentions), CHUNK):
        rows = slice(start, min(start + CHUNK, len(mentions)))
        x = np.ones((rows.stop - start, 1 + len(columns)))
        x[:, 1:] = mentions[rows][:, columns]
        yield rows, x


def _with_points(parts: Floats) -> Floats:
    """Put 100 * (promoter - detractor) before the two columns promoter and detractor."""
    return np.column_stack([100 * (parts[:, 0] - parts[:, 1]), parts])


def invert_cross_products(gram: Floats) -> tuple[Floats, NDArray[np.bool_], int]:
    """Invert the cross products (minimum norm where singular); which columns are tied; the rank."""
    scale = np.sqrt(np.where(np.diag(gram) > 0, np.diag(gram), 1.0))
    values, vectors = np.linalg.eigh(gram / np.outer(scale, scale))
    null = values <= SINGULAR * values[-1]
    tied = np.linalg.norm(vectors[:, null], axis=1) > INVOLVED
    kept = vectors[:, ~null] / scale[:, None]
    return (kept / values[~null]) @ kept.T, tied, int((~null).sum())
