"""Answers that mention the same labels, counted together: what most models need, however many answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from why_nps.stats.sample import CHUNK, Sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from why_nps.stats.intervals import Floats

_WORD = 64


@dataclass(frozen=True, slots=True)
class Patterns:
    """The distinct rows of the mentions and how many detractors, passives and promoters have each.

    Parameters
    ----------
    x : numpy.ndarray
        (p, k) of 0/1.
    weights, squares : numpy.ndarray
        (p, 3) sums of the weights and of the squared weights per class; both are counts without weights.
    """

    x: Floats
    weights: Floats
    squares: Floats


def merge_rows(sample: Sample, mentions: NDArray[Any]) -> tuple[Sample, NDArray[Any]]:
    """Make one row of answers that are alike in mentions, class and weight, and count them."""
    codes, _ = _code_rows(mentions)
    weight, distinct = pd.factorize(sample.weights)
    codes = (codes * 3 + sample.classes.argmax(axis=1)) * max(1, len(distinct)) + weight
    codes, first = _number(codes)
    counts = np.bincount(codes, weights=sample.counts, minlength=len(first)).astype(np.float64)
    kept = np.ones(len(first), dtype=bool)
    return Sample(sample.classes[first], sample.weights[first], counts, kept), mentions[first]


def tally_patterns(sample: Sample, mentions: NDArray[Any]) -> Patterns:
    """Count the answers of a sample by the labels that they mention."""
    codes, first = _code_rows(mentions)
    size = len(first)
    times = sample.classes * sample.counts[:, None]
    sums = []
    for power in (1, 2):
        value = times * sample.weights[:, None] ** power
        columns = [np.bincount(codes, weights=value[:, at], minlength=size) for at in range(3)]
        sums.append(np.column_stack(columns).astype(np.float64))
    return Patterns(mentions[first].astype(np.float64), *sums)


def _code_rows(mentions: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give equal rows the same code, and where the first of each stands."""
    rows, k = mentions.shape
    words = np.zeros((rows, max(1, -(-k // _WORD))), dtype=np.uint64)
    for start in range(0, rows, CHUNK):
        part = slice(start, start + CHUNK)
        bits = np.packbits(mentions[part].astype(bool), axis=1)
        full = np.zeros((len(bits), 8 * words.shape[1]), dtype=np.uint8)
        full[:, : bits.shape[1]] = bits
        words[part] = full.view(np.uint64)
    codes = np.zeros(rows, dtype=np.intp)
    for word in words.T:  # each word tells apart what the ones before it did not
        seen, distinct = pd.factorize(word)
        codes = pd.factorize(codes * len(distinct) + seen)[0]
    return _number(codes)


def _number(codes: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Renumber codes from 0, and say where the first of each stands."""
    numbers, distinct = pd.factorize(codes)
    first = np.full(len(distinct), len(codes), dtype=np.intp)
    np.minimum.at(first, numbers, np.arange(len(codes)))
    return numbers, first
