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
from why_nps.text.privacy.addresses import find_addresses
from why_nps.text.privacy.lexicon import any_of, read_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

_DIGIT = re.compile(r"\d")
_SEP = r"[ ./-]{0,3}"
_DATE = r"\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d(?!\d)"
_ANY_DATE = r"\d{1,2}(?:[-/. ]\d{1,2}[-/. ]|[ -][a-z]{3,9}[ -])(?:19|20)?\d\d"
_NUMERALS = r"(?:nul|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen)"
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_BSN_DIGITS = 9
_LARGEST_BYTE = 255
_DOTS_OF_IP = 3
_FEWEST_AFTER_NR = 3
_FEWEST_AFTER_WORD = 4
_FEWEST_LONG = 7
_YEAR = re.compile(r"(?:19|20)\d\d")


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_EMAIL = _compile(r"[\w.+-]{1,64}\s?(?:@|\[at\]|\(at\))\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_SPOKEN_EMAIL = _compile(
    r"\w{1,40}(?:\s(?:punt|dot)\s\w{1,40}){0,3}\s(?:at|apenstaartje|apestaartje)\s"
    r"[\w-]{1,40}\s?(?:punt|dot|\.)\s?(?:com|nl|be|net|org|eu)(?!\w)"
)
_PROFILE = _compile(
    r"(?:https?://)?(?:www\.)?(?:facebook|fb|linkedin|instagram|twitter|tiktok|x)\.com/[\w./?=&%-]{2,100}"
)
_HANDLE = _compile(
    r"(?:(?<=insta )|(?<=instagram )|(?<=twitter )|(?<=tiktok ))@[\w.]{2,30}"
    r"|(?<![\w.])@(?=[a-z.]{0,20}[\d_.][\w])[a-z][\w.]{2,29}"
)
_SPOKEN_PHONE = _compile(rf"(?<!\w)nul(?:[ ,-]{{1,2}}{_NUMERALS}){{7,10}}(?!\w)")

