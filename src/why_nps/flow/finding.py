"""What texts say: clauses, mentions and flags as arrays, before they become tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from why_nps.errors import ModelError
from why_nps.text import TEXT_VERSION, find_remarks, normalise_answer, screen_answer, split_clauses
from why_nps.themes.flags import NO_CONTENT
from why_nps.themes.mentions import GENERAL, Decisions, decide_mentions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.themes import Bundle, FlagClassifier

Flag = tuple[int, str, float]


@dataclass(frozen=True, slots=True)
class PreparedAnswer:
    """An answer made ready for the model.

    Parameters
    ----------
    text : str
        Normalised.
    status : str
        content, no_content or empty.
    repairs : tuple of str
        What normalisation mended.
    spans : list of (int, int)
        Clauses within `text`.
    raw_spans : list of (int, int)
        The same clauses within the text as typed.
    """

    text: str
    status: str
    repairs: tuple[str, ...]
    spans: list[tuple[int, int]]
    raw_spans: list[tuple[int, int]]


def prepare_answer(raw: str) -> PreparedAnswer:
    """Normalise, screen and split one answer.

    Examples
    --------
    >>> prepare_answer("nvt").status
    'no_content'
    """
    normal = normalise_answer(raw)
    status = screen_answer(normal.text)
    spans = split_clauses(normal.text) if status == "content" else []
    raw_spans = [normal.to_raw(start, end) for start, end in spans]
    return PreparedAnswer(normal.text, status, normal.repairs, spans, raw_spans)


@dataclass(frozen=True, slots=True)
class Findings:
    """What a bundle finds in n texts.

    Parameters
    ----------
    prepared : list of PreparedAnswer, length n
    statuses : list of str, length n
        content, no_content or empty; by rule, or no_content by the model.
    clauses : list of str, length m
    owners, numbers : ndarray of int64, shape (m,)
        The text of each clause, and its place in it, both from 0.
    bounds : ndarray of int64, shape (m, 2)
        Start and end of each clause in the text as typed.
    mentions : Decisions
        Of the clauses.
    flags : list of (int, str, float)
        Text, flag and probability, in order; what a rule finds has probability 1.
    """

    prepared: list[PreparedAnswer]
    statuses: list[str]
    clauses: list[str]
    owners: NDArray[np.int64]
    numbers: NDArray[np.int64]
    bounds: NDArray[np.int64]
    mentions: Decisions
    flags: list[Flag]


def find_in_texts(texts: Sequence[str], bundle: Bundle) -> Findings:
    """Find what texts say; each gets the same alone and in any batch."""
    prepared = [prepare_answer(text) for text in texts]
    sizes = [len(answer.spans) for answer in prepared]
    owners = np.repeat(np.arange(len(texts)), sizes)
    clauses = [answer.text[start:end] for answer in prepared for start, end in answer.spans]
    numbers = np.arange(len(clauses)) - np.repeat(np.cumsum([0, *sizes])[:-1], sizes)
    bounds = np.array([span for answer in prepared for span in answer.raw_spans], np.int64).reshape(-1, 2)
    themes, kinds, of_flags = bundle.predict(clauses, owners, len(texts))
    mentions = decide_clauses(themes, kinds, owners, bundle)
    content = np.array([answer.status == "content" for answer in prepared], bool)
    flags = find_flags([answer.text for answer in prepared], content, of_flags, bundle)
    silent = find_silent(of_flags, bundle.flags) & content
    silent[owners[mentions.clause]] = False
    silent[[row for row, _, _ in flags]] = False
    statuses = [NO_CONTENT if silent[row] else answer.status for row, answer in enumerate(prepared)]
    return Findings(prepared, statuses, clauses, owners, numbers, bounds, mentions, flags)


def check_version(bundle: Bundle) -> None:
    """Raise a ModelError if the model was trained with another version of the cleaning."""
    if bundle.text_version != TEXT_VERSION:
        raise ModelError(
            f"The model {bundle.name!r} was trained with text version {bundle.text_version}, "
            f"this package cleans with {TEXT_VERSION}: train it again."
        )


def decide_clauses(
    themes: NDArray[np.float32], kinds: NDArray[np.float32], answers: NDArray[np.int64], bundle: Bundle
) -> Decisions:
    """Decide what clauses mention, from the probabilities of the bundle's theme classifier."""
    names = bundle.themes.themes_
    general = names.index(GENERAL) if GENERAL in names else None
    return decide_mentions(
        themes, kinds, answers, bundle.themes.thresholds_, general, confidence=bundle.themes.confidence_
    )


def find_flags(
    texts: Sequence[str], content: NDArray[np.bool_], probability: NDArray[np.float32], bundle: Bundle
) -> list[Flag]:
    """Return the flags of answers, by model and by rule, in order.

    Parameters
    ----------
    texts : sequence of str, length n
        Answers, normalised.
    content : ndarray of bool, shape (n,)
        Which of them hold anything to code.
    probability : ndarray of float32, shape (n, flags)
        Of the bundle's flag classifier, 0..1.
    bundle : Bundle

    Returns
    -------
    list of (int, str, float)
        Row, flag and probability; what a rule finds has probability 1.
    """
    real = np.array([flag != NO_CONTENT for flag in bundle.flags.flags])
    rows, columns = np.nonzero((probability >= bundle.flags.thresholds) & content[:, None] & real)
    shares = probability[rows, columns].astype(np.float64)
    found = {
        (row, bundle.flags.flags[column]): share
        for row, column, share in zip(rows.tolist(), columns.tolist(), shares.tolist(), strict=True)
    }
    known = set(bundle.codebook.flag_ids)
    for row, remarks in enumerate(find_remarks(texts)):
        if remarks:
            # Of an answer without content only personal data matters: it must not be shown.
            told = remarks & known if content[row] else remarks & known & {"pii"}
            found |= {(row, flag): 1.0 for flag in told}
    return sorted((row, flag, share) for (row, flag), share in found.items())


def find_silent(probability: NDArray[np.float32], flags: FlagClassifier) -> NDArray[np.bool_]:
    """Tell which answers the model takes for ones without content; a mention or a flag proves it wrong."""
    if NO_CONTENT not in flags.flags:
        return np.zeros(len(probability), bool)
    column = flags.flags.index(NO_CONTENT)
    return np.asarray(probability[:, column] >= flags.thresholds[column])
