"""Which column is what: by known names and clear questions, never by looking at the cells."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from why_nps.core.tables import ANSWERS
from why_nps.errors import InputError
from why_nps.reading.names import clean_name, known_names, recognise, squeeze
from why_nps.reading.scores import DATE, parse_score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from why_nps.reading.cells import Cells

SEGMENTS = ("branch", "touchpoint", "employee", "wave")
OPTIONS = {
    "text": "text",
    "score": "score",
    "answer_id": "answer_id",
    "answered_on": "date",
    "weight": "weight",
}
"""Our name for a column to the option of `read_answers` that chooses it."""

_LISTED = 40  # column names in a message, and characters of each
_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Choice:
    """Which column of the source each of ours is taken from.

    Parameters
    ----------
    columns : mapping of str to str
        Our name to theirs, segments included.
    segments : tuple of str
        Which of ours are segments, in order.
    """

    columns: Mapping[str, str]
    segments: tuple[str, ...]


def choose_columns(
    cells: Cells,
    asked: Mapping[str, str | bool | None],
    segments: Sequence[str] | Mapping[str, str] | None = None,
    *,
    needed: Sequence[str] = ("text", "score"),
) -> Choice:
    """Decide which column is what, or say what stands in the way.

    Parameters
    ----------
    cells : Cells
        The source.
    asked : mapping
        For each of our columns the name the user gave; None to recognise it, False for none.
    segments : sequence or mapping, optional
        More columns to group by: their names, or our names to theirs.
    needed : sequence of str
        Which of ours must be there, unless asked to be left out.

    Returns
    -------
    Choice

    Raises
    ------
    InputError
        If a column is missing, or more than one fits.

    Examples
    --------
    >>> from why_nps.reading.cells import Cells
    >>> cells = Cells("a.csv", {"Cijfer": ["9"], "Waarom dit cijfer?": ["A"], "Winkel": ["B"]}, [2], "row")
    >>> choose_columns(cells, {"text": None, "score": None}).columns
    {'text': 'Waarom dit cijfer?', 'score': 'Cijfer', 'branch': 'Winkel'}
    """
    columns: dict[str, str] = {}
    for ours, name in asked.items():
        if name is not None and not isinstance(name, (str, bool)):
            raise InputError(f"{OPTIONS[ours]}= takes a column name, not {type(name).__name__}.")
        if name is True or (name is False and ours == "text"):
            raise InputError(f"{OPTIONS[ours]}={name} is not possible; give the name of the column.")
        if isinstance(name, str):
            columns[ours] = _existing(cells, name, f"{OPTIONS[ours]}={name!r}")
    named = _name_segments(cells, segments)
    taken = {*columns.values(), *named.values()}
    candidates = _candidates(cells, taken)
    for ours, name in asked.items():
        if name is None:
            found = cells.known.get(ours)
            fitting = [found] if found and found not in taken else candidates.get(ours, [])
            if fitting or ours in needed:
                columns |= _only(cells, ours, fitting, f'{OPTIONS[ours]}="..."')
    recognised: dict[str, str] = {}
    for ours in SEGMENTS:
        if ours not in named and ours in candidates:
            recognised |= _only(cells, ours, candidates[ours], f'segments={{"{ours}": "..."}}')
    columns = {ours: columns[ours] for ours in asked if ours in columns}
    _refuse_double(columns)
    grouped = {**recognised, **named}
    return Choice({**columns, **grouped}, tuple(grouped))


def _candidates(cells: Cells, taken: set[str]) -> dict[str, list[str]]:
    """Collect per heading the columns that fit it, by name or else by question."""
    found: dict[str, list[str]] = {}
    for name in cells.columns:
        if name not in taken:
            ours = recognise(name) or recognise(cells.labels.get(name, ""))
            if ours:
                found.setdefault(ours, []).append(name)
    return found


def _only(cells: Cells, ours: str, fitting: Sequence[str], choose: str) -> dict[str, str]:
    if len(fitting) == 1:
        return {ours: fitting[0]}
    if fitting:
        none = f", or {OPTIONS[ours]}=False for none" if ours in OPTIONS and ours != "text" else ""
        raise InputError(
            f"{cells.source}: more than one column can be the {ours}: {_listed(fitting)}. "
            f"Choose one with {choose}{none}."
        )
    near = _nearest_to_heading(cells, ours)
    nearest = f" Nearest: {_listed(near)}." if near else ""
    none = " (score=False where there are no scores)" if ours == "score" else ""
    raise InputError(
        f"{cells.source}: no column is known to be the {ours}. {_found(cells)}{nearest} "
        f"Name it with {choose}{none}."
    )


def _existing(cells: Cells, name: str, option: str) -> str:
    if name in cells.columns:
        return name
    plain = {squeeze(theirs): theirs for theirs in cells.columns}
    near = [plain[word] for word in get_close_matches(squeeze(name), plain, n=3)]
    nearest = f" Nearest: {_listed(near)}." if near else ""
    raise InputError(f"{cells.source} has no column for {option}. {_found(cells)}{nearest}")


def _name_segments(cells: Cells, segments: Sequence[str] | Mapping[str, str] | None) -> dict[str, str]:
    """Return our names for the segment columns that the user asked for."""
    if segments is None:
        return {}
    if isinstance(segments, str):
        raise InputError(f"segments= takes a list of column names: segments=[{segments!r}].")
    if hasattr(segments, "items"):
        named = {str(ours): str(theirs) for ours, theirs in segments.items()}
        wrong = [ours for ours in named if clean_name(ours) != ours]
        if wrong:
            raise InputError(
                f"segments=: {_listed(wrong)} cannot be a column of ours; use lower case letters, digits "
                f"and _, and none of {', '.join(ANSWERS.columns)}."
            )
    else:
        theirs = list(dict.fromkeys(str(name) for name in segments))
        kinds = [recognise(name) for name in theirs]
        named = {}
        for name, kind in zip(theirs, kinds, strict=True):
            ours = kind if kind in SEGMENTS and kinds.count(kind) == 1 else clean_name(name)
            if ours in named:
                raise InputError(
                    f"segments=: {_listed([named[ours], name])} would both be called {ours!r}; "
                    'give them names: segments={"...": "..."}.'
                )
            named[str(ours)] = name
    for name in named.values():
        _existing(cells, name, f"segments=[{name!r}]")
    return named


def _refuse_double(columns: Mapping[str, str]) -> None:
    for ours, theirs in columns.items():
        others = [other for other, name in columns.items() if name == theirs and other != ours]
        if others:
            raise InputError(
                f"Column {theirs!r} is asked for as {ours} and as {others[0]}; name another for one."
            )


def _nearest_to_heading(cells: Cells, ours: str) -> list[str]:
    plain = {squeeze(name): name for name in cells.columns}
    near = [name for known in known_names(ours) for name in get_close_matches(known, plain, n=1, cutoff=0.7)]
    return [plain[word] for word in dict.fromkeys(near)][:3]


def _found(cells: Cells) -> str:
    """List the columns, unless they look like a first row of answers: those are never shown."""
    if cells.source != "frame" and any(map(_is_data, cells.columns)):
        return (
            "Its first line holds a score, number or date, so it seems to lack column names; "
            "add a first line with names."
        )
    return f"Found: {_listed(list(cells.columns))}."


def _is_data(name: str) -> bool:
    return name.isdecimal() or parse_score(name).value is not None or parse_score(name).reason == DATE


def _listed(names: Sequence[str]) -> str:
    shown = [repr(name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…") for name in names[:_LISTED]]
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return ", ".join(shown) + more
