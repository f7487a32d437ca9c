"""The runs of characters inside many words at once, as whole arrays: a new word costs a few microseconds.

`why_nps.themes.features.spell` lists the same runs of one word as texts; here each is a number that is
looked up or hashed, and none is ever cut out.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from why_nps.themes.hashing import Places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

BUCKETS = 32_768  # of hashed runs
_SHORTEST, _LONGEST = 2, 5  # characters of a run; hashed ones have one more at least
_KEPT = 2**62 - 1  # bits of a key; never full below 5,000 different characters
_ALL_ONES = np.uint32(0xFFFFFFFF)
_STEPS = np.array([zlib.crc32(bytes([byte]), 0xFFFFFFFF) for byte in range(256)], np.uint32) ^ _ALL_ONES


class Letters:
    """Words between brackets, end to end.

    Parameters
    ----------
    words : sequence of str

    Attributes
    ----------
    text : str
        Such as "<een><twee>".
    left : ndarray of int64, shape (characters,)
        From each character, how many there are to the end of its word.
    starts : ndarray of int64, shape (words,)
        Where each word begins.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.text = "".join([f"<{word}>" for word in words])
        lengths = np.fromiter(map(len, words), np.int64, len(words)) + len("<>")
        ends = lengths.cumsum()
        self.starts = ends - lengths
        self.left = np.repeat(ends, lengths) - np.arange(len(self.text))

    def gather(self, found: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """List what was found from the characters of each word.

        Parameters
        ----------
        found : ndarray of int64, shape (characters, columns)
            -1 for nothing.

        Returns
        -------
        listed : ndarray of int64
            Without the -1, word after word.
        edges : ndarray of int64, shape (words + 1,)
            Where what is of each word begins, and the end.
        """
        there = found >= 0
        edges = np.append(0, there.sum(axis=1).cumsum())
        return found[there], edges[np.append(self.starts, len(found))]


class KnownRuns:
    """Words between brackets and runs of characters, and the row of each.

    Parameters
    ----------
    rows : mapping of str to int
        Texts as `why_nps.themes.features.spell` lists them, to their rows.

    Examples
    --------
    >>> known = KnownRuns({"<ok>": 0, "ok": 1, "k>": 2})
    >>> listed, edges = known.find(["ok", "nee", "bok"])
    >>> listed.tolist(), edges.tolist()
    ([0, 1, 2, 1, 2], [0, 3, 3, 5])
    """

    def __init__(self, rows: Mapping[str, int]) -> None:
        self._rows = rows
        short = [run for run in rows if _SHORTEST <= len(run) <= _LONGEST]
        self._alphabet = np.unique(_encode("".join(short)))
        # With a 1 before it a run is a number that no other run has, whatever their lengths.
        self._base = len(self._alphabet) + 1
        keys, places = [], []
        for size in range(_SHORTEST, _LONGEST + 1):
            chosen = [run for run in short if len(run) == size]
            key = np.ones(len(chosen), np.int64)
            for column in self._number("".join(chosen)).reshape(-1, size).T:
                key = key * self._base + column
            keys.append(key)
            places += [rows[run] for run in chosen]
        self._keys = Places(np.concatenate(keys) & _KEPT)
        self._of_keys = np.array([*places, -1], np.int64)

    def find(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows of each word and its runs end to end, and the edges between words."""
        letters = Letters(words)
        numbers = self._number(letters.text)
        found = np.full((len(numbers), _LONGEST), -1)
        found[letters.starts, 0] = [self._rows.get(f"<{word}>", -1) for word in words]
        key = self._base + numbers
        for size in range(_SHORTEST, _LONGEST + 1):
            key = key[:-1] * self._base + numbers[size - 1 :]
            inside = letters.left >= size
            inside[letters.starts[letters.left[letters.starts] == size]] = False  # the word as a whole
            chosen = np.flatnonzero(inside)
            found[chosen, size - 1] = self._of_keys[self._keys.find(key[chosen] & _KEPT)]
        return letters.gather(found)

    def _number(self, text: str) -> NDArray[np.int64]:
        """Return each character's place in the alphabet, from 1; 0 is in no known run."""
        codes = _encode(text)
        if not len(self._alphabet):
            return np.zeros(len(codes), np.int64)
        places = np.searchsorted(self._alphabet, codes).clip(max=len(self._alphabet) - 1)
        return np.where(self._alphabet[places] == codes, places + 1, 0)


def hash_runs(words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the buckets of the runs of 3 to 5 characters of each word, its two brackets included.

    Returns
    -------
    buckets : ndarray of int64
        CRC-32 of each run in UTF-8, modulo `BUCKETS`, word after word.
    edges : ndarray of int64, shape (words + 1,)
        Where the runs of each word begin, and the end.

    Examples
    --------
    >>> buckets, edges = hash_runs(["ok", "nee"])
    >>> edges.tolist(), buckets[:1].tolist() == [zlib.crc32(b"<ok") % BUCKETS]
    ([0, 3, 9], True)
    """
    letters = Letters(words)
    data = np.frombuffer(letters.text.encode(), np.uint8)
    begins = np.flatnonzero((data & 0x80 == 0) | (data & 0x40 > 0))  # the first byte of each character
    widths = np.diff(begins, append=len(data))
    found = np.full((len(begins), _LONGEST - _SHORTEST), -1)
    state = np.full(len(begins), _ALL_ONES)
    for size in range(1, _LONGEST + 1):
        state = state[: len(begins) - size + 1]
        for byte in range(widths.max(initial=0)):
            more = np.flatnonzero(widths[size - 1 :] > byte)
            read = data[begins[size - 1 :][more] + byte]
            state[more] = _STEPS[(state[more] ^ read) & 0xFF] ^ (state[more] >> 8)
        if size > _SHORTEST:
            chosen = np.flatnonzero(letters.left >= size)
            found[chosen, size - _SHORTEST - 1] = (state[chosen] ^ _ALL_ONES) % BUCKETS
    return letters.gather(found)


def _encode(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
