"""Where in a list of whole numbers many others stand, in a few steps whatever its length."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  numpydoc shows it

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: Knuth's multiplicative hashing
_ROOM = 4  # slots per key


class Places:
    """A hash table from distinct whole numbers to their places in a list.

    Parameters
    ----------
    keys : ndarray of int64, shape (n,)
        Distinct, not negative.

    Examples
    --------
    >>> Places(np.array([30, 10])).find(np.array([10, 20, 30])).tolist()
    [1, -1, 0]
    """

    def __init__(self, keys: NDArray[np.int64]) -> None:
        bits = max(4, int(_ROOM * len(keys)).bit_length())
        self._shift = np.uint64(64 - bits)
        self._mask = (1 << bits) - 1
        self._keys = np.append(keys, -1)  # which the place -1 of a free slot leads to
        self._places = np.full(1 << bits, -1, np.int32)
        left, slots = np.arange(len(keys)), self._hash(keys)
        while len(left):
            free = self._places[slots] < 0
            # Of several that want one slot, the last written has it.
            self._places[slots[free]] = left[free]
            won = self._places[slots] == left
            left, slots = left[~won], (slots[~won] + 1) & self._mask

    def find(self, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the place of each wanted number, -1 where it is not in the list."""
        slots = self._hash(wanted)
        found = self._places[slots]
        left = np.flatnonzero((self._keys[found] != wanted) & (found >= 0))
        slots = slots[left]
        while len(left):
            slots = (slots + 1) & self._mask
            found[left] = places = self._places[slots]
            on = (self._keys[places] != wanted[left]) & (places >= 0)
            left, slots = left[on], slots[on]
        return found.astype(np.int64)

    def _hash(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        return ((numbers.astype(np.uint64) * _FACTOR) >> self._shift).astype(np.int64)
