"""Answers in, mentions and flags out: the upper half of the river.

Coding is row-independent: an answer gets the same mentions alone, in any batch and in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.core.answers import Answers, ReadingReport
from why_nps.core.cards import make_card, make_paragraph, make_table
from why_nps.core.summaries import CodingSummary, ModelSummary
from why_nps.core.tables import ANSWERS, CLAUSES, FLAGS, MENTIONS, SCREENING
from why_nps.errors import InputError
from why_nps.flow.finding import check_version, find_in_texts
from why_nps.flow.reasons import Reasons, why
from why_nps.reading.cells import is_missing, mend_surrogates
from why_nps.themes import Bundle, load_bundle
from why_nps.themes.classifier import check_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from why_nps.core.codebook import Codebook

_BATCH = 10_000
_SHOWN = 8  # themes in a notebook


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

    def why(self, answer_id: str, *, model: Bundle | str | None = None) -> Reasons:
        """Tell which words of an answer carried each of its mentions.

        Parameters
        ----------
        answer_id : str
        model : Bundle or str, optional
            The one that coded the answers; without it the shipped model.

        Returns
        -------
        Reasons

        Raises
        ------
        InputError
            If there is no such answer, or another model coded the answers.

        Examples
        --------
        >>> reasons = code(["Veel te duur"]).why("1")
        >>> reasons.mentions["theme"].tolist(), reasons.words["word"].tolist()
        (['price'], ['Veel', 'te', 'duur'])
        """
        bundle = load_bundle(model)
        if bundle.summary != self.model:
            raise InputError(f"The answers were coded by {self.model.name!r}: give that bundle as model.")
        texts = self.answers.frame.loc[self.answers.frame["answer_id"] == str(answer_id), "text"]
        if texts.empty:
            raise InputError(f"There is no answer {answer_id!r} among the {len(self.answers):,}.")
        return why(texts.fillna("").iloc[0], model=bundle)

    def __repr__(self) -> str:
        return f"<Coded: {len(self.answers):,} answers, {len(self.mentions):,} mentions, {self.model.name}>"

    def _repr_html_(self) -> str:
        counts = self.summary
        told = (
            f"{counts.with_content:,} with something to read; {counts.no_content:,} typed without content, "
            f"{counts.empty:,} empty, {counts.not_classified:,} in which no theme was found."
        )
        found = self.mentions.drop_duplicates(["answer_id", "theme", "kind"])
        table = pd.crosstab(found["theme"], found["kind"])
        kinds = [kind for kind in self.codebook.kind_ids if kind in table]
        most = table.assign(all=table.sum(axis=1)).sort_values("all", ascending=False, kind="stable")
        rows = [
            (self.codebook.label(str(theme), "en"), *(f"{row[kind]:,}" for kind in kinds))
            for theme, row in most.head(_SHOWN).iterrows()
        ]
        head = ["theme", *(self.codebook.label(kind, "en") for kind in kinds)]
        return make_card(
            f"{len(self.answers):,} answers, read by {self.model.name} {self.model.version}",
            make_paragraph(told),
            make_table(head, rows, caption="Answers that mention a theme, the most named"),
        )


def code(
    answers: Answers | Iterable[str],
    *,
    model: Bundle | str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Coded:
    """Find the themes, kinds and flags of answers.

    Parameters
    ----------
    answers : Answers or iterable of str
        From `read_answers`; or texts alone, which then have no score. Missing ones (None, NaN, NA) are empty.
    model : Bundle or str, optional
        As for `load_bundle`: a bundle, its folder, or ``"accurate"``; without it the shipped model.
    progress : callable, optional
        Called with the number of distinct texts done and their total.

    Returns
    -------
    Coded

    Raises
    ------
    InputError
        If there are no texts, or a bare str is given.
    InputTypeError
        If a text is not a str and not missing.
    ModelError
        If the model was trained with another version of the cleaning.

    Examples
    --------
    >>> coded = code(["Snelle levering, maar de app werkt niet"])
    >>> coded.mentions[["theme", "kind"]].to_numpy().tolist()
    [['delivery', 'delight'], ['digital', 'pain']]
    """
    bundle = load_bundle(model)
    check_version(bundle)
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
    """Make answers without scores from texts alone; their ids are 1, 2, ..., and missing ones are empty."""
    listed = [mend_surrogates(text) for text in check_texts(texts, missing=is_missing)]
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
    said = find_in_texts(texts, bundle)
    found, prepared = said.mentions, said.prepared
    screening = pd.DataFrame(
        {
            "row": np.arange(first, first + len(texts)),
            "status": said.statuses,
            "repairs": prepared.repairs,
        }
    )
    clauses = pd.DataFrame(
        {
            "row": prepared.owners + first,
            "clause": prepared.numbers,
            "start": prepared.bounds[:, 0],
            "end": prepared.bounds[:, 1],
            "text": prepared.clauses,
        }
    )
    mentions = pd.DataFrame(
        {
            "row": prepared.owners[found.clause] + first,
            "clause": prepared.numbers[found.clause],
            "theme": np.array(bundle.themes.themes_, object)[found.theme],
            "kind": np.array(bundle.themes.kinds_, object)[found.kind],
            "probability": found.probability,
            "start": prepared.bounds[found.clause, 0],
            "end": prepared.bounds[found.clause, 1],
        }
    )
    flags = pd.DataFrame(said.flags, columns=["row", "flag", "probability"]).astype({"row": np.int64})
    return screening, clauses, mentions, flags.assign(row=flags["row"] + first)


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
