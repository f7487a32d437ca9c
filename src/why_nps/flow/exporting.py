"""Coded answers without personal data, for every file and stream that leaves the house."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from why_nps.core.tables import CLAUSES
from why_nps.text import mask_personal_data, normalise_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from why_nps.flow.coding import Coded
    from why_nps.text import NormalisedText

_Spans = dict[tuple[str, int], tuple[int, int]]


def mask_coded(coded: Coded) -> Coded:
    """Mask the personal data in all texts; offsets then point into the masked answers.

    Returns
    -------
    Coded
        Answers are mended (`why_nps.text.normalise_answer`) and masked, clauses are cut from them.

    Examples
    --------
    >>> from why_nps import code
    >>> masked = mask_coded(code(["Bel 06-12345678, pakket te laat"]))
    >>> masked.answers.frame["text"][0], masked.clauses["text"].tolist()
    ('Bel [telefoon], pakket te laat', ['Bel [telefoon]', 'pakket te laat'])
    """
    private = coded.flags.loc[coded.flags["flag"] == "pii", "answer_id"]
    if "pii" not in coded.codebook.flag_ids:  # a codebook of one's own: nothing tells where it is
        private = coded.answers.frame.loc[coded.answers.frame["text"].notna(), "answer_id"]
    mended = coded.screening.loc[coded.screening["repairs"] != "", "answer_id"]
    touched = set(private) | set(mended)
    if not touched:
        return coded
    answers, clauses = coded.answers.frame, coded.clauses
    cuts = clauses.loc[clauses["answer_id"].isin(touched), ["answer_id", "clause", "start", "end"]]
    chosen = answers["answer_id"].isin(touched)
    raws = dict(zip(answers.loc[chosen, "answer_id"], answers.loc[chosen, "text"], strict=True))
    texts, spans = _mask(raws, cuts.itertuples(index=False, name=None))
    masked = answers["text"].where(~chosen, answers["answer_id"].map(texts))
    moved = _move(clauses, spans)
    columns = [moved[name] for name in ("answer_id", "start", "end", "text")]
    words = [
        texts[answer_id][start:end] if answer_id in texts else text
        for answer_id, start, end, text in zip(*columns, strict=True)
    ]
    return replace(
        coded,
        answers=replace(coded.answers, frame=answers.assign(text=masked)),
        clauses=CLAUSES.frame(moved.assign(text=words)),
        mentions=_move(coded.mentions, spans),
    )


def _mask(
    raws: Mapping[str, str], cuts: Iterable[tuple[str, int, int, int]]
) -> tuple[dict[str, str], _Spans]:
    """Return the masked text of each answer, and where each of its clauses is in it."""
    normal = {answer_id: normalise_answer(raw) for answer_id, raw in raws.items()}
    masked = {answer_id: mask_personal_data(mended.text) for answer_id, mended in normal.items()}
    spans = {
        (answer_id, clause): masked[answer_id].to_masked(*to_normal(normal[answer_id], start, end))
        for answer_id, clause, start, end in cuts
    }
    return {answer_id: found.text for answer_id, found in masked.items()}, spans


def _move(table: pd.DataFrame, spans: _Spans) -> pd.DataFrame:
    keys = zip(table["answer_id"], table["clause"], table["start"], table["end"], strict=True)
    found = [spans.get((answer_id, clause), (start, end)) for answer_id, clause, start, end in keys]
    bounds = np.array(found, np.int64).reshape(-1, 2)
    return table.assign(start=bounds[:, 0], end=bounds[:, 1])


def to_normal(normal: NormalisedText, start: int, end: int) -> tuple[int, int]:
    """Turn a span of the text as typed, from `NormalisedText.to_raw`, into that of the mended text."""
    if normal.offsets is None:
        return start, end
    first, last = np.searchsorted(normal.offsets, (start, end))
    return int(first), int(last)


def list_mentions(coded: Coded) -> pd.DataFrame:
    """Return the mentions with their clause, personal data masked.

    Returns
    -------
    pandas.DataFrame
        The mentions table with a column ``clause_text``; offsets point into the masked answers.
    """
    masked = mask_coded(coded)
    clauses = masked.clauses[["answer_id", "clause", "text"]].rename(columns={"text": "clause_text"})
    return masked.mentions.merge(clauses, on=["answer_id", "clause"], how="left")
