"""Dates of birth: by what is said of them, for most dates in answers are of orders and visits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANY_DATE = (
    r"(?:(?:19|20)\d\d-\d\d-\d\d|\d{1,2}(?:[-/. ]\d{1,2}[-/. ]|[ -][a-z]{3,9}\.?[ -])'?(?:19|20)?\d\d)"
)
_OLD_DATE = r"\d{1,2}(?:[-/. ]\d{1,2}[-/. ]|[ -][a-z]{3,9}\.?[ -])19\d\d"
_BIRTH = re.compile(
    r"(?:\bgeb\.?|geboren|geboortedatum|geboortedag|geb\.?\s?dat(?:um|\.)?)"
    rf"(?:\s(?:op|is|was))?[\s:(]{{1,3}}({_ANY_DATE})(?!\d)",
    re.IGNORECASE,
)
_RELATIVE = r"(?:dochter|dochtertje|zoon|zoontje|kind|oudste|jongste|moeder|vader|oma|opa|man|vrouw|partner)"
_LATER_BIRTH = re.compile(
    r"(?:geboren[^.\d]{1,40}?|geb\.?\s?datum\s"
    r"|(?:geboortedat|verjaardag)(?:(?!\sop\s|besteld|gekocht|lever|bezorg)[^.\d]){1,45}?"
    rf"|{_RELATIVE}\s(?:(?:is|was)\s(?:van|uit)\s|\()|(?:allebei|beiden?|tweeling)\s(?:van|uit)\s)"
    rf"({_ANY_DATE})(?!\d)",
    re.IGNORECASE,
)
_EARLIER_BIRTH = re.compile(
    rf"(?<!\w)jarig\s(?:ben\s)?(?:op\s)?({_OLD_DATE})(?!\d)"
    rf"|(?<!\d)({_ANY_DATE})\s(?:(?:als|is|was|mijn|de|haar|zijn)\s){{0,3}}(?:geboortedat|verjaardag|geboortedag)"
    rf"|(?<!\w)ik\s(?:ben\s)?van\s({_ANY_DATE})(?!\d)",
    re.IGNORECASE,
)
_BIRTH_AFTER_NAME = re.compile(
    r"(?:[A-Z][\w'’-]{1,20} ){1,3}[A-Z][\w'’-]{1,20}, (\d{1,2}[-/. ]\d{1,2}[-/. ](?:19\d\d|200\d))(?!\d)"
)
_DATE_LIKE = re.compile(r"\d[-/. ](?:\d{1,2}|[A-Za-z]{3,9}\.?)[-/. ]'?\d\d")
_NEXT_DATE = re.compile(
    rf"(?:(?:,|\s(?:en|of|&))|[^.\d\n]{{1,50}}\s(?:moet|is|niet|maar|ipv))\s({_ANY_DATE})(?!\d)",
    re.IGNORECASE,
)


def find_births(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind) of dates of birth, some twice; other dates stay.

    Examples
    --------
    >>> sorted({span[:2] for span in find_births("geboren op 3 mei 1961, besteld op 12-03-2024")})
    [(11, 21)]
    """
    if not _DATE_LIKE.search(text):
        return
    for pattern in (_BIRTH, _LATER_BIRTH, _EARLIER_BIRTH, _BIRTH_AFTER_NAME):
        for found in pattern.finditer(text):
            span = found.span(found.lastindex or 0)
            while True:
                yield *span, "birthdate"
                following = _NEXT_DATE.match(text, span[1])
                if not following:
                    break
                span = following.span(1)
