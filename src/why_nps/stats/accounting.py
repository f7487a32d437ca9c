"""How the NPS, and the spread of the scores, can be divided over the labels; description, not tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from why_nps.errors import InputError
from why_nps.stats.effects import TOO_FEW_ANSWERS, infer_rows
from why_nps.stats.estimates import make_rows
from why_nps.stats.nps import NO_SCORES
from why_nps.stats.tallies import POINTS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats
    from why_nps.stats.patterns import Patterns
    from why_nps.stats.sample import Labels
    from why_nps.stats.tallies import LabelTally

_MOST_LMG = 15
_SPAN = 1e-9


def divide_r_squared(
    predictors: ArrayLike, outcome: ArrayLike, *, method: Literal["lmg", "johnson"] = "johnson"
) -> Floats:
    """Divide the R squared of least squares over the predictors.

    Parameters
    ----------
    predictors : array_like of shape (n, k)
        Numbers; none may be constant or a linear combination of the others.
    outcome : array_like of shape (n,)
        Numbers.
    method : {"lmg", "johnson"}
        ``"lmg"``: mean gain over all orders of entering the predictors (the Shapley value), at most 15 of
        them. ``"johnson"``: relative weights, nearly the same and quick for any number.

    Returns
    -------
    numpy.ndarray
        (k,) shares, 0..1, that sum to R squared. Description alone: they are positive by construction, so
        no interval of theirs ever holds 0.

    Raises
    ------
    InputError
        If the shapes do not fit, a value is missing, a predictor does not vary on its own, or there are more
        than 15 for ``"lmg"``.

    Notes
    -----
    Lindeman, Merenda and Gold (1980), with Groemping (2007); Genizi (1993) and Johnson (2000).

    Examples
    --------
    >>> shares = divide_r_squared([[0, 1], [1, 0], [1, 1], [0, 0], [1, 0]], [3, 9, 7, 5, 10])
    >>> shares.round(3).tolist()
    [0.725, 0.258]
    """
    x, y = np.asarray(predictors, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    fits = x.ndim == 2 and y.shape == x.shape[:1]  # noqa: PLR2004 - rows and columns
    if not fits or not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InputError("predictors must be (n, k) and the outcome (n,), both without missing values.")
    centred = np.column_stack([x, y]) - np.column_stack([x, y]).mean(axis=0)
    if method not in {"lmg", "johnson"}:
        raise InputError(f"method must be 'lmg' or 'johnson'; {method!r} was given.")
    return _divide(centred.T @ centred, method)


def _divide(cross: Floats, method: str) -> Floats:
    """Shares of R squared from the centred cross products of the predictors and, last, the outcome."""
    scale = np.sqrt(np.diag(cross))
    if (scale <= 0).any():
        raise InputError("Neither the outcome nor a predictor may be constant.")
    correlation = cross / np.outer(scale, scale)
    between, towards = correlation[:-1, :-1], correlation[:-1, -1]
    values, vectors = np.linalg.eigh(between)
    if values[0] < _SPAN:
        raise InputError("A predictor is a linear combination of the others; leave one of them out.")
    if method == "johnson":
        root = (vectors * np.sqrt(values)) @ vectors.T
        shares: Floats = (root**2) @ np.linalg.solve(root, towards) ** 2
        return shares
    return _average_gains(between, towards)


def _average_gains(between: Floats, towards: Floats) -> Floats:
    from math import comb

    k = len(towards)
    if k > _MOST_LMG:
        raise InputError(f"'lmg' takes at most {_MOST_LMG} predictors, here {k}; use 'johnson'.")
    explained = np.zeros(2**k)
    sets = [np.flatnonzero((number >> np.arange(k)) & 1) for number in range(2**k)]
    for number, members in enumerate(sets):
        part = between[np.ix_(members, members)]
        explained[number] = towards[members] @ np.linalg.solve(part, towards[members])
    sizes = np.array([len(members) for members in sets])
    weights = np.array([1 / (k * comb(k - 1, size)) if size < k else 0.0 for size in range(k + 1)])
    shares = np.zeros(k)
    for at in range(k):
        without = np.flatnonzero(~(np.arange(2**k) >> at) & 1)
        gains = explained[without + 2**at] - explained[without]
        shares[at] = (weights[sizes[without]] * gains).sum()
    return shares


def weight_rows(
    cells: LabelTally, labels: Labels, patterns: Patterns, columns: NDArray[np.intp], note: NDArray[Any]
) -> pd.DataFrame:
    """Rows ``relative_weight``: shares of the variance of the points, without an interval or a test."""
    estimate = np.full(len(labels), np.nan)
    told = note.copy()
    total = patterns.weights.sum()
    if len(columns) and total > 0:
        cross = _centred_cross(patterns.x[:, columns], patterns.weights)
        if cross[-1, -1] > 0:
            estimate[columns] = _divide(cross, "johnson")
        else:
            estimate[columns] = 0.0
    return make_rows(
        "relative_weight",
        labels=labels,
        estimate=estimate,
        std_error=np.full(len(labels), np.nan),
        limits=(np.full(len(labels), np.nan), np.full(len(labels), np.nan)),
        n=cells.n,
        n_effective=cells.mentioned,
        note=np.where(told == "", "description only", told),
    )


def _centred_cross(x: Floats, weights: Floats) -> Floats:
    """Centred cross products of the labels and, last, the points."""
    totals = weights.sum(axis=1)
    moments = np.column_stack([(x * totals[:, None]).T @ x, x.T @ (weights @ POINTS)])
    sums = np.append(totals @ x, weights.sum(axis=0) @ POINTS)
    squares = np.append(moments[:, -1], weights.sum(axis=0) @ POINTS**2)
    cross: Floats = np.vstack([moments, squares]) - np.outer(sums, sums) / totals.sum()
    if cross[-1, -1] <= _SPAN * squares[-1]:
        cross[-1, -1] = 0.0
    return cross


def split_rows(cells: LabelTally, labels: Labels, patterns: Patterns) -> pd.DataFrame:
    """Rows ``equal_split``: each answer's points divided equally over the labels that it mentions."""
    total = patterns.weights.sum() or np.nan
    size = patterns.x.sum(axis=1)
    shares = np.column_stack([size == 0, patterns.x / np.maximum(size, 1.0)[:, None]])
    mean = (patterns.weights @ POINTS) @ shares / total
    variance = np.zeros(shares.shape[1])
    for at, points in enumerate(POINTS):
        variance += patterns.squares[:, at] @ (points * shares - mean) ** 2
    return infer_rows(
        "equal_split",
        [("", ""), *labels],
        estimate=mean,
        std_error=np.sqrt(variance) / total,
        df=cells.n - 1,
        unit=100.0,
        n=cells.n,
        n_effective=np.concatenate([[(patterns.weights.sum(axis=1) * (size == 0)).sum()], cells.mentioned]),
        note=np.full(1 + len(labels), _why_not(cells.n), dtype=object),
        tested=False,
    )


def _why_not(n: float) -> str:
    return NO_SCORES if not n else "" if n > 1 else TOO_FEW_ANSWERS
