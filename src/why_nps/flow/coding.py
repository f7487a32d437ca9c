"""Answers in, mentions and flags out: the upper half of the river.

Coding is row-independent: an answer gets the same mentions alone, in any batch and in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.core.answers import Answers, ReadingReport
from why_nps.core.summaries import CodingSummary, ModelSummary
from why_nps.core.tables import ANSWERS, CLAUSES, FLAGS, MENTIONS, SCREENING
from why_nps.errors import InputError, ModelError
from why_nps.flow.flagging import find_silent, tabulate_flags
from why_nps.text import (
    TEXT_VERSION,
    normalise_answer,
    screen_answer,
    split_clauses,
)
from why_nps.themes import Bundle, load_bundle
from why_nps.themes.classifier import check_texts
from why_nps.themes.flags import NO_CONTENT
from why_nps.themes.mentions import GENERAL, Decisions, decide_mentions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook

_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Coded:
    """Answers with what they mention.

    Parameters
    ----------
    answers : Answers
        As given.
    screening, clauses, mentions, flags : pandas.DataFrame
        The tables of `why_nps.core.tables`.
    codebook : Codebook
        The codebook of the model.
    model : ModelSummary
        Which model read the answers.
    """

    answers: Answers
    screening: pd.DataFrame
    clauses: pd.DataFrame
    mentions: pd.DataFrame
    flags: pd.DataFrame
    codebook: Codebook
    model: ModelSummary

    @property
    def summary(self) -> CodingSummary:
        """Counts of what happened to the answers on their way."""
        status = self.screening["status"]
        content = self.screening.loc[status == "content", "answer_id"]
        flagged = self.flags.groupby("flag")["answer_id"].nunique()
        return CodingSummary(
            answers=len(self.answers),
            scored=int(self.answers.frame["score"].notna().sum()),
            with_content=len(content),
            no_content=int((status == "no_content").sum()),
            empty=int((status == "empty").sum()),
            not_classified=int((~content.isin(self.mentions["answer_id"])).sum()),
            other_language=int(flagged.get("other_language", 0)),
            repaired=int((self.screening["repairs"] != "").sum()),
            with_personal_data=int(flagged.get("pii", 0)),
        )

    def __repr__(self) -> str:
        return f"<Coded: {len(self.answers):,} answers, {len(self.mentions):,} mentions, {self.model.name}>"


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


def code(
    answers: Answers | Iterable[str],
    *,
    model: Bundle | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Coded:
    """Find the themes, kinds and flags of answers.

    Parameters
    ----------
    answers : Answers or iterable of str
        From `read_answers`; or texts alone, which then have no score.
    model : Bundle, optional
        From `load_bundle`; without it the shipped model.
    progress : callable, optional
        Called with the number of distinct texts done and their total.

    Returns
    -------
    Coded

    Raises
    ------
    InputError
        If a text is not a str.
    ModelError
        If the model was trained with another version of the cleaning.

    Examples
    --------
    >>> coded = code(["Snelle levering, maar de app werkt niet"])
    >>> coded.mentions[["theme", "kind"]].to_numpy().tolist()
    [['delivery', 'delight'], ['digital', 'pain']]
    """
    bundle = model or load_bundle()
    if bundle.text_version != TEXT_VERSION:
        raise ModelError(
            f"The model {bundle.name!r} was trained with text version {bundle.text_version}, "
            f"this package cleans with {TEXT_VERSION}: train it again."
        )
    given = answers if isinstance(answers, Answers) else wrap_texts(answers)
    rows, distinct = pd.factorize(given.frame["text"])
    parts = []
    for start in range(0, len(distinct), _BATCH):
        parts.append(_code_distinct(distinct[start : start + _BATCH].tolist(), start, bundle))
        if progress:
            progress(min(start + _BATCH, len(distinct)), len(distinct))
    ids = pd.DataFrame({"answer_id": given.frame["answer_id"], "row": rows, "order": np.arange(len(rows))})
    tables = (
        [pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True)]
        if parts
        else [pd.DataFrame({"row": np.empty(0, np.int64)}) for _ in range(4)]
    )
    screening, clauses, mentions, flags = (_spread(table, ids) for table in tables)
    silent = ids.loc[ids["row"] < 0, ["answer_id", "order"]].assign(status="empty", repairs="")
    screening = pd.concat([screening, silent]).sort_values("order")
    return Coded(
        answers=given,
        screening=SCREENING.frame(screening.drop(columns="order").reset_index(drop=True)),
        clauses=CLAUSES.frame(clauses.drop(columns="order")),
        mentions=MENTIONS.frame(mentions.drop(columns="order")),
        flags=FLAGS.frame(flags.drop(columns="order")),
        codebook=bundle.codebook,
        model=bundle.summary,
    )


def wrap_texts(texts: Iterable[str]) -> Answers:
    """Make answers without scores from texts alone; their ids are 1, 2, ..."""
    listed = check_texts(texts)
    if not listed:
        raise InputError("There are no texts to code.")
    ids = [str(number) for number in range(1, len(listed) + 1)]
    frame = ANSWERS.frame({"answer_id": ids, "text": listed, "weight": [1.0] * len(ids)})
    return Answers(frame, (), ReadingReport("texts", {}, len(ids), 0, sum(bool(t.strip()) for t in listed)))


def _spread(table: pd.DataFrame, ids: pd.DataFrame) -> pd.DataFrame:
    """Give what was found in each distinct text to every answer with that text, in answer order."""
    spread = ids.merge(table, on="row").sort_values("order", kind="stable", ignore_index=True)
    return spread.drop(columns="row")


def _code_distinct(texts: list[str], first: int, bundle: Bundle) -> tuple[pd.DataFrame, ...]:
    prepared = [prepare_answer(text) for text in texts]
    owner = np.array([row for row, answer in enumerate(prepared) for _ in answer.spans], np.int64)
    clauses = [answer.text[start:end] for answer in prepared for start, end in answer.spans]
    number = np.array([i for answer in prepared for i in range(len(answer.spans))], np.int64)
    bounds = np.array([span for answer in prepared for span in answer.raw_spans], np.int64).reshape(-1, 2)
    themes, kinds, of_flags = bundle.predict(clauses, owner, len(texts))
    found = decide_clauses(themes, kinds, owner, bundle)
    clause_table = pd.DataFrame(
        {"row": owner + first, "clause": number, "start": bounds[:, 0], "end": bounds[:, 1], "text": clauses}
    )
    mentions = pd.DataFrame(
        {
            "row": owner[found.clause] + first,
            "clause": number[found.clause],
            "theme": np.array(bundle.themes.themes_, object)[found.theme],
            "kind": np.array(bundle.themes.kinds_, object)[found.kind],
            "probability": found.probability,
            "start": bounds[found.clause, 0],
            "end": bounds[found.clause, 1],
        }
    )
    content = np.array([answer.status == "content" for answer in prepared])
    flags = tabulate_flags([answer.text for answer in prepared], content, of_flags, bundle)
    silent = find_silent(of_flags, bundle.flags) & content
    silent[owner[found.clause]] = silent[flags["row"]] = False
    screening = pd.DataFrame(
        {
            "row": np.arange(first, first + len(texts)),
            "status": [
                NO_CONTENT if quiet else answer.status
                for answer, quiet in zip(prepared, silent.tolist(), strict=True)
            ],
            "repairs": [",".join(answer.repairs) for answer in prepared],
        }
    )
    return screening, clause_table, mentions, flags.assign(row=flags["row"] + first)


def decide_clauses(
    themes: NDArray[np.float32], kinds: NDArray[np.float32], answers: NDArray[np.int64], bundle: Bundle
) -> Decisions:
    """Decide what clauses mention, from the probabilities of the bundle's theme classifier."""
    names = bundle.themes.themes_
    general = names.index(GENERAL) if GENERAL in names else None
    return decide_mentions(
        themes, kinds, answers, bundle.themes.thresholds_, general, confidence=bundle.themes.confidence_
    )


def check_golden(bundle: Bundle) -> list[int]:
    """Code a bundle's golden answers again.

    Returns
    -------
    list of int
        Positions of those that now get other mentions than when the bundle was trained.
    """
    if not bundle.golden:
        return []
    found = list_pairs(code([golden["text"] for golden in bundle.golden], model=bundle))
    told = [[(theme, kind) for theme, kind in golden["mentions"]] for golden in bundle.golden]
    return [position for position, pairs in enumerate(found) if pairs != told[position]]


def list_pairs(coded: Coded) -> list[list[tuple[str, str]]]:
    """Return the pairs of theme and kind of each answer, in the order of the answers."""
    found: dict[str, list[tuple[str, str]]] = {i: [] for i in coded.answers.frame["answer_id"]}
    for answer_id, theme, kind in coded.mentions[["answer_id", "theme", "kind"]].to_numpy():
        found[answer_id].append((theme, kind))
    return list(found.values())
