"""Which of many texts hold a word of which set: whole arrays decide where it is worth looking closer."""

from __future__ import annotations

import re
from itertools import chain, repeat
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray

_WORD = re.compile(r"\w+")
_WORD_BITS = 64
_BETWEEN = "\0"  # stands behind each text where many are cut into words at once
_WORD_OR_BETWEEN = re.compile(rf"\w+|{_BETWEEN}")
_BLANKS = bytes(code if chr(code).isascii() and _WORD.match(chr(code)) else ord(" ") for code in range(256))
_BLANKS_BETWEEN = b"\0" + _BLANKS[1:]


class WordSets:
    """Sets of words to look for in many texts at once.

    Parameters
    ----------
    sets : iterable of collections of str
        Lower case words, each of letters, digits and underscores alone.

    Examples
    --------
    >>> WordSets([{"prijs", "duur"}, {"niet"}]).find(["veel te duur", "valt niet tegen"]).tolist()
    [[True, False], [False, True]]
    """

    def __init__(self, sets: Iterable[Collection[str]]) -> None:
        listed = [*sets]
        words = {word: row for row, word in enumerate(dict.fromkeys(chain.from_iterable(listed)), start=1)}
        # A row of bits for each word, one for each set; the first and the last are of none.
        holds = np.zeros((len(words) + 2, -(-len(listed) // _WORD_BITS) * _WORD_BITS), bool)
        for number, some in enumerate(listed):
            holds[[words[word] for word in some], number] = True
        self._bits = np.packbits(holds, axis=1).view(np.uint64)
        self._index, self._size = words | {_BETWEEN: -1}, len(listed)

    def find(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Tell which texts hold a word of which set.

        Parameters
        ----------
        texts : sequence of str, length n
            Lower case.

        Returns
        -------
        ndarray of bool, shape (sets, n)
        """
        ascii_alone = np.fromiter(map(str.isascii, texts), bool, len(texts))
        found = np.zeros((len(texts), self._bits.shape[1]), np.uint64)
        for same in (True, False):
            chosen = np.flatnonzero(ascii_alone == same)
            words = split_texts([texts[row] for row in chosen.tolist()])
            rows = np.fromiter(map(self._index.get, words, repeat(0)), np.int64, len(words))
            rows = rows[rows != 0]
            ends = np.flatnonzero(rows < 0)
            if len(ends):
                found[chosen] = np.bitwise_or.reduceat(self._bits[rows], np.append(0, ends[:-1] + 1))
        present = np.unpackbits(found.view(np.uint8), axis=1, count=self._size)
        return np.ascontiguousarray(present.T).view(bool)


def split_texts(texts: Sequence[str]) -> list[str]:
    r"""Return the words of texts end to end, a "\0" behind each text.

    Words are what the expression ``\w+`` finds; where all texts are ASCII, several times faster.

    Examples
    --------
    >>> split_texts(["t.o.v. vorig jaar", "top!"])
    ['t', 'o', 'v', 'vorig', 'jaar', '\x00', 'top', '\x00']
    """
    joined = f" {_BETWEEN} ".join([*texts, ""])
    if joined.count(_BETWEEN) > len(texts):
        joined = f" {_BETWEEN} ".join([*(text.replace(_BETWEEN, " ") for text in texts), ""])
    if joined.isascii():
        return joined.encode("ascii").translate(_BLANKS_BETWEEN).decode("ascii").split()
    return _WORD_OR_BETWEEN.findall(joined)


def blank_marks(ascii_text: str) -> str:
    """Put a space in the place of everything that is no letter, digit or underscore.

    Examples
    --------
    >>> blank_marks("top!! (echt)")
    'top    echt '
    """
    return ascii_text.encode("ascii").translate(_BLANKS).decode("ascii")
