"""Where quotes place an answer: what is told of it together may not leave a small group."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


class Told(NamedTuple):
    """The groups, as (by, group), that an answer is quoted of, and the positions of all that are in each."""

    groups: frozenset[tuple[str, str]]
    alike: NDArray[np.intp]


def tell_places(verbatims: pd.DataFrame, cells: pd.DataFrame, minimum_n: int) -> dict[str, Told]:
    """Tell of which groups each answer may be quoted.

    An answer quoted of a branch and of an employee is known to be one of those that the two share; where
    these are too few, it is quoted of one alone. Groups choose in turn, so that none is left without.

    Parameters
    ----------
    verbatims : pandas.DataFrame
        The ``VERBATIMS`` table.
    cells : pandas.DataFrame
        Scored answers, or kinds of them: the segments, and ``n``, how many they are.
    minimum_n : int
        Fewest scored answers that all groups of an answer may share.

    Returns
    -------
    dict of str to Told
        By answer_id; answers that are quoted of no group are not in it.
    """
    of_groups = verbatims[verbatims["by"] != ""]
    turn = of_groups.groupby(["by", "group", "theme", "kind"], sort=False).cumcount()
    quoted = of_groups.loc[
        turn.sort_values(kind="stable").index, ["answer_id", "by", "group"]
    ].drop_duplicates()
    rows = {}
    for by in quoted["by"].unique():
        names = cells[by].astype("str").str.strip()
        rows[by] = names.groupby(names).indices
    n = cells["n"].to_numpy()
    told: dict[str, Told] = {}
    for answer, by, group in quoted.itertuples(index=False, name=None):
        before = told.get(answer)
        inside = rows[by][group]
        inside = inside if before is None else np.intersect1d(before.alike, inside, assume_unique=True)
        if n[inside].sum() >= minimum_n:
            groups = frozenset() if before is None else before.groups
            told[answer] = Told(groups | {(by, group)}, inside)
    return told


def keep_apart(verbatims: pd.DataFrame, cells: pd.DataFrame, minimum_n: int) -> pd.DataFrame:
    """Return the verbatims of each answer as far as they may be told together: see `tell_places`."""
    told = tell_places(verbatims, cells, minimum_n)
    groups = zip(verbatims["answer_id"], verbatims["by"], verbatims["group"], strict=True)
    kept = [not by or (answer in told and (by, group) in told[answer].groups) for answer, by, group in groups]
    return verbatims[np.array(kept, dtype=bool)].reset_index(drop=True)
