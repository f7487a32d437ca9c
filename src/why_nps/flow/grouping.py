"""Grouping of texts by meaning: stable from run to run, in any order, and without a number of groups."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.feature_extraction.text import TfidfVectorizer

from why_nps.themes.features import tokenise
from why_nps.themes.vectors import load_word_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_SIZES = (3, 6, 12, 24)  # mean size of the groups into which a half is cut
_HALVES = 30
_TOGETHER = 0.5  # share of halves in which two texts of a group are together
_STABLE = 0.6  # the same, on average over a group
_DRAWS, _ENOUGH = 50, 200  # of words from the dictionary at most, and groups that these made
_FALSE = 0.05  # share of the groups told that chance may make
_SMALLEST = 5
_LARGEST = 4  # a group of more than a quarter of the texts is no group
_MOST = 2_000  # texts that are compared pair by pair; others join the nearest group
_LETTERS = (3, 5)
_LIFT = 0.5  # of the weak dimensions, in shares of the mean variance
_SEED = 11


@dataclass(frozen=True, slots=True)
class Found:
    """A group that halves of the texts agree on.

    Parameters
    ----------
    rows : ndarray of int64
        Its texts.
    scale : int
        Which of the sizes it was found at.
    cohesion : float
        Mean similarity of two of its texts.
    stability : float
        Share of the halves in which two of its texts are together, on average.
    """

    rows: Ints
    scale: int
    cohesion: float
    stability: float


def embed_texts(texts: Sequence[str]) -> sparse.csr_matrix:
    """Describe texts by what their words mean and by their letters.

    The first part is the mean of each text's word vectors, rare words counting more, less what all have in
    common; dimensions in which all words vary count less. The second is runs of three to five letters,
    for what vectors do not know. Both weigh the same.

    Returns
    -------
    sparse matrix, shape (n, features)
        Rows of length 1; zeros where nothing is known.
    """
    letters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=_LETTERS, sublinear_tf=True, tokenizer=None, lowercase=False
    )
    joined = [" ".join(tokenise(text)) for text in texts]
    try:
        spelled = letters.fit_transform(joined)
    except ValueError:  # no letters at all
        spelled = sparse.csr_matrix((len(texts), 1))
    both = sparse.hstack([sparse.csr_matrix(_average(joined)), spelled]).tocsr()
    lengths = np.sqrt(np.asarray(both.multiply(both).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags_array(1 / np.maximum(lengths, 1e-9)) @ both)


def _average(texts: Sequence[str]) -> Floats:
    """Return the mean of each text's word vectors, of length 1; zeros where no word is known."""
    vectors = load_word_vectors()
    said = [[word for word in dict.fromkeys(text.split()) if word in vectors.index] for text in texts]
    words = sorted({word for line in said for word in line})
    if not words:
        return np.zeros((len(texts), len(vectors.steps)))
    at = {word: row for row, word in enumerate(words)}
    counts = np.bincount([at[word] for line in said for word in line], minlength=len(words))
    weighted = vectors.look_up(words).astype(np.float64) * np.log(1 + len(texts) / counts)[:, None]
    means = np.array([weighted[[at[word] for word in line]].sum(axis=0) for line in said])
    known = np.array([bool(line) for line in said])
    means[known] = _unit(means[known])
    means[known] -= means[known].mean(axis=0)
    return _unit(means @ _level())


@cache
def _level() -> Floats:
    """Return the matrix that makes words vary alike in all dimensions, or nearly so."""
    vectors = load_word_vectors()
    spread, axes = np.linalg.eigh(np.cov((vectors.table * vectors.steps).T))
    return np.asarray(axes / np.sqrt(spread + _LIFT * spread.mean()), np.float64)


def group_texts(texts: Sequence[str]) -> tuple[Ints, dict[int, float]]:
    """Group texts that random halves of them keep together, and that are more alike than chance makes them.

    Each half is grouped by Ward's linkage, into groups of several sizes; texts that are together in most
    halves are a candidate. The same is done with words drawn from the dictionary in place of the texts'.
    Candidates that are more alike than those are kept: at most one in twenty is expected to be chance's.

    Parameters
    ----------
    texts : sequence of str
        Different ones, in an order that does not depend on how they came, such as that of the alphabet.

    Returns
    -------
    groups : ndarray of int64, shape (n,)
        0 where a text is in no group.
    stability : dict of int to float
        Of each group: how often two of its texts are together, on average, 0..1.

    Notes
    -----
    Monti, Tamayo, Mesirov and Golub (2003), Consensus clustering, Machine Learning 52. Benjamini and
    Hochberg (1995), Journal of the Royal Statistical Society B 57.
    """
    groups = np.zeros(len(texts), np.int64)
    core = np.sort(np.random.default_rng(_SEED).permutation(len(texts))[:_MOST])
    if len(core) < 2 * _SMALLEST:
        return groups, {}
    compared = [texts[row] for row in core]
    found = _find_candidates(embed_texts(compared))
    chance: list[Found] = []
    for seed in range(_DRAWS):
        chance += _find_candidates(embed_texts(draw_words(compared, seed)))
        if len(chance) >= _ENOUGH:
            break
    kept = _keep_apart(found, _exceed_chance(found, chance))
    for number, one in enumerate(kept, start=1):
        groups[core[one.rows]] = number
    if len(core) < len(texts):
        _join_rest(embed_texts(texts), core, groups)
    return groups, {number: one.stability for number, one in enumerate(kept, start=1)}


