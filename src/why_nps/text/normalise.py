"""Mend an answer's characters without losing the way back to the text as typed.

Case and spelling are kept; only what would make equal words look different, or a tokenizer slow, is mended.
Ordinary answers pass one search and are returned as they are.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from why_nps.text.joined import JoinedTexts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_CHARACTERS = 10_000
_MAX_READ = (
    50_000  # what is squeezed before the cut at MAX_CHARACTERS; the rest of a longer text is not looked at
)
_MAX_WORD = 200  # tokenizers are quadratic in the length of a run without spaces
_MAX_MARKS = 30  # Unicode's stream-safe limit (UAX #15): normalisation is quadratic in a run of marks
_PASSES = 4  # mending can lay bare what an earlier rule mends: "&amp;amp;"

_SPACES = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u02bc\xb4\u201c\u201d\u201e\u201f\u2033"
_DASHES = "\u2010-\u2015\u2212"
_TYPOGRAPHY = f"[{_SPACES}{_QUOTES}{_DASHES}\u2026]"
_SURROGATES = "[\ud800-\udfff]"
# Runs are taken at once: 50,000 lone surrogates, one by one, took 122 ms.
_BREAKS = r"\r\n|\r+(?!\n)|[\x0b\x0c\x85\u2028\u2029]+|</?(?:br|p|div) ?/?>"
_INVISIBLE = (
    r"[\x00-\x08\x0e-\x1f\x7f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_C1 = r"[\x80-\x84\x86-\x9f]"
_MOJIBAKE_SIGN = re.compile(
    r"[\xc2-\xf4\u0102\u0110\u0111][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    r"\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
_ENTITY = r"&(?!lt;|gt;)(?:\#[0-9]{1,7}|\#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});"
_VARIANTS = r"[\u0130\u0132\u0133\ufb00-\ufb06\uff01-\uff5e\U0001d400-\U0001d7ff]"
_MARKS = (
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0e31-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff"
    r"\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe20-\ufe2f]"
)
_REPEATED = r"([^\d\W]|[\W])\1{3,}"  # not digits: 10000 and phone numbers are meant

# A class first, then what follows it: a search that starts with a class is several times faster.
_ODD_ASCII = re.compile(
    rf"[\x00-\x08\x0b-\x1f\x7f&<](?:(?<=[^&<])|(?<=&){_ENTITY[1:]}|(?<=<)/?(?:br|p|div) ?/?>)", re.IGNORECASE
)
_DOUBTFUL = "".join(map(chr, {*range(0x20), 0x7F} - set(b"\t\n"))) + "&<"
_FOUR_ALIKE = re.compile(r"(.)\1\1\1", re.DOTALL)  # digits too: twice as fast, and the rule spares them
_ODD = re.compile(
    f"{_SURROGATES}|{_TYPOGRAPHY}|[\x0b\x0c\x85\u2028\u2029]|{_INVISIBLE}|{_C1}|{_VARIANTS}"
    f"|{_MOJIBAKE_SIGN.pattern}|{_MARKS}",
)
_SURROGATE = re.compile(_SURROGATES)
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONG_WORD = re.compile(rf"\S{{{_MAX_WORD + 1},}}")


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """An answer with its characters mended, and the way back to the text as typed.

    Parameters
    ----------
    text : str
        The mended text, at most 10,000 characters.
    offsets : sequence of int or None
        For each character of ``text`` its index in the text as typed, and one entry more for the end;
        None where nothing was mended.
    repairs : tuple of str
        What was mended: "surrogates", "breaks", "invisible", "entities", "repeats", "long_words", "marks",
        "mojibake", "controls", "typography", "variants", "composition" or "cut", each at most once.
    """

    text: str = field(repr=False)
    offsets: Sequence[int] | None = None
    repairs: tuple[str, ...] = ()

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """Turn a span of ``text`` into the span of the text as typed that it came from.

        Parameters
        ----------
        start, end : int
            A span of ``text``, 0 <= start <= end <= len(text).

        Returns
        -------
        tuple of int
            Start and end in the text as typed.

        Examples
        --------
        >>> mended = normalise_answer("heeeeeeel goed")
        >>> mended.text, mended.to_raw(6, 10)
        ('heeel goed', (10, 14))
        """
        if self.offsets is None:
            return start, end
        first, last = self.offsets[start], self.offsets[end]
        # Half of a ligature is the whole ligature.
        while start < end < len(self.text) and last == self.offsets[end - 1]:
            end += 1
            last = self.offsets[end]
        return first, last


def normalise_answer(raw: str) -> NormalisedText:
    """Mend an answer's characters: encoding, invisible characters, typography, runs and length.

    Parameters
    ----------
    raw : str
        The answer as typed; anything goes, lone surrogates included.

    Returns
    -------
    NormalisedText

    Examples
    --------
    >>> normalise_answer("gewoon goed").offsets is None
    True
    >>> mended = normalise_answer("cafÃ© was top!!!!!!!")
    >>> mended.text, mended.repairs
    ('café was top!!!', ('repeats', 'mojibake'))
    >>> mended
    NormalisedText(offsets=(0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 20),
                   repairs=('repeats', 'mojibake'))
    """
    if not _needs_mending(raw):
        return NormalisedText(raw)
    text = raw[:_MAX_READ]
    offsets = list(range(len(text) + 1))
    repairs = dict.fromkeys(["cut"] if len(raw) > _MAX_READ else [])
    if not text.isascii() and _SURROGATE.search(text):
        text, offsets = _join_surrogates(text, offsets)
        repairs["surrogates"] = None
    for _ in range(_PASSES):
        before = text
        for name, pattern, replace in _RULES:
            mended, mended_offsets = _rewrite(text, offsets, pattern, replace)
            if mended != text:
                text, offsets = mended, mended_offsets
                repairs[name] = None
            if len(text) > MAX_CHARACTERS and name in _BOUNDING:
                text, offsets = text[:MAX_CHARACTERS], offsets[: MAX_CHARACTERS + 1]
                repairs["cut"] = None
        if text == before:
            break
    if not repairs:
        return NormalisedText(raw)
    return NormalisedText(text, tuple(offsets), tuple(repairs))


def list_doubtful(raws: Sequence[str]) -> list[bool]:
    """Tell which answers are worth the call of `normalise_answer`; the others are sound as they are.

    Parameters
    ----------
    raws : sequence of str, length n
        Answers as typed.

    Returns
    -------
    list of bool, length n

    Examples
    --------
    >>> list_doubtful(["gewoon goed", "top!!!!!", "caf\u00e9"])
    [False, True, True]
    """
    joined = JoinedTexts(raws)
    doubtful = joined.hold_characters(_DOUBTFUL) | joined.hold_four_alike()
    return [odd or len(raw) > _MAX_WORD for raw, odd in zip(raws, doubtful.tolist(), strict=True)]


def _needs_mending(raw: str) -> bool:
    if len(raw) > _MAX_WORD and (len(raw) > MAX_CHARACTERS or _LONG_WORD.search(raw)):
        return True
    if _ODD_ASCII.search(raw) or _FOUR_ALIKE.search(raw):
        return True
    return not raw.isascii() and (_ODD.search(raw) is not None or not unicodedata.is_normalized("NFC", raw))


def _rewrite(
    text: str, offsets: list[int], pattern: re.Pattern[str], replace: Callable[[str], str]
) -> tuple[str, list[int]]:
    """Replace every match; a new character points at the old one in its place, at most the match's last."""
    pieces: list[str] = []
    kept: list[int] = []
    done = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        new = replace(match.group())
        if new == match.group():
            continue
        pieces += (text[done:start], new)
        kept += offsets[done:start]
        kept += [offsets[min(start + i, end - 1)] for i in range(len(new))]
        done = end
    if not done:
        return text, offsets
    pieces.append(text[done:])
    kept += offsets[done:]
    return "".join(pieces), kept


