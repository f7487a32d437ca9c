"""The masked answers behind a number, ready to be set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from why_nps.report.board import Quote
from why_nps.report.filters import code_places
from why_nps.report.findings import label_kind, label_theme
from why_nps.report.selection import pick_verbatims
from why_nps.report.wording import capitalise

if TYPE_CHECKING:
    from collections.abc import Hashable

    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_MOST_OF_GROUP = 3  # the first differ most
_MOST_OF_NPS = 6


class Quotes:
    """Finds the quotes of a theme and kind in an explanation.

    Parameters
    ----------
    explanation : Explanation
        Where they stand.
    wording : Wording
        The language of the score.
    """

    def __init__(self, explanation: Explanation, wording: Wording) -> None:
        verbatims = explanation.verbatims
        self._explanation = explanation
        crossing = explanation.crossing
        self._wording = wording
        self._verbatims = verbatims
        self._filtered = () if crossing is None else crossing.by
        self._places = None if crossing is None else crossing.places
        self._rows = {
            (str(theme), str(kind)): rows
            for (theme, kind), rows in verbatims.groupby(["theme", "kind"], sort=False)
        }
        self._place = code_places(explanation)

    def about(self, theme: str, kind: str) -> str:
        """Return the name under which the quotes of a theme and kind are found."""
        label = capitalise(label_theme(theme, self._explanation, self._wording))
        return f"{label} · {label_kind(kind, self._explanation, self._wording)}"

    def behind(self, theme: str, kind: str, *, by: str = "", group: str = "") -> tuple[Quote, ...]:
        """Return the quotes of all answers, or of one group."""
        rows = self._rows.get((theme, kind))
        if rows is None:
            return ()
        return self._quote(pick_verbatims(rows, theme, kind, by=by, group=group))

    def with_filtered(self, theme: str, kind: str) -> tuple[Quote, ...]:
        """Return the quotes of all answers, and after them those that only a filter shows."""
        shown = self.behind(theme, kind)
        rows = self._rows.get((theme, kind))
        if rows is None or not self._filtered:
            return shown
        more = rows[rows["by"].isin(self._filtered)].groupby(["by", "group"], sort=False).head(_MOST_OF_GROUP)
        here = rows.loc[rows["by"] == "", "text"]
        fresh = more[~more["text"].isin(here)].drop_duplicates("text")
        return shown + self._quote(fresh, also=True)

    def of_group(self, by: str, group: str) -> tuple[Quote, ...]:
        """Return quotes of one group, about what is quoted of it most clearly."""
        rows = self._verbatims
        return self._mix(rows[(rows["by"] == by) & (rows["group"] == group)])

    def of_period(self, period: str) -> tuple[Quote, ...]:
        """Return quotes of one period, as far as it may be told of an answer from when it is."""
        rows, places = self._verbatims, self._places
        if places is None:
            return ()
        return self._mix(rows[rows["answer_id"].isin(places.loc[places["period"] == period, "answer_id"])])

    def of_change(self, theme: str, kind: str, period: str) -> tuple[Quote, ...]:
        """Return the quotes of a theme and kind in the period after a change; where none may be told, all."""
        rows = self._rows.get((theme, kind))
        if rows is None or self._places is None:
            return self.behind(theme, kind)
        here = self._places.loc[self._places["period"] == period, "answer_id"]
        found = rows[rows["answer_id"].isin(here)].drop_duplicates("text").head(_MOST_OF_NPS)
        return self.behind(theme, kind) if found.empty else self._quote(found)

    def of_scores(self, least: int, most: int) -> tuple[Quote, ...]:
        """Return quotes of those who gave such scores, and after them those that only a filter shows."""
        rows = self._verbatims[self._verbatims["score"].between(least, most).fillna(value=False)]
        shown = self._mix(rows[rows["by"] == ""])
        more = rows[rows["by"].isin(self._filtered)].drop_duplicates("text")
        more = more.groupby(["by", "group"], sort=False).head(1)
        here = {quote.before + quote.mention + quote.after for quote in shown}
        return shown + self._quote(more[~more["text"].isin(here)], also=True, named=True)

    def _mix(self, rows: pd.DataFrame) -> tuple[Quote, ...]:
        """Set one answer of each theme and kind before a second of any."""
        distinct = rows.drop_duplicates("text")
        turn = distinct.groupby(["theme", "kind"], sort=False).cumcount()
        return self._quote(distinct.loc[turn.sort_values(kind="stable").index[:_MOST_OF_NPS]], named=True)

    def _quote(self, rows: pd.DataFrame, *, also: bool = False, named: bool = False) -> tuple[Quote, ...]:
        return tuple(self._cut(row, also=also, named=named) for row in rows.to_dict("records"))

    def _cut(self, row: dict[Hashable, Any], *, also: bool, named: bool) -> Quote:
        text, score, say = str(row["text"]), row["score"], self._wording.say
        start = min(max(row["start"], 0), len(text))
        end = min(max(row["end"], start), len(text))
        told = say("page.no_score") if pd.isna(score) else say("page.score_given", score=score)
        place = self._place.get(row["answer_id"], "")
        parts = _part(text, start, end, str(row["carried"]))
        about = self.about(row["theme"], row["kind"]) if named else ""
        return Quote(text[:start], text[start:end], text[end:], parts, told, place, also, about)


def _part(text: str, start: int, end: int, carried: str) -> tuple[tuple[str, bool], ...]:
    """Cut a mention at the words that carried it."""
    parts, at = [], start
    for place in carried.split():
        first, last = map(int, place.split("-"))
        if at <= first < last <= end:
            parts += [(text[at:first], False), (text[first:last], True)]
            at = last
    return tuple(part for part in [*parts, (text[at:end], False)] if part[0])
