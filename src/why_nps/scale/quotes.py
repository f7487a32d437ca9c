"""Candidates for verbatims, drawn where the answers are: the same for any division into parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from why_nps.flow.quoting import DOUBT, FLAG
from why_nps.flow.verbatims import DRAWN, hash_text
from why_nps.scale.counts import explode
from why_nps.stats import mark_contradictions

if TYPE_CHECKING:
    from collections.abc import Sequence

Key = tuple[str, str, str, str]  # by, group, theme, kind
KEYS = ["by", "group", "theme", "kind"]
_PLACES = {"start": "Int64", "end": "Int64"}
DRAWS = pa.schema(
    [
        *((name, pa.string()) for name in KEYS),
        ("digest", pa.string()),
        ("answer_id", pa.string()),
        ("score", pa.int64()),
        ("text", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
    ]
)


def list_needed(wanted: Sequence[Key]) -> list[str]:
    """List the columns that drawing for these keys needs."""
    segments = {by for by, *_ in wanted if by}
    return ["answer_id", "score", "text", "mentions", "flags", *sorted(segments)]


def draw_answers(coded: pa.Table, wanted: Sequence[Key]) -> pd.DataFrame:
    """Draw at most thirty answers with a score for each key.

    Parameters
    ----------
    coded : pyarrow.Table
        With ``answer_id``, ``score``, ``text``, ``mentions``, ``flags`` and the segments of the keys.
    wanted : sequence of (by, group, theme, kind)
        ``kind`` is "flag" for a flag, "doubt" for a contradiction.

    Returns
    -------
    pandas.DataFrame
        The columns `DRAWS`, texts as typed; `keep_drawn` joins those of parts.
    """
    keys = pd.DataFrame(wanted, columns=KEYS)
    said = _list_said(coded)
    rows = said["row"].to_numpy()
    parts = []
    for by, asked in keys.groupby("by"):
        group = coded[by].cast(pa.string()).to_pandas().str.strip().to_numpy()[rows] if by else ""
        parts.append(said.assign(group=group).merge(asked, on=["group", "theme", "kind"]))
    found = pd.concat(parts, ignore_index=True) if parts else said.assign(by="", group="").iloc[:0]
    taken = coded.select(["answer_id", "score", "text"]).take(pa.array(found["row"]))
    answers = taken.set_column(0, "answer_id", taken["answer_id"].cast(pa.string())).to_pandas()
    draws = pd.concat([found.drop(columns="row"), answers], axis=1)
    draws["digest"] = draws["text"].map({text: hash_text(text) for text in draws["text"].unique()})
    return keep_drawn(draws[draws["score"].notna()])


def keep_drawn(draws: pd.DataFrame) -> pd.DataFrame:
    """Keep for each key the thirty texts with the lowest hash, each with the first id that typed it."""
    ordered = draws.sort_values([*KEYS, "digest", "answer_id"])
    distinct = ordered.drop_duplicates([*KEYS, "digest"])
    kept = distinct.groupby(KEYS, sort=False).head(DRAWN)
    whole = dict.fromkeys(("score", "start", "end"), "Int64")
    return pd.DataFrame(kept[DRAWS.names].astype({name: whole.get(name, "str") for name in DRAWS.names}))


def _list_said(coded: pa.Table) -> pd.DataFrame:
    """List what each answer mentions, with the place of the last mention, its flags and contradictions."""
    mentions = explode(coded["mentions"], ("theme", "kind", "start", "end"))
    last = mentions.drop_duplicates(["row", "theme", "kind"], keep="last")
    flags = explode(coded["flags"], ("flag",)).rename(columns={"flag": "theme"})
    whole = [flags.assign(kind=FLAG), *_list_contradictions(coded["score"], mentions)]
    placed = [part.assign(start=None, end=None).astype(_PLACES) for part in whole]
    return pd.concat([last.astype(_PLACES), *placed], ignore_index=True)


def _list_contradictions(scores: pa.ChunkedArray, mentions: pd.DataFrame) -> list[pd.DataFrame]:
    """List the answers whose text says the opposite of their score."""
    values = scores.cast(pa.float64()).to_numpy(zero_copy_only=False)
    rows = np.arange(len(values))
    pain, delight = (
        np.isin(rows, mentions.loc[mentions["kind"] == side, "row"]) for side in ("pain", "delight")
    )
    return [
        pd.DataFrame({"row": np.flatnonzero(marked), "theme": name, "kind": DOUBT})
        for name, marked in mark_contradictions(values, pain, delight).items()
    ]
