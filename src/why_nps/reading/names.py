"""What a column name stands for, by the names and questions in ``data/columns.toml``."""

from __future__ import annotations

import keyword
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from why_nps.core.tables import ANSWERS

_LONGEST = 1000  # characters of a name that count
_ASIDE = re.compile(r"\([^()]{0,80}\)\s{0,4}$|\.[0-9]{1,2}$")  # "(optioneel)", "(2)" and pandas' ".1"
_QUESTION_NUMBER = re.compile(
    r"(?:(?:q|v|vraag|question)\s?[0-9]{1,3}[a-z]?|[0-9]{1,3}[.)])[\s_.:)-]{1,4}(?=\S)"
)
_NO_WORD = re.compile(r"[^a-z0-9]")
_LAST_PART = re.compile(r"\s-\s|[?:]\s")


@dataclass(frozen=True, slots=True)
class _Heading:
    names: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]


def recognise(name: str) -> str | None:
    """Return which of our columns a name or question stands for.

    The part after the last dash or question mark decides where it is clear: surveys name a column by
    its question and then by what was filled in.

    Parameters
    ----------
    name : str
        Column name as found, or the question it asks.

    Returns
    -------
    str or None
        One of our names, "ignore" for what is known and not used, None where it is not clear.

    Examples
    --------
    >>> [recognise(name) for name in ("NPS-score", "Ingevuld_op", "Q2. Hoe tevreden bent u?")]
    ['score', 'answered_on', None]
    >>> recognise("Hoe waarschijnlijk is het dat u ons aanbeveelt?")
    'score'
    >>> recognise("Hoe waarschijnlijk is het dat u ons aanbeveelt? - Toelichting")
    'text'
    >>> recognise("Tevredenheidsscore")
    """
    bare = _QUESTION_NUMBER.sub("", _ASIDE.sub("", name[:_LONGEST].strip()).strip().lower(), count=1)
    parts = _LAST_PART.split(bare)
    fits = (_matches(parts[-1]) if len(parts) > 1 else set()) or _matches(bare)
    return fits.pop() if len(fits) == 1 else None


def known_names(ours: str) -> list[str]:
    """Return the squeezed names that stand for one of our columns."""
    return sorted(_headings()[ours].names)


def squeeze(name: str) -> str:
    """Return the letters and digits of a name, lower case and without accents.

    Examples
    --------
    >>> squeeze("Enquête_ID ")
    'enqueteid'
    """
    return _plain(name).replace(" ", "")


def clean_name(name: str) -> str:
    """Turn a column name into an identifier that no declared column has.

    Examples
    --------
    >>> clean_name("Regio / provincie"), clean_name("2e lijn"), clean_name("Score")
    ('regio_provincie', 'segment_2e_lijn', 'segment_score')
    """
    cleaned = "_".join(_plain(name).split())
    if not cleaned or cleaned[0].isdigit() or cleaned in ANSWERS.columns or keyword.iskeyword(cleaned):
        cleaned = f"segment_{cleaned}".rstrip("_")
    return cleaned


def _matches(name: str) -> set[str]:
    """Return every heading that a name fits: by its whole name, else by a phrase."""
    plain = _plain(name)
    squeezed = plain.replace(" ", "")
    if not squeezed:
        return set()
    by_name = {ours for ours, heading in _headings().items() if squeezed in heading.names}
    return by_name or {
        ours
        for ours, heading in _headings().items()
        if any(_has_phrase(f" {plain}", phrase) for phrase in heading.phrases)
    }


def _has_phrase(plain: str, phrase: tuple[str, ...]) -> bool:
    """Tell whether the parts stand in the text in order, each from the beginning of a word."""
    start = 0
    for part in phrase:
        start = plain.find(f" {part}", start)
        if start < 0:
            return False
        start += len(part) + 1
    return True


@cache
def _headings() -> dict[str, _Heading]:
    text = files("why_nps").joinpath("data", "columns.toml").read_text(encoding="utf-8")
    data: dict[str, dict[str, Any]] = tomllib.loads(text)
    return {
        ours: _Heading(
            frozenset(squeeze(name) for name in table["names"]),
            tuple(tuple(_plain(part) for part in phrase.split("...")) for phrase in table.get("phrases", ())),
        )
        for ours, table in data.items()
    }


def _plain(name: str) -> str:
    """Return lower case words of letters and digits, without accents."""
    bare = "".join(
        char for char in unicodedata.normalize("NFKD", name[:_LONGEST]) if not unicodedata.combining(char)
    )
    return " ".join(
        "".join(char if char.isalnum() and char.isascii() else " " for char in bare.lower()).split()
    )
