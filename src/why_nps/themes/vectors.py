"""What is known of Dutch words before a single coded answer is seen: one vector a word."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from safetensors.numpy import load as load_arrays

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_MOST_LETTERS = 2**26  # of all words together, unpacked


@dataclass(frozen=True, slots=True)
class WordVectors:
    """Vectors of words, in whole numbers of a step per dimension.

    Parameters
    ----------
    index : dict of str to int
        Row of each word, in the form that `tokenise` gives it.
    table : ndarray of int8, shape (words, dimensions)
    steps : ndarray of float32, shape (dimensions,)
        A vector is its row of the table times the steps.

    Examples
    --------
    >>> vectors = WordVectors({"snel": 0}, np.array([[2, -1]], np.int8), np.array([0.5, 1.0], np.float32))
    >>> vectors.look_up(["snel", "wlepzerk"]).tolist()
    [[1.0, -1.0], [0.0, 0.0]]
    """

    index: dict[str, int]
    table: NDArray[np.int8]
    steps: NDArray[np.float32]

    def look_up(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of words, shape (words, dimensions); zeros for a word without one."""
        rows = np.array([self.index.get(word, -1) for word in words], np.int64)
        found = np.zeros((len(rows), len(self.steps)), np.float32)
        known = rows >= 0
        found[known] = self.table[rows[known]] * self.steps
        return found


@lru_cache(maxsize=1)
def load_word_vectors() -> WordVectors:
    """Load the shipped vectors; they are needed to train a model, not to use one."""
    source = files("why_nps").joinpath("data", "vectors", "nl.safetensors")
    arrays = load_arrays(source.read_bytes())
    index = {word: row for row, word in enumerate(unpack_words(arrays["words"]))}
    return WordVectors(index, arrays["table"], arrays["steps"].astype(np.float32))


def pack_words(words: Iterable[str]) -> NDArray[np.uint8]:
    """Write words as an array of bytes, packed.

    Examples
    --------
    >>> unpack_words(pack_words(["snel", "één"]))
    ['snel', 'één']
    """
    return np.frombuffer(zlib.compress("\n".join(words).encode(), 9), np.uint8)


def unpack_words(packed: NDArray[np.uint8]) -> list[str]:
    """Return the words that `pack_words` packed.

    Raises
    ------
    ValueError
        If they are more than any model has.
    zlib.error
        If the bytes are damaged.
    """
    unpacker = zlib.decompressobj()
    joined = unpacker.decompress(packed.tobytes(), _MOST_LETTERS)
    if not unpacker.eof:
        raise ValueError("The words are cut off, or more than any model has.")
    return joined.decode().split("\n") if joined else []
