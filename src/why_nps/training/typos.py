"""Typing errors, as people make them: a letter swapped, left out, doubled, or the key beside it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from why_nps.text import normalise_answer, split_clauses

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[^\W\d_]{4,}")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    key: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in _ROWS
    for place, key in enumerate(row)
}


def make_typo(text: str, dice: np.random.Generator) -> str:
    """Make one typing error in one word of at least four letters; a text without such a word stays.

    Examples
    --------
    >>> make_typo("snelle levering", np.random.default_rng(0))
    'snelle leveing'
    """
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = words[dice.integers(len(words))]
    place = int(dice.integers(word.start() + 1, word.end() - 1))
    letter, after = text[place], text[place + 1]
    beside = _BESIDE.get(letter.lower(), "")
    key = beside[dice.integers(len(beside))] if beside else ""
    new = (after + letter, after, letter + letter + after, key + after)[dice.integers(4)]
    return text[:place] + new + text[place + 2 :]


def mistype_answers(texts: Sequence[str], seed: int = 0) -> list[str]:
    """Make one typing error in every clause of every answer.

    Examples
    --------
    >>> mistype_answers(["snelle levering, aardige monteur"])
    ['snelle leveing, aradige monteur']
    """
    dice = np.random.default_rng(seed)
    return ["".join(make_typo(part, dice) for part in _cut(normalise_answer(text).text)) for text in texts]


def _cut(text: str) -> list[str]:
    """Cut before every clause, so that the parts together are the whole."""
    starts = [0, *(start for start, _ in split_clauses(text)[1:]), len(text)]
    return [text[start:end] for start, end in pairwise(starts)]
