"""Coded answers counted where they are, so that only counts travel.

`explain` looks at one segment at a time. So for all answers, and for each segment, answers are counted by
everything that it needs of them: score (0 to 3, 4 to 6, 7 to 8, 9 to 10), weight, period, group, and the sets
of mentions and of flags. What all segments together would give away takes one count more, of the answers in
each combination of groups. Counts of parts add up to counts of the whole.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from why_nps.core.summaries import CodingSummary
from why_nps.flow.joining import Observations, check_scored, number_employees, order_found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook

_BETWEEN, _PAIR = " ", "/"  # ids hold neither
_BANDS = np.array([3.0, 6.0, 8.0, 10.0])  # the highest score of each
CELLS = pa.schema(
    [
        ("by", pa.string()),  # "" for all answers
        ("group", pa.string()),
        ("period", pa.string()),
        ("score", pa.float64()),
        ("weight", pa.float64()),
        ("status", pa.string()),
        ("repaired", pa.bool_()),
        ("mentions", pa.string()),  # "delivery/pain staff/delight"
        ("flags", pa.string()),
        ("n", pa.int64()),
    ]
)
KEYS = CELLS.names[:-1]
TOGETHER = "\x1f"  # in the place of a segment: the groups of all segments, in JSON


def count_answers(coded: pa.Table, by: Sequence[str]) -> pd.DataFrame:
    """Count coded answers that are alike, for all of them and for each segment.

    Parameters
    ----------
    coded : pyarrow.Table
        With the columns ``status``, ``repairs``, ``mentions`` and ``flags``, and where there are any
        ``score``, ``weight``, ``answered_on`` or ``wave``, and the segments.
    by : sequence of str
        The segments.

    Returns
    -------
    pandas.DataFrame
        The columns `CELLS`.
    """
    size = coded.num_rows
    frame = pd.DataFrame(
        {
            "by": "",
            "group": None,
            "period": name_periods(coded),
            "score": band_scores(_numbers(coded, "score", np.nan)),
            "weight": _numbers(coded, "weight", 1.0),
            "status": coded["status"].to_pandas(),
            "repaired": pc.not_equal(coded["repairs"], "").to_pandas(),
            "mentions": _join_sets(coded["mentions"], ("theme", "kind")),
            "flags": _join_sets(coded["flags"], ("flag",)),
            "n": np.ones(size, np.int64),
        },
        index=range(size),
    )
    parts = [merge_cells(frame)]
    scored = frame[frame["score"].notna()].assign(status="", repaired=False)
    groups = pd.DataFrame(index=scored.index)
    for segment in by:
        group = coded[segment].cast(pa.string()).to_pandas().astype("str").str.strip()
        groups[segment] = group.mask(group == "")
        parts.append(merge_cells(scored.assign(by=segment, group=groups[segment])))
    rows = groups.astype(object).where(groups.notna(), None).to_numpy().tolist()
    parts.append(
        merge_cells(
            scored.assign(
                by=TOGETHER, group=list(map(json.dumps, rows)), score=0.0, weight=1.0, mentions="", flags=""
            )
        )
    )
    return pd.concat(parts, ignore_index=True)


def merge_cells(cells: pd.DataFrame) -> pd.DataFrame:
    """Add up the counts of equal cells."""
    typed = cells.astype({"group": "str", "period": "str"})
    return typed.groupby(KEYS, dropna=False)[["n"]].sum().reset_index()


def band_scores(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put one score in the place of those that no statistic tells apart; what is no score stays.

    Examples
    --------
    >>> band_scores(np.array([0, 3, 4, 8, 9, 11, 6.5])).tolist()
    [3.0, 3.0, 6.0, 8.0, 10.0, 11.0, 6.5]
    """
    known = np.isin(scores, np.arange(11))
    return np.where(known, _BANDS[np.searchsorted(_BANDS, np.where(known, scores, 0))], scores)


def name_periods(coded: pa.Table) -> pd.Series:
    """Name each answer's period: its wave where there are waves, else the quarter of its date."""
    if "wave" in coded.column_names:
        return pd.Series(coded["wave"].cast(pa.string()).to_pandas().astype("str"))
    if "answered_on" not in coded.column_names:
        return pd.Series([None] * coded.num_rows, dtype="str")
    date = coded["answered_on"]
    year, quarter = (part.cast(pa.string()) for part in (pc.year(date), pc.quarter(date)))
    return pd.Series(pc.binary_join_element_wise(year, quarter, "-K").to_pandas().astype("str"))


