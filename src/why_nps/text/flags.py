"""Flags known by their wording: "een 10 geef ik nooit", "bel mij even terug", "ik ga overstappen".

The wordings are data (``data/lexicons/flags``), in a short notation that is turned into token patterns for
spaCy's ``Matcher``. An answer is only tokenised when it holds a word of every part of some pattern.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher
    from spacy.tokens import Doc

_MOST_CHARACTERS = 2_000  # of an answer that is looked at
_REMEMBERED = 30_000  # words that spaCy keeps; it never forgets one by itself
_WORD = re.compile(r"\w+")
_BLANKS = {code: " " for code in range(128) if not _WORD.match(chr(code))}
_STOPS = [".", "!", "?", ";"]
# A telephone number, the beginning of one, or a mailbox.
_ADDRESS = r"^(?:\+?[\d()][\d()/.+-]{6,20}|0\d{1,3}|[\w.+-]{1,64}@[\w.-]{1,64})$"

Words = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say a flag.

    Parameters
    ----------
    flag, pattern : str
    needs : tuple of frozenset of str
        Of each of these sets a word must be in the answer, in this order.
    """

    flag: str
    pattern: str
    needs: tuple[frozenset[str], ...]


def find_flags(text: str) -> frozenset[str]:
    """Find what the wording of an answer says beyond its themes.

    Parameters
    ----------
    text : str
        The answer, normalised. Its first 2,000 characters are read.

    Returns
    -------
    frozenset of str
        Of "begged", "incentive", "never_top", "never_recommends", "churn", "callback", "competitor" and
        "no_experience". Only clear wordings are found, so that a flag found is nearly always right.

    Examples
    --------
    >>> sorted(find_flags("Een 10 geef ik nooit. Bel me maar even terug"))
    ['callback', 'never_top']
    >>> find_flags("Je hoeft me niet terug te bellen")
    frozenset()
    """
    text = text[:_MOST_CHARACTERS]
    likely = _choose_likely(_split_words(text.lower()), _wordings_by_word())
    if not likely:
        return frozenset()
    sound = text.encode("utf-8", "replace").decode("utf-8")  # spaCy refuses lone surrogates
    # Each line, the first and the last word too, stands between stops; runs of spaces would be tokens.
    words = [".", *sound.replace("\n", " . ").split(), "."]
    dutch = _load_dutch()
    doc = dutch.make_doc(" ".join(words))
    found: set[str] = set()
    for wording in likely:
        if wording.flag not in found and _says(dutch, wording, doc):
            found.add(wording.flag)
    if len(dutch.vocab) > _REMEMBERED:
        for remembered in (_load_dutch, _build_matcher, _build_near_misses):
            remembered.cache_clear()
    return frozenset(found)


def _split_words(lowered: str) -> list[str]:
    """Return the words; most answers are ASCII, and then this way is several times faster."""
    return lowered.translate(_BLANKS).split() if lowered.isascii() else _WORD.findall(lowered)


def _choose_likely(words: list[str], by_word: dict[str, tuple[Wording, ...]]) -> list[Wording]:
    """Return the wordings of which every part has a word in the answer, in the right order."""
    distinct = set(words)
    likely = []
    for word in by_word.keys() & distinct:
        for wording in by_word[word]:
            for need in wording.needs:
                if need.isdisjoint(distinct):
                    break
            else:
                left = iter(words)
                if all(any(word in need for word in left) for need in wording.needs):
                    likely.append(wording)
    return likely


def _says(dutch: Language, wording: Wording, doc: Doc) -> bool:
    spans = [(start, end) for _, start, end in _build_matcher(dutch, wording.flag, wording.pattern)(doc)]
    if not spans:
        return False
    misses = [(start, end) for _, start, end in _build_near_misses(dutch, wording.flag)(doc)]
    return any(not any(low < end and start < high for low, high in misses) for start, end in spans)


@cache
def _load_dutch() -> Language:
    import spacy

    return spacy.blank("nl")


@cache
def _build_matcher(dutch: Language, flag: str, pattern: str) -> Matcher:
    from spacy.matcher import Matcher

    matcher = Matcher(dutch.vocab)
    matcher.add(pattern, [parse_pattern(pattern, _collect_lists(flag))])
    return matcher


@cache
def _build_near_misses(dutch: Language, flag: str) -> Matcher:
    from spacy.matcher import Matcher

    matcher = Matcher(dutch.vocab)
    for rule in read_wordings(flag)["near_misses"]:
        matcher.add(rule["pattern"], [parse_pattern(rule["pattern"], _collect_lists(flag))])
    return matcher


@cache
def _wordings_by_word() -> dict[str, tuple[Wording, ...]]:
    by_word: dict[str, tuple[Wording, ...]] = {}
    frequency: dict[str, int] = read_wordings("words")["frequency"]
    for flag in read_wordings("words")["flags"]:
        lists = _collect_lists(flag)
        for rule in read_wordings(flag)["wordings"]:
            needs = _needed_words(parse_pattern(rule["pattern"], lists))
            wording = Wording(flag, rule["pattern"], needs)
            for word in min(needs, key=lambda need: sum(frequency.get(word, 0) for word in need)):
                by_word[word] = (*by_word.get(word, ()), wording)
    return by_word


@cache
def _collect_lists(flag: str) -> Words:
    lists: Words = read_wordings("words")["lists"] | read_wordings(flag)["lists"]
    return lists


@cache
def read_wordings(name: str) -> dict[str, Any]:
    """Read a file of wordings; ``words`` names the flags and holds the lists that they share."""
    path = files("why_nps").joinpath("data", "lexicons", "flags", f"{name}.json")
    wordings: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return wordings


def parse_pattern(pattern: str, lists: Words) -> list[dict[str, Any]]:
    """Turn the short notation into a token pattern for spaCy's ``Matcher``.

    Parameters
    ----------
    pattern : str
        Parts with spaces between them, in the notation that ``data/lexicons/flags/README.md`` explains.
    lists : dict of str to list of str
        What ``@name`` stands for.

    Examples
    --------
    >>> parse_pattern("geef|gaf ~2 @never", {"never": ["nooit", "nie"]})
    [{'LOWER': {'IN': ['geef', 'gaf']}},
     {'LOWER': {'NOT_IN': ['.', '!', '?', ';']}, 'OP': '{0,2}'},
     {'LOWER': {'IN': ['nooit', 'nie']}}]
    """
    return [_parse_part(part, lists) for part in pattern.split()]


def _parse_part(part: str, lists: Words) -> dict[str, Any]:
    if part == "@@":
        return {"LOWER": {"REGEX": _ADDRESS}}
    if part[0] in "~-" and part[1:].isdigit():
        barred = _STOPS if part[0] == "~" else [*_STOPS, *lists["no"]]
        return {"LOWER": {"NOT_IN": barred}, "OP": f"{{0,{part[1:]}}}"}
    words: list[str] = []
    for piece in part.removesuffix("?").split("|"):
        words += _STOPS if piece == "$" else lists[piece[1:]] if piece[0] == "@" else [piece]
    token: dict[str, Any] = {"LOWER": {"IN": words}}
    return token | {"OP": "?"} if part.endswith("?") else token


def _needed_words(pattern: list[dict[str, Any]]) -> tuple[frozenset[str], ...]:
    """Return for each part that cannot be absent its words, or the longest piece of words like "a.u.b."."""
    sets = []
    for token in pattern:
        pieces = [_WORD.findall(word) for word in token["LOWER"].get("IN", [])]
        if pieces and "OP" not in token and all(pieces):
            sets.append(frozenset(max(piece, key=len) for piece in pieces))
    return tuple(sets)
