"""Streets with a number and postcodes, in Dutch and Belgian forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from why_nps.text.privacy.lexicon import any_of, read_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOUSE = re.compile(r"(?:\s|r\.)[1-9]")  # every address has one
_WORD = re.compile(r"\w{2,64}")
_CAPITAL = re.compile(r"[^\W\d_a-z][\w'’-]{1,64}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_OF_YEAR = re.compile(r"(?:in|van|uit|sinds|vanaf|tot|anno|eind|begin|voor|na) $")
_SHORTEST_LOWER = 6
_HOME_WORDS = ("woon", "wonen", "dres", "huisd", "Woon")
_LONGEST_OF_YEAR = 8
_POSTCODE_DIGITS = 4
_POSTCODE = re.compile(r"(?<![\w€.,-])\d{4}[ ]?([A-Z]{2}|(?<=[^ ])[a-z]{2})(?!\w)")
_SURE_POSTCODE = re.compile(  # behind a house number, or before one that is called so
    r"(?<=\d[ ,])[ ]?([1-9]\d{3}[ ]?[A-Z]{2})(?= [^\W\d_a-z][a-z])"
    r"|(?<![\w€.,-])([1-9]\d{3}[ ]?[a-z]{2})(?=,? (?:nr\.?|nummer|huisnummer|huisnr\.?) \d)"
)
_AMONG_NEIGHBOURS = re.compile(
    r"(?:bezorgd|afgeleverd|afgegeven|geleverd|gebracht|buren|woon|wonen|zitten|buurman|buurvrouw)"
    r"[^.\d]{0,12} (?:op|bij|aan|van) (?:huis)?(?:nummer|nr\.?) ([1-9]\d{0,3}[ ]?[a-zA-Z]?)(?![\w.,]\d|\w)"
)
_LOWER_POSTCODE = re.compile(
    r"(?<!\w)(?:in|naar|op|buurt|wijk|adres|wonen|woon|gebied|omgeving) ([1-9]\d{3}[ ]?([a-z]{2}))(?!\w)"
)
_CUED_POSTCODE = re.compile(
    r"postcode(?:\s(?:is|was))?[\s:]{1,2}([1-9]\d{3}(?:[ ]?[a-z]{2}(?![a-z]))?)(?!\w)", re.IGNORECASE
)
# What may follow a house number: "12 bus 4", "12-A", "12 bis", "12/3".
_ADDITION = r"(?:(?:[ -]?(?:[a-zA-Z]|bis|hs|I{1,3}|i{2,3}|bus\s\d{1,3})|[-/]\d{1,3}[a-z]?)(?!\w)){0,2}"
_HOUSE_NUMBER = re.compile(
    r"[ ,]{1,2}(?:en )?(?:huisnummer|huisnr\.?|nr\.?|nummer) (\d{1,4}[a-z]?)(?!\w)"
    rf"|[ ,/-]{{1,2}}((?P<house>(?!(?:19|20)\d\d)[1-9]\d{{0,3}})(?![\d.,:]\d|\d){_ADDITION})(?!\w)"
)
_PLACE = rf"(?:[^\W\d_a-z][\w'’-]{{1,24}} ){{1,3}}[1-9]\d{{0,3}}(?!\d){_ADDITION}"
_AT_HOME = re.compile(
    r"(?:[Ww]oon|[Ww]onen|[Ww]oont|[Ww]oonachtig|[Aa]dres|[Vv]erhuisd)"
    r"(?:\s(?:op|aan|in|te|is|nu|naar|de|het)){0,3}[\s:]{1,2}"
    rf"((?:(?:Het|De|['’]t|Op ['’]t|Achter de|Aan de) )?{_PLACE})"
    r"(?![\w.,]\d|\w)"
)
_ARTICLE = re.compile(r"^(?:Het|De|Achter de|Aan de) ")
_BEFORE_POSTCODE = re.compile(rf"(?<!\w)({_PLACE})(?=,? [1-9]\d{{3}} ?[A-Z]{{2}}(?!\w))")
_STREET_UNTIL = re.compile(
    r"(?<!\w)(?:\d?e[ ])?"
    r"(?:(?:[^\W\d_a-z][\w'’]{0,24}\.?|lange|korte|oude|nieuwe|grote|kleine|sint|st\.|kon\.|burg\.)[ ]"
    r"(?:(?:de|der|den|van|ten|ter)[ ]){0,2}){0,2}(?P<word>[\w'’-]{0,24})$"
)
_LONGEST_UNTIL = 110
_HOUSE_BEHIND = re.compile(
    r"\.?(?:\s(?:van|op|naar|de|der|den)){0,3}(?:\s[^\W\d_a-z]\w{1,24}){0,2}"
    r"(?:,?\s(?:(?:nr\.?|no\.?|nummer|huisnummer|huisnr\.?)\s)?|(?<=str\.))"
    rf"(?P<house>[1-9]\d{{0,3}})(?![\d.,:]\d|\d){_ADDITION}(?!\w)"
)
_BELGIAN_POSTCODE = re.compile(r",? (?:te )?(\d{4})(?= [^\W\d_a-z])")


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What is made from ``cues.toml``."""

    plain: tuple[str, ...]
    endings: tuple[str, ...]
    tails: frozenset[str]
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
        yield from _postcodes(text, patterns)
        yield from _places(text, patterns.cities)
    if not _HOUSE.search(text):
        return
    for span in (*_neighbours(text), *_homes(text, digits, patterns.units)):
        yield *span, "address"
    capitals = [word.casefold() for word in _CAPITAL.findall(text)]
    if any(word.endswith(patterns.endings) for word in capitals) or any(
        map(text.__contains__, patterns.plain)
    ):
        yield from _streets(text, patterns)
    if "bus " in text or "rue" in text or not patterns.telling.isdisjoint(capitals):
        for found in patterns.other_streets.finditer(text):
            yield *found.span(), "address"


