"""A random sample of answers for coding by hand, and the figures corrected by it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.core.cards import make_card, make_table
from why_nps.errors import InputError
from why_nps.flow.codings import read_filled_sheet
from why_nps.flow.exporting import list_employees
from why_nps.flow.sheets import CHANCE, DONE, DRAWN, RANDOM
from why_nps.stats import correct_drivers
from why_nps.text import mask_personal_data, normalise_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.flow.coding import Coded
    from why_nps.flow.joining import Label, Observations

_WORD = re.compile(r"\w+")
_SHOWN = 8  # themes with a kind in a notebook


@dataclass(frozen=True, slots=True)
class HandCoded:
    """Answers that were drawn at random and coded by hand.

    Parameters
    ----------
    answer_ids : tuple of str
        The answers that were coded.
    probabilities : tuple of float
        Chance with which each was drawn, had the whole sheet been coded.
    mentions : frozenset of (answer_id, theme, kind)
        What was found in them; an answer without any has no theme.
    texts : tuple of str, optional
        Theirs, as the coder saw them; without them nobody sees whether an answer_id means another answer now.
    """

    answer_ids: tuple[str, ...]
    probabilities: tuple[float, ...]
    mentions: frozenset[tuple[str, str, str]]
    texts: tuple[str, ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        return f"<HandCoded: {len(self.answer_ids):,} answers, {len(self.mentions):,} themes with a kind>"

    def _repr_html_(self) -> str:
        found = Counter((theme, kind) for _, theme, kind in self.mentions)
        rows = [
            (theme, kind, f"{n:,}") for (theme, kind), n in sorted(found.items(), key=lambda x: (-x[1], x))
        ]
        title = f"{len(self.answer_ids):,} answers coded by hand"
        return make_card(title, make_table(("theme", "kind", "answers"), rows[:_SHOWN], caption="Most found"))


def draw_sample(coded: Coded, *, size: int = 200, stratified: bool = False, seed: int = 0) -> pd.DataFrame:
    """Draw answers at random for coding by hand, those in which the model found nothing included.

    Parameters
    ----------
    coded : Coded
        From `code`. Only answers with a score and something to read are drawn: the others have no theme.
    size : int
        How many; all where there are fewer.
    stratified : bool
        Half of them are then divided equally over what the model found rarest in each answer, and of each at
        least one is drawn, so that rare themes get labels. The probabilities say so and the figures allow
        for it.
    seed : int
        Of the draw, so that it can be had again.

    Returns
    -------
    pandas.DataFrame
        ``answer_id``, ``text`` (masked), ``drawn`` ("random") and ``probability``, in random order, so that
        coding may stop early.

    Raises
    ------
    InputError
        If there is nothing to draw from.

    Examples
    --------
    >>> import pandas as pd
    >>> from why_nps import code, read_answers
    >>> export = pd.DataFrame({"Cijfer": [9, 3, 8], "Toelichting": ["Snel geleverd", "Veel te duur", "-"]})
    >>> coded = code(read_answers(export))
    >>> draw_sample(coded)["probability"].tolist()
    [1.0, 1.0]
    """
    answers = coded.answers.frame
    content = coded.screening.loc[coded.screening["status"] == "content", "answer_id"]
    pool = answers[answers["score"].notna() & answers["answer_id"].isin(content)].reset_index(drop=True)
    if size < 1 or pool.empty:
        raise InputError(
            f"Cannot draw {size:,} of the {len(pool):,} answers with a score and something to read."
        )
    rng = np.random.default_rng(seed)
    strata = _strata(coded, pool["answer_id"]) if stratified else np.zeros(len(pool), dtype=np.intp)
    sizes = np.bincount(strata)
    taken = _divide(min(size, len(pool)), sizes)
    rows = np.concatenate(
        [rng.choice(np.flatnonzero(strata == at), n, replace=False) for at, n in enumerate(taken)]
    )
    rows = rng.permutation(rows)
    drawn = pool.iloc[rows]
    texts = _show(drawn["text"], coded)
    chance = (taken / sizes)[strata[rows]]
    ids = drawn["answer_id"].to_numpy()
    return pd.DataFrame({"answer_id": ids, "text": texts, DRAWN: RANDOM, CHANCE: chance})


def _show(texts: Iterable[str], coded: Coded) -> list[str]:
    """Return answers as a coder sees them."""
    names = list_employees(coded.answers.frame)
    return [mask_personal_data(normalise_answer(text).text, names=names).text for text in texts]


def _divide(size: int, sizes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Divide a sample over strata: half by their sizes, half equally, and of each at least one.

    What a small stratum cannot give, others do.
    """
    taken = np.minimum(sizes, 1)
    wanted = size * (0.5 * sizes / sizes.sum() + 0.5 / len(sizes))
    for _ in range(size - taken.sum()):
        taken[np.where(taken < sizes, wanted - taken, -np.inf).argmax()] += 1
    return taken