_IBAN = _compile(
    r"(?<!\w)(?:nl\d\d[ .-]?[a-z]{4}(?:[ .-]?\d){10}|be\d\d(?:[ .-]?\d{4}){3}"
    r"|[a-z]{2}\d\d(?:[ -]?\d{4}){3,6}(?:[ -]?\d{1,3})?)(?!\w)"
)
_VAT = _compile(
    r"(?<!\w)(?:nl[ .]?(?:\d[ .]?){9}b[ .]?\d\d|be[ .]?[01]\d{3}[ .]?\d{3}[ .]?\d{3})(?!\w)"
    r"|(?<=btw )\d{9}(?:b\d\d)?(?!\w)"
)
_REGISTER = _compile(r"(?<!\w)\d\d[. ]\d\d[. ]\d\d[- ]\d{3}[. ]\d\d(?!\w)")
_CITIZEN = _compile(
    r"(?:\bbsn|burgerservice|sofi)(?:[- ]?(?:nummer|nr))?\.?[\s:(=]{0,3}(?:is|was)?\s?"
    r"(\d(?:[ .-]?\d){7,8})(?!\d)"
)
_CHAMBER = _compile(
    r"(?:\bkvk|koophandel)(?:[- ]?(?:nummer|nr))?\.?(?:\s(?:is|onder|met|van))?(?:\snummer)?[\s:]{0,3}"
    r"(\d(?:[ .]?\d){7})(?!\d)"
)
_THING_NUMBER = _compile(
    r"(?<![^\W_])(?P<thing>[^\W\d_]{2,32})(?P<nr>[- ](?:nummer|numer|nr|no|num|code)(?!\w))?\.?"
    r"(?:\s(?:is|was|met|van mij is))?[\s:#=(-]{1,3}"
    rf"(?P<id>(?!{_DATE})[a-z]{{0,6}}[-./]?\d(?:[-./]{{0,2}}[a-z\d]|[ ](?=[a-z]?\d\d)){{1,28}})(?!\w)"
)
_NR = re.compile(r"(?:nummer|numer|nr|no|num|code)$")
_ADDRESS_IP = _compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]\d|\w)")
_BEFORE_VERSION = re.compile(
    r"(?:versie|version|firmware|software|update|app|ios|android|release|build)[ :]{1,2}$", re.IGNORECASE
)
_LONGEST_BEFORE = 10
_BIRTH = _compile(
    rf"(?:\bgeb\.?|geboren|geboortedatum|geboortedag|geb\.?\s?dat(?:um|\.)?)(?:\s(?:op|is|was))?[\s:]{{1,3}}({_ANY_DATE})(?!\d)"
)
_PHONE = _compile(
    rf"(?<![\w,])(?!{_DATE})(?:"
    rf"(?:\+|00){_SEP}3[12]{_SEP}(?:\(0\){_SEP})?[1-9](?:{_SEP}\d){{7,8}}"
    rf"|\(\+3[12]\){_SEP}[1-9](?:{_SEP}\d){{7,8}}"
    rf"|\(0\){_SEP}[1-9](?:{_SEP}\d){{7,8}}"
    rf"|\(0[1-9]\d{{0,2}}\)(?:{_SEP}\d){{6,8}}"
    rf"|0(?:800|900|906|909){_SEP}\d{{2,4}}(?:{_SEP}\d{{2,3}})?"
    rf"|0[1-9](?:{_SEP}\d){{7,8}}"
    r"|\+[1-9](?:[ .-]?\d){8,13})(?!\d)"
)
_PLATE = re.compile(
    r"(?<![\w-])(?=[\d-]{0,7}[A-Z])(?=[A-Z-]{0,7}\d)"
    r"(?:(?:[A-Z]{1,3}|\d{1,3})-(?:[A-Z]{1,3}|\d{1,3})-(?:[A-Z]{1,3}|\d{1,3}))(?![\w-])"
)
_CUED_PLATE = _compile(
    r"(?:kenteken|nummerplaat|plaat)(?:\s(?:is|was|met))?[\s:]{1,2}"
    r"((?=[a-z-]{0,7}\d)[a-z\d]{1,3}-?[a-z\d]{1,3}-?[a-z\d]{1,3})(?![\w-])"
)
_PLATE_LENGTHS = (6, 7)
_LONG_NUMBERS = (
    (_IBAN, "iban"),
    (_VAT, "btw"),
    (_REGISTER, "bsn"),
    (_CITIZEN, "bsn"),
    (_CHAMBER, "kvk"),
)
_LOOSE_NUMBERS = (
    re.compile(r"(?<!\w)3S[A-Z]{2,6}\d{5,15}(?!\w)"),
    re.compile(r"#[A-Z]{0,5}-?\d{4,20}(?!\w)"),
    re.compile(r"(?<!\w)[A-Z]{1,4}-?\d{6,20}(?!\w)"),
    re.compile(r"(?<![\w.,-])\d{4}(?:[ -]\d{4}){2,4}(?![\w-])"),
    re.compile(r"(?<![\w.,-])(?!\d{7,8} ?(?:euro|km|EUR))\d{7,30}(?!\w|[.,]\d)"),
    re.compile(r"(?<![\w.,-])\d{3}[. ]\d{3}[. ]\d{3}(?!\w|[ .,]\d)"),
)


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
    shaped = joined.hold_characters("@0123456789")
    return shaped | joined.hold("(at)", "[at]", ".com/", " at ", "staartje ", "nul", "Nul")


