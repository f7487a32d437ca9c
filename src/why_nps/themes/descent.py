"""Training of the network by gradient descent, in numpy alone; one seed gives one result.

Source of the steps: Kingma and Ba (2015), "Adam: a method for stochastic optimization"; rows of the
large tables move only when a batch holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.special import expit

from why_nps.themes.lexicon import END, PAD, SPECIAL, START, Lexicon, build_lexicon
from why_nps.themes.network import TAPS, FoldedNetwork, Quantised
from why_nps.themes.runs import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.themes.vectors import WordVectors

_BATCH = 192
_RATE = 3e-3
_WARM_UP = 100
_FEWEST = 400
_DECAYS = (0.9, 0.99)
_LONGEST = 120
# Shares left out at random while training, so that no word or filter is leaned on alone.
_DROP_OWN, _DROP_VECTOR, _DROP_DIMENSION, _DROP_FILTER = 0.3, 0.1, 0.1, 0.2

Weights = dict[str, "NDArray[np.float32]"]


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass through the network leaves for the way back."""

    unique: NDArray[np.int64]
    places: NDArray[np.int64]
    own: NDArray[np.int64]
    has_own: NDArray[np.bool_]
    buckets: NDArray[np.int64]
    runs: sparse.csr_matrix
    given: NDArray[np.float32]
    vectors: NDArray[np.float32]
    kept_dimensions: NDArray[np.float32]
    top: NDArray[np.int64]
    share: sparse.csr_matrix
    read: NDArray[np.float32]
    kept_read: NDArray[np.float32]
    scores: NDArray[np.float32]


