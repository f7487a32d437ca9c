"""The end of a distributed explanation: counts and drawn answers come in, an `Explanation` goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from why_nps.core.answers import ReadingReport
from why_nps.core.tables import ANSWERS, VERBATIMS
from why_nps.errors import InputError
from why_nps.flow.contrasting import weigh_words
from why_nps.flow.explaining import estimate_all, withhold
from why_nps.flow.placing import keep_apart
from why_nps.flow.quoting import list_to_quote
from why_nps.flow.reasons import mark_verbatims
from why_nps.flow.verbatims import show_verbatims
from why_nps.report import Explanation
from why_nps.scale.counts import name_employees, observe_cells, read_together, rename_groups, summarise_coding
from why_nps.scale.quotes import KEYS
from why_nps.scale.words import Masking
from why_nps.text import gather_names

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from why_nps.scale.quotes import Key
    from why_nps.themes import Bundle

_NEEDED = ("answer_id", "score", "text", "status", "repairs", "mentions", "flags")
_OPTIONAL = ("weight", "answered_on", "wave")


def choose_columns(names: Collection[str], by: str | Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return the segments, and the columns that counting needs.

    Raises
    ------
    InputError
        If one of them is not there.
    """
    segments = tuple(dict.fromkeys([by] if isinstance(by, str) else by))
    for name in (*_NEEDED, *segments):
        if name not in names:
            raise InputError(
                f"There is no column {name!r}; there are: {', '.join(names)}. Give what `code` "
                "returned, with columns named answer_id and score."
            )
    found = [name for name in _OPTIONAL if name in names and name not in segments]
    return segments, [*_NEEDED[1:2], *_NEEDED[3:], *found, *segments]


def explain_cells(
    cells: pd.DataFrame,
    draw: Callable[[Sequence[Key]], pd.DataFrame],
    count: Callable[[Masking], pd.DataFrame],
    bundle: Bundle,
    *,
    segments: tuple[str, ...],
    minimum_n: int,
    asked: int | None,
    shown: bool,
) -> Explanation:
    """Explain counted answers.

    Parameters
    ----------
    cells : pandas.DataFrame
        From `count_answers`, added up over all parts.
    draw : callable
        Returns what `draw_answers` gives for keys, joined over all parts.
    count : callable
        Returns what `count_part` gives, added up over all parts.
    bundle : Bundle
        The model that coded them.
    segments, minimum_n, asked
        As in `why_nps.explain`.
    shown : bool
        Whether employees' names are.

    Returns
    -------
    Explanation
    """
    if minimum_n < 1:
        raise InputError(f"minimum_n must be at least 1, not {minimum_n}.")
    names = name_employees(cells, shown=shown)
    observed = observe_cells(rename_groups(cells, names), segments, bundle.codebook)
    together = read_together(cells, segments, names)
    withheld = withhold(together, segments, minimum_n)
    estimates = estimate_all(observed, segments, withheld, minimum_n=minimum_n, asked=asked)
    summary = summarise_coding(cells)
    quotes = _quote(list_to_quote(observed[""], estimates, segments), draw, names, bundle)
    masking = Masking(tuple(names), everywhere="pii" not in bundle.codebook.flag_ids)
    return Explanation(
        estimates=estimates,
        verbatims=keep_apart(quotes, together, minimum_n),
        reading=ReadingReport(
            source="frame",
            columns={name: name for name in (*list(ANSWERS.columns)[:3], *segments)},
            rows=summary.answers,
            with_score=summary.scored,
            with_text=summary.answers - summary.empty,
        ),
        coding=summary,
        model=bundle.summary,
        codebook=bundle.codebook,
        segments=segments,
        minimum_n=minimum_n,
        words=weigh_words(count(masking), minimum_n),
    )


def _quote(
    keys: list[Key], draw: Callable[[Sequence[Key]], pd.DataFrame], names: dict[str, str], bundle: Bundle
) -> pd.DataFrame:
    """Draw by employees' own names, show what is shown of them, and mark what carried each mention."""
    own = {shown: name for name, shown in names.items()}
    asked = [(by, own[group] if by == "employee" else group, theme, kind) for by, group, theme, kind in keys]
    known = gather_names(names)
    answers = draw(asked)
    drawn = dict(iter(answers.groupby(KEYS)))
    found = [
        show_verbatims(key, drawn[wanted], names=known)
        for key, wanted in zip(keys, asked, strict=True)
        if wanted in drawn
    ]
    if not found:
        return VERBATIMS.frame([])
    texts = dict(zip(answers["answer_id"], answers["text"], strict=True))
    return mark_verbatims(pd.concat(found, ignore_index=True), texts, bundle, names=known)
