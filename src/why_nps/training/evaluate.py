"""How right the model is: figures on coded answers, scored as sets of theme and kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from why_nps.flow.coding import list_pairs
from why_nps.training.corpus import is_new_to_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.flow import Coded
    from why_nps.training.corpus import CodedAnswer

Pair = tuple[str, str]
_BINS = 10
_RESAMPLES = 500


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures on coded answers.

    Parameters
    ----------
    answers : int
        How many answers were scored.
    figures : dict of str to float
        ``theme_micro_f1``, ``theme_macro_f1``, ``theme_kind_micro_f1``, ``kind_accuracy``,
        ``flags_macro_f1``, ``no_content_f1``, ``calibration_error``, ``coverage``; each 0..1.
    themes, flags : pandas.DataFrame
        One row a label: precision, recall, f1 with a 95 % bootstrap interval, and support.
    """

    answers: int
    figures: dict[str, float]
    themes: pd.DataFrame
    flags: pd.DataFrame

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        return {
            "answers": self.answers,
            **self.figures,
            "themes": self.themes.to_dict(orient="records"),
            "flags": self.flags.to_dict(orient="records"),
        }

    def to_text(self) -> str:
        """Return the figures as text for a terminal."""
        figures = "\n".join(f"{name:22s} {value:.3f}" for name, value in self.figures.items())
        tables = [table.to_string(index=False) for table in (self.themes, self.flags)]
        return "\n\n".join([f"{self.answers:,} coded answers", figures, *tables])


def evaluate_predictions(
    parts: Sequence[tuple[Sequence[CodedAnswer], Coded]], codebook: Codebook
) -> Evaluation:
    """Compare coders' mentions and flags with the model's.

    Flags and answers without content are found by rules too, so they are scored only on answers that
    the rules were written without.

    Parameters
    ----------
    parts : sequence of (coded answers, Coded)
        What coders found, and what `code` found in the same texts in the same order.
    codebook : Codebook

    Returns
    -------
    Evaluation
    """
    truth = [answer for answers, _ in parts for answer in answers]
    pairs = [set(found) for _, coded in parts for found in list_pairs(coded)]
    themes = score_labels(
        [{theme for theme, _ in answer.pairs} for answer in truth],
        [{theme for theme, _ in found} for found in pairs],
        codebook.theme_ids,
    )
    flags, silent = _score_rules(parts, codebook)
    figures = {
        "theme_micro_f1": micro_f1(
            [{t for t, _ in a.pairs} for a in truth], [{t for t, _ in p} for p in pairs]
        ),
        "theme_macro_f1": _macro(themes),
        "theme_kind_micro_f1": micro_f1([answer.pairs for answer in truth], pairs),
        "kind_accuracy": kind_accuracy([answer.pairs for answer in truth], pairs),
        "flags_macro_f1": _macro(flags),
        "no_content_f1": _macro(silent),
        "calibration_error": calibration_error(*_mention_hits(parts)),
        "coverage": _coverage(truth, pairs),
    }
    rounded = {name: round(value, 4) for name, value in figures.items()}
    return Evaluation(len(truth), rounded, themes, flags)


def _score_rules(
    parts: Sequence[tuple[Sequence[CodedAnswer], Coded]], codebook: Codebook
) -> tuple[pd.DataFrame, pd.DataFrame]:
    found = [
        (answer, flags, status != "content")
        for answers, coded in parts
        for answer, flags, status in zip(answers, _flag_sets(coded), coded.screening["status"], strict=True)
        if is_new_to_rules(answer)
    ]
    flags = score_labels([a.flags for a, _, _ in found], [f for _, f, _ in found], codebook.flag_ids)
    silent = score_labels(
        [set() if answer.mentions or answer.flags else {"silent"} for answer, _, _ in found],
        [{"silent"} if empty else set() for _, _, empty in found],
        ("silent",),
    )
    return flags, silent


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
    """Return precision, recall, F1 with its 95 % bootstrap interval over answers, and support per label."""
    true = np.array([[label in found for label in labels] for found in truth], bool).reshape(-1, len(labels))
    found = np.array([[label in seen for label in labels] for seen in predicted], bool).reshape(
        -1, len(labels)
    )
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
    bins = np.minimum((probability * _BINS).astype(int), _BINS - 1)
    gap = np.bincount(bins, probability - right, _BINS)
    return float(np.abs(gap).sum() / len(probability))


def _macro(table: pd.DataFrame) -> float:
    supported = table.loc[table["support"] > 0, "f1"]
    return float(supported.mean()) if len(supported) else 1.0


def _coverage(truth: Sequence[CodedAnswer], pairs: Sequence[Collection[Pair]]) -> float:
    found = [bool(p) for answer, p in zip(truth, pairs, strict=True) if answer.mentions]
    return float(np.mean(found)) if found else 1.0


def _flag_sets(coded: Coded) -> list[set[str]]:
    found: dict[str, set[str]] = {i: set() for i in coded.answers.frame["answer_id"]}
    for answer_id, flag in coded.flags[["answer_id", "flag"]].to_numpy():
        found[answer_id].add(flag)
    return list(found.values())


def _mention_hits(
    parts: Sequence[tuple[Sequence[CodedAnswer], Coded]],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    probability: list[float] = []
    right: list[bool] = []
    for answers, coded in parts:
        truth = dict(zip(coded.answers.frame["answer_id"], (answer.pairs for answer in answers), strict=True))
        best = coded.mentions.groupby(["answer_id", "theme", "kind"])["probability"].max()
        probability += best.tolist()
        right += [(theme, kind) in truth[answer_id] for answer_id, theme, kind in best.index]
    return np.array(probability), np.array(right, bool)
