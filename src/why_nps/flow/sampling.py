"""A random sample of answers for coding by hand, and the figures corrected by it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.errors import InputError
from why_nps.flow.exporting import list_employees
from why_nps.flow.finding import prepare_answer
from why_nps.stats import correct_drivers
from why_nps.text import mask_personal_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook, Entry
    from why_nps.flow.coding import Coded
    from why_nps.flow.joining import Label, Observations

PLACES = 5  # themes that a row of the sheet has room for
DONE = "coded"
_PAIRS = [(f"theme_{number}", f"kind_{number}") for number in range(1, PLACES + 1)]
_FIXED = ("answer_id", "text", DONE)
_CHANCE = "probability"


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
        ``answer_id``, ``text`` (masked) and ``probability``, in random order, so that coding may stop early.

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
    names = list_employees(answers)
    texts = [mask_personal_data(prepare_answer(text).text, names=names).text for text in drawn["text"]]
    chance = (taken / sizes)[strata[rows]]
    return pd.DataFrame({"answer_id": drawn["answer_id"].to_numpy(), "text": texts, _CHANCE: chance})


def write_sample(sample: pd.DataFrame, codebook: Codebook, path: str | Path, *, language: str = "nl") -> Path:
    """Write a sample as a workbook to code in: a list to choose themes and kinds from, and the codebook.

    Parameters
    ----------
    sample : pandas.DataFrame
        From `draw_sample`.
    codebook : Codebook
        Whose themes and kinds may be chosen.
    path : str or Path
        The workbook (xlsx).
    language : str
        "nl" or "en", of the labels.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    import xlsxwriter

    target = Path(path)
    head = [*_FIXED, *(name for pair in _PAIRS for name in pair), _CHANCE]
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(target), options) as book:
            page, guide = book.add_worksheet("sample"), book.add_worksheet("codebook")
            wrapped = book.add_format({"text_wrap": True, "valign": "top"})
            page.write_row(0, 0, head, book.add_format({"bold": True}))
            page.set_column(1, 1, 80, wrapped)
            page.set_column(3, len(head) - 2, 18)
            page.freeze_panes(1, 0)
            for row, (answer_id, text, chance) in enumerate(sample.itertuples(index=False), start=1):
                page.write_string(row, 0, answer_id)
                page.write_string(row, 1, text)
                page.write_number(row, len(head) - 1, chance)
            for row, entry in enumerate((*codebook.themes, *codebook.kinds)):
                for column, cell in enumerate((entry.id, entry.label(language), entry.covers)):
                    guide.write_string(row, column, cell)
            guide.set_column(0, 2, 40)
            ends = len(codebook.themes), len(codebook.themes) + len(codebook.kinds)
            lists = f"=codebook!$B$1:$B${ends[0]}", f"=codebook!$B${ends[0] + 1}:$B${ends[1]}"
            page.data_validation(1, 2, max(1, len(sample)), 2, {"validate": "list", "source": ["x"]})
            for place in range(PLACES):
                for column, source in enumerate(lists, start=len(_FIXED) + 2 * place):
                    rule = {"validate": "list", "source": source}
                    page.data_validation(1, column, max(1, len(sample)), column, rule)
    except OSError as error:
        raise InputError(f"Cannot write {target.name!r}: {error.strerror}.") from error
    return target


def read_sample(path: str | Path, codebook: Codebook) -> HandCoded:
    """Read a workbook in which answers were coded by hand.

    Parameters
    ----------
    path : str or Path
        From `write_sample`, with an x in the column ``coded`` of each answer that was read, also where it has
        no theme. Where some were not read the probabilities are made smaller: the order is random.
    codebook : Codebook
        Themes and kinds, by id or by label.

    Returns
    -------
    HandCoded

    Raises
    ------
    InputError
        If the file is not such a workbook, nothing was coded, or a cell holds no theme or kind.
    """
    name = Path(path).name
    table = _read_table(path, name)
    done = table[DONE].notna() & (table[DONE].astype("str").str.strip() != "")
    if not done.any():
        raise InputError(f"No answer in {name!r} is marked as coded: put an x in the column {DONE!r}.")
    themes, kinds = list_spellings(codebook.themes), list_spellings(codebook.kinds)
    found = set()
    for number, row in table[done].iterrows():
        for columns in _PAIRS:
            theme, kind = (_cell(row.get(column)) for column in columns)
            if not theme and not kind:
                continue
            if theme not in themes or kind not in kinds:
                raise InputError(
                    f"Row {int(str(number)) + 2} of {name!r}: {columns[0]} and {columns[1]} must be a theme "
                    "and a kind of the codebook, both filled in."
                )
            found.add((str(row["answer_id"]), themes[theme], kinds[kind]))
    chance = table.loc[done, _CHANCE].astype(float) * float(done.mean())
    return HandCoded(tuple(table.loc[done, "answer_id"].astype(str)), tuple(chance), frozenset(found))


def _read_table(path: str | Path, name: str) -> pd.DataFrame:
    try:
        table = pd.read_excel(path, sheet_name=0, engine="calamine", dtype={"answer_id": "str"})
    except Exception as error:  # calamine raises its own for a damaged file
        raise InputError(
            f"Cannot read the coded sample {name!r}: it must be the workbook of `sample`."
        ) from error
    missing = [column for column in (*_FIXED, _CHANCE) if column not in table]
    if missing:
        raise InputError(f"{name!r} lacks the column {missing[0]!r}: give the workbook that `sample` wrote.")
    if table["answer_id"].isna().any() or table["answer_id"].duplicated().any():
        raise InputError(f"The column answer_id of {name!r} must name each answer once.")
    table[_CHANCE] = pd.to_numeric(table[_CHANCE], errors="coerce")
    if not ((table[_CHANCE] > 0) & (table[_CHANCE] <= 1)).all():
        raise InputError(f"The column {_CHANCE!r} of {name!r} was changed: leave it as it was written.")
    return table


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


def list_spellings(entries: tuple[Entry, ...]) -> dict[str, str]:
    """Return what a coder may write for each entry, in lower case, and the id that it stands for."""
    return {
        spelling.strip().lower(): entry.id for entry in entries for spelling in (entry.id, entry.nl, entry.en)
    }


def _cell(value: object) -> str:
    return "" if pd.isna(value) else str(value).strip().lower()  # type: ignore[call-overload]
