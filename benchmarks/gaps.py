"""Groups of what the codebook misses, ours beside BERTopic's parts: `python benchmarks/gaps.py`.

Clauses of the shipped bank that mention one theme, as if no codebook had that theme. Both read the same
vectors. BERTopic's parts are UMAP and HDBSCAN with its defaults; they need `pip install umap-learn`.
Measured: how far groups agree with another order of the same rows and with another seed (adjusted Rand
index), the share of clauses in no group, and how often the neighbours of a group share its commonest
theme (purity).
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import adjusted_rand_score

from why_nps.flow.grouping import embed_texts, group_meanings
from why_nps.training.corpus import load_clause_bank

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

CLAUSES, SHORTEST = 600, 3


def group_ours(texts: Sequence[str], seed: int) -> NDArray[np.int64]:
    """Group as `find_gaps` does: sorted first, and without a seed."""
    del seed
    order = np.argsort(np.array(texts))
    groups = np.zeros(len(texts), np.int64)
    groups[order] = group_meanings(embed_texts([texts[row] for row in order]))[0]
    return groups


def group_theirs(texts: Sequence[str], seed: int) -> NDArray[np.int64]:
    """Group as BERTopic does by default, 0 for its outliers."""
    from sklearn.cluster import HDBSCAN
    from umap import UMAP

    reducer = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed)
    flat = reducer.fit_transform(embed_texts(texts))
    return np.asarray(HDBSCAN(min_cluster_size=10, copy=True).fit_predict(flat) + 1, np.int64)


def measure(
    group: Callable[[Sequence[str], int], NDArray[np.int64]], texts: list[str], themes: list[str]
) -> dict[str, float]:
    """Return stability, share unassigned and purity."""
    order = np.random.default_rng(5).permutation(len(texts))
    first = group(texts, 0)
    shuffled = np.empty_like(first)
    shuffled[order] = group([texts[row] for row in order], 0)
    pure = [
        max(np.bincount(np.unique(np.array(themes)[first == one], return_inverse=True)[1]))
        for one in np.unique(first[first > 0])
    ]
    return {
        "groups": float(len(pure)),
        "other order": adjusted_rand_score(first, shuffled),
        "other seed": adjusted_rand_score(first, group(texts, 1)),
        "unassigned": float((first == 0).mean()),
        "purity": float(sum(pure) / max((first > 0).sum(), 1)),
    }


def main() -> None:
    """Print both."""
    bank = [
        clause
        for clause in load_clause_bank()
        if len(clause.pairs) == 1 and len(clause.text.split()) >= SHORTEST
    ]
    chosen = {clause.text: clause for clause in bank[:: len(bank) // CLAUSES]}
    texts = list(chosen)
    themes = [theme for clause in chosen.values() for theme, _ in clause.pairs]
    print("ours    ", measure(group_ours, texts, themes))
    if find_spec("umap"):
        print("BERTopic", measure(group_theirs, texts, themes))
    else:
        print("BERTopic: umap-learn is not installed")


if __name__ == "__main__":
    main()
