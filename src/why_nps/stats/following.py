"""Which sums over sets of answers follow from sums that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from why_nps.stats.intervals import Floats

_NOTHING = 1e-6  # an inner product this small is rounding
_PRECISE = 1e-12
_MOST_STEPS = 20_000
_SMALL = 100_000  # cells of a matrix that is solved at once


def draw_beside(known: csr_array) -> Floats:
    """Draw a vector at random from all that are orthogonal to the span of the known sets.

    Parameters
    ----------
    known : csr_array of shape (sets, kinds)
        1 for each kind of answer that is in a set.

    Returns
    -------
    numpy.ndarray
        (kinds,), for `follow`.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> draw_beside(csr_array(np.eye(2))).round(9).tolist()
    [0.0, 0.0]
    """
    drawn = np.random.default_rng(0).standard_normal(known.shape[1])
    return np.asarray(drawn - known.T @ solve(known.T, drawn))


def follow(sets: csr_array, beside: Floats) -> NDArray[np.bool_]:
    """Say which sets have a sum that follows from the known ones: those that lie in their span.

    Such a set has the inner product 0 with anything orthogonal to that span, and any other set almost
    surely has not, so one random such vector tests all sets at once (Willenborg and de Waal 2001, Elements
    of Statistical Disclosure Control, on linear sums).

    Parameters
    ----------
    sets : csr_array of shape (sets, kinds)
    beside : numpy.ndarray
        From `draw_beside`.

    Returns
    -------
    numpy.ndarray
        (sets,) boolean.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> known = csr_array([[1.0, 1, 1], [1, 0, 0]])  # all answers, and a branch
    >>> follow(csr_array([[0.0, 1, 1], [0, 1, 0]]), draw_beside(known)).tolist()
    [True, False]
    """
    return np.asarray(np.abs(sets @ beside) < _NOTHING * np.sqrt(np.maximum(sets.sum(axis=1), 1)))


def solve(matrix: csr_array, wanted: Floats) -> Floats:
    """Return the least squares solution of least norm.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> solve(csr_array([[2.0]]), np.array([4.0])).round(9).tolist()
    [2.0]
    """
    from scipy.sparse.linalg import lsqr

    if matrix.shape[0] * matrix.shape[1] < _SMALL:
        return np.asarray(np.linalg.lstsq(matrix.toarray(), wanted, rcond=_PRECISE)[0])
    found: Floats = lsqr(matrix, wanted, atol=_PRECISE, btol=_PRECISE, iter_lim=_MOST_STEPS)[0]
    return found
