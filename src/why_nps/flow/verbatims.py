"""The customers' own words behind each number: masked, diverse, and picked by chance.

Candidates are drawn by a hash of their text, so neither their score nor the model's certainty
decides which are shown; of those drawn, the ones that differ most from each other are kept.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from why_nps.core.tables import VERBATIMS
from why_nps.flow.exporting import list_employees, to_normal
from why_nps.text import mask_personal_data, normalise_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from why_nps.flow.coding import Coded

DRAWN = 30
_SHOWN = 6
_LONGEST = 600


def choose_verbatims(coded: Coded, groups: Iterable[tuple[str, str, str, str, pd.Series]]) -> pd.DataFrame:
    """Choose verbatims for each group of answers that mention a theme.

    Parameters
    ----------
    coded : Coded
    groups : iterable of (by, group, theme, kind, answer ids)
        ``kind`` is "flag" for a flag, "doubt" for a contradiction. The ids are those of the answers that
        mention it.

    Returns
    -------
    pandas.DataFrame
        The ``VERBATIMS`` table, at most six rows a group.
    """
    frame = coded.answers.frame
    ids, texts, scores = (frame[name].to_numpy(object) for name in ("answer_id", "text", "score"))
    place, rank = pd.Index(frame["answer_id"]), _rank_texts(texts)
    drawn = []
    for *name, mentioning in groups:
        rows = place.get_indexer(mentioning)
        first = np.unique(rank[rows], return_index=True)[1]  # each text once, the lowest hash first
        drawn.append((tuple(name), rows[first[:DRAWN]]))
    names = list_employees(frame)
    spans = _find_spans(coded.mentions, {ids[row] for _, rows in drawn for row in rows})
    shown = []
    for key, rows in drawn:
        nowhere = (None, None)
        candidates = [
            (ids[row], scores[row], texts[row], *spans.get((ids[row], *key[2:]), nowhere)) for row in rows
        ]
        shown += _show(key, candidates, names)
    return VERBATIMS.frame(pd.DataFrame(shown, columns=list(VERBATIMS.columns)))


def show_verbatims(
    key: tuple[str, str, str, str], candidates: pd.DataFrame, *, names: frozenset[str] = frozenset()
) -> pd.DataFrame:
    """Choose verbatims of one group.

    Parameters
    ----------
    key : (by, group, theme, kind)
    candidates : pandas.DataFrame
        ``answer_id``, ``score``, distinct ``text`` as typed, and ``start`` and ``end`` of the mention in it,
        missing for a flag or a contradiction. Only the thirty texts whose `hash_text` is lowest matter.
    names : frozenset of str
        Words that are employees' names.

    Returns
    -------
    pandas.DataFrame
        The ``VERBATIMS`` table.
    """
    columns = candidates[["answer_id", "score", "text", "start", "end"]]
    rows = _show(key, list(columns.itertuples(index=False, name=None)), names)
    return VERBATIMS.frame(pd.DataFrame(rows, columns=list(VERBATIMS.columns)))


def _show(
    key: tuple[str, ...], candidates: Sequence[tuple[Any, ...]], names: frozenset[str]
) -> list[tuple[Any, ...]]:
    rows = []
    for at in pick_diverse([text for _, _, text, _, _ in candidates]):
        answer_id, score, text, start, end = candidates[at]
        masked = _mask(text, None if pd.isna(start) else (int(start), int(end)), names)
        rows.append((*key, answer_id, score, *masked, ""))
    return rows


def _rank_texts(texts: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return the place of each text in the order of their hashes, the same for equal texts."""
    distinct = sorted({text for text in texts if isinstance(text, str)}, key=hash_text)
    rank = {text: at for at, text in enumerate(distinct)}
    return np.array([rank.get(text, -1) for text in texts], np.int64)


def _find_spans(mentions: pd.DataFrame, wanted: set[str]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Return where the wanted answers mention what, the last place of each."""
    told = mentions.loc[mentions["answer_id"].isin(wanted), ["answer_id", "theme", "kind", "start", "end"]]
    return {
        (answer_id, theme, kind): (start, end)
        for answer_id, theme, kind, start, end in told.itertuples(index=False, name=None)
    }


def hash_text(text: str) -> str:
    """Return what decides whether a text is drawn: the lowest thirty are."""
    return hashlib.sha256(text.encode()).hexdigest()


def pick_diverse(texts: Sequence[str]) -> list[int]:
    """Draw texts by chance and keep those that share the fewest words with each other.

    Returns
    -------
    list of int
        At most six positions; the same for the same texts, whatever their order.
    """
    order = sorted(range(len(texts)), key=lambda i: hash_text(texts[i]))[:DRAWN]
    words = {i: set(texts[i].lower().split()) for i in order}
    kept: list[int] = []
    while order and len(kept) < _SHOWN:
        nearest = {i: max((_overlap(words[i], words[k]) for k in kept), default=0.0) for i in order}
        best = min(order, key=lambda i: nearest[i])
        kept.append(best)
        order.remove(best)
    return kept


def _overlap(left: set[str], right: set[str]) -> float:
    return len(left & right) / max(1, len(left | right))


def _mask(text: str, clause: tuple[int, int] | None, names: frozenset[str]) -> tuple[str, int, int]:
    """Return the masked answer, shortened around the clause where it is long, and the clause in it."""
    normal = normalise_answer(text)
    masked = mask_personal_data(normal.text, names=names)
    start, end = masked.to_masked(*to_normal(normal, *clause)) if clause is not None else (0, 0)
    if len(masked.text) <= _LONGEST:
        return masked.text, start, end
    first = max(0, min(start - _LONGEST // 3, len(masked.text) - _LONGEST))
    last = first + _LONGEST
    window = masked.text[first:last]
    before, after = "… " if first else "", " …" if last < len(masked.text) else ""
    shift = len(before) - first
    return before + window + after, start + shift, min(end, last) + shift
