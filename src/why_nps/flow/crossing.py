"""Figures for the filters of the report: two segments and the period, crossed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from why_nps.core.crossing import Crossing
from why_nps.flow.placing import tell_places
from why_nps.stats import cross_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from why_nps.flow.joining import Observations
    from why_nps.flow.placing import Told

    _Cell = tuple[str, str, str]

_EMPLOYEE = "employee"
_MOST_SEGMENTS = 2
_KINDS = ("pain", "delight", "tip")
_KEYS = ["group", "other", "period"]


def choose_filters(segments: Sequence[str]) -> tuple[str, ...]:
    """Return the segments to filter by: the first two, and never the people who are spoken of.

    Examples
    --------
    >>> choose_filters(["branch", "employee", "touchpoint", "Regio"])
    ('branch', 'touchpoint')
    """
    return tuple(name for name in segments if name != _EMPLOYEE)[:_MOST_SEGMENTS]


def cross_segments(
    observed: Observations, segments: Sequence[str], verbatims: pd.DataFrame, *, minimum_n: int
) -> Crossing:
    """Estimate what each combination of filters shows, and file the verbatims under them.

    Parameters
    ----------
    observed : Observations
        One row an answer.
    segments : sequence of str
        Those of the explanation.
    verbatims : pandas.DataFrame
        The ``VERBATIMS`` table.
    minimum_n : int
        Combinations with fewer scored answers are withheld.

    Returns
    -------
    Crossing
    """
    by, frame = choose_filters(segments), observed.frame
    kept = [at for at, (_, kind) in enumerate(observed.labels) if kind in _KINDS]
    figures = cross_groups(
        frame["score"].to_numpy(),
        observed.mentions[:, kept],
        [observed.labels[at] for at in kept],
        [frame[name] for name in by],
        frame["period"],
        weights=observed.weights,
        counts=observed.counts,
        minimum_n=minimum_n,
    )
    told = tell_places(verbatims, frame.assign(n=observed.counts), minimum_n)
    wanted = frame["answer_id"].isin(verbatims["answer_id"])
    return Crossing(by, figures, _file(_name_cells(frame, by), wanted, figures, told, minimum_n))


def _name_cells(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the most exact combination that each answer is in, "" where it has no value."""
    values = [frame[name].astype("str").str.strip().fillna("") for name in (*by, "period")]
    values[len(by) : len(by)] = [pd.Series("", index=frame.index)] * (_MOST_SEGMENTS - len(by))
    return pd.DataFrame(dict(zip(_KEYS, values, strict=True))).assign(answer_id=frame["answer_id"])


def _file(
    cells: pd.DataFrame,
    wanted: pd.Series,
    figures: pd.DataFrame,
    told: dict[str, Told],
    minimum_n: int,
) -> pd.DataFrame:
    """Find for each wanted answer the most exact combination that may be shown; that of all always may.

    With the groups that the answer is quoted of, it must leave enough answers too.
    """
    shown = set(figures.loc[figures["statistic"] == "nps", _KEYS].itertuples(index=False, name=None))
    axes = [pd.Categorical(cells[key]) for key in _KEYS]

    def may_be_told(answer: str, cell: _Cell) -> bool:
        if answer not in told:
            return True
        alike = told[answer].alike
        for axis, value in zip(axes, cell, strict=True):
            alike = alike[axis.codes[alike] == axis.categories.get_loc(value)] if value else alike
        return len(alike) >= minimum_n

    filed = []
    for answer, *cell in cells.loc[wanted, ["answer_id", *_KEYS]].itertuples(index=False, name=None):
        fitting = (wide for wide in _widen(*cell) if wide in shown and may_be_told(answer, wide))
        filed.append((answer, *next(fitting, ("", "", ""))))
    return pd.DataFrame(filed, columns=["answer_id", *_KEYS], dtype="str")


def _widen(group: str, other: str, period: str) -> list[_Cell]:
    """List the combinations that hold one, from the most exact to the widest."""
    return [
        (group, other, period),
        (group, "", period),
        (group, other, ""),
        ("", other, period),
        (group, "", ""),
        ("", other, ""),
        ("", "", period),
    ]