def _places(text: str, cities: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    for found in cities.finditer(text):
        start = found.start()
        if not (_YEAR.match(found[0]) and _OF_YEAR.search(text, max(0, start - _LONGEST_OF_YEAR), start)):
            yield *found.span(), "postcode"


def _neighbours(text: str) -> list[tuple[int, int]]:
    if "nummer" not in text and "nr" not in text:
        return []
    return [found.span(1) for found in _AMONG_NEIGHBOURS.finditer(text)]


def _homes(text: str, digits: int, units: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    at_home = any(map(text.__contains__, _HOME_WORDS))
    patterns = [_AT_HOME] if at_home else []
    patterns += [_BEFORE_POSTCODE] if digits > _POSTCODE_DIGITS else []
    for found in (found for pattern in patterns for found in pattern.finditer(text)):
        named = _ARTICLE.sub("", found[1]).split()[0].casefold()
        placed = named not in read_lexicon().not_names  # "verhuisd in Juni 2024"
        if placed and not units.match(text, found.end()):
            yield found.span(1)


def _postcodes(text: str, patterns: _Patterns) -> Iterator[tuple[int, int, str]]:
    for found in _POSTCODE.finditer(text):
        if found[1].upper() not in patterns.not_letters:
            yield *found.span(), "postcode"
            house = _HOUSE_NUMBER.match(text, found.end())
            if house and not (house["house"] and patterns.units.match(text, house.end("house"))):
                yield *house.span(house.lastindex or 0), "address"
    for found in _LOWER_POSTCODE.finditer(text):
        if found[2].upper() not in patterns.not_letters and not _YEAR.match(found[1]):
            yield *found.span(1), "postcode"
    for pattern in (_CUED_POSTCODE, _SURE_POSTCODE):
        for found in pattern.finditer(text):
            yield *found.span(found.lastindex or 0), "postcode"


def _streets(text: str, patterns: _Patterns) -> Iterator[tuple[int, int, str]]:
    """Look at each word that ends as a street does: what stands behind it first, for that tells most."""
    for word in _WORD.finditer(text):
        if word[0][-2:].casefold() not in patterns.tails or not word[0].casefold().endswith(patterns.endings):
            continue
        house = _HOUSE_BEHIND.match(text, word.end())
        if not house or patterns.units.match(text, house.end("house")):
            continue
        street = _STREET_UNTIL.search(text, max(0, word.start() - _LONGEST_UNTIL), word.start())
        begin = street.start() if street else word.start()
        plain = word[0].endswith(patterns.plain) and word[0] not in patterns.plain
        named = text[street.start("word") if street else begin].isupper() or plain
        if named and text[begin : house.start("house")].casefold().strip() not in patterns.not_streets:
            yield begin, house.end(), "address"
            after = _BELGIAN_POSTCODE.match(text, house.end())
            if after:
                yield *after.span(1), "postcode"


@cache
def _read_patterns() -> _Patterns:
    cues = read_lexicon().cues
    streets = cues["addresses"]
    cities = cues["postcodes"]["cities"]
    words = read_lexicon().ordinary
    lower = [city.lower() for city in cities if len(city) >= _SHORTEST_LOWER and city.lower() not in words]
    return _Patterns(
        plain=(*streets["plain_endings"],),
        endings=(*streets["endings"],),
        tails=frozenset(ending[-2:] for ending in streets["endings"]),
        not_streets=frozenset(streets["not_streets"]),
        other_streets=_other_street_pattern(streets["french"]),
        telling=frozenset(streets["french"]),
        not_letters=frozenset(cues["postcodes"]["not_letters"]),
        cities=re.compile(rf"(?<![\w.,-])(?:B-?)?[1-9]\d{{3}} (?:{any_of([*cities, *lower])})(?!\w)"),
        units=re.compile(rf"\s{{0,2}}(?:{any_of(cues['numbers']['units'])})(?!\w)", re.IGNORECASE),
    )


def _other_street_pattern(french: list[str]) -> re.Pattern[str]:
    """Streets without a Dutch ending: "Rue Haute 12", and "Meir 24 bus 3", which its box gives away."""
    capital = r"[^\W\d_a-z][\w'’-]{1,24}"
    house = r"[1-9]\d{0,3}(?![\d.,:]\d|\d)[ ]?[a-zA-Z]?"
    article = r"(?:(?:de|du|des|la|le|les|l['’]|d['’])[ ]?){0,2}"
    return re.compile(
        r"(?<!\w)(?:(?!(?:[Bb]us|[Ll]ijn|[Tt]ram)[ ])"
        rf"(?:(?:{capital}[ ]){{1,3}}|[a-z]{{4,25}}[ ]){house},?[ ]bus[ ]\d{{1,3}}"
        rf"|(?i:{any_of(french)})[ ]{article}(?:{capital}[ ,]{{1,2}}){{1,3}}{house})(?!\w)"
    )