def explode(found: pa.ChunkedArray, names: Sequence[str]) -> pd.DataFrame:
    """Return what is in lists of structs as rows, with the ``row`` that each was in."""
    whole = found.combine_chunks()
    values = pc.list_flatten(whole)
    columns = {name: pc.struct_field(values, name).to_pandas() for name in names}
    return pd.DataFrame({"row": pc.list_parent_indices(whole).to_pandas(), **columns})


def summarise_coding(cells: pd.DataFrame) -> CodingSummary:
    """Count what happened to the answers on their way."""
    every = cells[cells["by"] == ""]
    content = every["status"] == "content"
    flags = every["flags"].str.split(_BETWEEN)

    def total(chosen: pd.Series) -> int:
        return int(every.loc[chosen, "n"].sum())

    return CodingSummary(
        answers=int(every["n"].sum()),
        scored=total(every["score"].notna()),
        with_content=total(content),
        no_content=total(every["status"] == "no_content"),
        empty=total(every["status"] == "empty"),
        not_classified=total(content & (every["mentions"] == "")),
        other_language=total(flags.map(lambda found: "other_language" in found)),
        repaired=total(every["repaired"]),
        with_personal_data=total(flags.map(lambda found: "pii" in found)),
    )


def observe_cells(
    cells: pd.DataFrame, segments: Sequence[str], codebook: Codebook
) -> dict[str, Observations]:
    """Turn counts into what `why_nps.flow.explaining.estimate_all` takes.

    Raises
    ------
    InputError
        If no answer has a score.
    """
    every = cells[cells["by"] == ""]
    check_scored(int(every.loc[every["score"].notna(), "n"].sum()), int(every["n"].sum()))
    pairs = {tuple(pair.split(_PAIR)) for found in every["mentions"].unique() for pair in found.split()}
    flags = {flag for found in every["flags"].unique() for flag in found.split()}
    labels, known = order_found(codebook, {(theme, kind) for theme, kind in pairs}, flags)
    observed = {}
    for by in ("", *segments):
        rows = cells[(cells["by"] == by) & cells["score"].notna()].reset_index(drop=True)
        frame = rows[["score", "weight", "period"]].assign(**({by: rows["group"]} if by else {}))
        observed[by] = Observations(
            frame,
            labels,
            _spread(rows["mentions"], [f"{theme}{_PAIR}{kind}" for theme, kind in labels]),
            known,
            _spread(rows["flags"], known),
            (rows["status"] == "content").to_numpy(),
            rows["n"].to_numpy(),
        )
    return observed


def name_employees(cells: pd.DataFrame, *, shown: bool) -> dict[str, str]:
    """Return what to show for each employee's name."""
    names = cells.loc[cells["by"] == "employee", "group"].dropna().unique().tolist()
    return {name: name for name in names} if shown else number_employees(names)


def rename_groups(cells: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Put what is shown of employees in the place of their names, where a cell is of employees."""
    of_employees = cells["by"] == "employee"
    return cells.assign(group=cells["group"].mask(of_employees, cells["group"].map(names)))


def read_together(cells: pd.DataFrame, segments: Sequence[str], names: Mapping[str, str]) -> pd.DataFrame:
    """Return how many scored answers are in which groups of all segments and period, employees as shown."""
    rows = cells[cells["by"] == TOGETHER].reset_index(drop=True)
    groups = pd.DataFrame(
        [json.loads(found) for found in rows["group"]], columns=list(segments), dtype=object
    )
    if "employee" in groups:
        groups["employee"] = groups["employee"].map(names)
    return pd.concat([rows[["period", "n"]], groups], axis=1)


def _numbers(coded: pa.Table, name: str, default: float) -> NDArray[np.float64]:
    if name not in coded.column_names:
        return np.full(coded.num_rows, default)
    return np.asarray(coded[name].cast(pa.float64()).to_pandas().to_numpy(np.float64))


def _join_sets(found: pa.ChunkedArray, names: Sequence[str]) -> pd.Series:
    """Return the distinct things in each list as one text, sorted."""
    rows = explode(found, names)
    said = rows[names[0]]
    for name in names[1:]:
        said = said + _PAIR + rows[name]
    distinct = rows[["row"]].assign(said=said).drop_duplicates().sort_values(["row", "said"])
    joined = distinct.groupby("row")["said"].agg(_BETWEEN.join)
    return pd.Series(joined.reindex(range(len(found)), fill_value="").astype("str"))


def _spread(sets: pd.Series, columns: Sequence[str]) -> NDArray[np.uint8]:
    position = {column: at for at, column in enumerate(columns)}
    codes, distinct = pd.factorize(sets)
    matrix = np.zeros((len(distinct), len(columns)), np.uint8)
    for row, found in enumerate(distinct):
        for said in found.split():
            if said in position:  # rules may find a flag that this codebook lacks
                matrix[row, position[said]] = 1
    return np.asarray(matrix[codes])
