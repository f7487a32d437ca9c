"""Names of people: after a cue, behind initials, or a first name that is hardly ever another word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from why_nps.text.privacy.lexicon import Lexicon, read_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORD = re.compile(r"\w+")
_LETTERS = r"[^\W\d_](?:['’]?[^\W\d_]){0,30}"
_PART = re.compile(
    rf"(?:[A-Z]\.){{1,5}}|(?:op|in|aan)\s['’]t(?!\w)|v/d(?!\w)|v\.d\.|['’][ts](?!\w)"
    rf"|{_LETTERS}(?:-{_LETTERS}){{0,3}}(?!\w)"
)
_CAPITAL = re.compile(r"(?<![\w@#-])(?=[^\W\d_a-z])[^\W\d_]{2,31}(?:-[^\W\d_]{1,31}){0,2}(?!\w)")
_INITIALS = re.compile(r"[A-Z](?<![\w.][A-Z])\.(?:[ ]?[A-Z]\.){0,4}[ ]?(?=[^\W\d_]|['’])")
_NO_INITIALS = frozenset({"BV", "NV", "TV", "IPV", "IVM", "ZOZ", "PS"})
_AND = re.compile(r"\s{0,2}(?:en|&|,|\+)\s{1,2}")
_GAP = re.compile(r"[ \t]{1,2}")
_MOST_PARTS = 9
_MOST_NAMES = 4
_SHORTEST_SHOUTED = 4  # ANS, ELS and ICA are abbreviations as often as names


_FOLLOW = {
    "titles": r"(?<!\w)(?:{})(?:[ :]{{1,2}}|(?<=\.))",
    "roles": r"(?<!\w)(?:{})(?:,?[ ]|:[ ]?)",
    "phrases": r"(?<!\w)(?:{})(?:,?[ ]|:[ ]?)",
    "closings": r"(?<!\w)(?:{})[\s,.:!-]{{1,6}}",
    "after": rf"({_LETTERS.replace('{', '{{').replace('}', '}}')})\s(?:{{}})(?!\w)",
}
_ARTICLE = re.compile(r"(?<!\w)(?:de|het|een|geen|die|dat|deze|dit|mijn|jullie|uw|hun|elke|iedere) $")
_LONGEST_ARTICLE = 8
_SHORTEST_LOWER = 4
_TOO_COMMON = frozenset({"voor", "mijn", "achter", "door", "woord", "keer"})


@dataclass(frozen=True, slots=True)
class _Rules:
    """The cues in the form the search wants: by a telling word, so that a text without it costs nothing."""

    lexicon: Lexicon
    particles: frozenset[str]
    by_word: dict[str, tuple[str, ...]]
    telling: frozenset[str]
    clear: frozenset[str]
    lower: frozenset[str]
    in_lower: re.Pattern[str]
    sayings: re.Pattern[str]


def _telling_word(cue: str) -> str:
    words: list[str] = _WORD.findall(cue)
    return max((word for word in words if word not in _TOO_COMMON), key=len)


@cache
def _rules() -> _Rules:
    lexicon = read_lexicon()
    cues = lexicon.cues["names"]
    by_word: dict[str, tuple[str, ...]] = {}
    for kind in ("titles", "roles", "phrases", "closings", "after"):
        for cue in cues[kind]:
            word = _telling_word(cue)
            by_word[word] = (*by_word.get(word, ()), cue)
    firsts = {part for name in lexicon.first_names for part in name.split("-")}
    lower = {name for name in firsts if len(name) >= _SHORTEST_LOWER} - lexicon.ordinary - lexicon.not_names
    return _Rules(
        lexicon=lexicon,
        particles=frozenset(cues["particles"]),
        by_word=by_word,
        telling=frozenset(form for word in by_word for form in (word, word.capitalize(), word.upper())),
        clear=frozenset(form for name in firsts for form in (name.capitalize(), name.upper())),
        lower=frozenset(lower) - set(cues["never_lower"]),
        in_lower=re.compile(rf"(?<![\w@.-])([^\W\d_]{{4,31}})(?= (?:{'|'.join(cues['doings'])})(?!\w))"),
        sayings=re.compile("|".join(cues["sayings"]), re.IGNORECASE),
    )


@cache
def _cue_patterns(word: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the cues that hold a telling word as (pattern, kind)."""
    rules = _rules()
    patterns = []
    for kind, follow in _FOLLOW.items():
        cues = [cue for cue in rules.by_word[word] if cue in rules.lexicon.cues["names"][kind]]
        if cues:
            longest_first = sorted(cues, key=len, reverse=True)
            any_cue = "|".join(re.escape(cue).replace(r"\ ", r"\s{1,2}") for cue in longest_first)
            patterns.append((re.compile(follow.format(any_cue), re.IGNORECASE), kind))
    return tuple(patterns)


@cache
def list_name_words() -> frozenset[str]:
    """List the words, lower case, without one of which no name is found, initials aside."""
    rules = _rules()
    return frozenset(form.lower() for form in rules.telling | rules.clear | rules.lower)


def has_initials(text: str) -> bool:
    """Tell whether something looks like the initials of a person."""
    return "." in text and _INITIALS.search(text) is not None


