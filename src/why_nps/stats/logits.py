"""What goes with being a promoter, and what with being a detractor: average marginal effects of logit models.

The models are fitted on the patterns of mentions, not on the answers, so that their size is that of the
distinct patterns. statsmodels fits both models, but neither with weights or counts, nor where the classes
are separated; the tests hold these fits against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit

from why_nps.stats.effects import TOO_FEW_ANSWERS, infer_rows

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from why_nps.stats.intervals import Floats
    from why_nps.stats.patterns import Patterns
    from why_nps.stats.sample import Labels
    from why_nps.stats.tallies import LabelTally

MOST_PATTERNS = 200_000
FIRTH, SEPARATED = "separated and so penalised", "separated without a model"
ONE_SIDED, TOO_LARGE = "no variation in the outcome", "too many answers for this model"
_ROUNDS, _CLOSE, _LONGEST = 30, 1e-8, 4.0
_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class _Fit:
    """A model whose linear predictors are designs @ coefficients.

    Parameters
    ----------
    coefficients, inverse : numpy.ndarray
        (m,) and (m, m) inverse of the information.
    designs : list of numpy.ndarray
        (p, m) of each linear predictor.
    slopes : list of numpy.ndarray
        For each class (p, designs): derivative of its log likelihood in the linear predictors.
    penalised : bool
        Whether Firth's penalty was needed.
    """

    coefficients: Floats
    inverse: Floats
    designs: list[Floats]
    slopes: list[Floats]
    penalised: bool


def margin_rows(
    cells: LabelTally, labels: Labels, patterns: Patterns, columns: NDArray[np.intp], note: NDArray[Any]
) -> list[pd.DataFrame]:
    """Rows of the average marginal effects on P(promoter) and P(detractor), two logits and one ordinal model.

    Notes
    -----
    Effects are discrete: the mean over all answers of P(with the label) - P(without). Standard errors by the
    influence function with the sandwich, which holds the sampling of the answers; with Firth's (1993)
    penalty, used where a maximum does not exist, from the information instead.
    """
    x, totals = patterns.x[:, columns], patterns.weights.sum(axis=0)
    reason = TOO_LARGE if len(x) > MOST_PATTERNS else TOO_FEW_ANSWERS if cells.n <= 2 + len(columns) else ""
    found: dict[str, tuple[Floats, Floats, str]] = {}
    for name, target in (("promoter_ame", 2), ("detractor_ame", 0)):
        alone = not 0 < totals[target] < totals.sum()
        why = reason or (ONE_SIDED if alone else "")
        found[name] = _no_effects(columns, why) if why else _binary_effects(x, patterns, target)
    why = reason or (ONE_SIDED if (totals > 0).sum() < 2 else "")  # noqa: PLR2004 - two classes
    pair = [_no_effects(columns, why)] * 2 if why else _ordinal_effects(x, patterns)
    found |= {"ordinal_promoter_ame": pair[0], "ordinal_detractor_ame": pair[1]}
    return [_rows(name, cells, labels, columns, note, result) for name, result in found.items()]


def _rows(  # noqa: PLR0917 - a row as one reads it
    name: str,
    cells: LabelTally,
    labels: Labels,
    columns: NDArray[np.intp],
    note: NDArray[Any],
    result: tuple[Floats, Floats, str],
) -> pd.DataFrame:
    estimate, error = np.full(len(labels), np.nan), np.full(len(labels), np.nan)
    told = note.copy()
    estimate[columns], error[columns], told[columns] = result
    return infer_rows(
        name,
        labels,
        estimate=estimate,
        std_error=error,
        df=max(cells.n - len(columns) - 1, 0),
        unit=1.0,
        n=cells.n,
        n_effective=cells.mentioned,
        note=told,
    )


def _no_effects(columns: NDArray[np.intp], why: str) -> tuple[Floats, Floats, str]:
    return np.full(len(columns), np.nan), np.full(len(columns), np.nan), why


def _binary_effects(x: Floats, patterns: Patterns, target: int) -> tuple[Floats, Floats, str]:
    design = np.column_stack([np.ones(len(x)), x])
    fit = _fit_binary(design, patterns.weights, target, penalised=False)
    fit = fit or _fit_binary(design, patterns.weights, target, penalised=True)
    if fit is None:
        return np.full(x.shape[1], np.nan), np.full(x.shape[1], np.nan), SEPARATED
    eta = design @ fit.coefficients
    estimate, error = _average(x, eta, fit, patterns, (0, 1.0))
    return estimate, error, FIRTH if fit.penalised else ""


def _ordinal_effects(x: Floats, patterns: Patterns) -> list[tuple[Floats, Floats, str]]:
    fit = _fit_ordinal(x, patterns.weights)
    if fit is None:
        nothing = np.full(x.shape[1], np.nan)
        return [(nothing, nothing, SEPARATED)] * 2
    found = []
    for cut, sign in ((1, -1.0), (0, 1.0)):
        eta = fit.coefficients[cut] + x @ fit.coefficients[2:]
        estimate, error = _average(x, eta, fit, patterns, (cut, sign))
        found.append((estimate, error, ""))
    return found


def _fit_binary(design: Floats, weights: Floats, target: int, *, penalised: bool) -> _Fit | None:
    """Newton's method for the logit; None where the coefficients do not settle (separation)."""
    total, hits = weights.sum(axis=1), weights[:, target]
    b = np.zeros(design.shape[1])
    for _ in range(_ROUNDS * (4 if penalised else 1)):
        mean = expit(design @ b)
        spread = total * mean * (1 - mean)
        inverse = _invert((design * spread[:, None]).T @ design)
        if inverse is None:
            return None
        residual = hits - total * mean
        if penalised:
            leverage = spread * ((design @ inverse) * design).sum(axis=1)
            residual = residual + leverage * (0.5 - mean)
        step = inverse @ (design.T @ residual)
        b = b + step * min(1.0, _LONGEST / max(np.abs(step).max(), _TINY))
        if np.abs(step).max() < _CLOSE:
            slopes = [(float(at == target) - mean)[:, None] for at in range(3)]
            return _Fit(b, inverse, [design], slopes, penalised)
    return None