def fit_network(
    documents: Sequence[list[str]],
    targets: NDArray[np.float64],
    *,
    vectors: WordVectors | None = None,
    size: int = 128,
    filters: int = 128,
    epochs: int = 8,
    min_count: int = 2,
    seed: int = 0,
) -> FoldedNetwork:
    """Fit the network.

    Parameters
    ----------
    documents : sequence of lists of str, length n
        Texts as `tokenise` cuts them.
    targets : ndarray, shape (n, labels)
        Between 0 and 1, or NaN where nobody said.
    vectors : WordVectors, optional
        What is known of words beforehand.
    size, filters : int
        Dimensions of a word's vector, and filters over neighbours.
    epochs : int
        Times that every text is seen; more where that makes fewer than 400 steps.
    min_count : int
        Texts in which a word must occur to have a vector of its own.
    seed : int

    Returns
    -------
    FoldedNetwork
    """
    dice = np.random.default_rng(seed)
    lexicon = build_lexicon(documents, vectors, min_count)
    number = {word: row for row, word in enumerate(lexicon.words)}
    texts = [np.array([number[w] for w in words[:_LONGEST]], np.int64) for words in documents]
    truth, said = np.nan_to_num(targets).astype(np.float32), ~np.isnan(targets)
    weights = draw_weights(lexicon, size, filters, targets.shape[1], dice)
    adam = Adam(weights)
    batches = -(-len(texts) // _BATCH)
    epochs = max(epochs, -(-_FEWEST // max(batches, 1)))
    total = epochs * batches
    for _ in range(epochs):
        for batch in deal_batches(texts, dice):
            rate = _RATE * min(1, (adam.steps + 1) / _WARM_UP) * max(0.02, 1 - adam.steps / total)
            forward = pass_forward(weights, lexicon, [texts[i] for i in batch], dice)
            error = (expit(forward.scores) - truth[batch]) * said[batch] / len(batch)
            adam.step(pass_back(weights, forward, error.astype(np.float32)), rate)
    return fold_network(weights, lexicon, vectors)


def draw_weights(
    lexicon: Lexicon, size: int, filters: int, labels: int, dice: np.random.Generator
) -> Weights:
    """Draw the weights to begin with."""

    def draw(rows: int, columns: int, spread: float) -> NDArray[np.float32]:
        return (dice.standard_normal((rows, columns)) * spread).astype(np.float32)

    return {
        "own": np.zeros((max(1, len(lexicon.known)), size), np.float32),
        "runs": draw(BUCKETS, size, 0.1),
        "given": draw(lexicon.given.shape[1], size, 0.15),
        "edges": draw(2, size, 0.1),
        "taps": draw(size, TAPS * filters, (2 / (TAPS * size)) ** 0.5),
        "bias": np.zeros(filters, np.float32),
        "head": draw(filters + size, labels, 0.02),
        "intercepts": np.full(labels, -2, np.float32),
    }


def deal_batches(texts: list[NDArray[np.int64]], dice: np.random.Generator) -> list[NDArray[np.int64]]:
    """Deal the texts into batches of like length, in random order."""
    order = dice.permutation(len(texts))
    lengths = np.array([len(text) for text in texts])
    chunks = np.array_split(order, max(1, len(order) // (_BATCH * 20)))
    order = np.concatenate([chunk[np.argsort(lengths[chunk], kind="stable")] for chunk in chunks])
    batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
    return [batches[number] for number in dice.permutation(len(batches))]


def pass_forward(
    weights: Weights, lexicon: Lexicon, texts: list[NDArray[np.int64]], dice: np.random.Generator | None
) -> Pass:
    """Score a batch; with dice, parts are left out at random."""

    def keep(shape: tuple[int, ...], dropped: float) -> NDArray[np.float32]:
        if dice is None:
            return np.ones(shape, np.float32)
        return (dice.random(shape, dtype=np.float32) >= dropped).astype(np.float32) / np.float32(1 - dropped)

    unique, places = np.unique(_pad(texts), return_inverse=True)
    own = lexicon.own[unique]
    has_own = (own >= 0) & (keep(own.shape, _DROP_OWN) > 0)
    picked = lexicon.runs[unique]
    buckets, column = np.unique(picked.indices.astype(np.int64), return_inverse=True)
    runs = sparse.csr_matrix((picked.data, column, picked.indptr), shape=(len(unique), len(buckets)))
    given = lexicon.given[unique] * (keep(own.shape, _DROP_VECTOR) > 0)[:, None]
    vectors = runs @ weights["runs"][buckets] + given @ weights["given"]
    vectors[has_own] += weights["own"][own[has_own]]
    for special in (START, END):
        vectors[unique == special] = weights["edges"][special - 1]
    kept_dimensions = keep(vectors.shape, _DROP_DIMENSION)
    vectors *= kept_dimensions
    inner = places[:, 1:-1]
    real = unique[inner] >= SPECIAL
    highest, top = _scan(vectors @ weights["taps"], places, real, weights["bias"])
    share = _share(inner, real, len(unique))
    read = np.hstack([highest, share @ vectors])
    kept_read = keep(read.shape, _DROP_FILTER)
    read *= kept_read
    scores = read @ weights["head"] + weights["intercepts"]
    return Pass(
        unique, places, own, has_own, buckets, runs, given, vectors, kept_dimensions, top, share, read,
        kept_read, scores,
    )  # fmt: skip


def _pad(texts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    padded = np.full((len(texts), max(1, *map(len, texts), 1) + 2), PAD)
    for row, text in enumerate(texts):
        padded[row, : len(text) + 2] = [START, *text, END]
    return padded


def _scan(
    tapped: NDArray[np.float32],
    places: NDArray[np.int64],
    real: NDArray[np.bool_],
    bias: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return each filter's highest value over the places of a text, and which place it was."""
    filters, width = len(bias), real.shape[1]
    sums = np.broadcast_to(bias, (*real.shape, filters)).copy()
    for tap in range(TAPS):
        sums += tapped[:, tap * filters : (tap + 1) * filters][places[:, tap : tap + width]]
    sums[~real] = 0
    np.maximum(sums, 0, out=sums)
    top = sums.argmax(axis=1)
    return np.take_along_axis(sums, top[:, None], axis=1)[:, 0], top


def _share(inner: NDArray[np.int64], real: NDArray[np.bool_], words: int) -> sparse.csr_matrix:
    rows, columns = np.nonzero(real)
    part = np.maximum(real.sum(axis=1), 1) ** -0.5
    return sparse.csr_matrix(
        (part[rows].astype(np.float32), (rows, inner[rows, columns])), shape=(len(inner), words)
    )


def pass_back(weights: Weights, forward: Pass, error: NDArray[np.float32]) -> Gradients:
    """Return the gradient of the loss; of the large tables only the rows that the batch holds.

    Parameters
    ----------
    weights : dict of str to ndarray
    forward : Pass
    error : ndarray of float32, shape (texts, labels)
        Gradient of the loss in the scores.

    Returns
    -------
    dict of str to (rows, gradient)
    """
    filters, words = len(weights["bias"]), len(forward.unique)
    read = (error @ weights["head"].T) * forward.kept_read
    highest = read[:, :filters] * (forward.read[:, :filters] > 0)
    texts, lanes = np.arange(len(error))[:, None], np.arange(filters)[None]
    tapped = np.hstack(
        [
            np.bincount(
                (forward.places[texts, forward.top + tap] * filters + lanes).ravel(),
                highest.ravel(),
                words * filters,
            ).reshape(words, filters)
            for tap in range(TAPS)
        ]
    ).astype(np.float32)
    vectors = (forward.share.T @ read[:, filters:] + tapped @ weights["taps"].T) * forward.kept_dimensions
    edges = np.stack([vectors[forward.unique == special].sum(axis=0) for special in (START, END)])
    vectors[forward.unique < SPECIAL] = 0
    every = slice(None)
    return {
        "head": (every, forward.read.T @ error),
        "intercepts": (every, error.sum(axis=0)),
        "bias": (every, highest.sum(axis=0)),
        "taps": (every, forward.vectors.T @ tapped),
        "given": (every, forward.given.T @ vectors),
        "edges": (every, edges),
        "runs": (forward.buckets, forward.runs.T @ vectors),
        "own": (forward.own[forward.has_own], vectors[forward.has_own]),
    }


Gradients = dict[str, tuple[Any, "NDArray[np.float32]"]]


class Adam:
    """Steps along the gradient, each weight at the pace of its own mean and spread."""

    def __init__(self, weights: Weights) -> None:
        self.steps = 0
        self._weights = weights
        self._means = {name: np.zeros_like(table) for name, table in weights.items()}
        self._squares = {name: np.zeros_like(table) for name, table in weights.items()}

    def step(self, gradients: Gradients, rate: float) -> None:
        """Change the weights, in place."""
        self.steps += 1
        slow, slower = _DECAYS
        for name, (rows, gradient) in gradients.items():
            mean = self._means[name][rows] * slow + (1 - slow) * gradient
            square = self._squares[name][rows] * slower + (1 - slower) * gradient**2
            self._means[name][rows], self._squares[name][rows] = mean, square
            scale = np.sqrt(square / (1 - slower**self.steps)) + 1e-8
            self._weights[name][rows] -= rate / (1 - slow**self.steps) * mean / scale


def fold_network(weights: Weights, lexicon: Lexicon, vectors: WordVectors | None) -> FoldedNetwork:
    """Fold own and given vectors into one row a word, and round the tables."""
    words = list(dict.fromkeys([*lexicon.known, *(vectors.index if vectors else ())]))
    table = np.zeros((len(words), weights["edges"].shape[1]), np.float32)
    table[: len(lexicon.known)] = weights["own"][: len(lexicon.known)]
    if vectors:
        table += vectors.look_up(words) @ weights["given"]
    filters = len(weights["bias"])
    return FoldedNetwork(
        words={word: row for row, word in enumerate(words)},
        word_table=Quantised.quantise(table),
        run_table=Quantised.quantise(weights["runs"]),
        edges=weights["edges"],
        taps=weights["taps"],
        bias=weights["bias"],
        head=weights["head"][:filters],
        bag_head=weights["head"][filters:],
        intercepts=weights["intercepts"],
    )
