"""Corrections on top of a model's scores, learned in seconds from a user's own clauses.

The model stays as it is; what is learned is added to its log odds: a ridge logistic regression with the
model's scores as offset, over the words, runs of characters and word pairs of the linear model and over the
shipped word vectors. The penalty is the weight of what the corpus taught against what the user says. All of
it folds into the linear model's table, so a tuned bundle is a bundle like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

from why_nps.themes.blend import BlendedScorer
from why_nps.themes.features import indices, pair, spell
from why_nps.themes.network import FoldedNetwork
from why_nps.themes.scorer import FoldedScorer
from why_nps.themes.vectors import load_word_vectors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

VECTORS = 1.0  # length of a word's vector beside that of its letters
_RANK = 1e-6  # of the largest: directions that carry less are left out
_STEPS = 200


@dataclass(frozen=True, slots=True)
class Features:
    """What corrections may be learned from, for some clauses.

    Parameters
    ----------
    grams, pairs : dict of str to int
        The scorer's features, and behind them those that only these clauses have.
    matrix : scipy.sparse.csr_matrix
        (n, grams + pairs), each row divided by the length that the scorer gives the clause.
    vectors : numpy.ndarray
        (n, dimensions): word vectors summed, each as long as its word's letters, divided likewise.
    """

    grams: dict[str, int]
    pairs: dict[str, int]
    matrix: sparse.csr_matrix
    vectors: Floats


@dataclass(frozen=True, slots=True)
class Rotated:
    """Clauses in as few numbers as tell them apart; ridge regression is the same in them.

    Parameters
    ----------
    rows : numpy.ndarray
        (n, rank).
    back : numpy.ndarray
        (n, rank): weights of rows to weights of clauses.
    """

    rows: Floats
    back: Floats


def list_features(scorer: BlendedScorer, clauses: Sequence[str]) -> Features:
    """List the features of clauses, those that the scorer does not know included."""
    linear, vectors = scorer.linear, load_word_vectors()
    said = [scorer.read_words(clause) for clause in clauses]
    words = list(dict.fromkeys(word for line in said for word in line))
    grams = _extend(linear.grams, (gram for word in words for gram in spell(word)))
    pairs = _extend(linear.pairs, (two for line in said for two in pair(line)))
    spelled = _count([indices(spell(word), grams) for word in words], len(grams))
    number = {word: at for at, word in enumerate(words)}
    counts = _count([[number[word] for word in line] for line in said], len(words))
    twos = _count([indices(pair(line), pairs) for line in said], len(pairs))
    squares = [
        _squares(table, size) for table, size in ((linear.gram_table, grams), (linear.pair_table, pairs))
    ]
    own = spelled[:, : len(linear.grams)] @ linear.gram_table[:, -1]
    length = np.sqrt(np.maximum(counts @ own + twos[:, : len(linear.pairs)] @ linear.pair_table[:, -1], 1))
    rarity = np.sqrt(np.concatenate(squares))
    matrix = sparse.hstack([counts @ spelled, twos], format="csr") @ sparse.diags_array(rarity)
    known = _unit(vectors.look_up(words)) * np.sqrt(np.maximum(own, 1))[:, None] * VECTORS
    scale = sparse.diags_array(1 / length)
    return Features(grams, pairs, sparse.csr_matrix(scale @ matrix), np.asarray(scale @ (counts @ known)))


def rotate(features: Features) -> Rotated:
    """Rotate clauses to their principal directions; the last feature is a constant."""
    kernel = np.asarray((features.matrix @ features.matrix.T).todense(), np.float64)
    kernel += features.vectors @ features.vectors.T + 1
    values, directions = np.linalg.eigh(kernel)
    kept = values > _RANK * values[-1]
    roots = np.sqrt(values[kept])
    return Rotated(directions[:, kept] * roots, directions[:, kept] / roots)


def fit_corrections(rows: Floats, targets: Floats, offsets: Floats, strength: Floats | float) -> Floats:
    """Fit ridge logistic regressions on top of given log odds, all labels at once.

    Parameters
    ----------
    rows : ndarray, shape (n, rank)
    targets : ndarray, shape (n, labels)
        1, 0, or NaN where nobody said.
    offsets : ndarray, shape (n, labels)
        Log odds to correct.
    strength : float or ndarray of shape (labels,)
        Inverse penalty: larger follows the targets closer.

    Returns
    -------
    ndarray, shape (rank, labels)
        ``offsets + rows @ weights`` are the corrected log odds.

    Examples
    --------
    >>> weights = fit_corrections(np.array([[1.0], [-1.0]]), np.array([[1.0], [0.0]]), np.zeros((2, 1)), 1.0)
    >>> bool(weights[0, 0] > 0.5)
    True
    """
    said = ~np.isnan(targets)
    truth, shape = np.where(said, targets, 0.0), (rows.shape[1], targets.shape[1])
    sure = expit(offsets)
    bends = np.outer((rows**2).sum(axis=0), (said * sure * (1 - sure)).mean(axis=0)) + 1 / strength
    unit = 1 / np.sqrt(bends)  # about as long a step in every direction: half the steps

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape) * unit
        scores = offsets + rows @ weights
        lost = np.logaddexp(0, scores) - truth * scores
        gradient = rows.T @ (said * (expit(scores) - truth)) + weights / strength
        penalty = (weights**2 / strength).sum() / 2
        return float((said * lost).sum() + penalty), (gradient * unit).ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return np.asarray(found.x.reshape(shape) * unit, np.float64)


def fold_corrections(
    scorer: BlendedScorer, features: Features, rotated: Rotated, weights: Floats
) -> BlendedScorer:
    """Return a scorer whose scores are the given one's plus the corrections."""
    alpha = rotated.back @ weights / (1 - scorer.share)
    rarity = np.sqrt(
        np.concatenate(
            [
                _squares(scorer.linear.gram_table, features.grams),
                _squares(scorer.linear.pair_table, features.pairs),
            ]
        )
    )
    added = (features.matrix.T @ alpha) * rarity[:, None]
    of_vectors = features.vectors.T @ alpha
    vectors = load_word_vectors()
    words = list(vectors.index)
    grams = _extend(features.grams, (f"<{word}>" for word in words))
    gram_table = _widen(scorer.linear.gram_table, len(grams))
    gram_table[: len(features.grams), :-1] += added[: len(features.grams)]
    own = _measure(scorer.linear, words)
    rows = np.array([grams[f"<{word}>"] for word in words])
    gram_table[rows, :-1] += (_unit(vectors.look_up(words)) * own[:, None] * VECTORS) @ of_vectors
    pair_table = _widen(scorer.linear.pair_table, len(features.pairs))
    pair_table[:, :-1] += added[len(features.grams) :]
    intercepts = (scorer.linear.intercepts + alpha.sum(axis=0)).astype(np.float32)
    linear = FoldedScorer(grams, features.pairs, gram_table, pair_table, intercepts)
    return BlendedScorer(linear, scorer.network, scorer.share)


