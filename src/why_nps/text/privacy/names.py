"""Names of people: after a cue, behind initials, or a first name that is hardly ever another word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from why_nps.text.privacy.cues import LETTERS, NameRules, compile_cue, read_name_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from why_nps.text.privacy.lexicon import Lexicon

_WORD = re.compile(r"\w+")
_IN_WORD = re.compile(r"\w")
_PART = re.compile(
    rf"(?:[A-Z]\.){{1,5}}|(?:op|in|aan)\s['’]t(?!\w)|v/d(?!\w)|v\.d\.|['’][ts](?!\w)"
    rf"|{LETTERS}(?:-{LETTERS}){{0,3}}(?!\w)"
)
_CAPITAL = re.compile(r"(?<![\w@#-])(?=[^\W\d_a-z])[^\W\d_]{2,31}(?:-[^\W\d_]{1,31}){0,2}(?!\w)")
_INITIALS = re.compile(r"[A-Z](?<![\w.][A-Z])\.(?:[ ]?[A-Z]\.){0,4}[ ]?(?=[^\W\d_]|['’])")
_PARTICLED = re.compile(r"(?<![\w@-])(?:([A-Z][^\W\d_]{1,31}) )?([Vv]an de[rn] [A-Z][^\W\d_]{2,31})(?!\w)")
_WITHIN = re.compile(r"[a-z,] $")  # a capital there begins no sentence
_NO_INITIALS = frozenset({"BV", "NV", "TV", "IPV", "IVM", "ZOZ", "PS"})
_AND = re.compile(r"\s{0,2}(?:en|&|,|\+)\s{1,2}")
_GAP = re.compile(r"[ \t]{1,2}")
_HYPHEN_GAP = re.compile(r"[ \t]?-[ \t]")
_LOWER_INITIALS = re.compile(r"(?:[a-z]\.){1,5}[ ]?")
_BEFORE = re.compile(r"([^\W\d_]{1,31})(?:[\s-]|\.[ ])$")
_LONGEST_BEFORE = 33
_LONGEST_SAYING = 24
_BY_DAY = re.compile(r"[\s.]{1,2}(?:\d|')")
_AFTER_DAY = re.compile(r"\d\s$")
_TO_MONTH = re.compile(
    r"[\s.,/&-]{1,3}(?:(?:en|of|tot|t/m)\s)?(?:feb(?:ruari)?|maart|mrt|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?"
    r"|sept?(?:ember)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?!\w)",
    re.IGNORECASE,
)
_MOST_PARTS = 9
_MOST_NAMES = 4
_SHORTEST_SHOUTED = 4  # ANS, ELS and ICA are abbreviations as often as names


_ARTICLE = re.compile(r"(?<!\w)(?:de|het|een|geen|deze|dit|mijn|jullie|uw|hun|elke|iedere) $")
_LONGEST_ARTICLE = 8
_LOWER_WORD = re.compile(r"(?<![\w@.#/-])[a-zà-ÿ]{3,31}(?:-[a-zà-ÿ]{2,31})?(?![\w@/]|\.\w)")


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
    rules = read_name_rules()
    words = _WORD.findall(text)
    known = rules.known.intersection(words)
    spans = []
    if known:
        telling = known & rules.telling
        if telling and not (text[1:].islower() and rules.without_capitals.isdisjoint(words)):
            spans += _after_cues(text, {word.lower() for word in telling}, rules)
        spans += [] if known.isdisjoint(rules.clear) else _first_names(text, rules)
        spans += [] if known.isdisjoint(rules.lower) else _names_in_lower(text, rules)
        spans += [] if known.isdisjoint(rules.doubtful) else _doubtful_names(text, rules)
        spans += _behind_particles(text, rules) if "der" in known or "den" in known else []
    if "." in text:
        spans += _behind_initials(text, rules)
    for start, end in dict.fromkeys(spans) if spans else ():
        yield start, end
        joined = _AND.match(text, end)
        other = _PART.match(text, joined.end()) if joined else None
        if other and other[0][0].isupper() and _goes_on(text, other, rules):
            yield other.start(), _read_name(text, other.start(), rules) or other.end()


def _goes_on(text: str, other: re.Match[str], rules: NameRules) -> bool:
    """Say whether what stands behind "Sanne en" is another name."""
    folded = other[0].casefold()
    if folded in rules.particles:  # "de heren Kuipers en El Amrani"
        surname = _PART.match(text, other.end() + 1)
        return surname is not None and surname[0].casefold() in rules.lexicon.surnames
    return _is_first(folded, rules.lexicon)


def _after_cues(text: str, telling: Iterable[str], rules: NameRules) -> list[tuple[int, int]]:
    lowered = text.lower()
    lowered = lowered if len(lowered) == len(text) else text  # some capitals become two letters
    spans = []
    for pattern, kind in (pair for word in sorted(telling) for pair in compile_cue(word)):
        if kind == "after":
            spans += _before_cue(text, pattern, rules)
            continue
        for cue in pattern.finditer(lowered):
            if cue.start() and _IN_WORD.match(text, cue.start() - 1):
                continue
            if kind == "roles" and _starts_with_particle(text, cue.end(), rules):
                continue
            spans += _behind_cue(text, cue.span(), kind, rules)
    return spans


def _before_cue(text: str, pattern: re.Pattern[str], rules: NameRules) -> list[tuple[int, int]]:
    return [
        cue.span(1)
        for cue in pattern.finditer(text)
        if cue[1].split()[-1][0].isupper() and cue[1].casefold() not in rules.lexicon.ordinary
    ]


def _behind_cue(text: str, cue: tuple[int, int], kind: str, rules: NameRules) -> list[tuple[int, int]]:
    title, start = kind == "titles", cue[1]
    initials = _LOWER_INITIALS.match(text, start) if title or kind == "closings" else None
    start = initials.end() if initials else start
    if title and _is_no_person(text, start, rules):
        return []  # "Dr. Martens"
    end = _read_name(text, start, rules, surnames=title, shouted=text[slice(*cue)].isupper())
    if not end:
        return []
    return [(cue[1], end), *(_other_half(text, end, rules) if title else [])]


def _starts_with_particle(text: str, start: int, rules: NameRules) -> bool:
    """Say whether a role goes on as in "de man van Burgerzaken"; "tandarts Van Leeuwen" has a capital."""
    part = _PART.match(text, start)
    if part is None or part[0] not in rules.particles:
        return False
    name = _PART.match(text, part.end() + 1)  # "tandarts de Groot"
    return not (name and name[0][0].isupper() and name[0].casefold() in rules.lexicon.surnames)


def _other_half(text: str, end: int, rules: NameRules) -> list[tuple[int, int]]:
    """Read on behind "mevrouw Jansen - de Vries"."""
    gap = _HYPHEN_GAP.match(text, end)
    other = _read_name(text, gap.end(), rules, surnames=True) if gap else None
    return [(gap.end(), other)] if gap and other else []


def _first_names(text: str, rules: NameRules) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for word in _CAPITAL.finditer(text):
        start = word.start()
        if spans and start < spans[-1][1]:
            continue  # a surname that is a first name too
        if _is_clear_first(word[0], rules.lexicon) and not _speaks_of_nobody(text, start, rules):
            end = _read_name(text, start, rules)
            spans += [(start, end)] if end else []
    return spans


def _names_in_lower(text: str, rules: NameRules) -> list[tuple[int, int]]:
    """First names without their capital: those that are no word, others where a person's doings follow."""
    starts = {found.start(1) for found in rules.in_lower.finditer(text) if found[1] in rules.lower}
    starts |= {word.start() for word in _LOWER_WORD.finditer(text) if word[0] in rules.alone}
    spans = []
    for start in sorted(starts):
        article = _ARTICLE.search(text, max(0, start - _LONGEST_ARTICLE), start)
        end = _read_name(text, start, rules)
        if end and not article and not _speaks_of_nobody(text, start, rules):
            spans.append((start, end))
    return spans