def read_sample(path: str | Path, codebook: Codebook) -> HandCoded:
    """Read a random sample that was coded by hand.

    Parameters
    ----------
    path : str or Path
        A workbook or CSV file from `write_sample`, with an x in the column ``coded`` of each answer that was
        read, also where it has no theme; or a JSON export of Label Studio. What was not read may stay or
        go: the answers are taken to be coded in the order of the sheet, which is random.
    codebook : Codebook
        Themes and kinds, by id or by label.

    Returns
    -------
    HandCoded

    Raises
    ------
    InputError
        If the file is not such a sheet, nothing was coded, a cell holds no theme or kind, or an answer
        was drawn because it is useful to learn from: what such answers say holds for no others.
    """
    name = Path(path).name
    sheet = read_filled_sheet(path, codebook)
    if sheet.useful:
        raise InputError(
            f"{sheet.useful:,} answers of {name!r} were drawn because they are useful to learn from: they "
            "stand for no others, so no figure is corrected by them. Give a sheet that was drawn at random."
        )
    if not sheet.codings:
        raise InputError(
            f"No answer in {name!r} is marked as coded: put an x in the column {DONE!r} of each that was "
            "read, also where it has no theme."
        )
    ids = tuple(one.answer_id for one in sheet.codings)
    if len(set(ids)) < len(ids):
        raise InputError(f"{name!r} has answers by several coders: keep one coder's to correct by.")
    chances = [one.probability for one in sheet.codings if one.probability is not None]
    if len(chances) < len(ids):
        raise InputError(
            f"The column {CHANCE!r} of {name!r} was changed or is gone: it must be as `sample` wrote it."
        )
    mentions = {(one.answer_id, theme, kind) for one in sheet.codings for _, theme, kind in one.mentions}
    return HandCoded(ids, tuple(chances), frozenset(mentions), tuple(one.text for one in sheet.codings))


def correct_for_errors(coded: Coded, observed: Observations, sample: HandCoded) -> pd.DataFrame:
    """Correct rates and effects with a sample coded by hand.

    Answers without anything to read are certain to have no theme, so they count as coded. The coded answers
    stand for all others together, however many of the sheet were read.

    Raises
    ------
    InputError
        If an answer of the sample is not among these answers, or most are other answers here.
    """
    ids = observed.frame["answer_id"]
    place = pd.Series(np.arange(len(ids)), index=ids)
    unknown = [answer for answer in sample.answer_ids if answer not in place.index]
    if unknown:
        raise InputError(
            f"{len(unknown):,} of the {len(sample.answer_ids):,} coded answers are not among the answers "
            "with a score: give the sample that was drawn from this file, its answer_id as it was."
        )
    _refuse_others(coded, sample)
    labels = _all_labels(coded, observed, sample)
    known = {label: column for column, label in enumerate(observed.labels)}
    predicted = np.zeros((len(ids), len(labels)), dtype=np.uint8)
    for column, label in enumerate(labels):
        if label in known:
            predicted[:, column] = observed.mentions[:, known[label]]
    content = coded.screening.loc[coded.screening["status"] == "content", "answer_id"]
    empty = np.flatnonzero(~ids.isin(content).to_numpy())
    rows = place[list(sample.answer_ids)].to_numpy()
    empty = np.setdiff1d(empty, rows)
    truth = np.zeros((len(rows) + len(empty), len(labels)), dtype=np.uint8)
    at = {answer: number for number, answer in enumerate(sample.answer_ids)}
    for answer, theme, kind in sample.mentions:
        truth[at[answer], labels.index((theme, kind))] = 1
    return correct_drivers(
        observed.frame["score"].to_numpy(),
        predicted,
        truth,
        labels,
        rows=np.concatenate([rows, empty]),
        probability=np.concatenate(
            [_stand_for(sample.probabilities, len(ids) - len(empty)), np.ones(len(empty))]
        ),
        weights=observed.weights,
    )


def _refuse_others(coded: Coded, sample: HandCoded) -> None:
    """Refuse a sample of a file whose rows, numbered for want of ids, were sorted or changed since."""
    texts = coded.answers.frame.set_index("answer_id")["text"].fillna("")
    here = _show(texts.loc[list(sample.answer_ids[: len(sample.texts)])], coded)
    words = [[_WORD.findall(text.lower()) for text in part] for part in (sample.texts, here)]
    other = sum(one != two for one, two in zip(*words, strict=True))
    if other > len(here) / 2:
        raise InputError(
            f"{other:,} of the {len(here):,} coded answers have another text in this file under the same "
            "answer_id: give the file that the sample was drawn from, its rows in the same order where it "
            "has no column of ids."
        )


def _stand_for(probabilities: Sequence[float], answers: int) -> NDArray[np.float64]:
    """Return the chances that, in their proportions, make coded answers stand for so many."""
    chances = np.array(probabilities)
    return np.asarray(np.minimum(chances * (1 / chances).sum() / answers, 1.0))


def _all_labels(coded: Coded, observed: Observations, sample: HandCoded) -> list[Label]:
    pairs = {*observed.labels, *((theme, kind) for _, theme, kind in sample.mentions)}
    book = coded.codebook
    return [(theme, kind) for theme in book.theme_ids for kind in book.kind_ids if (theme, kind) in pairs]


def _strata(coded: Coded, ids: pd.Series) -> NDArray[np.intp]:
    """Return a number for each answer: of the rarest label that was found in it, or of none."""
    mentions = coded.mentions[coded.mentions["answer_id"].isin(ids)]
    pairs = mentions["theme"] + "/" + mentions["kind"]
    size = pairs.map(pairs.value_counts())
    rarest = pairs.loc[size.sort_values(kind="stable").index].groupby(mentions["answer_id"]).first()
    codes, _ = pd.factorize(ids.map(rarest).fillna(""), sort=True)
    return np.asarray(codes, dtype=np.intp)
