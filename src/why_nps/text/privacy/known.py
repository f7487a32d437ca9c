"""Names that the file itself gives, such as those of its employees, where answers mention them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from why_nps.text.privacy.lexicon import read_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PART = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+){0,3}")
_SHORTEST = 3


def gather_names(people: Iterable[str]) -> frozenset[str]:
    """Gather the words by which people may be called: parts of their names, without ordinary words.

    What holds a digit is a code or a pseudonym and names nobody.

    Examples
    --------
    >>> sorted(gather_names(["Xandra van den Prijs", "M17", "medewerker 2"]))
    ['xandra']
    """
    lexicon = read_lexicon()
    parts = {
        part.casefold()
        for name in people
        if not any(sign.isdigit() for sign in name)
        for part in _PART.findall(name)
        if len(part) >= _SHORTEST
    }
    words = (
        lexicon.ordinary | lexicon.not_names | {*lexicon.cues["names"]["particles"]}
    ) - lexicon.doubtful_names
    return frozenset(parts - words)


def find_known(text: str, names: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans of these names; one that is also another word only counts with a capital.

    Examples
    --------
    >>> names = gather_names(["Roos Bakker", "Xandra"])
    >>> text = "xandra en Roos waren top, de roos was mooi"
    >>> [text[start:end] for start, end in find_known(text, names)]
    ['xandra', 'Roos']
    """
    lexicon = read_lexicon()
    for part in _PART.finditer(text):
        folded = part[0].casefold()
        if folded in names:
            doubtful = folded in lexicon.doubtful_names or folded in lexicon.surnames
            if part[0][0].isupper() or not doubtful:
                yield part.span()