def draw_words(texts: Sequence[str], seed: int) -> list[str]:
    """Replace every word by one drawn from all known Dutch words: as long, and about nothing together.

    Examples
    --------
    >>> [len(text.split()) for text in draw_words(["de app", "veel te duur"], 0)]
    [2, 3]
    """
    known = np.array(list(load_word_vectors().index), object)
    dice = np.random.default_rng(seed)
    return [" ".join(dice.choice(known, len(tokenise(text)))) for text in texts]


def _find_candidates(meanings: sparse.csr_matrix) -> list[Found]:
    """Return the groups that halves agree on, for each size."""
    alike = np.asarray((meanings @ meanings.T).todense())
    apart = np.sqrt(np.maximum(2 - 2 * alike, 0))
    n = len(alike)
    dice = np.random.default_rng(_SEED)
    both = np.zeros((n, n), np.float32)
    together = np.zeros((len(_SIZES), n, n), np.float32)
    for _ in range(_HALVES):
        half = np.sort(dice.permutation(n)[: n // 2])
        inside = np.ix_(half, half)
        tree = linkage(apart[inside][np.triu_indices(len(half), 1)], "ward")
        both[inside] += 1
        for at, size in enumerate(_SIZES):
            labels = fcluster(tree, max(len(half) // size, 2), "maxclust")
            together[at][inside] += labels[:, None] == labels
    np.maximum(both, 1, out=both)
    return [one for scale in range(len(_SIZES)) for one in _agree(together[scale] / both, alike, scale)]


def _agree(share: NDArray[np.float32], alike: Floats, scale: int) -> list[Found]:
    """Return the groups that are together in most halves."""
    n = len(share)
    np.fill_diagonal(share, 1)
    tree = linkage(1 - share[np.triu_indices(n, 1)], "average")
    labels = np.asarray(fcluster(tree, 1 - _TOGETHER, "distance"))
    found = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if not _SMALLEST <= len(rows) <= n / _LARGEST:
            continue
        inside, pairs = np.ix_(rows, rows), len(rows) * (len(rows) - 1)
        stability = (float(share[inside].sum()) - len(rows)) / pairs
        if stability >= _STABLE:
            cohesion = (alike[inside].sum() - np.trace(alike[inside])) / pairs
            found.append(Found(rows, scale, float(cohesion), stability))
    return found


def _exceed_chance(found: Sequence[Found], chance: Sequence[Found]) -> Floats:
    """Return how far each candidate is more alike than chance's of its size; -inf where it may be one."""
    if not found or not chance:
        return np.full(len(found), -np.inf)
    cohesion = np.array([one.cohesion for one in chance])
    line = np.linalg.lstsq(_measure(chance), cohesion)[0]
    null = cohesion - _measure(chance) @ line
    excess = np.array([one.cohesion for one in found]) - _measure(found) @ line
    p = (1 + len(null) - np.searchsorted(np.sort(null), excess)) / (1 + len(null))
    ranked = np.sort(p)
    limit = ranked[ranked <= _FALSE * np.arange(1, len(p) + 1) / len(p)].max(initial=0.0)
    return np.where(p <= limit, excess, -np.inf)


def _measure(found: Sequence[Found]) -> Floats:
    """Return what cohesion falls with even by chance: how large a group is, and how coarsely was cut."""
    return np.log([[np.e, len(one.rows), _SIZES[one.scale]] for one in found])


def _keep_apart(found: Sequence[Found], excess: Floats) -> list[Found]:
    """Keep the groups beyond chance, those that exceed it most first, that share no text with one kept."""
    kept: list[Found] = []
    taken: set[int] = set()
    for at in np.argsort(-excess, kind="stable"):
        rows = set(found[at].rows.tolist())
        if np.isfinite(excess[at]) and not rows & taken:
            kept.append(found[at])
            taken |= rows
    return kept


def _join_rest(meanings: sparse.csr_matrix, core: Ints, groups: Ints) -> None:
    """Put texts that were not compared in the group that is as near to them as to half its members."""
    rest = np.setdiff1d(np.arange(len(groups)), core)
    for group in np.unique(groups[core][groups[core] > 0]).tolist():
        middle = np.asarray(meanings[np.flatnonzero(groups == group)].mean(axis=0)).ravel()
        nearness = np.asarray(meanings @ middle)
        joins = (nearness[rest] >= np.median(nearness[groups == group])) & (groups[rest] == 0)
        groups[rest[joins]] = group


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