def find_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of names of people, in no order; spans may overlap.

    Examples
    --------
    >>> text = "Geholpen door sanne, dank aan mevr. van der Meulen"
    >>> [text[start:end] for start, end in find_names(text)]
    ['sanne', 'van der Meulen']
    """
    rules = _rules()
    words = _WORD.findall(text)
    telling = rules.telling.intersection(words)
    spans = _after_cues(text, {word.lower() for word in telling}, rules) if telling else []
    if not rules.clear.isdisjoint(words):
        spans += _first_names(text, rules)
    if not rules.lower.isdisjoint(words):
        spans += _names_in_lower(text, rules)
    if "." in text:
        spans += _behind_initials(text, rules)
    for start, end in spans:
        yield start, end
        joined = _AND.match(text, end)
        other = _PART.match(text, joined.end()) if joined else None
        if other and other[0][0].isupper() and _is_first(other[0].casefold(), rules.lexicon):
            yield other.start(), _read_name(text, other.start(), rules) or other.end()


def _after_cues(text: str, telling: Iterable[str], rules: _Rules) -> list[tuple[int, int]]:
    spans = []
    for pattern, kind in (pair for word in sorted(telling) for pair in _cue_patterns(word)):
        for cue in pattern.finditer(text):
            if kind == "after":
                if cue[1][0].isupper() and cue[1].casefold() not in rules.lexicon.ordinary:
                    spans.append(cue.span(1))
                continue
            if kind == "roles" and _starts_with_particle(text, cue.end(), rules):
                continue
            shouted = cue[0].isupper()
            end = _read_name(text, cue.end(), rules, surnames=kind == "titles", shouted=shouted)
            if end:
                spans.append((cue.end(), end))
    return spans


def _starts_with_particle(text: str, start: int, rules: _Rules) -> bool:
    """Say whether a role goes on as in "de man van Burgerzaken"; "tandarts Van Leeuwen" has a capital."""
    part = _PART.match(text, start)
    return part is not None and part[0] in rules.particles


def _first_names(text: str, rules: _Rules) -> list[tuple[int, int]]:
    clear = [word.start() for word in _CAPITAL.finditer(text) if _is_clear_first(word[0], rules.lexicon)]
    said = [found.span() for found in rules.sayings.finditer(text)]
    clear = [start for start in clear if not any(first <= start < last for first, last in said)]
    return [(start, end) for start in clear if (end := _read_name(text, start, rules))]


def _names_in_lower(text: str, rules: _Rules) -> list[tuple[int, int]]:
    """First names without their capital, where what follows is what a person does."""
    return [
        found.span(1)
        for found in rules.in_lower.finditer(text)
        if found[1] in rules.lower
        and not _ARTICLE.search(text, max(0, found.start() - _LONGEST_ARTICLE), found.start())
    ]


def _behind_initials(text: str, rules: _Rules) -> list[tuple[int, int]]:
    spans = []
    for initials in _INITIALS.finditer(text):
        if re.sub(r"[.\s]", "", initials[0]) not in _NO_INITIALS:
            end = _read_name(text, initials.end(), rules)
            if end and not text[initials.end() : end].islower():
                spans.append((initials.start(), end))
    return spans


def _is_clear_first(word: str, lexicon: Lexicon) -> bool:
    if word.isupper() and len(word) < _SHORTEST_SHOUTED:
        return False
    folded = word.casefold()
    return folded in lexicon.first_names or all(part in lexicon.first_names for part in folded.split("-"))


def _is_first(folded: str, lexicon: Lexicon) -> bool:
    return folded in lexicon.first_names or folded in lexicon.doubtful_names


def _read_name(
    text: str, start: int, rules: _Rules, *, surnames: bool = False, shouted: bool = False
) -> int | None:
    """Return where the name that begins at `start` ends, or None when there is none.

    Initials and particles ("van der") only count when a name follows them.
    """
    end, found, position, before = None, 0, start, ""
    for _ in range(_MOST_PARTS):
        part = _PART.match(text, position)
        if not part:
            break
        word, folded = part[0], part[0].casefold()
        if f"{before}_{folded}" in rules.lexicon.not_names:
            return None
        if folded not in rules.particles and not word.endswith((".", "'t", "’t")):
            if not _is_name(word, rules.lexicon, first=not found, surnames=surnames, shouted=shouted):
                break
            end, found, before = part.end(), found + 1, folded
            if found == _MOST_NAMES:
                break
        gap = _GAP.match(text, part.end())
        if not gap and not word.endswith("."):
            break
        position = gap.end() if gap else part.end()
    return end


def _is_name(word: str, lexicon: Lexicon, *, first: bool, surnames: bool, shouted: bool) -> bool:
    """Judge one word after a cue or after a name; titles make surnames of ordinary words too."""
    folded = word.casefold()
    if word[0].isupper() and not (shouted and word.isupper()):
        if _is_first(folded, lexicon) or (surnames and folded in lexicon.surnames):
            return True
        if folded in lexicon.not_names:
            return False
        return folded in lexicon.surnames or folded not in lexicon.ordinary
    if folded in lexicon.not_names:
        return False
    if first and folded in lexicon.first_names:
        return folded not in lexicon.ordinary
    return folded in lexicon.surnames and (surnames or (not first and folded not in lexicon.ordinary))
