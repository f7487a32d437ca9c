"""What lower layers told in English, told again in the language of a report."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from why_nps.report.wording import Wording

_NUMBERS = frozenset({"count", "others"})
_HOLDER = re.compile(r"\\\{(\w+)\\\}")


class Told(NamedTuple):
    """A sentence, and the language that it is in."""

    text: str
    language: str


def retell(sentence: str, wording: Wording) -> Told:
    """Return a sentence in the language of a report; as it is where nobody translated it.

    Examples
    --------
    >>> from why_nps.report.wording import load_wording
    >>> retell("Rows with neither a score nor a text, kept: 1,200.", load_wording("nl"))
    Told(text='Rijen zonder score en zonder tekst, gehouden: 1.200.', language='nl')
    >>> retell("Nobody knows this one.", load_wording("nl")).language
    'en'
    """
    for pattern, other in _list_sentences(wording.language):
        found = pattern.fullmatch(sentence)
        if found:
            said = {
                name: wording.number(int(value.replace(",", ""))) if name in _NUMBERS else value
                for name, value in found.groupdict().items()
            }
            return Told(other.format(**said), wording.language)
    return Told(sentence, "en")


@cache
def _list_sentences(language: str) -> list[tuple[re.Pattern[str], str]]:
    raw = files("why_nps.report").joinpath("texts", "told.toml").read_text(encoding="utf-8")
    sentences: dict[str, str] = tomllib.loads(raw).get(language, {})
    return [
        (re.compile(_HOLDER.sub(_capture, re.escape(en)), re.DOTALL), own) for en, own in sentences.items()
    ]


def _capture(holder: re.Match[str]) -> str:
    return f"(?P<{holder[1]}>{'[0-9,]+' if holder[1] in _NUMBERS else '.+'})"
