"""Streets with a number and postcodes, in Dutch and Belgian forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from why_nps.text.privacy.lexicon import any_of, read_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOUSE = re.compile(r"\s[1-9]")  # every address has one
_WORD = re.compile(r"\w{2,64}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_POSTCODE_DIGITS = 4
_POSTCODE = re.compile(r"(?<![\w€.,-])\d{4}[ ]?([A-Z]{2}|(?<=[^ ])[a-z]{2})(?!\w)")
_LOWER_POSTCODE = re.compile(
    r"(?<!\w)(?:in|naar|op|buurt|wijk|adres|wonen|woon|gebied|omgeving) ([1-9]\d{3}[ ]?([a-z]{2}))(?!\w)"
)
_CUED_POSTCODE = re.compile(
    r"postcode(?:\s(?:is|was))?[\s:]{1,2}([1-9]\d{3}(?:[ ]?[a-z]{2}(?![a-z]))?)(?!\w)", re.IGNORECASE
)
_HOUSE_NUMBER = re.compile(
    r"[ ,]{1,2}(?:en )?(?:(?:huisnummer|huisnr\.?|nr\.?|nummer) (\d{1,4}[a-z]?)"
    r"|(\d{1,4}[a-zA-Z]?)(?=[.,)]|$))(?!\w)"
)
_PLACE = r"(?:[^\W\d_a-z][\w'’-]{1,24} ){1,3}[1-9]\d{0,3}[ ]?[a-zA-Z]?"
_AT_HOME = re.compile(
    r"(?:[Ww]oon|[Ww]onen|[Ww]oont|[Ww]oonachtig|[Aa]dres|[Vv]erhuisd)"
    rf"(?:\s(?:op|aan|in|te|is|nu|naar|de|het)){{0,3}}[\s:]{{1,2}}({_PLACE})(?![\w.,]\d|\w)"
)
_BEFORE_POSTCODE = re.compile(rf"(?<!\w)({_PLACE})(?=,? [1-9]\d{{3}} ?[A-Z]{{2}}(?!\w))")
_BELGIAN_POSTCODE = re.compile(r",? (?:te )?(\d{4})(?= [^\W\d_a-z])")


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What is made from ``cues.toml``."""

    streets: re.Pattern[str]
    endings: tuple[str, ...]
    not_streets: frozenset[str]
    other_streets: re.Pattern[str]
    telling: frozenset[str]
    not_letters: frozenset[str]
    cities: re.Pattern[str]
    units: re.Pattern[str]


def find_addresses(text: str, digits: int) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind) of addresses and postcodes in a text with that many digits.

    Examples
    --------
    >>> [kind for *_, kind in find_addresses("Dorpsstraat 12 in Breda", 2)]
    ['address']
    """
    patterns = _read_patterns()
    if digits >= _POSTCODE_DIGITS:
        yield from _postcodes(text, patterns.not_letters)
        for found in patterns.cities.finditer(text):
            yield *found.span(), "postcode"
    if not _HOUSE.search(text):
        return
    at_home = "woon" in text or "wonen" in text or "dres" in text or "huisd" in text or "Woon" in text
    homes = [_AT_HOME] if at_home else []
    homes += [_BEFORE_POSTCODE] if digits > _POSTCODE_DIGITS else []
    for found in (found for pattern in homes for found in pattern.finditer(text)):
        placed = found[1].split()[0].casefold() not in read_lexicon().not_names  # "verhuisd in Juni 2024"
        if placed and not patterns.units.match(text, found.end()):
            yield *found.span(1), "address"
    words = _WORD.findall(text.casefold())
    if any(word.endswith(patterns.endings) for word in words):
        yield from _streets(text, patterns)
    if not patterns.telling.isdisjoint(words):
        for found in patterns.other_streets.finditer(text):
            yield *found.span(), "address"


def _postcodes(text: str, not_letters: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    for found in _POSTCODE.finditer(text):
        if found[1].upper() not in not_letters:
            yield *found.span(), "postcode"
            house = _HOUSE_NUMBER.match(text, found.end())
            if house:
                yield *house.span(house.lastindex or 0), "address"
    for found in _LOWER_POSTCODE.finditer(text):
        if found[2].upper() not in not_letters and not _YEAR.match(found[1]):
            yield *found.span(1), "postcode"
    for found in _CUED_POSTCODE.finditer(text):
        yield *found.span(1), "postcode"


def _streets(text: str, patterns: _Patterns) -> Iterator[tuple[int, int, str]]:
    for found in patterns.streets.finditer(text):
        if found["street"].casefold() in patterns.not_streets:
            continue
        if patterns.units.match(text, found.end("house")):
            continue
        yield *found.span(), "address"
        after = _BELGIAN_POSTCODE.match(text, found.end())
        if after:
            yield *after.span(1), "postcode"


@cache
def _read_patterns() -> _Patterns:
    cues = read_lexicon().cues
    streets = cues["addresses"]
    return _Patterns(
        streets=_street_pattern(streets),
        endings=(*streets["endings"],),
        not_streets=frozenset(streets["not_streets"]),
        other_streets=_other_street_pattern(streets["french"]),
        telling=frozenset(("bus", *streets["french"])),
        not_letters=frozenset(cues["postcodes"]["not_letters"]),
        cities=re.compile(
            rf"(?<![\w.,-])(?!(?:19|20)\d\d )[1-9]\d{{3}} (?:{any_of(cues['postcodes']['cities'])})(?!\w)"
        ),
        units=re.compile(rf"\s{{0,2}}(?:{any_of(cues['numbers']['units'])})(?!\w)", re.IGNORECASE),
    )


def _street_pattern(cues: dict[str, list[str]]) -> re.Pattern[str]:
    endings, plain = any_of(cues["endings"]), any_of(cues["plain_endings"])
    capital = r"[^\W\d_a-z][\w'’]{0,24}[ ]"
    return re.compile(
        rf"(?<!\w)(?P<street>(?:\d?e[ ])?(?:{capital}(?:(?:de|der|den|van|ten|ter)[ ]){{0,2}}){{0,2}}"
        rf"(?:(?=[^\W\d_a-z])[\w'’-]{{0,24}}?(?i:{endings})|\w{{1,24}}?(?:{plain}))(?!\w)"
        r"\.?(?:\s(?:van|op|naar|de|der|den)){0,3}(?:\s[^\W\d_a-z]\w{1,24}){0,2})"
        r"\s(?P<house>[1-9]\d{0,3})(?![\d.,:]\d|\d)"
        r"(?:[ -]?(?:[a-zA-Z]|bis|hs|I{1,3}|bus\s\d{1,3})|[-/]\d{1,3}[a-z]?)?(?!\w)"
    )


def _other_street_pattern(french: list[str]) -> re.Pattern[str]:
    """Streets without a Dutch ending: "Rue Haute 12", and "Meir 24 bus 3", which its box gives away."""
    capital = r"[^\W\d_a-z][\w'’-]{1,24}"
    house = r"[1-9]\d{0,3}(?![\d.,:]\d|\d)[ ]?[a-zA-Z]?"
    article = r"(?:(?:de|du|des|la|le|les|l['’]|d['’])[ ]?){0,2}"
    return re.compile(
        rf"(?<!\w)(?:(?!(?:[Bb]us|[Ll]ijn|[Tt]ram)[ ])(?:{capital}[ ]){{1,3}}{house},?[ ]bus[ ]\d{{1,3}}"
        rf"|(?i:{any_of(french)})[ ]{article}(?:{capital}[ ,]{{1,2}}){{1,3}}{house})(?!\w)"
    )
