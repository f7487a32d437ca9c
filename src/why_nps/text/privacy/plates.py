"""Licence plates, Dutch and Belgian."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLATE = re.compile(
    r"(?<![\w-])(?=[\d-]{0,7}[A-Z])(?=[A-Z-]{0,7}\d)"
    r"(?:(?:[A-Z]{1,3}|\d{1,3})-(?:[A-Z]{1,3}|\d{1,3})-(?:[A-Z]{1,3}|\d{1,3}))(?![\w-])"
)
_CUED_PLATE = re.compile(
    r"(?:kenteken|nummerplaat|plaat)(?:\s(?:is|was|met))?[\s:]{1,2}"
    r"((?:t[xl]-)?(?=[a-z-]{0,7}\d)[a-z\d]{1,3}-?[a-z\d]{1,3}-?[a-z\d]{1,3}"
    r"|(?=[a-z ]{0,7}\d)(?=[\d ]{0,7}[a-z])(?:[a-z]{1,3}|\d{1,3})(?: (?:[a-z]{1,3}|\d{1,3})){1,2})"
    r"(?![\w-])",
    re.IGNORECASE,
)
_LOWER_PLATE = re.compile(
    r"(?:auto|wagen|bus|busje|scooter|motor|taxi|enteken[^\d\n]{0,40}|plaat[^\d\n]{0,40})(?:\s(?:is|was|met))?[\s:(]{1,3}"
    r"((?=[\d-]{0,7}[a-z])(?=[a-z-]{0,7}\d)(?:[a-z]{1,3}|\d{1,3})-(?:[a-z]{1,3}|\d{1,3})-(?:[a-z]{1,3}|\d{1,3}))(?![\w-])"
)
_SPACED_PLATE = re.compile(
    r"(?:[Kk]enteken|[Nn]ummerplaat|[Pp]laat|[Aa]uto|[Ww]agen|[Bb]usje|[Bb]us|[Ss]cooter|[Mm]otor|[Tt]axi)"
    r"(?:\s(?:is|was|met))?[\s:(]{1,3}((?=[\dA-Z ]{0,8}[A-Z])(?=[A-Z ]{0,5}\d)"
    r"[A-Z\d]{1,3} ?[A-Z\d]{1,3} ?[A-Z\d]{1,3})(?![\w-])"
)
_VEHICLES = ("plaat ", "enteken", "uto ", "agen ", "bus ", "busje ", "cooter ", "otor ", "axi ")
_DUTCH_PLATE = 6
_BELGIAN_PLATE = re.compile(r"\d-?[A-Z]{3}-?\d{3}", re.IGNORECASE)


def find_plates(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind) of licence plates, Dutch and Belgian, some twice.

    Examples
    --------
    >>> sorted({span[:2] for span in find_plates("kenteken GB-123-K, cartridge HP-302-XL")})
    [(9, 17)]
    """
    patterns = [_PLATE] if "-" in text else []
    if any(map(text.__contains__, _VEHICLES)):
        patterns += [_CUED_PLATE, _SPACED_PLATE, _LOWER_PLATE]
    for pattern in patterns:
        for found in pattern.finditer(text):
            plate = found[pattern.groups].replace(" ", "-").removeprefix("TX-").removeprefix("TL-")
            if len(plate.replace("-", "")) == _DUTCH_PLATE or _BELGIAN_PLATE.fullmatch(plate):
                yield *found.span(pattern.groups), "plate"
