"""Texts that nearly equal others: they must not stand on both sides of a split."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEAR = 0.7
_MARKS = re.compile(r"[^\w]+")


def find_near_duplicates(texts: Sequence[str], others: Sequence[str]) -> list[bool]:
    """Say of each text whether some other nearly equals it.

    Near is a Jaccard similarity of at least 0.7 between sets of four-character runs.

    Examples
    --------
    >>> find_near_duplicates(["Snelle levering!", "Duur"], ["snelle levering"])
    [True, False]
    """
    if not texts or not others:
        return [False] * len(texts)
    runs = CountVectorizer(analyzer="char_wb", ngram_range=(4, 4), binary=True, dtype=np.int32)
    matrix = runs.fit_transform([_MARKS.sub(" ", text) for text in (*texts, *others)])
    left, right = matrix[: len(texts)], matrix[len(texts) :]
    size_left = np.asarray(left.sum(axis=1)).ravel()
    size_right = np.asarray(right.sum(axis=1)).ravel()
    near = np.zeros(len(texts), bool)
    for start in range(0, len(texts), 500):
        shared = (left[start : start + 500] @ right.T).tocoo()
        rows = shared.row + start
        union = size_left[rows] + size_right[shared.col] - shared.data
        near[rows[shared.data >= _NEAR * union]] = True
    return near.tolist()