def _doubtful_names(text: str, rules: NameRules) -> list[tuple[int, int]]:
    """First names that are also words, where what only a person does follows, or a surname."""
    return [
        (start, _read_name(text, start, rules) or end)
        for start, end in (found.span(found.lastindex or 0) for found in rules.in_doubt.finditer(text))
        if text[start:end] in rules.doubtful and not _is_no_person(text, start, rules)
    ]


def _speaks_of_nobody(text: str, start: int, rules: NameRules) -> bool:
    said = rules.sayings.finditer(text, max(0, start - _LONGEST_SAYING), start + _LONGEST_SAYING)
    return _is_no_person(text, start, rules) or any(found.start() <= start < found.end() for found in said)


def _is_no_person(text: str, start: int, rules: NameRules) -> bool:
    """Say whether the word before makes it a business or a saint, or a number the first month."""
    name = _PART.match(text, start)
    before = _BEFORE.search(text, max(0, start - _LONGEST_BEFORE), start)
    if (
        name
        and name[0].casefold() == "jan"
        and (
            _BY_DAY.match(text, name.end())
            or _TO_MONTH.match(text, name.end())
            or _AFTER_DAY.search(text, max(0, start - 2), start)
        )
    ):
        return True
    if not before or not name:
        return False
    word = before[1].casefold()
    return word in rules.businesses or f"{word}_{name[0].casefold()}" in rules.lexicon.not_names


def _behind_particles(text: str, rules: NameRules) -> list[tuple[int, int]]:
    """Read "Van der Meulen", and "Djoeke van der Meulen" whole; "Garage Van den Broeck" is a business."""
    spans = []
    others = rules.lexicon.not_names
    for found in _PARTICLED.finditer(text):
        first, (_, particle, name) = (found[1] or "").casefold(), found[2].casefold().split()
        unknown = bool(first) and first not in rules.lexicon.ordinary and first not in others
        if {name, f"{particle}_{name}", f"{first}_{name}"} & others or (unknown and found[2][0] == "V"):
            continue
        if not _is_no_person(text, found.start(2), rules):
            called = unknown and _WITHIN.search(text, max(0, found.start() - 2), found.start())
            spans.append((found.start(1) if called else found.start(2), found.end(2)))
    return spans


def _behind_initials(text: str, rules: NameRules) -> list[tuple[int, int]]:
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
    if folded in lexicon.first_names:
        return True
    first, *rest = folded.split("-")
    return bool(rest) and first in lexicon.first_names and all(_is_first(part, lexicon) for part in rest)


def _is_first(folded: str, lexicon: Lexicon) -> bool:
    return folded in lexicon.first_names or folded in lexicon.doubtful_names


def _read_name(
    text: str, start: int, rules: NameRules, *, surnames: bool = False, shouted: bool = False
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
    if first and _is_first(folded, lexicon):
        return folded not in lexicon.ordinary
    if surnames and "-" in folded:
        folded = folded.split("-")[0]  # "mevr jansen-de boer"
    return folded in lexicon.surnames and (surnames or (not first and folded not in lexicon.ordinary))
