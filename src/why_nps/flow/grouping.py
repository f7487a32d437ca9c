"""Grouping of texts by meaning: stable from run to run, in any order, and without a number of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from why_nps.themes.features import tokenise
from why_nps.themes.vectors import load_word_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_HEIGHTS = np.round(np.arange(0.2, 0.91, 0.05), 2)  # 1 - cosine at which groups may end
_HALVES = 10
_STABLE = 0.6  # mean Jaccard similarity with the nearest group of a half
_SMALLEST = 5
_LARGEST = 4  # a group of more than a quarter of the texts is no group
_MOST = 4_000  # texts that are compared pair by pair; others join the nearest group
_SEED = 11


def embed_texts(texts: Sequence[str]) -> Floats:
    """Return the mean of each text's word vectors, rare words counting more, less what all have in common.

    Returns
    -------
    ndarray, shape (n, dimensions)
        Of length 1; zeros where no word is known.
    """
    vectors = load_word_vectors()
    said = [[word for word in dict.fromkeys(tokenise(text)) if word in vectors.index] for text in texts]
    words = sorted({word for line in said for word in line})
    if not words:
        return np.zeros((len(texts), len(vectors.steps)))
    counts = dict.fromkeys(words, 0)
    for line in said:
        for word in line:
            counts[word] += 1
    at = {word: row for row, word in enumerate(words)}
    rarity = np.log(1 + len(texts) / np.array([counts[word] for word in words]))
    weighted = vectors.look_up(words).astype(np.float64) * rarity[:, None]
    means = np.array([weighted[[at[word] for word in line]].sum(axis=0) for line in said])
    known = np.array([bool(line) for line in said])
    means[known] = _unit(means[known])
    means[known] -= means[known].mean(axis=0)
    return _unit(means)


def group_meanings(meanings: Floats) -> tuple[NDArray[np.int64], dict[int, float]]:
    """Group vectors at the height where most are in groups that come back in random halves.

    Parameters
    ----------
    meanings : ndarray, shape (n, dimensions)
        Of length 1, in an order that does not depend on how they came, such as that of the alphabet.

    Returns
    -------
    groups : ndarray of int64, shape (n,)
        0 where a text is in no stable group.
    stability : dict of int to float
        Of each group: the mean, over halves, of its Jaccard similarity with the nearest group there.

    Notes
    -----
    Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics & Data Analysis 52.
    """
    n = len(meanings)
    dice = np.random.default_rng(_SEED)
    core = np.sort(dice.permutation(n)[:_MOST])
    if len(core) < 2 * _SMALLEST:
        return np.zeros(n, np.int64), {}
    tree = _grow(meanings[core])
    halves = [np.sort(dice.permutation(len(core))[: len(core) // 2]) for _ in range(_HALVES)]
    trees = [_grow(meanings[core][half]) for half in halves]
    best: tuple[int, NDArray[np.int64], dict[int, float]] = (0, np.zeros(len(core), np.int64), {})
    for height in _HEIGHTS:
        labels = _cut(tree, height)
        labels = np.where(np.bincount(labels)[labels] <= len(core) / _LARGEST, labels, 0)
        others = [_cut(one, height) for one in trees]
        stability = _measure(labels, halves, others)
        kept = {group: value for group, value in stability.items() if value >= _STABLE}
        inside = int(np.isin(labels, list(kept)).sum())
        if inside > best[0]:
            best = inside, np.where(np.isin(labels, list(kept)), labels, 0), kept
    groups = np.zeros(n, np.int64)
    groups[core] = best[1]
    return _join_rest(meanings, core, groups), best[2]


def _grow(meanings: Floats) -> Floats:
    return np.asarray(
        linkage(np.clip(1 - meanings @ meanings.T, 0, 2)[np.triu_indices(len(meanings), 1)], "average")
    )


def _cut(tree: Floats, height: float) -> NDArray[np.int64]:
    """Cut a tree; what stays alone has the number 0."""
    labels = np.asarray(fcluster(tree, height, "distance"), np.int64)
    return np.where(np.bincount(labels)[labels] > 1, labels, 0)


def _measure(
    labels: NDArray[np.int64], halves: list[NDArray[np.int64]], others: list[NDArray[np.int64]]
) -> dict[int, float]:
    found = {}
    for group in np.unique(labels[labels > 0]).tolist():
        inside = labels == group
        if inside.sum() < _SMALLEST:
            continue
        values = []
        for half, other in zip(halves, others, strict=True):
            mine = inside[half]
            if mine.any():
                near = np.bincount(other[mine], minlength=1)
                near[0] = 0
                size = np.bincount(other, minlength=len(near))[: len(near)]
                values.append((near / np.maximum(size + mine.sum() - near, 1)).max())
        found[group] = float(np.mean(values)) if values else 0.0
    return found


def _join_rest(meanings: Floats, core: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Put texts that were not compared in the group whose middle is as near as to half its members."""
    rest = np.setdiff1d(np.arange(len(meanings)), core)
    for group in np.unique(groups[groups > 0]).tolist():
        inside = meanings[core][groups[core] == group]
        middle = _unit(inside.mean(axis=0, keepdims=True))[0]
        near = np.median(inside @ middle)
        groups[rest[(meanings[rest] @ middle >= near) & (groups[rest] == 0)]] = group
    return groups


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
