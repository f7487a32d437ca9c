"""Find personal data in an answer: what shapes and names say, sorted and without overlap."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from why_nps.text.privacy.known import find_known
from why_nps.text.privacy.names import find_names, has_initials
from why_nps.text.privacy.shapes import find_shapes, list_shaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

PLACEHOLDERS = {
    "nl": {
        "phone": "[telefoon]",
        "email": "[e-mail]",
        "iban": "[rekening]",
        "bsn": "[bsn]",
        "btw": "[btw-nummer]",
        "kvk": "[kvk-nummer]",
        "postcode": "[postcode]",
        "address": "[adres]",
        "plate": "[kenteken]",
        "number": "[nummer]",
        "name": "[naam]",
        "account": "[account]",
        "ip": "[ip-adres]",
        "birthdate": "[geboortedatum]",
    },
    "en": {
        "phone": "[phone]",
        "email": "[email]",
        "iban": "[bank account]",
        "bsn": "[citizen number]",
        "btw": "[VAT number]",
        "kvk": "[company number]",
        "postcode": "[postal code]",
        "address": "[address]",
        "plate": "[licence plate]",
        "number": "[number]",
        "name": "[name]",
        "account": "[account]",
        "ip": "[IP address]",
        "birthdate": "[date of birth]",
    },
}
_PLACEHOLDER = re.compile(
    "|".join(sorted({re.escape(p) for kinds in PLACEHOLDERS.values() for p in kinds.values()}))
)
_BLANK = "\0"  # what reaches across it is no find


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One piece of personal data.

    Parameters
    ----------
    start, end : int
        Offsets into the text, end exclusive.
    kind : str
        One of phone, email, iban, bsn, btw, kvk, postcode, address, plate, number (of an order, customer,
        case, policy, ...), name, account (a handle or profile page), ip, birthdate.
    """

    start: int
    end: int
    kind: str


def find_personal_data(text: str, *, names: frozenset[str] = frozenset()) -> tuple[PersonalData, ...]:
    """Find what points at a person in a Dutch or Flemish answer.

    Rules only, no model: shapes for numbers and addresses, cues and word lists for names. Precision comes
    first for names, so a surname without a cue, a title or a first name stays. Placeholders of
    :func:`mask_personal_data` are passed over.

    Parameters
    ----------
    text : str
        An answer as typed; any str will do, of any length.
    names : frozenset of str
        From `gather_names`: words that are names in these answers, beside what the rules know.

    Returns
    -------
    tuple of PersonalData
        Sorted by start, without overlap.

    Examples
    --------
    >>> for item in find_personal_data("Geholpen door Sanne, bel 06-12345678"):
    ...     print(item.kind, item.start, item.end)
    name 14 19
    phone 25 36
    """
    if "[" in text:
        text = _PLACEHOLDER.sub(lambda found: _BLANK * len(found[0]), text)
    found: list[PersonalData] = []
    while new := _find_once(text, names):
        found += new
        # What is found is blanked and the rest looked at again, so that a masked text holds nothing more.
        characters = list(text)
        for item in new:
            characters[item.start : item.end] = _BLANK * (item.end - item.start)
        text = "".join(characters)
    return tuple(sorted(found, key=lambda item: item.start)) if found else ()


def hold_personal_data(texts: Sequence[str], present: NDArray[np.bool_]) -> list[bool]:
    """Tell which answers hold anything that `find_personal_data` finds.

    Parameters
    ----------
    texts : sequence of str, length n
        Answers as typed.
    present : ndarray of bool, shape (2, n)
        Which answers hold a word of each set of `list_name_words`.

    Returns
    -------
    list of bool, length n

    Examples
    --------
    >>> import numpy as np
    >>> hold_personal_data(["Geholpen door Sanne", "Goed geholpen"], np.array([[True, False], [True, False]]))
    [True, False]
    """
    likely = zip(texts, list_shaped(texts).tolist(), *present.tolist(), strict=True)
    return [
        (shaped or worded or "." in text or "[" in text) and _holds(text, shaped=shaped, worded=worded)
        for text, shaped, worded in (
            (text, shaped, bare or (worded and not text.islower())) for text, shaped, worded, bare in likely
        )
    ]


def _holds(text: str, *, shaped: bool, worded: bool) -> bool:
    if "[" in text:
        return bool(find_personal_data(text))
    if shaped and any(find_shapes(text)):
        return True
    return (worded or has_initials(text)) and any(find_names(text))


def _find_once(text: str, names: frozenset[str]) -> list[PersonalData]:
    candidates = [*find_shapes(text)]
    candidates += [(start, end, "name") for start, end in find_names(text)]
    if names:
        candidates += [(start, end, "name") for start, end in find_known(text, names)]
    if not candidates:
        return []
    taken = bytearray(len(text))
    kept = []
    for start, end, kind in candidates:
        if not any(taken[start:end]) and _BLANK not in text[start:end]:
            taken[start:end] = b"\1" * (end - start)
            kept.append(PersonalData(start, end, kind))
    return kept
