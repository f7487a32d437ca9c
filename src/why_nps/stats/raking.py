"""Weights that give the answers known totals, of regions, branches or ages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats

_ROUNDS, _CLOSE = 500, 1e-10


def rake_weights(margins: Sequence[tuple[ArrayLike, Mapping[str, float]]]) -> Floats:
    """Weights with which the answers have known totals in several margins at once.

    Parameters
    ----------
    margins : sequence of (values, targets)
        For each margin, such as region, the value of every answer (n,) and the known total of each value.

    Returns
    -------
    numpy.ndarray
        (n,) positive weights.

    Raises
    ------
    InputError
        If a value has no target or a target no answer, the totals differ, or no weights fit all margins.

    Notes
    -----
    Iterative proportional fitting (Deming and Stephan 1940). Few answers in a cell give large weights: look
    at the effective n of the NPS.

    Examples
    --------
    >>> rake_weights([(list("xxy"), {"x": 60, "y": 40}), (list("pqp"), {"p": 70, "q": 30})]).tolist()
    [30.0, 30.0, 40.0]
    """
    cells = [_margin(values, targets) for values, targets in margins]
    if not cells or len({len(codes) for codes, _ in cells}) != 1:
        raise InputError("margins must name at least one margin, and all must have the same answers.")
    totals = [target.sum() for _, target in cells]
    if not np.allclose(totals, totals[0]):
        raise InputError("The targets of all margins must sum to the same total.")
    weights = np.ones(len(cells[0][0]))
    for _ in range(_ROUNDS):
        before = weights
        for codes, target in cells:
            weights = weights * (target / np.bincount(codes, weights, len(target)))[codes]
        if np.abs(weights - before).max() <= _CLOSE * weights.max():
            break
    if all(np.allclose(np.bincount(codes, weights), target, rtol=1e-6) for codes, target in cells):
        return weights
    raise InputError("No weights fit all margins at once; merge small categories.")


def _margin(values: ArrayLike, targets: Mapping[str, float]) -> tuple[NDArray[np.intp], Floats]:
    codes, names = pd.factorize(pd.Series(values).astype("str"))
    missing = [name for name in names if name not in targets]
    unused = [name for name in targets if name not in set(names)]
    wanted = np.array([targets.get(name, np.nan) for name in names], dtype=np.float64)
    if (codes < 0).any() or missing or unused or not (wanted > 0).all():
        raise InputError(
            f"Every answer needs a category with a positive target: {len(missing)} categories have none, "
            f"{len(unused)} targets have no answer, {int((codes < 0).sum())} answers have no category."
        )
    return codes, wanted
