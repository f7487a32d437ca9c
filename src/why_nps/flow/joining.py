"""Mentions joined to scores: every scored answer stays in, the silent too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.flow.coding import Coded

Label = tuple[str, str]
_CODE = re.compile(r"(?:[A-Za-z]{0,4}[-_ ]?|medewerker )\d{1,12}")
_EMPLOYEE, _WAVE = "employee", "wave"
_SIDES = ("pain", "delight")


@dataclass(frozen=True, slots=True)
class Observations:
    """What statistics are computed from: one row a scored answer, or answers that are alike and their count.

    Parameters
    ----------
    frame : pandas.DataFrame
        score, weight, ``period`` (missing where undated), the segments, and ``answer_id`` where a row is an
        answer.
    labels : list of (theme, kind)
        Columns of `mentions`, in codebook order.
    mentions : ndarray of uint8, shape (answers, labels)
        1 where the answer mentions the theme with the kind.
    flags : list of str
        Columns of `flagged`.
    flagged : ndarray of uint8, shape (answers, flags)
    spoke : ndarray of bool, shape (answers,)
        Whether there was anything to code.
    counts : ndarray of int64, shape (answers,)
        How many answers each row stands for.
    """

    frame: pd.DataFrame
    labels: list[Label]
    mentions: NDArray[np.uint8]
    flags: list[str]
    flagged: NDArray[np.uint8]
    spoke: NDArray[np.bool_]
    counts: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Answers with a score."""
        return int(self.counts.sum())

    @property
    def weights(self) -> NDArray[np.float64] | None:
        """Weights of the answers; None where all weigh the same."""
        weights = self.frame["weight"].to_numpy(float)
        return None if np.all(weights == 1) else weights

    @property
    def sides(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether each answer names any pain, and any delight."""
        kinds = np.array([kind for _, kind in self.labels])
        pain, delight = (self.mentions[:, kinds == wanted].max(axis=1, initial=0) for wanted in _SIDES)
        return pain == 1, delight == 1


def join_scores(coded: Coded, segments: Sequence[str], *, name_employees: bool = False) -> Observations:
    """Left-join mentions and flags onto all scored answers.

    Parameters
    ----------
    coded : Coded
    segments : sequence of str
        Segment columns to keep.
    name_employees : bool
        Keep employees' names as they are; else names become pseudonyms.

    Returns
    -------
    Observations

    Raises
    ------
    InputError
        If no answer has a usable score.
    """
    answers = coded.answers.frame
    scored = answers[answers["score"].notna()].reset_index(drop=True)
    check_scored(len(scored), len(answers))
    frame = pd.DataFrame(
        {
            "answer_id": scored["answer_id"],
            "score": scored["score"].astype(np.int64),
            "weight": scored["weight"],
            "period": name_periods(scored),
            **{name: scored[name] for name in segments},
        }
    )
    if _EMPLOYEE in frame and not name_employees:
        frame[_EMPLOYEE] = pseudonymise(frame[_EMPLOYEE])
    pairs = {*zip(coded.mentions["theme"], coded.mentions["kind"], strict=True)}
    labels, flags = order_found(coded.codebook, pairs, set(coded.flags["flag"]))
    flagged = coded.flags[coded.flags["flag"].isin(flags)]  # rules may find a flag that this codebook lacks
    row = pd.Series(frame.index, index=frame["answer_id"])
    content = coded.screening.loc[coded.screening["status"] == "content", "answer_id"]
    return Observations(
        frame,
        labels,
        _spread(
            row, coded.mentions, zip(coded.mentions["theme"], coded.mentions["kind"], strict=True), labels
        ),
        flags,
        _spread(row, flagged, flagged["flag"], flags),
        frame["answer_id"].isin(content).to_numpy(),
        np.ones(len(frame), np.int64),
    )


def check_scored(scored: int, answers: int) -> None:
    """Raise InputError if no answer has a score."""
    if not scored:
        raise InputError(
            f"None of the {answers:,} answers has a usable score (0 to 10): there is no NPS to explain."
        )


def order_found(book: Codebook, pairs: set[Label], flags: set[str]) -> tuple[list[Label], list[str]]:
    """Return the labels and the flags that were found, in the order of the codebook."""
    labels = [(theme, kind) for theme in book.theme_ids for kind in book.kind_ids if (theme, kind) in pairs]
    return labels, [flag for flag in book.flag_ids if flag in flags]


def _spread(
    row: pd.Series, table: pd.DataFrame, values: Iterable[object], columns: Sequence[object]
) -> NDArray[np.uint8]:
    matrix = np.zeros((len(row), len(columns)), np.uint8)
    position = {column: index for index, column in enumerate(columns)}
    rows = table["answer_id"].map(row)
    column = np.array([position[value] for value in values], np.int64)
    known = rows.notna().to_numpy()
    matrix[rows[known].to_numpy(np.int64), column[known]] = 1
    return matrix


def name_periods(answers: pd.DataFrame) -> pd.Series:
    """Name each answer's period: its wave where the file has waves, else the quarter of its date."""
    if _WAVE in answers:
        return pd.Series(answers[_WAVE])
    date: pd.Series[pd.Timestamp] = answers["answered_on"]
    names = date.dt.year.astype("Int64").astype("str") + "-K" + date.dt.quarter.astype("Int64").astype("str")
    return pd.Series(names.where(date.notna()))


def pseudonymise(employees: pd.Series) -> pd.Series:
    """Replace names of employees by numbered pseudonyms; codes such as "M17", and pseudonyms, stay.

    Examples
    --------
    >>> pseudonymise(pd.Series(["Sanne", "Piet", "Sanne"])).tolist()
    ['medewerker 2', 'medewerker 1', 'medewerker 2']
    >>> pseudonymise(pd.Series(["M17", "M02"])).tolist()
    ['M17', 'M02']
    """
    return pd.Series(employees.map(number_employees(employees.dropna().unique().tolist())))


def number_employees(names: Sequence[str]) -> dict[str, str]:
    """Return the pseudonym of each name, by the order of the names; codes keep to themselves."""
    ordered = sorted(names)
    if all(_CODE.fullmatch(str(name)) for name in ordered):
        return {name: name for name in ordered}
    return {name: f"medewerker {number}" for number, name in enumerate(ordered, start=1)}
