"""A small convolutional network over words, folded into one row per distinct word.

A word's vector passes three linear taps: what it gives to the word after it, to its own place and
to the word before it. A place sums the three, negative sums count as nothing, each filter keeps its
highest place in the clause, and a linear layer reads the filters. The taps are linear, so a word's
share in them is computed once and remembered, in steps of whole numbers: half as much to read. What
remains for a clause is adding rows.
Source: Kim (2014), "Convolutional neural networks for sentence classification".
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from why_nps.themes.reader import EDGE, Reader, sum_rows
from why_nps.themes.runs import BUCKETS, hash_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.themes.reader import Stream, Tables

TAPS = 3
_BLOCK = 512
_STEPS = 127
_PARTS = 2.0**18  # of one: what of a word's vector counts in a product
_BITS = 22  # what of a weight counts, beside the largest
_MOST_STEPS = 32_767 // (TAPS + 1)  # of a tap or a bias: their sum is an int16
_SAMPLE = 1_000  # known words that tell how much a tap gives
_MARGIN = 3  # what a word gets beyond so many times theirs is cut off


@dataclass(frozen=True, slots=True)
class Quantised:
    """A table of rows in whole numbers of -127 to 127, each row with its own step."""

    codes: NDArray[np.int8]
    steps: NDArray[np.float32]

    @classmethod
    def quantise(cls, table: NDArray[np.float32]) -> Self:
        """Round a table; the error is at most half a step, 1/254 of a row's largest value."""
        steps = np.maximum(np.abs(table).max(axis=1, initial=0), 1e-12) / _STEPS
        return cls(np.rint(table / steps[:, None]).astype(np.int8), steps.astype(np.float32))

    def rows(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return rows by number."""
        return self.codes[numbers] * self.steps[numbers, None]


@dataclass(slots=True)
class FoldedNetwork:
    """Weights of the network, ready to score texts.

    Parameters
    ----------
    words : dict of str to int
        Row of each known word.
    word_table, run_table : Quantised
        Vectors of known words, and of hashed character runs; a word's vector is its own plus the
        sum of its runs' over the root of their number.
    edges : ndarray of float32, shape (2, dimensions)
        Vectors of a clause's start and end.
    taps : ndarray of float32, shape (dimensions, 3 * filters)
    bias : ndarray of float32, shape (filters,)
    head, bag_head : ndarray of float32, shapes (filters, labels) and (dimensions, labels)
        What the filters' highest places, and the words together, add to each label's score.
    intercepts : ndarray of float32, shape (labels,)
    """

    words: dict[str, int]
    word_table: Quantised
    run_table: Quantised
    edges: NDArray[np.float32]
    taps: NDArray[np.float32]
    bias: NDArray[np.float32]
    head: NDArray[np.float32]
    bag_head: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    _taps: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    _bag_head: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    _head: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    _tap_steps: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    _bias_in_steps: NDArray[np.int16] = field(init=False, repr=False, compare=False)
    _reader: Reader = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = self.embed([*self.words][:: 1 + len(self.words) // _SAMPLE])
        given = multiply(_count_parts(np.vstack([known, self.edges])), round_weights(self.taps) / _PARTS)
        highest = np.maximum(np.abs(given).reshape(-1, len(self.bias)).max(axis=0), np.abs(self.bias))
        self._tap_steps = np.maximum(_MARGIN * highest / _MOST_STEPS, 1e-12).astype(np.float32)
        in_steps = np.asarray(self.taps / np.tile(self._tap_steps, TAPS), np.float32)
        self._taps = round_weights(in_steps) / _PARTS
        self._bag_head = round_weights(self.bag_head) / _PARTS
        self._bias_in_steps = _to_steps(self.bias / self._tap_steps)
        self._head = round_weights(self._tap_steps[:, None] * self.head)
        self._reader = Reader(self)

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        return type(self), (
            self.words,
            self.word_table,
            self.run_table,
            self.edges,
            self.taps,
            self.bias,
            self.head,
            self.bag_head,
            self.intercepts,
        )

    def rescale(self, slopes: NDArray[np.float64], offsets: NDArray[np.float64]) -> FoldedNetwork:
        """Return a network whose scores are ``slopes * score + offsets``."""
        factors = slopes.astype(np.float32)
        return replace(
            self,
            head=self.head * factors,
            bag_head=self.bag_head * factors,
            intercepts=(self.intercepts * slopes + offsets).astype(np.float32),
        )

    def score(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Score texts.

        Parameters
        ----------
        texts : sequence of str, length n

        Returns
        -------
        ndarray of float32, shape (n, labels)
            Log odds of each label. A text scores the same alone and in any batch.
        """
        return self._reader.score(texts)

    @property
    def labels(self) -> int:
        """Scores of a text."""
        return len(self.intercepts)

    def fold_words(self, words: Sequence[str]) -> Tables:
        """Return what each word gives to the filters at its three taps, in steps, and to each score."""
        parts = _count_parts(self.embed(words))
        edge = [row for row, word in enumerate(words) if word == EDGE]
        given = multiply(parts, self._taps).reshape(len(words), TAPS, len(self.bias))
        start, end = multiply(_count_parts(self.edges), self._taps).reshape(2, TAPS, len(self.bias))
        given[edge, 0], given[edge, 2] = start[0], end[2]
        after, here, before = _to_steps(given).swapaxes(0, 1)
        bags = multiply(parts, self._bag_head)
        bags[edge] = 0
        return after, here, before, bags

    def read(self, stream: Stream, tables: Tables) -> NDArray[np.float32]:
        """Score texts, shape (n, labels)."""
        after, here, before, bags = tables
        words = np.diff(stream.edges) - 1
        highest = np.zeros((len(words), len(self.bias)), np.int16)
        for chosen, numbers in stream.stack():
            if len(numbers) > TAPS - 1:
                places = after.take(numbers[:-2], axis=0)
                places += here.take(numbers[1:-1], axis=0)
                places += before.take(numbers[2:], axis=0)
                highest[chosen] = np.maximum(places.max(axis=0) + self._bias_in_steps, 0)
        scores = multiply(highest, self._head) + self.intercepts
        scores += stream.sum(bags) / np.sqrt(np.maximum(words, 1))[:, None].astype(np.float32)
        return np.asarray(scores, np.float32)

    def divide(self, words: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Divide a text's scores over its words.

        What a filter adds came from its highest place alone, from the three words that its taps read there.

        Returns
        -------
        shares : ndarray of float64, shape (words, labels)
        rest : ndarray of float64, shape (labels,)
            What no word carried: intercepts, the filters' biases and the text's edges. It and the shares sum
            to the scores.
        """
        *steps, bags = self.fold_words([EDGE, *words])
        size = self._tap_steps.astype(np.float64)
        taps, bias = [some * size for some in steps], self._bias_in_steps * size
        numbers = np.array([0, *range(1, len(words) + 1), 0])
        parts = bags[numbers] / np.sqrt(max(len(words), 1))
        rest = self.intercepts.astype(np.float64)
        if words:
            places = sum(tap[numbers[at : at + len(words)]] for at, tap in enumerate(taps))
            highest, filters = np.argmax(places, axis=0), np.arange(len(self.bias))
            head = np.where((places[highest, filters] + bias > 0)[:, None], self.head, 0)
            for at, tap in enumerate(taps):
                said = tap[numbers[highest + at], filters]
                np.add.at(parts, highest + at, said[:, None] * head)
            rest += bias @ head + parts[0] + parts[-1]
        return parts[1:-1], rest

    def embed(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of words, shape (words, dimensions)."""
        buckets, edges = hash_runs(words)
        position = np.zeros(BUCKETS, np.int64)
        position[buckets] = 1
        used = np.flatnonzero(position)
        position[used] = np.arange(len(used))
        sums = sum_rows(self.run_table.rows(used), position[buckets], edges)
        vectors = np.asarray(sums / np.sqrt(np.diff(edges).astype(np.float32))[:, None], np.float32)
        rows = np.array([self.words.get(word, -1) for word in words], np.int64)
        vectors[rows >= 0] += self.word_table.rows(rows[rows >= 0])
        return vectors


def _count_parts(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Round vectors to whole numbers of parts."""
    return np.asarray(np.rint(vectors * np.float32(_PARTS)), np.float32)


def _to_steps(given: NDArray[np.float32]) -> NDArray[np.int16]:
    """Round what filters get to whole numbers, in place."""
    np.rint(given, out=given)
    return np.asarray(np.clip(given, -_MOST_STEPS, _MOST_STEPS, out=given), np.int16)


def round_weights(table: NDArray[np.float32]) -> NDArray[np.float64]:
    """Round weights to a power of two, some millionths of the largest."""
    step = 2.0 ** (np.ceil(np.log2(max(np.abs(table).max(initial=0), 1e-30))) - _BITS)
    return np.asarray(np.rint(table / step) * step)


def multiply(whole: NDArray[Any], weights: NDArray[np.float64]) -> NDArray[np.float32]:
    """Multiply rows of whole numbers with rounded weights.

    float64 holds every sum of such products exactly, so the order of adding does not matter: a row gives
    the same alone and in any batch, whatever the machine and however many threads share the work.
    """
    product = np.empty((len(whole), weights.shape[1]), np.float32)
    for start in range(0, len(whole), _BLOCK):
        product[start : start + _BLOCK] = whole[start : start + _BLOCK].astype(np.float64) @ weights
    return product
