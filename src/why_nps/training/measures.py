"""Figures on sets of labels: what a coder found beside what the model found."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from why_nps.stats import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

Pair = tuple[str, str]
NOTHING = ""
_BINS = 10
_RESAMPLES = 500


def micro_f1(truth: Sequence[Collection[Any]], predicted: Sequence[Collection[Any]]) -> float:
    """Return 2 * hits / (predicted + true) over all answers together, 0..1.

    Examples
    --------
    >>> micro_f1([{"price", "staff"}], [{"price"}])
    0.6666666666666666
    """
    hits = sum(len(set(t) & set(p)) for t, p in zip(truth, predicted, strict=True))
    total = sum(map(len, truth)) + sum(map(len, predicted))
    return 2 * hits / total if total else 1.0


def kind_accuracy(truth: Sequence[Collection[Pair]], predicted: Sequence[Collection[Pair]]) -> float:
    """Return the share of rightly found themes whose kinds are exactly right too, 0..1."""
    hits = total = 0
    for true, found in zip(truth, predicted, strict=True):
        for theme in {t for t, _ in true} & {t for t, _ in found}:
            total += 1
            hits += {k for t, k in true if t == theme} == {k for t, k in found if t == theme}
    return hits / total if total else 1.0


def score_labels(
    truth: Sequence[Collection[str]], predicted: Sequence[Collection[str]], labels: Sequence[str]
) -> pd.DataFrame:
    """Score each label over answers.

    Parameters
    ----------
    truth, predicted : sequence of sets of str
        What each answer has, by the coder and by the model.
    labels : sequence of str
        In the order of the table.

    Returns
    -------
    pandas.DataFrame
        ``label``, ``precision``, ``recall``, ``f1``, ``f1_low``, ``f1_high`` (95 %, answers resampled), each
        0..1, and ``support``, the answers that have the label by the coder.
    """
    shape = len(truth), len(labels)
    true = np.array([[label in found for label in labels] for found in truth], bool).reshape(shape)
    found = np.array([[label in seen for label in labels] for seen in predicted], bool).reshape(shape)
    hit = true & found
    n = len(true)
    dice = np.random.default_rng(0)
    draws = dice.multinomial(n, np.full(n, 1 / n), _RESAMPLES) if n else np.zeros((_RESAMPLES, 0), int)
    resampled = 2 * (draws @ hit) / np.maximum(draws @ (true.astype(int) + found), 1)
    low, high = np.quantile(resampled, [0.025, 0.975], axis=0)
    frame = pd.DataFrame(
        {
            "label": list(labels),
            "precision": hit.sum(axis=0) / np.maximum(found.sum(axis=0), 1),
            "recall": hit.sum(axis=0) / np.maximum(true.sum(axis=0), 1),
            "f1": 2 * hit.sum(axis=0) / np.maximum(true.sum(axis=0) + found.sum(axis=0), 1),
            "f1_low": low,
            "f1_high": high,
            "support": true.sum(axis=0),
        }
    )
    return frame.round(4)


def count_confusion(
    truth: Sequence[Collection[str]], predicted: Sequence[Collection[str]], labels: Sequence[str]
) -> pd.DataFrame:
    """Count which label the model gave where the coder saw another.

    An answer has several labels, and nobody says which of the model's stands for which of the coder's. So the
    labels that both found are set aside first; each that only the coder found then meets each that only the
    model found. An answer may count in several rows, and the rows of a label may exceed its answers.

    Parameters
    ----------
    truth, predicted : sequence of sets of str
        What each answer has, by the coder and by the model.
    labels : sequence of str
        In the order of the table.

    Returns
    -------
    pandas.DataFrame
        ``coder``, ``model`` and ``answers``, a row for each pair that occurs. Equal labels: both found it.
        ``model`` is "" where the model had nothing else instead, ``coder`` where the coder had nothing else.

    Examples
    --------
    >>> count_confusion([{"staff", "speed"}, {"price"}], [{"staff", "delivery"}, set()],
    ...                 ["staff", "speed", "delivery", "price"])
       coder     model  answers
    0  staff     staff        1
    1  speed  delivery        1
    2  price                  1
    """
    counts: Counter[Pair] = Counter()
    for true, found in zip(map(set, truth), map(set, predicted), strict=True):
        counts.update((label, label) for label in true & found)
        missed, extra = true - found, found - true
        if missed or extra:
            counts.update(product(missed or {NOTHING}, extra or {NOTHING}))
    known = [*labels, NOTHING]
    rows = [(coder, model, counts[coder, model]) for coder in known for model in known]
    return pd.DataFrame([row for row in rows if row[2]], columns=["coder", "model", "answers"])


def list_confused(confusion: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of different themes, those in most answers first."""
    confused = confusion[
        (confusion["coder"] != confusion["model"])
        & (confusion["coder"] != NOTHING)
        & (confusion["model"] != NOTHING)
    ]
    return confused.sort_values("answers", ascending=False, kind="stable", ignore_index=True)