def find_shapes(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind), the surest kinds first; spans may overlap.

    Examples
    --------
    >>> [kind for *_, kind in find_shapes("order 48291 naar Dorpsstraat 12a")]
    ['number', 'address']
    """
    if "@" in text or "(at)" in text or "[at]" in text:
        yield from _all(_EMAIL, text, "email")
        yield from _all(_HANDLE, text, "account")
    if ".com/" in text:
        yield from _all(_PROFILE, text, "account")
    if " at " in text or "staartje " in text:
        yield from _all(_SPOKEN_EMAIL, text, "email")
    if "nul" in text or "Nul" in text:
        yield from _all(_SPOKEN_PHONE, text, "phone")
    if _DIGIT.search(text):
        yield from _with_digits(text, len(_DIGIT.findall(text)))


def _with_digits(text: str, digits: int) -> Iterator[tuple[int, int, str]]:
    """Try only the patterns that the number of digits leaves room for: most answers hold one or two."""
    patterns = _cued_patterns()
    if digits >= _FEWEST_LONG:
        for pattern, kind in _LONG_NUMBERS:
            yield from _all(pattern, text, kind)
    if text.count(".") >= _DOTS_OF_IP:
        yield from _ip_addresses(text)
    if digits >= _FEWEST_AFTER_NR:
        if "geb" in text.casefold():
            yield from _all(_BIRTH, text, "birthdate")
        yield from _numbers(text, patterns)
    if digits >= _FEWEST_LONG:
        yield from _all(_PHONE, text, "phone")
    if "-" in text or "plaat " in text or "kenteken" in text.casefold():
        yield from _plates(text)
    yield from find_addresses(text, digits)
    if digits >= _FEWEST_AFTER_WORD:
        yield from _loose_numbers(text, patterns.units)


def _ip_addresses(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _ADDRESS_IP.finditer(text):
        version = _BEFORE_VERSION.search(text, max(0, found.start() - _LONGEST_BEFORE), found.start())
        if not version and all(int(part) <= _LARGEST_BYTE for part in found[0].split(".")):
            yield *found.span(), "ip"


def _loose_numbers(text: str, units: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    for pattern in _LOOSE_NUMBERS:
        for found in pattern.finditer(text):
            if not units.match(text, found.end()):
                yield *found.span(), "bsn" if _is_bsn(found[0]) else "number"


def _numbers(text: str, patterns: _Patterns) -> Iterator[tuple[int, int, str]]:
    """Numbers behind what they are of; a bare "order 1250" needs four digits and is no year or amount."""
    for found in _THING_NUMBER.finditer(text):
        thing = found["thing"].casefold()
        stem = _NR.sub("", thing) or thing  # "nummer 48812" is the number of something
        known = stem in patterns.things or stem.removesuffix("s") in patterns.things
        loose = found["nr"] is not None and stem in patterns.before_number  # "onder nummer 48812"
        if not known and not loose and not stem.startswith(patterns.thing_stems):
            continue
        numbered = not loose and (found["nr"] is not None or stem != thing)
        number = found["id"]
        digits = sum(map(str.isdecimal, number))
        enough = digits >= _FEWEST_AFTER_NR if numbered else digits >= _FEWEST_AFTER_WORD
        amount = patterns.units.match(text, found.end()) or (not numbered and _YEAR.fullmatch(number))
        if enough and not amount:
            yield *found.span("id"), "bsn" if _is_bsn(number) else "number"


def _all(pattern: re.Pattern[str], text: str, kind: str) -> Iterator[tuple[int, int, str]]:
    for found in pattern.finditer(text):
        yield *found.span(pattern.groups), kind


def _is_bsn(text: str) -> bool:
    digits = [int(character) for character in text if character.isdecimal()]
    if len(digits) != _BSN_DIGITS or any(character.isalpha() for character in text) or not any(digits):
        return False
    return sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11 == 0


def _plates(text: str) -> Iterator[tuple[int, int, str]]:
    for pattern in (_PLATE, _CUED_PLATE):
        for found in pattern.finditer(text):
            if len(found[pattern.groups].replace("-", "")) in _PLATE_LENGTHS:
                yield *found.span(pattern.groups), "plate"


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What is made from ``cues.toml``."""

    things: frozenset[str]
    thing_stems: tuple[str, ...]
    before_number: frozenset[str]
    units: re.Pattern[str]


@cache
def _cued_patterns() -> _Patterns:
    cues = read_lexicon().cues
    things = cues["numbers"]["things"]
    return _Patterns(
        things=frozenset(word for word in things if not word.endswith("*")),
        thing_stems=tuple(word[:-1] for word in things if word.endswith("*")),
        before_number=frozenset(cues["numbers"]["before_number"]),
        units=_compile(rf"\s{{0,2}}(?:{any_of(cues['numbers']['units'])})(?!\w)"),
    )
