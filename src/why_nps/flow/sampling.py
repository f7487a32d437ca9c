"""A random sample of answers for coding by hand, and the figures corrected by it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.errors import InputError
from why_nps.flow.finding import prepare_answer
from why_nps.flow.sheets import (
    CHANCE,
    DONE,
    DRAWN,
    FIXED,
    PAIRS,
    RANDOM,
    USEFUL,
    list_spellings,
    read_annotations,
)
from why_nps.reading.cells import as_text
from why_nps.reading.files import read_cells
from why_nps.stats import correct_drivers
from why_nps.text import mask_personal_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.flow.coding import Coded
    from why_nps.flow.joining import Label, Observations

_WORKBOOKS = (".xlsx", ".xlsm", ".xls")


@dataclass(frozen=True, slots=True)
class HandCoded:
    """Answers that were drawn at random and coded by hand.

    Parameters
    ----------
    answer_ids : tuple of str
        The answers that were coded.
    probabilities : tuple of float
        Chance with which each was drawn.
    mentions : frozenset of (answer_id, theme, kind)
        What was found in them; an answer without any has no theme.
    """

    answer_ids: tuple[str, ...]
    probabilities: tuple[float, ...]
    mentions: frozenset[tuple[str, str, str]]


def draw_sample(coded: Coded, *, size: int = 200, stratified: bool = False, seed: int = 0) -> pd.DataFrame:
    """Draw answers at random for coding by hand, those in which the model found nothing included.

    Parameters
    ----------
    coded : Coded
        From `code`. Only answers with a score and something to read are drawn: the others have no theme.
    size : int
        How many; all where there are fewer.
    stratified : bool
        Half of them are then divided equally over what the model found rarest in each answer, so that rare
        themes get labels. The probabilities say so and the figures allow for it.
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
    wanted = size * (0.5 * sizes / len(pool) + 0.5 / len(sizes))
    taken = np.minimum(np.maximum(np.round(wanted), 1), sizes).astype(np.intp)
    rows = np.concatenate(
        [rng.choice(np.flatnonzero(strata == at), n, replace=False) for at, n in enumerate(taken)]
    )
    rows = rng.permutation(rows)
    drawn = pool.iloc[rows]
    texts = [mask_personal_data(prepare_answer(text).text).text for text in drawn["text"]]
    chance = (taken / sizes)[strata[rows]]
    ids = drawn["answer_id"].to_numpy()
    return pd.DataFrame({"answer_id": ids, "text": texts, DRAWN: RANDOM, CHANCE: chance})


def read_sample(path: str | Path, codebook: Codebook) -> HandCoded:
    """Read a random sample that was coded by hand.

    Parameters
    ----------
    path : str or Path
        A workbook or CSV file from `write_sample`, with an x in the column ``coded`` of each answer that was
        read, also where it has no theme; or a JSON export of Label Studio. Where some were not read the
        probabilities are made smaller: the order is random.
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
    if Path(path).suffix.lower() == ".json":
        return _read_tasks(path, name, codebook)
    table = _read_table(path, name)
    done = table[DONE].notna() & (table[DONE].astype("str").str.strip() != "")
    if not done.any():
        raise InputError(f"No answer in {name!r} is marked as coded: put an x in the column {DONE!r}.")
    themes, kinds = list_spellings(codebook.themes), list_spellings(codebook.kinds)
    found = set()
    for number, row in table[done].iterrows():
        for columns in PAIRS:
            theme, kind = (_cell(row.get(column)) for column in columns)
            if not theme and not kind:
                continue
            if theme not in themes or kind not in kinds:
                raise InputError(
                    f"Row {int(str(number)) + 2} of {name!r}: {columns[0]} and {columns[1]} must be a theme "
                    "and a kind of the codebook, both filled in."
                )
            found.add((str(row["answer_id"]), themes[theme], kinds[kind]))
    chance = table.loc[done, CHANCE].astype(float) * float(done.mean())
    return HandCoded(tuple(table.loc[done, "answer_id"].astype(str)), tuple(chance), frozenset(found))


def _read_table(path: str | Path, name: str) -> pd.DataFrame:
    try:
        if Path(path).suffix.lower() in _WORKBOOKS:
            table = pd.read_excel(path, sheet_name=0, engine="calamine", dtype={"answer_id": "str"})
        else:
            cells = read_cells(path)
            table = pd.DataFrame({column: map(as_text, cells.take(column)) for column in cells.columns})
    except Exception as error:  # calamine raises its own for a damaged file
        raise InputError(f"Cannot read the coded sample {name!r}: it must be a sheet of `sample`.") from error
    missing = [column for column in (*FIXED, CHANCE) if column not in table]
    if missing:
        raise InputError(f"{name!r} lacks the column {missing[0]!r}: give the workbook that `sample` wrote.")
    if table["answer_id"].isna().any() or table["answer_id"].duplicated().any():
        raise InputError(f"The column answer_id of {name!r} must name each answer once.")
    if DRAWN in table:
        _refuse_useful(table[DRAWN], name)
    chances = table[CHANCE].astype("str").str.replace(",", ".")  # as a Dutch Excel writes numbers
    table[CHANCE] = pd.to_numeric(chances, errors="coerce")
    if not ((table[CHANCE] > 0) & (table[CHANCE] <= 1)).all():
        raise InputError(f"The column {CHANCE!r} of {name!r} was changed: leave it as it was written.")
    return table


def _read_tasks(path: str | Path, name: str, codebook: Codebook) -> HandCoded:
    found = read_annotations(path, codebook)
    _refuse_useful(pd.Series([one.drawn for one in found], dtype="str"), name)
    ids = [one.answer_id for one in found]
    if len(set(ids)) < len(ids):
        raise InputError(f"{name!r} has answers with several annotations: keep one coder's to correct by.")
    chances = [one.probability for one in found if one.probability is not None]
    if not found or len(chances) < len(found) or not all(0 < chance <= 1 for chance in chances):
        raise InputError(f"{name!r} holds no annotations with the {CHANCE!r} that `sample` wrote.")
    read = len(found) / len(json.loads(Path(path).read_text(encoding="utf-8")))
    mentions = frozenset((one.answer_id, theme, kind) for one in found for _, theme, kind in one.mentions)
    return HandCoded(tuple(ids), tuple(chance * read for chance in chances), mentions)


def _refuse_useful(drawn: pd.Series, name: str) -> None:
    useful = int((drawn.astype("str").str.strip().str.lower() == USEFUL).sum())
    if useful:
        raise InputError(
            f"{useful:,} answers of {name!r} were drawn because they are useful to learn from: they stand "
            f"for no "
            "others, so no figure is corrected by them. Give a sheet that was drawn at random."
        )


def correct_for_errors(coded: Coded, observed: Observations, sample: HandCoded) -> pd.DataFrame:
    """Correct rates and effects with a sample coded by hand.

    Answers without anything to read are certain to have no theme, so they count as coded.

    Raises
    ------
    InputError
        If an answer of the sample is not among these answers.
    """
    ids = observed.frame["answer_id"]
    place = pd.Series(np.arange(len(ids)), index=ids)
    unknown = [answer for answer in sample.answer_ids if answer not in place.index]
    if unknown:
        raise InputError(
            f"{len(unknown):,} of the {len(sample.answer_ids):,} coded answers are not among the answers "
            "with a score: give the sample that was drawn from this file."
        )
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
        probability=np.concatenate([sample.probabilities, np.ones(len(empty))]),
        weights=observed.weights,
    )


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


def _cell(value: object) -> str:
    return "" if pd.isna(value) else str(value).strip().lower()  # type: ignore[call-overload]
