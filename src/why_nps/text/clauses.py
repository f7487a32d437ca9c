"""Split an answer into clauses: one point each, as far as punctuation and small words tell.

A clause cut too small loses its subject or its negation; one too large mixes themes. Each rule was kept
because it brought marked points apart without cutting through them (see ``benchmarks/clauses.py``). Reasons
("want", "omdat") and relative clauses ("die", "dat", "waar") stay with what they explain: splitting there cut
more than it parted.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from why_nps.text.words import blank_marks

_TAIL = 4  # words; an afterthought or a second half of one point is at most this long
_NEAR = 160  # characters around a boundary that are read to judge it
_ALWAYS = frozenset({"stop", "sign", "gap", "mark"})  # the other kinds depend on the words around them
_DOUBTFUL = frozenset({"alleen", "wel"})
_LONGEST_TELEGRAM = 80  # characters
_EMOJI = "[\u2600-\u2763\u2765-\u27bf\U0001f300-\U0001faff]"
_LETTER = r"[^\W\d]"
# One character of a class is read first and then looked back at: several times faster than a choice.
_AFTER_SPACE = "|".join(
    (
        r"(?=[EeAaUuMmHhJjBbWw&])(?i:CONNECTIVES)(?![\w'-])",
        rf"(?P<sign>(?=\+\s?{_LETTER})|-(?=\s|{_LETTER}))",
        rf"(?P<gap>(?<=\n)|[*\u2022\u00b7]{{1,3}}|/(?=\s)|(?<={_EMOJI}\s)(?=\w))",
    )
)
_AFTER_MARK = "|".join(
    (
        r"(?P<comma>(?<=,)(?:(?<!\d,)(?!-)|(?![\d-])))",
        rf"(?P<stop>(?<=[.!?\u2026])(?:(?=[\s\"')]|$)|(?<=[a-z]\.)(?=[A-Z][a-z])|(?<=[!?])(?={_LETTER})))",
        r"(?P<colon>(?<=:)(?=\s))",
        rf"(?P<mark>(?<=;)(?=\s|{_LETTER})|(?<=\()(?=[^()]{{16,300}}\))|(?<=[^()]{{15}}[^():;=-]\)))",
    )
)
_BOUNDARY = rf"[\s.!?\u2026;,:()](?:(?<=\s)(?:{_AFTER_SPACE})|(?<=\S)(?:{_AFTER_MARK}))"
_WORD = re.compile(r"\w[\w'-]*")
_SPACES = " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_EDGE = _SPACES + '.,;:!?()[]{}"*\u2022\u00b7/\\|&=~_<>-\u2026'
_PLUS = re.compile(rf"(?:^|(?<=\s))\+\s?{_LETTER}")


def split_clauses(text: str) -> list[tuple[int, int]]:
    """Split an answer into clauses.

    Parameters
    ----------
    text : str
        The answer, normalised.

    Returns
    -------
    list of tuple of int
        Start and end of each clause in ``text``, in order, not overlapping, without spaces and punctuation
        around them; every letter and digit lies in one. Empty for an answer without letters, digits or emoji.

    Examples
    --------
    >>> text = "Monteur was top!! maar na 3x bellen nog geen factuur, a.u.b. sneller en goedkoper"
    >>> [text[start:end] for start, end in split_clauses(text)]
    ['Monteur was top', 'maar na 3x bellen nog geen factuur', 'a.u.b. sneller en goedkoper']
    """
    rules = _rules()
    cuts = [0]
    since = 0  # where the words before a boundary begin
    matches = list(rules.boundary.finditer(text))
    plain = _make_plain(text)
    for match, following in zip(matches, _following(matches, len(text)), strict=True):
        start, end = match.span()
        kind = match.lastgroup or ""
        if kind in _ALWAYS:
            if text[start] == "." and rules.is_abbreviation(text, start):
                continue
            cuts.append(start if kind == "sign" else end)
        else:
            after = _words(text, plain, end, min(following, end + _NEAR))
            if not after:
                continue
            before = _words(text, plain, max(since, start - _NEAR), start)
            paused = text.endswith(",", since, start)
            if before and rules.parts(kind, before, after, paused=paused):
                cuts.append(end if kind in ("comma", "colon") else start)
        since = end
    cuts.append(len(text))
    parts: list[tuple[int, int]] = []
    for start, end in _trimmed(text, cuts):
        if end - start <= _LONGEST_TELEGRAM and _may_be_telegram(plain, start, end, rules):
            parts += _telegram_parts(text, start, end, rules)
        else:
            parts.append((start, end))
    return parts


def _may_be_telegram(plain: str, start: int, end: int, rules: _Rules) -> bool:
    """Tell from its first words whether a stretch may be a list without punctuation: few are."""
    if not plain:
        return True
    words = plain[start:end].split(None, 3) if plain[start] != " " else []
    return (
        len(words) >= _TAIL - 1
        and words[0] in rules.judgements
        and (words[1] in rules.judgements or words[2] in rules.judgements)
    )


def _telegram_parts(text: str, start: int, end: int, rules: _Rules) -> list[tuple[int, int]]:
    """Split a list without punctuation: "snel goed goedkoop", "mooie winkel leuk personeel"."""
    first = _WORD.match(text, start)
    if first is None or first.group().lower() not in rules.judgements:
        return [(start, end)]
    found = list(_WORD.finditer(text, start, end))
    words = [word.group().lower() for word in found]
    judged = [word in rules.judgements for word in words]
    if len(words) >= _TAIL - 1 and all(judged) and rules.degrees.isdisjoint(words):
        step = 1
    elif (
        len(words) >= _TAIL and judged == [True, False] * (len(words) // 2) and _are_nouns(words[1::2], rules)
    ):
        step = 2
    else:
        return [(start, end)]
    starts = [start, *(word.start() for word in found[step::step])]
    ends = [*(word.end() for word in found[step - 1 : -1 : step]), end]
    return list(zip(starts, ends, strict=True))


def _are_nouns(words: list[str], rules: _Rules) -> bool:
    return all(len(word) >= _TAIL for word in words) and (rules.verbs | rules.connectives).isdisjoint(words)


def _following(matches: list[re.Match[str]], end: int) -> list[int]:
    """For each boundary, where the words after it end: at the next one that is no doubtful word."""
    ends = [*[match.start() for match in matches], end][1:]
    kinds = [match.lastgroup for match in matches]
    if not _DOUBTFUL.isdisjoint(kinds):
        for place in range(len(matches) - 2, -1, -1):
            if kinds[place + 1] in _DOUBTFUL:
                ends[place] = ends[place + 1]
    return ends


def _trimmed(text: str, cuts: list[int]) -> list[tuple[int, int]]:
    """Trim the stretches between cuts; one without letters or digits joins the one before it."""
    # In a list of pluses and minuses the sign is the verdict.
    head = _EDGE.replace("-", "") if "+" in text and _PLUS.search(text) else _EDGE
    spans: list[tuple[int, int]] = []
    pending: int | None = None
    for left, right in pairwise(cuts):
        stretch = text[left:right].lstrip(head)
        start = right - len(stretch)
        end = start + len(stretch.rstrip(_EDGE))
        if start == end:
            continue
        if text[start].isalnum() or _WORD.search(text, start, end):
            spans.append((start if pending is None else pending, end))
            pending = None
        elif spans:
            spans[-1] = spans[-1][0], end
        elif pending is None:
            pending = start
    if pending is not None:
        spans.append((pending, len(text.rstrip(_EDGE))))
    return spans


def _make_plain(text: str) -> str:
    """Return the text in lower case, spaces for marks, where spaces alone then part its words; else ""."""
    simple = text.isascii() and "'" not in text and "-" not in text
    return blank_marks(text.lower()) if simple else ""


def _words(text: str, plain: str, start: int, end: int) -> list[str]:
    return plain[start:end].split() if plain else _WORD.findall(text[start:end].lower())


@dataclass(frozen=True, slots=True)
class _Rules:
    """The words of the data file and what they decide."""

    boundary: re.Pattern[str]
    abbreviations: frozenset[str]
    verbs: frozenset[str]
    judgements: frozenset[str]
    degrees: frozenset[str]
    afterthought: frozenset[str]
    continuing: frozenset[str]
    prepositions: frozenset[str]
    subordinators: frozenset[str]
    after_alleen: frozenset[str]
    numbers: frozenset[str]
    connectives: frozenset[str]

    def is_abbreviation(self, text: str, stop: int) -> bool:
        """Tell whether the full stop at ``stop`` ends an abbreviation, an initial or a list number."""
        words = text[max(0, stop - 12) : stop].split()
        if not words:
            return False
        last = words[-1].lower().lstrip("(\"'")
        return last in self.abbreviations or (len(last) == 1 and (last.isalpha() or stop == 1))

    def parts(self, kind: str, before: list[str], after: list[str], *, paused: bool) -> bool:
        """Tell whether a boundary parts two points, from the words on both sides up to the next boundary."""
        if kind == "comma":
            return self._comma_parts(before, after)
        if kind == "addition":
            return self._addition_parts(before, after, paused=paused)
        if kind == "contrast":
            return self._contrast_parts(before, after, paused=paused)
        if kind == "colon":
            return len(before) >= _TAIL and len(after) >= _TAIL - 1
        if kind == "alleen":
            return after[0] in self.after_alleen and before[-1] not in self.verbs and len(after) > 1
        # "wel"
        return before[-1] in self.judgements and self.verbs.isdisjoint(before) and after[0] in self.judgements

    def _comma_parts(self, before: list[str], after: list[str]) -> bool:
        first = after[0]
        if len(after) == 1:
            return (first in self.judgements or len(before) == 1) and first != before[-1]
        if first in self.afterthought and len(after) <= 2 * _TAIL:
            return False
        if first == before[0] == "geen":
            return False
        if first in self.prepositions and len(after) <= _TAIL and self.verbs.isdisjoint(after):
            return False
        return not (before[0] in self.subordinators and first in self.verbs)

    def _addition_parts(self, before: list[str], after: list[str], *, paused: bool) -> bool:
        if len(after) == 1:
            return len(before) == 1 and before[0] in self.judgements and after[0] in self.judgements
        if after[0] in self.continuing:
            return False
        if len(after) < _TAIL and not paused:
            verbal = len(after) == _TAIL - 1 and not (
                self.verbs.isdisjoint(after) or self.verbs.isdisjoint(before)
            )
            return verbal or (not self.judgements.isdisjoint(after) and len(before) > 1)
        return True

    def _contrast_parts(self, before: list[str], after: list[str], *, paused: bool) -> bool:
        if paused:
            return True
        if after[0] in self.numbers or after[0].isdigit():
            return False
        if len(after) == 1:
            return before[-1] in self.judgements and after[0] in self.judgements
        if not (self.judgements.isdisjoint(before) or self.judgements.isdisjoint(after)):
            return True
        return len(after) >= _TAIL - 1 or not self.verbs.isdisjoint(after)


@cache
def _rules() -> _Rules:
    path = files("why_nps").joinpath("data", "lexicons", "text", "clause_words.toml")
    lists = {name: words.split() for name, words in tomllib.loads(path.read_text(encoding="utf-8")).items()}
    lists["connectives"] = lists["contrast"] + lists["addition"]
    contrast, addition = ("|".join(map(re.escape, lists.pop(name))) for name in ("contrast", "addition"))
    connectives = rf"(?P<addition>{addition})|(?P<contrast>{contrast})|(?P<alleen>alleen)|(?P<wel>wel)"
    boundary = re.compile(_BOUNDARY.replace("CONNECTIVES", connectives))
    lists["judgements"] += [word + "e" for word in lists["judgements"]]
    return _Rules(boundary=boundary, **{name: frozenset(words) for name, words in lists.items()})
