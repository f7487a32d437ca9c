"""Shares corrected for error rates that are known from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from why_nps.core.cards import make_record
from why_nps.errors import InputError
from why_nps.stats.intervals import Z


@dataclass(frozen=True, slots=True)
class CorrectedShare:
    """A share corrected for known error, with its 95 % interval; all 0..1."""

    estimate: float
    low: float
    high: float

    def _repr_html_(self) -> str:
        return make_record(self, "Corrected share, with its 95 % interval")


def correct_known_error(
    share: float, n: int, *, sensitivity: tuple[int, int], specificity: tuple[int, int]
) -> CorrectedShare:
    """Correct a share for error rates that were measured elsewhere.

    Parameters
    ----------
    share : float
        Share found by the model, 0..1.
    n : int
        Answers it rests on.
    sensitivity : tuple of int
        Found and all of the answers that have the label, in the test.
    specificity : tuple of int
        Left alone and all of the answers that do not have it, in the test.

    Returns
    -------
    CorrectedShare

    Raises
    ------
    InputError
        If the test shows a model no better than chance.

    Notes
    -----
    Rogan and Gladen (1978); interval of Lang and Reiczigel (2014). It holds only where the error is the same
    on these answers as in the test; a coded sample of the answers themselves (`correct_drivers`) is better.

    Examples
    --------
    >>> known = correct_known_error(0.2, 1000, sensitivity=(160, 200), specificity=(270, 300))
    >>> print(f"{known.estimate:.6f} ({known.low:.6f} to {known.high:.6f})")
    0.142857 (0.084205 to 0.197222)
    """
    (found, sick), (left, well) = sensitivity, specificity
    if not (0 <= share <= 1 and n > 0 and 0 <= found <= sick and 0 <= left <= well and sick and well):
        raise InputError(
            "Give a share of 0 to 1, and for each error rate (right, all) with right <= all > 0."
        )
    power = found / sick + left / well - 1
    if power <= 0:
        raise InputError("Sensitivity and specificity sum to at most 1: the model finds no more than chance.")
    z2 = Z**2
    q = (n * share + z2 / 2) / (n + z2)
    se, sp = (found + 1) / (sick + 2), (left + 1) / (well + 2)
    middle = (q + sp - 1) / (se + sp - 1)
    parts = middle * se * (1 - se) / (sick + 2), (1 - middle) * sp * (1 - sp) / (well + 2)
    middle_shifted = middle + 2 * z2 * (parts[0] - parts[1])
    spread = q * (1 - q) / (n + z2) + middle * parts[0] + (1 - middle) * parts[1]
    half = Z / (se + sp - 1) * np.sqrt(spread)
    ends = (np.clip(value, 0.0, 1.0) for value in (middle_shifted - half, middle_shifted + half))
    estimate = float(np.clip((share + left / well - 1) / power, 0.0, 1.0))
    return CorrectedShare(estimate, *(float(end) for end in ends))


def estimate_reversed(share: float, *, usual: float, reversed_: float) -> float:
    """Which part of the answers read the scale upside down, from how often low scores praise.

    Parameters
    ----------
    share : float
        Share of low scores with praise alone here, 0..1.
    usual, reversed_ : float
        The same where the scale is read as meant, and where it is read upside down.

    Returns
    -------
    float
        Share, 0..1. It is about all of them: no single case is ever changed.

    Raises
    ------
    InputError
        If the two known shares do not differ.

    Examples
    --------
    >>> round(estimate_reversed(0.06, usual=0.02, reversed_=0.85), 6)
    0.048193
    """
    if not 0 <= usual < reversed_ <= 1 or not 0 <= share <= 1:
        raise InputError(
            "Shares must lie between 0 and 1, and praise be more usual where the scale is reversed."
        )
    return float(np.clip((share - usual) / (reversed_ - usual), 0.0, 1.0))
