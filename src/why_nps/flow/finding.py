"""What texts say: clauses, mentions and flags as arrays, before they become tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from why_nps.errors import ModelError
from why_nps.text import (
    TEXT_VERSION,
    find_remarks,
    list_doubtful,
    normalise_answer,
    screen_answer,
    split_clauses,
)
from why_nps.themes.flags import NO_CONTENT
from why_nps.themes.mentions import DIGITS, GENERAL, Decisions, decide_mentions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.themes import Bundle, FlagClassifier

_BATCH = 2_000
_MOST_WORDS = 8  # of an answer that may hold nothing to code; the corpus has hardly a longer one

Flag = tuple[int, str, float]


@dataclass(frozen=True, slots=True)
class PreparedAnswers:
    """Answers made ready for the model.

    Parameters
    ----------
    texts : list of str, length n
        Normalised.
    statuses : list of str, length n
        content, no_content or empty.
    repairs : list of str, length n
        What normalisation mended, with commas between.
    clauses : list of str, length m
    owners, numbers : ndarray of int64, shape (m,)
        The answer of each clause, and its place in it, both from 0.
    bounds : ndarray of int64, shape (m, 2)
        Start and end of each clause in the answer as typed.
    """

    texts: list[str]
    statuses: list[str]
    repairs: list[str]
    clauses: list[str]
    owners: NDArray[np.int64]
    numbers: NDArray[np.int64]
    bounds: NDArray[np.int64]


def prepare_answers(raws: Sequence[str]) -> PreparedAnswers:
    """Normalise, screen and split answers; each gets the same alone and in any batch.

    Examples
    --------
    >>> prepared = prepare_answers(["nvt", "aardig, maar duur"])
    >>> prepared.statuses, prepared.clauses
    (['no_content', 'content'], ['aardig', 'maar duur'])
    """
    texts, statuses, repairs, clauses = [], [], [], []
    sizes: list[int] = []
    bounds: list[int] = []  # end to end: of many small objects the collector makes much work
    for at in range(0, len(raws), _BATCH):
        batch = raws[at : at + _BATCH]
        for raw, doubtful in zip(batch, list_doubtful(batch), strict=True):
            normal = normalise_answer(raw) if doubtful else None
            text = normal.text if normal else raw
            status = screen_answer(text)
            spans = split_clauses(text) if status == "content" else []
            clauses += [text[start:end] for start, end in spans]
            for span in spans:
                bounds += normal.to_raw(*span) if normal else span
            texts.append(text)
            statuses.append(status)
            repairs.append(",".join(normal.repairs) if normal else "")
            sizes.append(len(spans))
    owners = np.repeat(np.arange(len(raws)), sizes)
    numbers = np.arange(len(clauses)) - np.repeat(np.cumsum([0, *sizes])[:-1], sizes)
    return PreparedAnswers(
        texts, statuses, repairs, clauses, owners, numbers, np.array(bounds, np.int64).reshape(-1, 2)
    )


@dataclass(frozen=True, slots=True)
class Findings:
    """What a bundle finds in n texts.

    Parameters
    ----------
    prepared : PreparedAnswers
    statuses : list of str, length n
        content, no_content or empty; by rule, or no_content by the model.
    mentions : Decisions
        Of the clauses.
    flags : list of (int, str, float)
        Text, flag and probability, in order; what a rule finds has probability 1.
    """

    prepared: PreparedAnswers
    statuses: list[str]
    mentions: Decisions
    flags: list[Flag]


def find_in_texts(texts: Sequence[str], bundle: Bundle) -> Findings:
    """Find what texts say; each gets the same alone and in any batch."""
    prepared = prepare_answers(texts)
    owners = prepared.owners
    themes, kinds, of_flags = bundle.predict(prepared.texts, prepared.clauses, owners)
    mentions = decide_clauses(themes, kinds, owners, bundle)
    content = np.array([status == "content" for status in prepared.statuses], bool)
    flags = find_flags(prepared.texts, content, of_flags, bundle)
    silent = find_silent(prepared.texts, of_flags, bundle.flags) & content
    silent[owners[mentions.clause]] = False
    silent[[row for row, _, _ in flags]] = False
    statuses = [
        NO_CONTENT if nothing else status
        for nothing, status in zip(silent.tolist(), prepared.statuses, strict=True)
    ]
    return Findings(prepared, statuses, mentions, flags)


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
    shares = probability[rows, columns].astype(np.float64).round(DIGITS)
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


def find_silent(
    texts: Sequence[str], probability: NDArray[np.float32], flags: FlagClassifier
) -> NDArray[np.bool_]:
    """Tell which short answers the model takes for empty of content; a mention or a flag proves it wrong."""
    if NO_CONTENT not in flags.flags:
        return np.zeros(len(texts), bool)
    column = flags.flags.index(NO_CONTENT)
    short = np.array([text.count(" ") < _MOST_WORDS for text in texts], bool)
    return np.asarray(short & (probability[:, column] >= flags.thresholds[column]))
