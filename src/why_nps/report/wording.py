"""The words and number formats of a report in one language."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from why_nps.core.inert import make_inert
from why_nps.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LANGUAGES = ("nl", "en")
_MINUS = "−"


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences and number formats of one language.

    Parameters
    ----------
    language : str
        "nl" or "en".
    texts : mapping of str to str
        Dotted key, such as ``"findings.pain"``, to the sentence.
    """

    language: str
    texts: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """Return the sentence under ``key`` with its placeholders filled.

        Examples
        --------
        >>> load_wording("en").say("page.verbatims", n=3)
        '3 answers from customers'
        """
        return self.texts[key].format(**values)

    def name(self, section: str, key: str) -> str:
        """Return the word for ``key`` in ``section``; the key itself where there is none.

        Examples
        --------
        >>> load_wording("nl").name("segments", "branch"), load_wording("nl").name("segments", "Regio")
        ('filiaal', 'Regio')
        """
        return self.texts.get(f"{section}.{key}", key)

    def note(self, note: str) -> str:
        """Return why a number is missing; "cannot be determined" where no reason is given.

        Examples
        --------
        >>> load_wording("nl").note("suppressed")
        'te weinig antwoorden'
        """
        return self.texts.get(f"notes.{(note or 'not estimable').replace(' ', '_')}", note)

    def quoted(self, label: str) -> str:
        """Return a label in the quotation marks of the language."""
        return self.say("format.quote", text=label)

    def listed(self, words: Sequence[str]) -> str:
        """Return words as an enumeration.

        Examples
        --------
        >>> load_wording("nl").listed(["prijs", "levering", "gemak"])
        'prijs, levering en gemak'
        """
        head, last = ", ".join(words[:-1]), "".join(words[-1:])
        return f"{head} {self.texts['format.and']} {last}" if head else last

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number with the separators of the language; a dash where it is missing.

        Examples
        --------
        >>> load_wording("nl").number(1234.56, 1), load_wording("en").number(1234.56, 1)
        ('1.234,6', '1,234.6')
        >>> load_wording("nl").number(float("nan"))
        '–'
        """
        if _is_missing(value):
            return self.texts["format.missing"]
        plain = f"{abs(value):,.{decimals}f}"
        negative = value < 0 and any(digit in plain for digit in "123456789")
        marks = {",": self.texts["format.thousands"], ".": self.texts["format.decimal"]}
        return (_MINUS if negative else "") + "".join(marks.get(mark, mark) for mark in plain)

    def points(self, value: float, decimals: int = 0) -> str:
        """Return NPS points (-100..100) with their sign.

        Examples
        --------
        >>> wording = load_wording("nl")
        >>> wording.points(12.3), wording.points(-0.2), wording.points(-7.25, 1)
        ('+12', '0', '−7,2')
        """
        text = self.number(value, decimals)
        positive = not _is_missing(value) and value > 0 and any(digit in text for digit in "123456789")
        return "+" + text if positive else text

    def share(self, value: float) -> str:
        """Return a share (0..1) as a whole percentage, "< 1 %" where it is smaller but not zero.

        Examples
        --------
        >>> load_wording("nl").share(0.384).replace(chr(0xA0), " "), load_wording("en").share(0.002)
        ('38 %', '< 1%')
        """
        if _is_missing(value):
            return self.texts["format.missing"]
        if 0 < value < 0.005:  # noqa: PLR2004 - would round to none
            return "< " + self.number(1) + self.texts["format.percent"]
        return self.number(100 * value) + self.texts["format.percent"]

    def interval(self, low: float, high: float, decimals: int = 0) -> str:
        """Return an interval in NPS points; a dash where either end is missing.

        Examples
        --------
        >>> load_wording("nl").interval(-7.8, 3.1)
        '−8 tot +3'
        """
        if _is_missing(low) or _is_missing(high):
            return self.texts["format.missing"]
        return self.say("format.range", low=self.points(low, decimals), high=self.points(high, decimals))

    def share_interval(self, low: float, high: float) -> str:
        """Return an interval of shares (0..1) as percentages; a dash where either end is missing."""
        if _is_missing(low) or _is_missing(high):
            return self.texts["format.missing"]
        decimals = 1 if round(100 * low) == round(100 * high) else 0
        ends = (
            self.number(100 * low, decimals),
            self.number(100 * high, decimals) + self.texts["format.percent"],
        )
        return self.say("format.range", low=ends[0], high=ends[1])

    def period(self, period: str) -> str:
        """Return a period such as "2025-K3" as the language writes it.

        Examples
        --------
        >>> load_wording("en").period("2025-K3")
        '2025-Q3'
        """
        return make_inert(period).replace("-K", "-" + self.texts["format.quarter"])

    def place(self, by: str, group: str) -> str:
        """Return where a group is: "in filiaal Utrecht".

        Examples
        --------
        >>> load_wording("nl").place("branch", "Utrecht"), load_wording("nl").place("Regio", "Zuid")
        ('in filiaal Utrecht', 'bij Zuid (Regio)')
        """
        key = f"places.{by}" if f"places.{by}" in self.texts else "places.other"
        return self.say(key, group=group, segment=self.name("segments", by))


def load_wording(language: str) -> Wording:
    """Load the words of ``language``.

    Parameters
    ----------
    language : str
        "nl" or "en".

    Raises
    ------
    InputError
        If there is no report in that language.

    Examples
    --------
    >>> load_wording("nl").say("headings.promoters")
    'Wat maakt promotors?'
    """
    if language not in LANGUAGES:
        raise InputError(f"There is no report in the language {language!r}; choose 'nl' or 'en'.")
    return _loaded(language)


def capitalise(sentence: str) -> str:
    """Return the sentence with its first letter a capital, single spaces between its words.

    Examples
    --------
    >>> capitalise("in filiaal Utrecht  gaat het goed")
    'In filiaal Utrecht gaat het goed'
    """
    tidy = sentence.replace("  ", " ").replace(" , ", ", ")
    return tidy[:1].upper() + tidy[1:]


def printable(text: str) -> str:
    r"""Return foreign text without control characters, and with lone surrogates and the like as spaces.

    Examples
    --------
    >>> printable("rood\x1b[31m\ud83d")
    'rood [31m '
    """
    return "".join(sign if sign.isprintable() else " " for sign in text)


@cache
def _loaded(language: str) -> Wording:
    raw = files("why_nps.report").joinpath("texts", f"{language}.toml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, Any]] = tomllib.loads(raw)
    return Wording(
        language,
        {f"{table}.{key}": str(text) for table, texts in tables.items() for key, text in texts.items()},
    )


def _is_missing(value: float) -> bool:
    return value is None or not math.isfinite(value)
