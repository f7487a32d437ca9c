"""Input made safe: what enters is checked here once, so that the formulas need not look again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from why_nps.core.scores import HIGHEST_DETRACTOR, HIGHEST_SCORE, LOWEST_PROMOTER
from why_nps.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

Labels: TypeAlias = "Sequence[tuple[str, str]]"

CHUNK = 16_384  # rows that are widened to float64 at a time


@dataclass(frozen=True, slots=True)
class Sample:
    """The answers that have a score.

    Parameters
    ----------
    classes : numpy.ndarray
        (n, 3) of 0/1: detractor, passive, promoter.
    weights : numpy.ndarray
        (n,) of mean 1 over the answers; all ones where they have no weights, or equal ones.
    counts : numpy.ndarray
        (n,) how many equal answers a row stands for; 1 unless they were counted before.
    kept : numpy.ndarray
        Boolean, one per row as given: does it have a score?
    """

    classes: NDArray[np.float64]
    weights: NDArray[np.float64]
    counts: NDArray[np.float64]
    kept: NDArray[np.bool_]

    @property
    def n(self) -> int:
        """Answers with a score."""
        return int(self.counts.sum())


def take_sample(
    scores: ArrayLike, weights: ArrayLike | None = None, counts: ArrayLike | None = None
) -> Sample:
    """Keep the answers with a score and sort them into detractors, passives and promoters.

    Raises
    ------
    InputError
        If a score is not a whole number from 0 to 10 or missing, or a weight of a scored answer is not
        a positive number, or a count not a positive whole number.
    """
    values = _floats(scores, "scores")
    kept = ~np.isnan(values)
    seen = values[kept]
    wrong = (seen < 0) | (seen > HIGHEST_SCORE) | (seen != np.floor(seen))
    if wrong.any():
        raise InputError(
            f"scores must be whole numbers from 0 to 10 or missing; {int(wrong.sum())} of {len(values)} are "
            f"not (first at position {int(np.flatnonzero(kept)[wrong][0])})."
        )
    bounds = (
        seen <= HIGHEST_DETRACTOR,
        (seen > HIGHEST_DETRACTOR) & (seen < LOWEST_PROMOTER),
        seen >= LOWEST_PROMOTER,
    )
    classes = np.column_stack(bounds).astype(np.float64)
    taken = np.ones(len(seen)) if weights is None else _positive(weights, kept, "weights")
    times = take_counts(counts, len(kept))[kept]
    return Sample(classes, scale_weights(taken, times), times, kept)


def take_counts(counts: ArrayLike | None, rows: int) -> NDArray[np.float64]:
    """Return how many equal answers each row stands for, 1 where that was not given.

    Raises
    ------
    InputError
        If there is not one positive whole number per row.
    """
    if counts is None:
        return np.ones(rows)
    times = _positive(counts, np.ones(rows, dtype=bool), "counts")
    if (times != np.floor(times)).any():
        raise InputError("counts must be whole numbers: how many equal answers each row stands for.")
    return times


def scale_weights(weights: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale weights to a mean of 1; equal ones to exactly 1, so that they are the same as none."""
    if len(weights) == 0 or not (weights != weights[0]).any():
        return np.ones(len(weights))
    return np.asarray(weights / np.average(weights, weights=counts))


def take_mentions(mentions: ArrayLike, labels: Labels, rows: int) -> NDArray[Any]:
    """Check that `mentions` is a 0/1 matrix of `rows` by the labels; its dtype is kept to spare memory.

    Raises
    ------
    InputError
        If the shape, a value or the labels do not fit.
    """
    matrix = np.asarray(mentions)
    pairs = list(labels)
    if any(isinstance(pair, str) or len(pair) != 2 for pair in pairs) or len(set(pairs)) != len(pairs):  # noqa: PLR2004
        raise InputError("labels must be distinct (theme, kind) pairs, one for each column of mentions.")
    if matrix.ndim != 2 or matrix.shape != (rows, len(pairs)):  # noqa: PLR2004
        raise InputError(
            f"mentions must have one row per answer and one column per label, here ({rows}, {len(pairs)}); "
            f"it has the shape {matrix.shape}."
        )
    if matrix.dtype == object:
        matrix = matrix.astype(np.float64) if not pd.isna(matrix).any() else matrix
    bad = sum(int((~np.isin(matrix[at : at + CHUNK], (0, 1))).sum()) for at in _starts(matrix))
    if bad:
        raise InputError(
            f"mentions must hold 0 and 1 only; {bad} of its {matrix.size} cells hold something else."
        )
    return matrix


def take_groups(groups: ArrayLike, rows: int, *, what: str = "groups") -> tuple[NDArray[np.intp], list[str]]:
    """Give each value of a segment a code (-1 where missing or blank), and the sorted values as text.

    Raises
    ------
    InputError
        If there is not one value per answer.
    """
    values = pd.Series(groups).reset_index(drop=True)
    if len(values) != rows:
        raise InputError(f"{what} must have one value per answer, here {rows}; it has {len(values)}.")
    missing = values.isna()
    text = values.astype("str").str.strip()
    codes, names = pd.factorize(text.mask(missing | (text == "")), sort=True)
    return codes, [str(name) for name in names]


def _starts(matrix: NDArray[Any]) -> range:
    if matrix.dtype == bool:
        return range(0)
    return range(0, len(matrix), CHUNK)


def _floats(values: ArrayLike, what: str) -> NDArray[np.float64]:
    series = pd.Series(values)
    if pd.api.types.is_bool_dtype(series):
        raise InputError(f"{what} must be numbers; booleans were given.")
    try:
        return np.asarray(series.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError):
        raise InputError(f"{what} must be numbers or missing; the dtype here is {series.dtype}.") from None


def _positive(given: ArrayLike, kept: NDArray[np.bool_], what: str) -> NDArray[np.float64]:
    values = _floats(given, what)
    if len(values) != len(kept):
        raise InputError(f"{what} must have one value per answer, here {len(kept)}; it has {len(values)}.")
    taken = values[kept]
    wrong = ~((taken > 0) & np.isfinite(taken))
    if wrong.any():
        raise InputError(
            f"{what} must be positive numbers; {int(wrong.sum())} of {len(taken)} are missing, zero, "
            "negative or infinite. Leave the answers that should not count out."
        )
    return taken
