"""Figures for the filters of the report: two segments and the period, crossed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from why_nps.core.crossing import Crossing
from why_nps.stats import cross_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from why_nps.flow.joining import Observations

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
    return Crossing(by, figures, _file(frame, by, figures, set(verbatims["answer_id"])))


def _file(frame: pd.DataFrame, by: Sequence[str], figures: pd.DataFrame, wanted: set[str]) -> pd.DataFrame:
    """Find for each answer the most exact combination that may be shown; that of all is always there."""
    shown = set(figures.loc[figures["statistic"] == "nps", _KEYS].itertuples(index=False, name=None))
    rows = frame[frame["answer_id"].isin(wanted)]
    values = [rows[name].astype("str").str.strip().fillna("") for name in (*by, "period")]
    values[len(by) : len(by)] = [pd.Series("", index=rows.index)] * (_MOST_SEGMENTS - len(by))
    filed = [
        (answer_id, *next((cell for cell in _widen(*cell) if cell in shown), ("", "", "")))
        for answer_id, cell in zip(rows["answer_id"], zip(*values, strict=True), strict=True)
    ]
    return pd.DataFrame(filed, columns=["answer_id", *_KEYS], dtype="str")


def _widen(group: str, other: str, period: str) -> list[tuple[str, str, str]]:
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
