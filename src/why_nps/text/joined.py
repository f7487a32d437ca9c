"""Many texts end to end, so that one search tells in which of them it is worth looking closer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_ASCII = 128


class JoinedTexts:
    """Texts end to end, a line break behind each.

    Parameters
    ----------
    texts : sequence of str, length n

    Examples
    --------
    >>> joined = JoinedTexts(["prima", "te duur", "nooit duur!!!!"])
    >>> joined.hold("duur").tolist(), joined.hold_characters("!?").tolist()
    ([False, True, True], [False, False, True])
    >>> joined.hold_four_alike().tolist()
    [False, False, True]
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._text = "\n".join([*texts, ""])
        self._codes = np.frombuffer(self._text.encode("utf-32-le", "surrogatepass"), np.uint32)
        self._ends = (np.fromiter(map(len, texts), np.int64, len(texts)) + 1).cumsum()

    def hold(self, *pieces: str) -> NDArray[np.bool_]:
        """Tell which texts hold any of the pieces, shape (n,); a piece has no line break."""
        held = np.zeros(len(self._ends), bool)
        for piece in pieces:
            at = self._text.find(piece)
            while at >= 0:
                row = self._ends.searchsorted(at, side="right")
                held[row] = True
                at = self._text.find(piece, int(self._ends[row]))
        return held

    def hold_characters(self, characters: str) -> NDArray[np.bool_]:
        """Tell which texts hold any of these ASCII characters, or any that is not ASCII; shape (n,)."""
        wanted = np.zeros(_ASCII + 1, bool)
        wanted[[_ASCII, *map(ord, characters)]] = True
        return self._mark(np.flatnonzero(wanted[np.minimum(self._codes, _ASCII)]), 1)

    def hold_four_alike(self) -> NDArray[np.bool_]:
        """Tell which texts hold one character four times in a row, shape (n,)."""
        alike = self._codes[1:] == self._codes[:-1]
        return self._mark(np.flatnonzero(alike[2:] & alike[1:-1] & alike[:-2]), 4)

    def _mark(self, places: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
        """Mark the texts that hold what was found at these places, so many characters long."""
        held = np.zeros(len(self._ends), bool)
        rows = self._ends.searchsorted(places, side="right")
        held[rows[places + size < self._ends[rows]]] = True
        return held