def _join_surrogates(text: str, offsets: list[int]) -> tuple[str, list[int]]:
    """Make characters of pairs, and U+FFFD of each half on its own."""
    seconds = {pair.end() - 1 for pair in _PAIR.finditer(text)}
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined, [offset for place, offset in enumerate(offsets) if place not in seconds]


def _mend_break(found: str) -> str:
    return "\n" if found == "\r\n" or found[0] == "<" else "\n" * len(found)


@lru_cache(maxsize=1024)  # the same few runs come back all through a file
def _mend_mojibake(run: str) -> str:
    if not _MOJIBAKE_SIGN.search(run):
        return run
    import ftfy

    return str(ftfy.fix_encoding(run))


def _mend_variant(character: str) -> str:
    return "I" if character == "\u0130" else unicodedata.normalize("NFKC", character)


def _mend_typography(character: str) -> str:
    return _PLAIN.get(character) or ("-" if unicodedata.category(character) in ("Pd", "Sm") else " ")


_PLAIN = {
    "\u2026": "...",
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\xb4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
}

# In order: first what bounds the length of everything after it, then encoding, then looks.
_RULES: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("breaks", re.compile(_BREAKS, re.IGNORECASE), _mend_break),
    ("invisible", re.compile(f"{_INVISIBLE}+"), lambda _: ""),
    ("repeats", re.compile(_REPEATED), lambda run: run[:3]),
    ("long_words", _LONG_WORD, lambda word: word[:_MAX_WORD]),
    ("marks", re.compile(f"{_MARKS}{{{_MAX_MARKS + 1},}}"), lambda run: run[:_MAX_MARKS]),
    ("entities", re.compile(_ENTITY), html.unescape),
    ("mojibake", re.compile(r"[^\x00-\x7f]{2,64}"), _mend_mojibake),
    ("controls", re.compile(_C1), lambda c: c.encode("latin-1").decode("cp1252", "ignore")),
    ("typography", re.compile(_TYPOGRAPHY), _mend_typography),
    ("variants", re.compile(_VARIANTS), _mend_variant),
    ("composition", re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+"), lambda run: unicodedata.normalize("NFC", run)),
)
_BOUNDING = frozenset({"long_words", "composition"})
