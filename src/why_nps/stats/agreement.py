"""How far coders agree beyond chance: Krippendorff's alpha, for values and for sets of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from why_nps.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import ArrayLike, NDArray

    from why_nps.stats.intervals import Floats

Level = Literal["nominal", "ordinal", "interval", "ratio"]


def measure_alpha(ratings: ArrayLike, *, level: Level = "nominal") -> float:
    """Krippendorff's alpha of ratings by several coders.

    Parameters
    ----------
    ratings : array_like of shape (units, coders)
        Numbers; missing where a coder did not rate a unit.
    level : {"nominal", "ordinal", "interval", "ratio"}
        What differences between the numbers mean.

    Returns
    -------
    float
        1 is full agreement, 0 what chance gives; NaN where no unit has two ratings or all are alike.

    Raises
    ------
    InputError
        If the ratings are no table of numbers, or negative for ``"ratio"``.

    Notes
    -----
    Krippendorff (2019), Content Analysis, 4th ed.; by rule of thumb .8 is reliable and .667 the least.

    Examples
    --------
    >>> round(measure_alpha([[1, 1], [2, 2], [1, 2], [3, 3]]), 3)
    0.667
    """
    try:
        table = (
            pd.DataFrame(np.asarray(ratings, dtype=object))
            .astype("Float64")
            .to_numpy(dtype=np.float64, na_value=np.nan)
        )
    except (TypeError, ValueError):
        raise InputError(
            "ratings must be numbers or missing: one row per unit, one column per coder."
        ) from None
    values = np.unique(table[~np.isnan(table)])
    if level == "ratio" and (values < 0).any():
        raise InputError("Ratings of the level 'ratio' cannot be negative.")
    codes = np.where(np.isnan(table), -1, np.searchsorted(values, table)).astype(np.intp)
    together = _count_pairs(codes, len(values))
    return _alpha(together, _distances(values, together.sum(axis=0), level))


def measure_set_alpha(
    codings: Sequence[Sequence[Collection[str] | None]], *, distance: Literal["masi", "jaccard"] = "masi"
) -> float:
    """Krippendorff's alpha where each coder gives a set of labels.

    Parameters
    ----------
    codings : sequence of sequence of collections of str
        One row per answer, one set per coder; an empty set means that there is no label, None that the coder
        did not code the answer.
    distance : {"masi", "jaccard"}
        MASI (Passonneau 2006) also weighs whether one set holds the other.

    Returns
    -------
    float
        As in `measure_alpha`.

    Raises
    ------
    InputError
        If the rows have different lengths or the distance is not known.

    Examples
    --------
    >>> round(measure_set_alpha([[{"price"}, {"price"}], [{"staff"}, {"staff", "speed"}], [set(), set()]]), 3)
    0.737
    """
    if distance not in {"masi", "jaccard"}:
        raise InputError(f"distance must be 'masi' or 'jaccard'; {distance!r} was given.")
    if len({len(row) for row in codings}) > 1:
        raise InputError("Every answer must have one entry per coder, None where one did not code it.")
    sets = [[None if one is None else frozenset(one) for one in row] for row in codings]
    if not sets:
        return float("nan")
    distinct = sorted({one for row in sets for one in row if one is not None}, key=sorted)
    place = {one: at for at, one in enumerate(distinct)}
    codes = np.array([[-1 if one is None else place[one] for one in row] for row in sets], dtype=np.intp)
    between: Callable[[frozenset[str], frozenset[str]], float] = _masi if distance == "masi" else _jaccard
    apart = np.array([[between(a, b) for b in distinct] for a in distinct])
    return _alpha(_count_pairs(codes, len(distinct)), apart)


def _count_pairs(codes: NDArray[np.intp], size: int) -> Floats:
    """How often two coders give each pair of values to one unit, each unit weighing its number of ratings."""
    together = np.zeros((size, size))
    for row in codes:
        known = row[row >= 0]
        if len(known) > 1:
            counts = np.bincount(known, minlength=size)
            together += (np.outer(counts, counts) - np.diag(counts)) / (len(known) - 1)
    return together


def _alpha(together: Floats, apart: Floats) -> float:
    n = together.sum(axis=0)
    by_chance = (np.outer(n, n) * apart).sum()
    if not by_chance > 0:
        return float("nan")
    return float(1 - (n.sum() - 1) * (together * apart).sum() / by_chance)


def _distances(values: Floats, counts: Floats, level: Level) -> Floats:
    a, b = values[:, None], values[None, :]
    if level == "nominal":
        return np.asarray(a != b, dtype=np.float64)
    if level == "interval":
        return np.asarray((a - b) ** 2, dtype=np.float64)
    if level == "ratio":
        total = a + b
        return np.asarray(np.where(total > 0, (a - b) / np.where(total > 0, total, 1.0), 0.0) ** 2)
    if level != "ordinal":
        raise InputError(f"level must be nominal, ordinal, interval or ratio; {level!r} was given.")
    middle = np.cumsum(counts) - counts / 2
    return np.asarray((middle[:, None] - middle[None, :]) ** 2, dtype=np.float64)


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    return 1 - len(a & b) / len(a | b) if a | b else 0.0


def _masi(a: frozenset[str], b: frozenset[str]) -> float:
    if a == b:
        return 0.0
    within = 2 / 3 if a <= b or b <= a else 1 / 3 if a & b else 0.0
    return 1 - (1 - _jaccard(a, b)) * within
