"""Personal data that is known by its shape: numbers, addresses, accounts.

The shape decides whether something is masked, a check digit only which label it gets: a mistyped BSN is
as private as a right one. Every pattern is bounded, so that time grows with the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from why_nps.text.joined import JoinedTexts
from why_nps.text.privacy.accounts import find_accounts, find_logins
from why_nps.text.privacy.addresses import find_addresses
from why_nps.text.privacy.births import find_births
from why_nps.text.privacy.lexicon import any_of, read_lexicon
from why_nps.text.privacy.plates import find_plates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

_DIGIT = re.compile(r"\d")
_SEP = r"[ ./-]{0,3}"
_DATE = r"\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d(?!\d)"
_ONES = r"(?:een|één|twee|drie|vier|vijf|zes|zeven|acht|negen)"
_TENS = r"(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)"
_NUMERALS = r"(?:nul|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen)"
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_BSN_DIGITS = 9
_LARGEST_BYTE = 255
_DOTS_OF_IP = 3
_FEWEST_COLONS = 3
_FEWEST_AFTER_NR = 3
_FEWEST_AFTER_WORD = 4
_FEWEST_LONG = 7
_YEAR = re.compile(r"(?:19|20)\d\d")


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_SPOKEN_PHONE = _compile(
    rf"(?<!\w)nul(?:[ ,-]{{1,2}}{_NUMERALS}){{2,4}}[ ,-]{{1,2}}\d\d(?:[ .]?\d\d){{2}}(?!\d)"
    rf"|(?<!\w)nul(?:[ ,-]{{1,2}}{_NUMERALS}){{7,10}}(?!\w)"
    rf"|(?<!\w)(?:nul[ -]?zes|06)(?:[ ,-]{{1,2}}(?:(?:{_ONES}(?:ën|en))?{_TENS}|{_NUMERALS}|tien|elf|twaalf"
    rf"|\w{{3,5}}tien)){{4,8}}(?!\w)"
)
_SPOKEN_NUMBER = _compile(rf"(?<!\w){_NUMERALS}(?:[ ,-]{{1,2}}{_NUMERALS}){{4,18}}(?!\w)")

_IBAN = _compile(
    r"(?<!\w)(?:nl\d\d[ .-]?[a-z]{4}(?:[ .-]?\d){10}|be\d\d(?:[ .-]?\d{4}){3}"
    r"|[a-z]{2}\d\d(?:[ -]?\d{4}){3,6}(?:[ -]?\d{1,3})?)(?!\w)"
)
_VAT = _compile(
    r"(?<!\w)(?:nl[ .]?(?:\d[ .]?){9}b[ .]?\d\d|be[ .]?[01]\d{3}[ .]?\d{3}[ .]?\d{3})(?!\w)"
    r"|(?<=btw )\d{9}(?:b\d\d)?(?!\w)"
)
_REGISTER = _compile(r"(?<!\w)\d\d[. ]?\d\d[. ]?\d\d[- .]\d{3}[- .]\d\d(?!\w)")
_CITIZEN = _compile(
    r"(?:\bbsn|burgerservice|sofi)(?:[- ]?(?:nummer|nr))?\.?[\s:(=]{0,3}(?:is|was)?\s?"
    r"(\d(?:[ .-]?\d){7,8})(?!\d)"
)
_CHAMBER = _compile(
    r"(?:\bkvk|koophandel)(?:[- ]?(?:nummer|nr))?\.?(?:\s(?:is|onder|met|van))?(?:\snummer)?[\s:]{0,3}"
    r"(\d(?:[ .]?\d){7})(?!\d)"
)
_THING_NUMBER = _compile(
    r"(?<![^\W_])(?P<thing>[^\W\d_]{2,32}+)(?P<nr>[- ](?:nummer|numer|nr|no|num|code)(?!\w))?\.?"
    r"(?:\s(?:is|was|met|van mij is))?[\s:#=(-]{1,3}"
    rf"(?P<id>(?!{_DATE})(?:(?-i:[A-Z]{{1,4}}) )?[a-z]{{0,6}}[-./]?"
    r"\d(?:[-./]{0,2}[a-z\d]|[ ](?=[a-z]?\d\d)){1,28})(?!\w)"
)
_SERVICES = frozenset({"0800", "0900", "0906", "0909"})
_SHORTEST_CODE = 5
_SHORTEST_BARE_CODE = 6
_CODE = re.compile(r"(?=[A-Z]{0,7}\d)(?=\d{0,7}[A-Z])[A-Z\d]{5,8}")
_NR = re.compile(r"(?:nummer|numer|nr|no|num|code)$")
_ADDRESS_IP = _compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]\d|\w)")
_BEFORE_VERSION = re.compile(
    r"(?:versie|version|firmware|software|update|app|ios|android|release|build)[ :]{1,2}$", re.IGNORECASE
)
_LONGEST_BEFORE = 10
_LATER_NUMBER = _compile(
    r"(?<![^\W_])(?P<thing>[^\W\d_]{1,30}?)[- ]?(?:nummer|nr)(?!\w)[^\d\n]{1,40}?(?<![\w.,€-])(?<!€ )"
    r"(?P<id>(?:[a-z]{1,3}-?)?\d{5,12})(?!\w|[.,]\d)"
)
_HEXADECIMAL = _compile(
    r"(?<![\w:-])(?=[\da-f:-]{0,30}(?:[a-f]|::))(?:[\da-f]{0,4}[:-]){3,7}[\da-f]{1,4}(?![\w:-])"
)
_PHONE = _compile(
    rf"(?<![\w,])(?!{_DATE})(?:"
    rf"(?:\+|00){_SEP}3[12]{_SEP}(?:\(0\){_SEP})?[1-9](?:{_SEP}\d){{7,8}}"
    rf"|\(\+3[12]\){_SEP}[1-9](?:{_SEP}\d){{7,8}}"
    rf"|\(0\){_SEP}[1-9](?:{_SEP}\d){{7,8}}"
    rf"|\(0[1-9]\d{{0,2}}\)(?:{_SEP}\d){{6,8}}"
    rf"|0(?:800|900|906|909){_SEP}\d{{2,4}}(?:{_SEP}\d{{2,3}})?"
    rf"|0[1-9](?:{_SEP}\d){{7,8}}"
    rf"|0[ ]6(?:{_SEP}\d){{8}}"
    r"|6[ -]\d{8}"
    r"|\+[1-9](?:[ .-]?\d){8,13})(?!\d)"
)
_LONG_NUMBERS = (
    (_IBAN, "iban"),
    (_VAT, "btw"),
    (_REGISTER, "bsn"),
    (_CITIZEN, "bsn"),
    (_CHAMBER, "kvk"),
)
_PRODUCT = _compile(
    r"(?<!\w)(?:streepjescode|isbn|gtin|(?:artikel|product|model|type)(?:nummer|nr|code)?)\.?[ :]{1,2}$"
)
_LONGEST_PRODUCT = 18
_LOOSE_NUMBERS = (  # with the fewest digits that each can hold
    (3, re.compile(r"(?<!\w)[A-Z]{2,4}-[A-Z\d]{1,6}-\d{3,8}(?![\w-])")),
    (8, re.compile(r"(?<!\w)[A-Z]{1,3} \d{4} \d{4}(?![\w-])")),
    (5, re.compile(r"(?<!\w)(?:3S[A-Z]{2,6}\d{5,15}|1Z[A-Z\d]{16})(?!\w)")),
    (4, re.compile(r"#[A-Z]{0,5}-?\d{4,20}(?!\w)")),
    (6, re.compile(r"(?<!\w)[A-Z]{1,4}-?\d{6,20}(?!\w)")),
    (12, re.compile(r"(?<![\w.,-])(?:\d{4}(?:[ -]\d{4}){2,4}(?: \d)?|3[47]\d\d[ -]\d{6}[ -]\d{5})(?![\w-])")),
    (7, re.compile(r"(?<![\w.,-])(?!\d{7,8} ?(?:euro|km|EUR))\d{7,30}(?!\w|[.,]\d)")),
    (9, re.compile(r"(?<![\w.,-])\d{3}[. ]\d{3}[. ]\d{3}(?!\w|[ .,]\d)")),
    (8, re.compile(r"(?<![\w.,/-])\d{3,4}-\d{5,6}(?![\w-]|[.,]\d)")),
    (9, re.compile(r"(?<![\w.,-])\d\d\.\d\d\.\d\d\.\d{3}(?![\w-])")),  # as banks wrote accounts
)


_OF_ACCOUNTS = ("@", "/", " at ", "staart", "(a", "[a")
_WORDED = (*_OF_ACCOUNTS, "nul", "Nul", "nummer")


def list_shaped(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Tell in which texts it is worth looking for shapes; `find_shapes` finds none in the others.

    Parameters
    ----------
    texts : sequence of str, length n

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> list_shaped(["bel 0612345678", "snel geholpen"]).tolist()
    [True, False]
    """
    joined = JoinedTexts(texts)
    shaped = joined.hold_characters(":0123456789")
    return shaped | joined.hold(*_WORDED)


