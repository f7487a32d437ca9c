"""Coders of one answer: how far they and the model agree, what they settle on, and what looks like a slip."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.errors import InputError
from why_nps.flow.coding import code
from why_nps.stats.agreement import measure_alpha, measure_set_alpha
from why_nps.training.measures import score_labels

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.themes import Bundle
    from why_nps.training.corpus import CodedAnswer

ALL = ""  # in place of a theme: all themes of an answer as one set
_DOUBTED = ("answer_id", "theme", "coder", "probability", "margin")


@dataclass(frozen=True, slots=True)
class Settled:
    """An answer with what its coders agree on.

    Parameters
    ----------
    answer : CodedAnswer
        With the mentions of themes, and the flags, that more than half of its coders gave.
    contested : frozenset of str
        Themes that half of them gave: nobody can say, so nothing is learned of them here.
    """

    answer: CodedAnswer
    contested: frozenset[str]


def settle_coders(answers: Sequence[CodedAnswer]) -> list[Settled]:
    """Bring the codings of each answer together, in the order of the answers.

    Raises
    ------
    InputError
        If two coders have different texts under one answer_id.
    """
    codings: dict[str, list[CodedAnswer]] = defaultdict(list)
    for answer in answers:
        codings[answer.answer_id].append(answer)
    differ = [one for one, found in codings.items() if len({answer.text for answer in found}) > 1]
    if differ:
        raise InputError(
            f"{len(differ):,} answers have two texts in the sheets, the first is {differ[0]!r}: an answer_id "
            "stands for one answer, so give answers of different files ids of their own."
        )
    return [_settle(found) for found in codings.values()]


def _settle(codings: list[CodedAnswer]) -> Settled:
    votes = Counter(theme for answer in codings for theme in {theme for theme, _ in answer.pairs})
    half = len(codings) / 2
    mentions = tuple(dict.fromkeys(m for answer in codings for m in answer.mentions if votes[m.theme] > half))
    contested = frozenset(theme for theme, n in votes.items() if n == half)
    flagged = [answer.flags for answer in codings if answer.flags_coded]
    given = Counter(flag for flags in flagged for flag in flags)
    flags = frozenset(flag for flag, n in given.items() if n > len(flagged) / 2)
    return Settled(replace(codings[0], mentions=mentions, flags=flags, flags_coded=bool(flagged)), contested)


def measure_coders(answers: Sequence[CodedAnswer], themes: Sequence[str]) -> pd.DataFrame:
    """Measure how far coders agree on the answers that several of them read.

    Returns
    -------
    pandas.DataFrame
        As of `measure_agreement`; without rows where no answer has two coders.
    """
    coders = sorted({answer.coder for answer in answers})
    found: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for answer in answers:
        found[answer.answer_id][answer.coder] = {theme for theme, _ in answer.pairs}
    shared = [[sets.get(coder) for coder in coders] for sets in found.values() if len(sets) > 1]
    return measure_agreement(shared, themes)


def measure_agreement(
    codings: Sequence[Sequence[Collection[str] | None]], themes: Sequence[str]
) -> pd.DataFrame:
    """Measure agreement beyond chance: Krippendorff's alpha.

    Parameters
    ----------
    codings : sequence of sequence of sets of str
        One row an answer, one set of themes a coder; None where a coder did not read the answer.
    themes : sequence of str

    Returns
    -------
    pandas.DataFrame
        ``theme``, ``alpha``, ``answers`` and ``given``: how many answers any coder gave it to. The first
        row, with theme "", is of all themes as sets, with the MASI distance; the others are of yes or
        no. Without rows where there are no answers.

    Examples
    --------
    >>> measure_agreement([[{"price"}, {"price"}], [set(), set()]], ["price"])["alpha"].tolist()
    [1.0, 1.0]
    """
    if not codings:
        return pd.DataFrame(columns=["theme", "alpha", "answers", "given"])
    rows: list[tuple[str, float, int, int]] = [(ALL, measure_set_alpha(codings), len(codings), len(codings))]
    for theme in themes:
        ratings = [[np.nan if one is None else float(theme in one) for one in row] for row in codings]
        given = int((np.nan_to_num(np.array(ratings)) > 0).any(axis=1).sum())
        if given:
            rows.append((theme, measure_alpha(ratings), len(codings), given))
    return pd.DataFrame(rows, columns=["theme", "alpha", "answers", "given"])


def find_doubted(
    settled: Sequence[Settled], probability: NDArray[np.float64], themes: Sequence[str]
) -> pd.DataFrame:
    """Find labels that a model which did not see them contradicts: likely slips of the coder.

    Parameters
    ----------
    settled : sequence of Settled, length n
    probability : ndarray, shape (n, themes)
        Of each theme, by a model that did not learn from the answer.
    themes : sequence of str

    Returns
    -------
    pandas.DataFrame
        ``answer_id``, ``theme``, ``coder`` ("gave it", "did not"), ``probability`` and ``margin``, the most
        doubtful first. A theme that was not given is doubted where the model is as sure as it is on
        average where it was given, and the other way round.

    Notes
    -----
    Northcutt, Jiang and Chuang (2021), Confident learning, Journal of Artificial Intelligence Research 70.
    """
    rows = []
    given = np.array([[theme in {t for t, _ in one.answer.pairs} for theme in themes] for one in settled])
    said = np.array([[theme not in one.contested for theme in themes] for one in settled])
    for column, theme in enumerate(themes):
        chance, yes = probability[:, column], given[:, column] & said[:, column]
        no = ~given[:, column] & said[:, column]
        if not yes.any() or not no.any():
            continue
        sure, unsure = float(chance[yes].mean()), float(chance[no].mean())
        if sure <= unsure:
            continue
        for at in np.flatnonzero((no & (chance >= sure)) | (yes & (chance <= unsure))).tolist():
            margin = chance[at] - sure if no[at] else unsure - chance[at]
            told = "did not" if no[at] else "gave it"
            rows.append((settled[at].answer.answer_id, theme, told, float(chance[at]), float(margin)))
    rows.sort(key=lambda row: -row[-1])
    return pd.DataFrame(rows, columns=list(_DOUBTED)).round(3)


def agree_with_model(
    settled: Sequence[Settled], found: Sequence[Collection[tuple[str, str]]], themes: Sequence[str]
) -> pd.DataFrame:
    """Measure agreement on themes that the model knew; there is none where it knew none."""
    both = [
        [{theme for theme, _ in pairs if theme in themes} for pairs in (one.answer.pairs, seen)]
        for one, seen in zip(settled, found, strict=True)
    ]
    return measure_agreement(both if themes else [], themes)


def check_flags(answers: Sequence[CodedAnswer], book: Codebook, bundle: Bundle) -> pd.DataFrame:
    """Measure how right the model's flags are where coders gave flags; learning leaves them as they are."""
    flagged = [answer for answer in answers if answer.flags_coded]
    coded = code([answer.text for answer in flagged], model=bundle) if flagged else None
    found: dict[str, set[str]] = {str(row): set() for row in range(1, len(flagged) + 1)}
    for answer_id, flag in [] if coded is None else coded.flags[["answer_id", "flag"]].to_numpy().tolist():
        found[answer_id].add(flag)
    table = score_labels([answer.flags for answer in flagged], list(found.values()), book.flag_ids)
    given = {flag for flags in found.values() for flag in flags}
    return table[(table["support"] > 0) | table["label"].isin(given)].reset_index(drop=True)
