"""The distinct words of training texts, numbered, and what is known of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from why_nps.themes.runs import BUCKETS, hash_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.themes.vectors import WordVectors

PAD, START, END = 0, 1, 2
SPECIAL = 3


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The distinct words of the training texts, as the network sees them.

    Parameters
    ----------
    words : list of str
        A word's number is its place; the first three stand for padding, start and end.
    own : ndarray of int64, shape (words,)
        Row of a word's own vector; -1 where it occurs too seldom to have one.
    known : list of str
        The words with an own vector, by row.
    runs : csr_matrix, shape (words, buckets)
        Weights of the hashed character runs, one over the root of their number; rows have length 1.
    given : ndarray of float32, shape (words, dimensions)
        Vectors known beforehand; zeros where there is none.
    """

    words: list[str]
    own: NDArray[np.int64]
    known: list[str]
    runs: sparse.csr_matrix
    given: NDArray[np.float32]


def build_lexicon(documents: Sequence[list[str]], vectors: WordVectors | None, min_count: int) -> Lexicon:
    """Build the lexicon of training texts, with a vector of its own for every word of enough texts."""
    counts = Counter(word for words in documents for word in dict.fromkeys(words))
    words = ["", "<s>", "</s>", *counts]
    known = [word for word, count in counts.items() if count >= min_count]
    row = {word: number for number, word in enumerate(known)}
    buckets, edges = hash_runs([*counts])
    lengths = np.diff(edges, prepend=[0] * SPECIAL)
    runs = sparse.csr_matrix(
        (
            np.repeat(np.maximum(lengths, 1) ** -0.5, lengths).astype(np.float32),
            buckets,
            [0, *lengths.cumsum()],
        ),
        shape=(len(words), BUCKETS),
    )
    given = vectors.look_up(words) if vectors else np.zeros((len(words), 1), np.float32)
    return Lexicon(words, np.array([row.get(word, -1) for word in words], np.int64), known, runs, given)