def find_shapes(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind), the surest kinds first; spans may overlap.

    Examples
    --------
    >>> [kind for *_, kind in find_shapes("order 48291 naar Dorpsstraat 12a")]
    ['number', 'address']
    """
    if any(map(text.__contains__, _OF_ACCOUNTS)):
        yield from find_accounts(text)
    if "nul" in text or "Nul" in text:
        yield from _all(_SPOKEN_PHONE, text, "phone")
    if "nummer" in text:
        yield from _all(_SPOKEN_NUMBER, text, "number")
    if _DIGIT.search(text):
        yield from _with_digits(text, len(_DIGIT.findall(text)))
    elif ":" in text:
        yield from find_logins(text)


def _with_digits(text: str, digits: int) -> Iterator[tuple[int, int, str]]:
    """Try only the patterns that the number of digits leaves room for: most answers hold one or two."""
    patterns = _cued_patterns()
    if digits >= _FEWEST_LONG:
        for pattern, kind in _LONG_NUMBERS:
            yield from _all(pattern, text, kind)
    if text.count(".") >= _DOTS_OF_IP:
        yield from _ip_addresses(text)
    yield from find_logins(text)
    if digits >= _FEWEST_AFTER_NR or "code" in text:
        yield from find_births(text)
        yield from _numbers(text, patterns)
    if digits >= _FEWEST_LONG:
        yield from _long_after_others(text)
    if digits > 1:
        yield from find_plates(text)
    yield from find_addresses(text, digits)
    if digits >= _FEWEST_AFTER_WORD:
        yield from _loose_numbers(text, digits, patterns.units)


def _long_after_others(text: str) -> Iterator[tuple[int, int, str]]:
    """Find what is less sure than the number of something."""
    yield from _all(_PHONE, text, "phone")
    if text.count(":") + text.count("-") >= _FEWEST_COLONS:
        yield from _all(_HEXADECIMAL, text, "ip")


def _ip_addresses(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _ADDRESS_IP.finditer(text):
        version = _BEFORE_VERSION.search(text, max(0, found.start() - _LONGEST_BEFORE), found.start())
        if not version and all(int(part) <= _LARGEST_BYTE for part in found[0].split(".")):
            yield *found.span(), "ip"


def _loose_numbers(text: str, digits: int, units: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    for fewest, pattern in _LOOSE_NUMBERS:
        for found in pattern.finditer(text) if digits >= fewest else ():
            product = _PRODUCT.search(text, max(0, found.start() - _LONGEST_PRODUCT), found.start())
            if not product and not units.match(text, found.end()):
                yield *found.span(), "bsn" if _is_bsn(found[0]) else "number"


def _numbers(text: str, patterns: _Patterns) -> Iterator[tuple[int, int, str]]:
    """Numbers behind what they are of; a bare "order 1250" needs four digits and is no year or amount."""
    for found in _THING_NUMBER.finditer(text):
        thing = found["thing"].casefold()
        stem = _NR.sub("", thing) or thing  # "nummer 48812" is the number of something
        named = stem != thing and not thing.endswith("code") and stem not in patterns.not_things
        known = named or patterns.is_thing(stem)
        loose = found["nr"] is not None and stem in patterns.before_number  # "onder nummer 48812"
        if not known and not loose:
            continue
        numbered = not loose and (found["nr"] is not None or stem != thing)
        number = found["id"]
        digits = sum(map(str.isdecimal, number))
        enough = digits >= _FEWEST_AFTER_NR if numbered else digits >= _FEWEST_AFTER_WORD
        amount = patterns.units.match(text, found.end()) or (not numbered and _YEAR.fullmatch(number))
        shortest = _SHORTEST_CODE if numbered else _SHORTEST_BARE_CODE
        coded = len(number) >= shortest and _CODE.fullmatch(number) and (numbered or digits > 1)
        if (enough or coded) and not amount and number not in _SERVICES:
            yield *found.span("id"), "bsn" if _is_bsn(number) else "number"
    if "nummer" in text or "nr" in text:
        yield from _numbers_behind(text, patterns)


def _numbers_behind(text: str, patterns: _Patterns) -> Iterator[tuple[int, int, str]]:
    """Numbers some words after what they are of: "mijn klantnummer, dat is 44812"."""
    for found in _LATER_NUMBER.finditer(text):
        if patterns.is_thing(found["thing"].casefold()) and not patterns.units.match(text, found.end()):
            yield *found.span("id"), "number"


def _all(pattern: re.Pattern[str], text: str, kind: str) -> Iterator[tuple[int, int, str]]:
    for found in pattern.finditer(text):
        yield *found.span(found.lastindex or 0), kind


def _is_bsn(text: str) -> bool:
    digits = [int(character) for character in text if character.isdecimal()]
    if len(digits) != _BSN_DIGITS or any(character.isalpha() for character in text) or not any(digits):
        return False
    return sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11 == 0


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What is made from ``cues.toml``."""

    things: frozenset[str]
    not_things: frozenset[str]
    thing_stems: tuple[str, ...]
    before_number: frozenset[str]
    units: re.Pattern[str]

    def is_thing(self, stem: str) -> bool:
        """Say whether numbers of this are someone's."""
        plain = stem.removesuffix("s")
        return stem in self.things or plain in self.things or stem.startswith(self.thing_stems)


@cache
def _cued_patterns() -> _Patterns:
    cues = read_lexicon().cues
    things = cues["numbers"]["things"]
    return _Patterns(
        things=frozenset(word for word in things if not word.endswith("*")),
        not_things=frozenset(cues["numbers"]["not_things"]),
        thing_stems=tuple(word[:-1] for word in things if word.endswith("*")),
        before_number=frozenset(cues["numbers"]["before_number"]),
        units=_compile(rf"\s{{0,2}}(?:{any_of(cues['numbers']['units'])})(?!\w)"),
    )
