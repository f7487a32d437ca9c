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

_HEIGHTS = (1.2, 1.4, 1.6, 1.8, 2.0, 2.3, 2.6, 3.0)  # of Ward's tree, at which groups may end
_HALVES = 12
_TOGETHER = 0.5  # share of halves in which two texts of a group are together
_STABLE = 0.7  # the same, on average over a group
_SHUFFLES = 5
_SMALLEST = 5
_LARGEST = 4  # a group of more than a quarter of the texts is no group
_CHANCE = 0.02  # share of texts that may be in groups where there is no meaning at all
_MOST = 2_000  # texts that are compared pair by pair; others join the nearest group
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
    """Group vectors that random halves of them keep together.

    Each half is grouped by Ward's linkage; texts that are together in most halves are a group. The tree
    is cut at the height at which most texts are in groups, of the heights at which hardly any are when
    each dimension is shuffled: so groups that chance makes are none.

    Parameters
    ----------
    meanings : ndarray, shape (n, dimensions)
        Of length 1, in an order that does not depend on how they came, such as that of the alphabet.

    Returns
    -------
    groups : ndarray of int64, shape (n,)
        0 where a text is in no stable group.
    stability : dict of int to float
        Of each group: how often two of its texts are together, on average, 0..1.

    Notes
    -----
    Monti, Tamayo, Mesirov and Golub (2003), Consensus clustering, Machine Learning 52.
    """
    n = len(meanings)
    core = np.sort(np.random.default_rng(_SEED).permutation(n)[:_MOST])
    if len(core) < 2 * _SMALLEST:
        return np.zeros(n, np.int64), {}
    allowed = _CHANCE * len(core)
    dice = np.random.default_rng(_SEED)
    shuffled = [_agree(_unit(dice.permuted(meanings[core], axis=0))) for _ in range(_SHUFFLES)]
    by_chance = [max((groups > 0).sum() for groups, _ in found) for found in zip(*shuffled, strict=True)]
    found = zip(_agree(meanings[core]), by_chance, strict=True)
    open_heights = [real for real, null in found if null <= allowed]
    best = max(open_heights, key=lambda one: (one[0] > 0).sum(), default=None)
    if best is None or (best[0] > 0).sum() <= allowed:
        return np.zeros(n, np.int64), {}
    groups = np.zeros(n, np.int64)
    groups[core] = best[0]
    return _join_rest(meanings, core, groups), best[1]


def _agree(meanings: Floats) -> list[tuple[NDArray[np.int64], dict[int, float]]]:
    """Return for each height the groups that halves agree on, and how much they do."""
    n = len(meanings)
    dice = np.random.default_rng(_SEED)
    both = np.zeros((n, n), np.float32)
    together = np.zeros((len(_HEIGHTS), n, n), np.float32)
    for _ in range(_HALVES):
        half = np.sort(dice.permutation(n)[: n // 2])
        tree, inside = linkage(meanings[half], "ward"), np.ix_(half, half)
        both[inside] += 1
        for at, height in enumerate(_HEIGHTS):
            labels = fcluster(tree, height, "distance")
            together[at][inside] += labels[:, None] == labels
    shares = together / np.maximum(both, 1)
    return [_find_groups(np.maximum(share, np.eye(n, dtype=np.float32))) for share in shares]


def _find_groups(share: NDArray[np.float32]) -> tuple[NDArray[np.int64], dict[int, float]]:
    """Group texts by the share of halves in which they are together."""
    n = len(share)
    tree = linkage(1 - share[np.triu_indices(n, 1)], "average")
    labels = np.asarray(fcluster(tree, 1 - _TOGETHER, "distance"), np.int64)
    groups, stability = np.zeros(n, np.int64), {}
    for label in np.unique(labels).tolist():
        inside = labels == label
        size = int(inside.sum())
        if _SMALLEST <= size <= n / _LARGEST:
            agreed = (float(share[np.ix_(inside, inside)].sum()) - size) / (size * (size - 1))
            if agreed >= _STABLE:
                groups[inside], stability[label] = label, agreed
    return groups, stability


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