def calibration_error(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over ten bins of equal width, 0..1.

    Source: Naeini, Cooper and Hauskrecht (2015).

    Examples
    --------
    >>> round(calibration_error(np.array([0.8, 0.8]), np.array([True, False])), 3)
    0.3
    """
    if not len(probability):
        return 0.0
    gap = np.bincount(_bin(probability), probability - right, _BINS)
    return float(np.abs(gap).sum() / len(probability))


def tabulate_calibration(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> pd.DataFrame:
    """Compare what the model said with how often it was right, in ten bins of equal width.

    Parameters
    ----------
    probability : ndarray, shape (n,)
        Of each mention that the model found, 0..1.
    right : ndarray of bool, shape (n,)
        Whether the coder found it too.

    Returns
    -------
    pandas.DataFrame
        One row a bin that holds any: ``low`` and ``high`` (its ends), ``n``, ``probability`` (mean),
        ``right`` (share), ``right_low`` and ``right_high`` (Wilson's 95 % interval, mentions taken as
        independent).

    Examples
    --------
    >>> table = tabulate_calibration(np.array([0.8, 0.8]), np.array([True, False]))
    >>> table[["low", "high", "n", "probability", "right"]]
       low  high  n  probability  right
    0  0.8   0.9  2          0.8    0.5
    """
    bins = _bin(probability)
    n = np.bincount(bins, minlength=_BINS)
    filled = np.flatnonzero(n)
    n = n[filled]
    share = np.bincount(bins, right, _BINS)[filled] / n
    low, high = wilson_interval(share, n)
    columns = {
        "low": filled / _BINS,
        "high": (filled + 1) / _BINS,
        "n": n,
        "probability": np.bincount(bins, probability, _BINS)[filled] / n,
        "right": share,
        "right_low": low,
        "right_high": high,
    }
    return pd.DataFrame(columns).round(4)


def score_slices(
    by: str,
    groups: Sequence[str],
    truth: Sequence[Collection[Pair]],
    predicted: Sequence[Collection[Pair]],
) -> pd.DataFrame:
    """Score parts of the answers, the largest first.

    Parameters
    ----------
    by : str
        What the answers are divided by.
    groups : sequence of str
        The part that each answer belongs to.
    truth, predicted : sequence of sets of (theme, kind)
        What each answer has, by the coder and by the model.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``group``, ``n`` (answers), ``theme_micro_f1`` and ``theme_kind_micro_f1``, each 0..1.

    Examples
    --------
    >>> score_slices("sector", ["bank", "shop"], [{("price", "pain")}] * 2, [{("price", "tip")}, set()])
           by group  n  theme_micro_f1  theme_kind_micro_f1
    0  sector  bank  1             1.0                  0.0
    1  sector  shop  1             0.0                  0.0
    """
    rows = []
    for group, _ in Counter(groups).most_common():
        at = [row for row, other in enumerate(groups) if other == group]
        true, found = [truth[row] for row in at], [predicted[row] for row in at]
        of_themes = micro_f1(take_part(true, 0), take_part(found, 0))
        rows.append((by, group, len(at), round(of_themes, 4), round(micro_f1(true, found), 4)))
    return pd.DataFrame(rows, columns=["by", "group", "n", "theme_micro_f1", "theme_kind_micro_f1"])


def take_part(pairs: Sequence[Collection[Pair]], part: int) -> list[set[str]]:
    """Return the themes (part 0) or the kinds (part 1) of each answer's pairs.

    Examples
    --------
    >>> take_part([{("price", "pain")}, set()], 1)
    [{'pain'}, set()]
    """
    return [{pair[part] for pair in found} for found in pairs]


def _bin(probability: NDArray[np.float64]) -> NDArray[np.int64]:
    bins: NDArray[np.int64] = np.minimum((probability * _BINS).astype(np.int64), _BINS - 1)
    return bins
