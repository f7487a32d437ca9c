"""What the filters of the page need: which choices there are, and what each combination of them shows.

Numbers are whole percentages and whole NPS points, rounded here: the page only looks them up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from why_nps.report.board import name_line
from why_nps.report.wording import capitalise

if TYPE_CHECKING:
    import pandas as pd

    from why_nps.core.crossing import Crossing
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_MOST_RATES = 60_000  # about a megabyte of page
_SMALL = 0.005  # a share that would round to none
_AXES = ("group", "other", "period")
_SHARES = ("promoters", "passives", "detractors")
_TEXTS = (
    "too_few",
    "result",
    "here",
    "count",
    "one",
    "no_quotes",
    "none_found",
    "found",
    "found_one",
    "clear",
)


def fill_filters(explanation: Explanation, wording: Wording) -> dict[str, Any] | None:
    """Return what the page's script looks up, fit for JSON; None where there is nothing to choose.

    Returns
    -------
    dict or None
        ``labels`` and ``names``: for each of the (at most three) filters its title and its choices;
        ``cells``: by place (see `code_places`) n, NPS with its interval, and each share with its interval;
        ``lines``: the keys of the rows for which ``rates`` hold, by place, the share and its interval;
        a share of -1 is less than one per cent but not none.
    """
    crossing = explanation.crossing
    if crossing is None:
        return None
    names = _list_names(crossing)
    if not any(names):
        return None
    segments = [wording.name("segments", name) for name in (*crossing.by, "", "")[:2]]
    table = crossing.figures.assign(place=_code(crossing.figures, names))
    lines, rates = _fill_rates(table)
    return {
        "labels": [capitalise(label) for label in (*segments, wording.say("columns.period"))],
        "names": [names[0], names[1], [wording.period(name) for name in names[2]]],
        "cells": _fill_cells(table),
        "lines": lines,
        "rates": rates,
    }


def code_places(explanation: Explanation) -> dict[str, str]:
    """Return under which filters each verbatim may be shown, by answer.

    A place is the position of the choice in each filter, commas between them; nothing stands for all: "2,,0".
    """
    crossing = explanation.crossing
    if crossing is None:
        return {}
    places = _code(crossing.places, _list_names(crossing))
    return dict(zip(crossing.places["answer_id"], places, strict=True))


def list_texts(wording: Wording) -> dict[str, str]:
    """Return the sentences that the page's script fills."""
    texts = {name: wording.texts[f"filters.{name}"] for name in _TEXTS}
    texts |= {name: wording.texts[f"format.{name}"] for name in ("percent", "range")}
    return texts | {"show_all": wording.texts["page.show_all"]}


def _list_names(crossing: Crossing) -> list[list[str]]:
    return [sorted(set(crossing.figures[axis].unique()) - {""}) for axis in _AXES]


def _code(table: pd.DataFrame, names: list[list[str]]) -> list[str]:
    positions = []
    for axis, some in zip(_AXES, names, strict=True):
        known = {name: str(at) for at, name in enumerate(some)}
        positions.append([known.get(value, "") for value in table[axis]])
    return [",".join(place) for place in zip(*positions, strict=True)]


def _fill_cells(table: pd.DataFrame) -> dict[str, list[int]]:
    cells: dict[str, list[int]] = {}
    for statistic, scale in (("nps", 1), *((f"share_{share}", 100) for share in _SHARES)):
        rows = table[table["statistic"] == statistic]
        numbers = _round(rows[["estimate", "low", "high"]].to_numpy(), scale)
        for place, n, told in zip(rows["place"], rows["n"], numbers, strict=True):
            cells.setdefault(place, [int(n)]).extend(told)
    return cells


def _fill_rates(table: pd.DataFrame) -> tuple[list[str], dict[str, list[int]]]:
    """Lay out the rates of as many themes as fit, those most mentioned first."""
    rates = table[table["statistic"] == "mention_rate"]
    whole = rates[rates["place"] == ",,"].sort_values("estimate", ascending=False, kind="stable")
    whole = whole[whole["estimate"] > 0].head(_MOST_RATES // max(rates["place"].nunique(), 1))
    pairs = list(zip(whole["theme"], whole["kind"], strict=True))
    order = {pair: at for at, pair in enumerate(pairs)}
    at = np.array(
        [order.get(pair, -1) for pair in zip(rates["theme"], rates["kind"], strict=True)], dtype=int
    )
    rates = rates.assign(at=at)[at >= 0].sort_values(["place", "at"], kind="stable")
    small = rates["estimate"].between(0, _SMALL, inclusive="neither").to_numpy()
    numbers = _round(rates[["estimate", "low", "high"]].to_numpy(), 100)
    found: dict[str, list[int]] = {}
    for place, told, none in zip(rates["place"], numbers, small, strict=True):
        found.setdefault(place, []).extend([-1 if none else told[0], *told[1:]])
    return [name_line(kind=kind, theme=theme) for theme, kind in pairs], found


def _round(values: np.ndarray[Any, Any], scale: int) -> list[list[int]]:
    return [[int(number) for number in row] for row in np.round(values * scale)]
