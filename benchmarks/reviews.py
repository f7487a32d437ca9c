"""The shipped model on real Dutch reviews it was never fitted to: ``python benchmarks/reviews.py FILE.xml``.

FILE.xml is a file of SemEval-2016, task 5, subtask 1 (Dutch restaurants), which is not ours to ship. A whole
review is read as an answer, and so is each of its sentences. The file's categories are fewer than our themes
and not quite ours, so both sides are told in those of the file: our themes of being served count as its
service, and themes that it has no category for are not counted. Figures are micro-F1 of categories, and of
category with polarity; how far they fall short tells of the two schemes as well as of the model.
"""

from __future__ import annotations

import argparse
from itertools import groupby
from typing import TYPE_CHECKING

from semeval_files import read_sentences

from why_nps import code
from why_nps.flow.coding import list_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from semeval_files import Sentence

    Pairs = set[tuple[str, str]]

CATEGORIES = {
    "FOOD#QUALITY": "product_quality",
    "DRINKS#QUALITY": "product_quality",
    "SERVICE#GENERAL": "staff",
    "AMBIENCE#GENERAL": "facilities",
    "LOCATION#GENERAL": "facilities",
    "FOOD#PRICES": "price",
    "DRINKS#PRICES": "price",
    "RESTAURANT#PRICES": "price",
    "FOOD#STYLE_OPTIONS": "assortment",
    "DRINKS#STYLE_OPTIONS": "assortment",
    "RESTAURANT#GENERAL": "general",
}
THEMES = {
    **{theme: theme for theme in CATEGORIES.values()},
    **dict.fromkeys(("personal_attention", "speed", "reachability", "resolution"), "staff"),
}
POLARITIES = {"positive": "delight", "negative": "pain", "neutral": "neutral"}


def list_truth(sentences: Sequence[Sentence]) -> Pairs:
    """Return the theme and kind of what is marked; a verdict goes where another mention has its kind."""
    pairs = {
        (CATEGORIES[opinion.category], POLARITIES[opinion.polarity])
        for sentence in sentences
        for opinion in sentence.opinions
        if opinion.category in CATEGORIES
    }
    kinds = {kind for theme, kind in pairs if theme != "general"}
    return {(theme, kind) for theme, kind in pairs if theme != "general" or kind not in kinds}


def rate(truth: Sequence[Pairs], found: Sequence[Pairs]) -> float:
    """Return the micro-F1 of found pairs, 0..1."""
    right = sum(len(a & b) for a, b in zip(truth, found, strict=True))
    return 2 * right / max(sum(map(len, truth)) + sum(map(len, found)), 1)


def read(texts: Sequence[str], model: str | None) -> list[Pairs]:
    """Return what a model finds in texts, in the categories of the file."""
    found = list_pairs(code(texts, model=model))
    return [{(THEMES[theme], kind) for theme, kind in pairs if theme in THEMES} for pairs in found]


def main() -> None:
    """Read and tell."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("file")
    parser.add_argument("model", nargs="?", help="as for why_nps.code; without it the shipped model")
    asked = parser.parse_args()
    sentences = read_sentences(asked.file)
    reviews = [list(group) for _, group in groupby(sentences, key=lambda sentence: sentence.review)]
    for name, units in (("sentences", [[sentence] for sentence in sentences]), ("reviews", reviews)):
        truth = [list_truth(unit) for unit in units]
        found = read([" ".join(sentence.text for sentence in unit) for unit in units], asked.model)
        themes = [[{theme for theme, _ in pairs} for pairs in side] for side in (truth, found)]
        print(f"{len(units):5,} {name}: theme {rate(*themes):.3f}, theme and kind {rate(truth, found):.3f}")


if __name__ == "__main__":
    main()