def _fit_ordinal(x: Floats, weights: Floats) -> _Fit | None:
    """Fisher scoring for P(class <= c) = expit(a_c + x b); None where it does not settle."""
    lines = [
        np.column_stack([np.full(len(x), float(cut == at)) for at in range(2)] + [x]) for cut in range(2)
    ]
    share = np.clip(np.cumsum(weights.sum(axis=0) / weights.sum())[:2], 1e-6, 1 - 1e-6)
    share[1] = max(share[1], share[0] + 1e-7)
    theta = np.concatenate([np.log(share / (1 - share)), np.zeros(x.shape[1])])
    total = weights.sum(axis=1)
    for _ in range(_ROUNDS * 2):
        low, high = (expit(line @ theta) for line in lines)
        p = np.maximum(np.column_stack([low, high - low, 1 - high]), _TINY)
        f, g = low * (1 - low), high * (1 - high)
        slopes = [  # of each class's log likelihood in the two linear predictors
            np.column_stack([f / p[:, 0], np.zeros_like(f)]),
            np.column_stack([-f / p[:, 1], g / p[:, 1]]),
            np.column_stack([np.zeros_like(g), -g / p[:, 2]]),
        ]
        information = np.zeros((len(theta), len(theta)))
        for i in range(2):
            for j in range(2):
                spread = sum(p[:, c] * slopes[c][:, i] * slopes[c][:, j] for c in range(3))
                information += (lines[i] * (total * spread)[:, None]).T @ lines[j]
        inverse = _invert(information)
        if inverse is None:
            return None
        pull = [sum(weights[:, c] * slopes[c][:, i] for c in range(3)) for i in range(2)]
        step = inverse @ (lines[0].T @ pull[0] + lines[1].T @ pull[1])
        theta = _step_within(theta, step)
        if np.abs(step).max() < _CLOSE:
            return _Fit(theta, inverse, lines, slopes, penalised=False)
    return None


def _step_within(theta: Floats, step: Floats) -> Floats:
    """Take the step, shortened so that it is not wild and the thresholds keep their order."""
    size = min(1.0, _LONGEST / max(np.abs(step).max(), _TINY))
    while theta[0] + size * step[0] >= theta[1] + size * step[1]:
        size /= 2
        if size < _CLOSE:
            return theta
    moved: Floats = theta + size * step
    return moved


def _average(
    x: Floats, eta: Floats, fit: _Fit, patterns: Patterns, part: tuple[int, float]
) -> tuple[Floats, Floats]:
    """Average marginal effect of each column of x on sign * expit(eta), and its standard error."""
    intercept, sign = part
    b = fit.coefficients[-x.shape[1] :] if x.shape[1] else np.zeros(0)
    first = len(fit.coefficients) - len(b)
    weights = patterns.weights.sum(axis=1)
    total = weights.sum()
    estimate, slopes = np.zeros(len(b)), np.zeros((len(b), len(fit.coefficients)))
    effects = np.zeros(x.shape)
    for at, coefficient in enumerate(b):
        on, off = (expit(eta + (value - x[:, at]) * coefficient) for value in (1.0, 0.0))
        effects[:, at] = sign * (on - off)
        estimate[at] = weights @ effects[:, at] / total
        turn = weights * (on * (1 - on) - off * (1 - off)) / total
        slopes[at, intercept] = turn.sum()
        slopes[at, first:] = turn @ x
        slopes[at, first + at] = weights @ (on * (1 - on)) / total
    slopes *= sign
    pull = fit.inverse @ slopes.T
    influence = (effects - estimate) / total
    if fit.penalised:
        sampled = np.asarray(patterns.squares.sum(axis=1) @ influence**2, dtype=np.float64)
        return estimate, np.sqrt(sampled + (slopes @ pull).diagonal())
    pulls = [design @ pull for design in fit.designs]
    spread: Floats = np.zeros(len(b))
    for at, slope in enumerate(fit.slopes):
        moved = sum(slope[:, [i]] * one for i, one in enumerate(pulls))
        spread += np.asarray(patterns.squares[:, at] @ (influence + moved) ** 2, dtype=np.float64)
    n = patterns.squares.sum()
    return estimate, np.sqrt(spread * n / max(n - len(fit.coefficients), 1.0))


def _invert(information: Floats) -> Floats | None:
    try:
        inverse = np.asarray(np.linalg.inv(information), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    return inverse if np.isfinite(inverse).all() and (np.diag(inverse) > 0).all() else None
