"""Two-phase samples: what a model says of all answers, put right by what people said of some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from why_nps.stats.intervals import Floats

FULL = 1e-9


@dataclass(frozen=True, slots=True)
class Sides:
    """All answers as predicted, and those that were coded as both.

    Parameters
    ----------
    points : ndarray of shape (n,)
        What each answer adds to the NPS: -1, 0 or 1.
    predicted : ndarray of shape (n, k)
        0/1, what the model found.
    coded : ndarray of shape (m, k)
        0/1, what a person found.
    rows : ndarray of shape (m,)
        Which answers were coded.
    weights : ndarray of shape (n,)
        Of the answers.
    chance : ndarray of shape (m,)
        With which each coded answer was drawn.
    """

    points: Floats
    predicted: Floats
    coded: Floats
    rows: NDArray[np.intp]
    weights: Floats
    chance: Floats

    @property
    def inverse(self) -> Floats:
        """Weights over the probability of being drawn, (m,)."""
        return self.weights[self.rows] / self.chance


def debias(sides: Sides, columns: NDArray[np.intp], *, hc3: bool = True) -> tuple[Floats, Floats]:
    """Tuned predict-then-debias of least squares: coefficients, intercept first, and influence (n, 1 + k)."""
    n = float(len(sides.points))
    if not len(sides.coded):
        return np.zeros(1 + len(columns)), np.zeros((len(sides.points), 1 + len(columns)))
    points, drawn = sides.points[sides.rows], sides.predicted[sides.rows]
    v = sides.inverse
    truth, psi = _least_squares(sides.coded[:, columns], points, v, n, hc3=hc3)
    part, phi = _least_squares(drawn[:, columns], points, v, n, hc3=hc3)
    whole, phi_all = _least_squares(sides.predicted[:, columns], sides.points, sides.weights, n, hc3=hc3)
    tuning = tune(psi, phi, sides)
    influence = sides.weights[:, None] * tuning * phi_all
    influence[sides.rows] += v[:, None] * (psi - tuning * phi)
    return truth + tuning * (whole - part), influence


def share_influence(sides: Sides, columns: NDArray[np.intp]) -> Floats:
    """Influence of each answer on the corrected rates, (n, columns), as in two-phase sampling."""
    seen, true = sides.predicted[:, columns], sides.coded[:, columns]
    v, drawn = sides.inverse, sides.predicted[sides.rows][:, columns]
    q = np.average(seen, axis=0, weights=sides.weights)
    psi = true - np.average(true, axis=0, weights=v) if len(v) else true
    phi = drawn - q
    tuning = tune(psi, phi, sides)
    found: Floats = sides.weights[:, None] * (seen - q) * tuning
    found[sides.rows] += v[:, None] * (psi - tuning * phi)
    return found


def tune(psi: Floats, phi: Floats, sides: Sides) -> Floats:
    """How much the predictions help each coefficient, by what its influence shares with theirs."""
    weight = (sides.weights[sides.rows] ** 2 * (1 - sides.chance) / sides.chance**2)[:, None]
    below = (weight * phi**2).sum(axis=0)
    above = (weight * psi * phi).sum(axis=0)
    tuning: Floats = np.where(below > 0, above / np.where(below > 0, below, 1.0), 0.0)
    return tuning


def _least_squares(z: Floats, y: Floats, weights: Floats, n: float, *, hc3: bool) -> tuple[Floats, Floats]:
    """Coefficients and each answer's influence on them, per unit of its weight."""
    design = np.column_stack([np.ones(len(z)), z])
    inverse = np.linalg.inv((design * weights[:, None]).T @ design)
    coefficients: Floats = inverse @ (design.T @ (weights * y))
    pull = design @ inverse
    slack = 1 - weights * (pull * design).sum(axis=1) if hc3 else np.ones(len(y))
    residual = (y - design @ coefficients) / np.maximum(slack, FULL)
    return coefficients, n * pull * residual[:, None]
