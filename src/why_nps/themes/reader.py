"""Texts to rows: what models know of each word is worked out once and remembered.

Texts are cut at spaces alone; what the words of each distinct piece are ("goed,", "top!!") is remembered
too, so that everything after the look-up is whole arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
from scipy import sparse

from why_nps.core.locks import make_lock
from why_nps.themes.features import tokenise_each

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_MOST_WORDS = 50_000  # remembered; then everything is forgotten
_MOST_PIECES = 100_000
_BATCH = 10_000
_PLACES = 1_000
_LOCK = make_lock()  # one for all readers
EDGE = "\0"  # stands before the first text and after each; never a word

Tables = tuple["NDArray[Any]", ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """Texts as one row of word numbers.

    Parameters
    ----------
    numbers : ndarray of int64, shape (places,)
        0 stands before the first text and after each text.
    edges : ndarray of int64, shape (n + 1,)
        The places of these zeros.
    """

    numbers: NDArray[np.int64]
    edges: NDArray[np.int64]

    def sum(self, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """Sum the rows of each text's words, shape (n, width); row 0 must be zero."""
        return sum_rows(table, self.numbers, self.edges)

    def stack(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield texts of one length: which, and their words with the edges around, shape (length + 2, k)."""
        lengths = np.diff(self.edges) - 1
        for length in np.unique(lengths):
            chosen = np.flatnonzero(lengths == length)
            for part in np.array_split(chosen, -(-len(chosen) * (length + 2) // _PLACES)):
                if len(part):
                    yield part, self.numbers[self.edges[part] + np.arange(length + 2)[:, None]]

    def merge(self, owners: NDArray[np.int64], size: int) -> Stream:
        """Join the texts of one owner into one text; owners count up to ``size`` and never go down."""
        words = np.diff(self.edges) - 1
        lengths = np.bincount(owners, words, size).astype(np.int64)
        numbers = np.zeros(lengths.sum() + size + 1, np.int64)
        inside = np.ones(len(numbers), bool)
        edges = np.append(0, (lengths + 1).cumsum())
        inside[edges] = False
        numbers[inside] = self.numbers[self.numbers > 0]
        return Stream(numbers, edges)


class Folded(Protocol):
    """A model that reads a text through what it knows of each word."""

    @property
    def labels(self) -> int:
        """Scores of a text."""

    def fold_words(self, words: Sequence[str]) -> Tables:
        """Return tables with a row a word; `EDGE` stands for a text's edge."""

    def read(self, stream: Stream, tables: Tables) -> NDArray[np.float32]:
        """Score texts, shape (n, labels)."""


class Reader:
    """Scores texts with folded models that share one memory of words; threads may share it.

    Parameters
    ----------
    *models : Folded
    """

    def __init__(self, *models: Folded) -> None:
        self._models = models
        # Filled at the first look-up, since loading should be quick.
        self._pieces: dict[str, int] = {}
        self._words: dict[str, int] = {}
        self._tables: list[Tables] = []
        # The words of all pieces, an edge behind each; and of each piece how many it has and where they begin
        self._words_of_pieces = self._counts = self._starts = np.empty(0, np.int64)

    def __reduce__(self) -> tuple[type[Self], tuple[Folded, ...]]:
        return type(self), self._models

    def score(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the first model's scores, shape (n, labels); the same alone and in any batch."""
        scores = np.empty((len(texts), self._models[0].labels), np.float32)
        for start in range(0, len(texts), _BATCH):
            stream, tables = self.look_up(texts[start : start + _BATCH])
            scores[start : start + _BATCH] = self._models[0].read(stream, tables[0])
        return scores

    def look_up(self, texts: Sequence[str]) -> tuple[Stream, list[Tables]]:
        """Return the texts' words by number, and each model's tables that the numbers point into."""
        joined = f" {EDGE} ".join(["", *texts, ""])
        if joined.count(EDGE) > len(texts) + 1:
            joined = f" {EDGE} ".join(["", *(text.replace(EDGE, " ") for text in texts), ""])
        pieces = joined.lower().split()
        with _LOCK:
            codes = self._number(pieces)
            counts, starts = self._counts[codes], self._starts[codes]
            ends = counts.cumsum()
            within = np.arange(ends[-1]) - np.repeat(ends - counts, counts)
            numbers = self._words_of_pieces[np.repeat(starts, counts) + within]
            return Stream(numbers, np.flatnonzero(numbers == 0)), list(self._tables)

    def _number(self, pieces: list[str]) -> NDArray[np.int64]:
        if not self._words or len(self._words) > _MOST_WORDS or len(self._pieces) > _MOST_PIECES:
            self._forget()
        codes = np.fromiter(map(self._pieces.get, pieces, repeat(-1)), np.int64, len(pieces))
        new = np.flatnonzero(codes < 0)
        if len(new):
            unknown = [pieces[place] for place in new.tolist()]
            self._remember([*dict.fromkeys(unknown)])
            codes[new] = [self._pieces[piece] for piece in unknown]
        return codes

    def _remember(self, pieces: list[str]) -> None:
        words = tokenise_each(pieces, EDGE)
        new = [word for word in dict.fromkeys(words) if word not in self._words]
        if new:
            used, needed = len(self._words), len(self._words) + len(new)
            self._tables = [
                tuple(
                    _extend(old, rows, used) for old, rows in zip(tables, model.fold_words(new), strict=True)
                )
                for model, tables in zip(self._models, self._tables, strict=True)
            ]
            self._words.update(zip(new, range(used, needed), strict=True))
        numbers = np.fromiter(map(self._words.__getitem__, words), np.int64, len(words))
        ends = np.flatnonzero(numbers == 0)
        counts = np.diff(ends, prepend=-1) - 1
        starts = len(self._words_of_pieces) + ends - counts
        self._pieces.update(
            zip(pieces, range(len(self._pieces), len(self._pieces) + len(pieces)), strict=True)
        )
        self._words_of_pieces = np.append(self._words_of_pieces, numbers)
        self._counts = np.append(self._counts, counts)
        self._starts = np.append(self._starts, starts)

    def _forget(self) -> None:
        self._pieces, self._words = {EDGE: 0}, {EDGE: 0}
        self._tables = [model.fold_words([EDGE]) for model in self._models]
        self._words_of_pieces, self._counts, self._starts = np.array([0]), np.array([1]), np.array([0])


def _extend(old: NDArray[Any], rows: NDArray[Any], used: int) -> NDArray[Any]:
    """Write rows after the used ones, into a table of twice the size where there is no room."""
    needed = used + len(rows)
    # Readers on other threads hold the old table: rows in use are never written again.
    table = old
    if needed > len(old):
        table = np.empty((max(needed, 2 * used), *old.shape[1:]), old.dtype)
        table[:used] = old[:used]
    table[used:needed] = rows
    return table


def sum_rows(
    table: NDArray[np.float32], rows: NDArray[np.int64], starts: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Sum the rows of a table between each start and the next.

    Examples
    --------
    >>> table = np.array([[1.0], [2.0]], np.float32)
    >>> sum_rows(table, np.array([0, 1, 1]), np.array([0, 3, 3])).ravel().tolist()
    [5.0, 0.0]
    """
    chosen = rows[starts[0] : starts[-1]]
    ones = np.ones(len(chosen), np.float32)
    matrix = sparse.csr_matrix((ones, chosen, starts - starts[0]), shape=(len(starts) - 1, len(table)))
    return np.asarray(matrix @ table)