def mix_labels(scorer: BlendedScorer, mix: Floats, added: Floats) -> BlendedScorer:
    """Return a scorer of other labels, each a sum of the given one's log odds and a number.

    Parameters
    ----------
    scorer : BlendedScorer
    mix : ndarray, shape (labels, new labels)
        How much of each label is in each new one.
    added : ndarray, shape (new labels,)
        Log odds.
    """
    parts, numbers = mix.astype(np.float32), added.astype(np.float32)
    linear, network = scorer.linear, scorer.network
    grams, pairs = (
        np.hstack([table[:, :-1] @ parts, table[:, -1:]]) for table in (linear.gram_table, linear.pair_table)
    )
    mixed = network and FoldedNetwork(
        network.words,
        network.word_table,
        network.run_table,
        network.edges,
        network.taps,
        network.bias,
        network.head @ parts,
        network.bag_head @ parts,
        network.intercepts @ parts + numbers,
    )
    intercepts = linear.intercepts @ parts + numbers
    return BlendedScorer(
        FoldedScorer(linear.grams, linear.pairs, grams, pairs, intercepts), mixed, scorer.share
    )


def _extend(known: dict[str, int], more: Iterable[str]) -> dict[str, int]:
    """Give features that are not known the numbers behind those that are."""
    new = [feature for feature in dict.fromkeys(more) if feature not in known]
    return known | dict(zip(new, range(len(known), len(known) + len(new)), strict=True))


def _squares(table: NDArray[np.float32], features: dict[str, int]) -> Floats:
    """Return the squared weight of each feature; an unknown one is as rare as the rarest known."""
    known = table[:, -1].astype(np.float64)
    return np.append(known, np.full(len(features) - len(known), known.max(initial=1.0)))


def _widen(table: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
    """Add rows of zeros: a new feature adds nothing to a text's length, so old scores stay what they are."""
    return np.vstack([table, np.zeros((rows - len(table), table.shape[1]), np.float32)])


def _measure(linear: FoldedScorer, words: Sequence[str]) -> Floats:
    """Return how long each word is by its letters, at least 1."""
    return np.sqrt(np.maximum(linear.fold_words(words)[0][:, -1].astype(np.float64), 1))


def _unit(vectors: NDArray[np.float32]) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float64)


def _count(rows: Sequence[Sequence[int]], width: int) -> sparse.csr_matrix:
    lengths = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter((column for row in rows for column in row), np.int64, lengths[-1])
    return sparse.csr_matrix((np.ones(len(columns)), columns, lengths), shape=(len(rows), width))
