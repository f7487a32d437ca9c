"""Promoters' words against detractors': counted here, weighed in `why_nps.stats`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.core.scores import HIGHEST_DETRACTOR, LOWEST_PROMOTER
from why_nps.core.tables import WORDS
from why_nps.flow.exporting import mask_texts
from why_nps.stats import contrast_counts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from why_nps.flow.coding import Coded

_PRIOR = 100.0  # as much as so many words of all answers: a word of a few answers does not lead
_CLEAR = 0.05
_WORD = re.compile(r"\b[^\W\d_]{2,}\b")  # letters alone: a code or a number is no word
_MASKED = re.compile(r"\[[^\[\]]{1,30}\]")
SIDES = ("promoters", "passives", "detractors")


def contrast_words(coded: Coded, minimum_n: int) -> pd.DataFrame:
    """Find the words that promoters write demonstrably more often than detractors, and the reverse.

    A word counts once an answer, however often it is written there. Texts are masked first; placeholders,
    numbers, function words and the names of employees are left out.

    Parameters
    ----------
    coded : Coded
    minimum_n : int
        A word that fewer answers of its own side hold is left out.

    Returns
    -------
    pandas.DataFrame
        The ``WORDS`` table, the clearest first.
    """
    answers = coded.answers.frame.assign(text=mask_texts(coded))
    content = coded.screening.loc[coded.screening["status"] == "content", "answer_id"]
    spoke = answers[answers["score"].notna() & answers["answer_id"].isin(content)]
    employees = answers["employee"].dropna().unique() if "employee" in answers else ()
    return weigh_words(count_words(spoke["text"], spoke["score"], name_words(employees)), minimum_n)


def weigh_words(counted: pd.DataFrame, minimum_n: int) -> pd.DataFrame:
    """Find which counted words one side writes demonstrably more often.

    Parameters
    ----------
    counted : pandas.DataFrame
        From `count_words`, of all answers.
    minimum_n : int
        As in `contrast_words`.

    Returns
    -------
    pandas.DataFrame
        The ``WORDS`` table.
    """
    counts, words = counted[list(SIDES)].to_numpy(np.int64), counted["word"].to_numpy(object)
    often = counts.sum(axis=1) >= minimum_n  # by both sides together, so that the test stays fair
    if not often.any():
        return WORDS.frame([])
    every = counts[often].sum(axis=1)
    promoters, detractors = counts[often, 0], counts[often, 2]
    told = contrast_counts(promoters, detractors, _PRIOR * every / every.sum())
    more = told["log_odds"].to_numpy() > 0
    table = told.assign(
        word=words[often],
        group=np.where(more, "promoters", "detractors"),
        n=np.where(more, promoters, detractors),
        clear=(told["log_odds"] / told["std_error"]).abs(),
    )
    known = table[(table["p_adjusted"] < _CLEAR) & (table["n"] >= minimum_n)]
    ranked = known.sort_values(["clear", "word"], ascending=[False, True]).drop(columns="clear")
    return WORDS.frame(ranked.reset_index(drop=True))


def count_words(texts: pd.Series, scores: pd.Series, names: frozenset[str]) -> pd.DataFrame:
    """Count how many answers of promoters, passives and detractors hold each word.

    Parameters
    ----------
    texts : pandas.Series of str
        Masked answers with content.
    scores : pandas.Series of int
        Their scores, 0..10.
    names : frozenset of str
        Words that are employees' names, left out.

    Returns
    -------
    pandas.DataFrame
        ``word``, ``promoters``, ``passives``, ``detractors``. Counts of parts of the answers add up.
    """
    side = 2 - np.digitize(
        scores.to_numpy(np.int64), (HIGHEST_DETRACTOR + 1, LOWEST_PROMOTER)
    )  # 0 promoters, 2 detractors
    rows, distinct = pd.factorize(texts)
    tally = np.zeros((len(distinct), 3), np.int64)
    np.add.at(tally, (rows, side), 1)
    left_out = _empty_words() | names
    found = [_words(text, left_out) for text in distinct]
    owners = np.repeat(np.arange(len(found)), [len(words) for words in found])
    codes, words = pd.factorize(np.array(list(chain.from_iterable(found)), dtype=object))
    counts = np.zeros((len(words), 3), np.int64)
    np.add.at(counts, codes, tally[owners])
    told = pd.DataFrame(counts, columns=list(SIDES))
    return told.assign(word=pd.Series(words, dtype="str"))[["word", *SIDES]]


def _words(text: str, left_out: frozenset[str]) -> list[str]:
    return sorted(set(_WORD.findall(_MASKED.sub(" ", text).lower())) - left_out)


@cache
def _empty_words() -> frozenset[str]:
    raw = files("why_nps").joinpath("data", "lexicons", "text", "naming_nothing.toml").read_text("utf-8")
    lists: dict[str, list[str]] = tomllib.loads(raw)
    return frozenset(chain.from_iterable(lists.values()))


def name_words(employees: Iterable[str]) -> frozenset[str]:
    """Return the parts of employees' names; codes and pseudonyms, which hold a number, are none."""
    plain = [name.lower() for name in map(str, employees) if not any(sign.isdigit() for sign in name)]
    return frozenset(part for name in plain for part in _WORD.findall(name))
