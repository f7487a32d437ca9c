"""Flags known by their wording: "een 10 geef ik nooit", "bel mij even terug", "ik ga overstappen".

The wordings are data (``data/lexicons/flags``), in a short notation that is turned into regular expressions
over an answer's tokens. An answer is only cut into tokens when it holds a word of every part of some wording.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_MOST_CHARACTERS = 2_000  # of an answer that is looked at
_WORD = re.compile(r"\w+")
_STOP = r"[.!?;]\ "
# A telephone number, the beginning of one, or a mailbox.
_ADDRESS = r"(?:\+?[\d()][\d()/.+-]{6,20}|0\d{1,3}|[\w.+-]{1,64}@[\w.-]{1,64})\ "
_MAILBOX = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*"
_PIECE = (
    r"(?:\w\.){2,10}(?!\w)"  # a.u.b.
    r"|\+?(?:\(\d{1,5}\)-?)?\d[\d()/.,+-]{0,30}\d(?!\w|'\w)"  # a number, written in any way
    r"|\w+(?:['.&/@-]\w+){0,20}\+?|'[mnst](?!\w)"
    r"|\.{2,}|[^\w\s]"
)
_TOKEN, _TOKEN_OR_MAILBOX = re.compile(_PIECE), re.compile(f"{_MAILBOX}|{_PIECE}")

Words = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say a flag.

    Parameters
    ----------
    flag, pattern : str
    needs : tuple of frozenset of str
        Of each of these sets a word must be in the answer.
    """

    flag: str
    pattern: str
    needs: tuple[frozenset[str], ...]


def find_flags(texts: Sequence[str], present: NDArray[np.bool_]) -> list[frozenset[str]]:
    """Find what the wording of answers says beyond their themes.

    Parameters
    ----------
    texts : sequence of str, length n
        Answers, normalised, lower case. The first 2,000 characters of each are read.
    present : ndarray of bool, shape (sets, n)
        Which of the sets of `list_needed_words` has a word in which answer.

    Returns
    -------
    list of frozenset of str, length n
        Of "begged", "incentive", "never_top", "never_recommends", "churn", "callback", "competitor" and
        "no_experience". Only clear wordings are found, so that a flag found is nearly always right.
    """
    plan = _plan()
    packed = np.packbits(present, axis=1)  # eight texts a byte
    likely = np.bitwise_and.reduceat(packed[plan.needs], plan.starts, axis=0)
    found: list[frozenset[str]] = [frozenset()] * len(texts)
    laid_out: dict[int, str] = {}
    for number, row in np.argwhere(np.unpackbits(likely, axis=1, count=len(texts)).view(bool)).tolist():
        wording = plan.wordings[number]
        if wording.flag in found[row]:
            continue
        if row not in laid_out:
            laid_out[row] = lay_out(texts[row][:_MOST_CHARACTERS])
        if _says(wording, laid_out[row]):
            found[row] |= {wording.flag}
    return found


def list_needed_words() -> list[frozenset[str]]:
    """List the sets of words of which the wordings need one."""
    return _plan().sets


def compile_wordings() -> None:
    """Compile every wording now; otherwise each is compiled for the first answer that may have it."""
    for wording in _plan().wordings:
        _compile(wording.flag, wording.pattern)
        _compile_misses(wording.flag)


def lay_out(text: str) -> str:
    """Put a space around every token, and each line between stops; the wordings are looked for in this.

    Examples
    --------
    >>> lay_out("bel me a.u.b. (06-12345678)!")
    ' . bel me a.u.b. ( 06-12345678 ) ! . '
    """
    token = _TOKEN_OR_MAILBOX if "@" in text else _TOKEN
    return f" {' '.join(['.', *token.findall(text.replace(chr(10), ' . ')), '.'])} "


def _says(wording: Wording, tokens: str) -> bool:
    spans = list(_find_spans(_compile(wording.flag, wording.pattern), tokens))
    if not spans:
        return False
    misses = [span for pattern in _compile_misses(wording.flag) for span in _find_spans(pattern, tokens)]
    return any(not any(low < end and start < high for low, high in misses) for start, end in spans)


def _find_spans(pattern: re.Pattern[str], tokens: str) -> Iterator[tuple[int, int]]:
    """Yield a span from every token at which the pattern matches; they may overlap."""
    found = pattern.search(tokens)
    while found:
        yield found.span()
        found = pattern.search(tokens, found.start() + 1)


@cache
def _compile_misses(flag: str) -> list[re.Pattern[str]]:
    rules = read_wordings(flag)["near_misses"]
    return [_compile(flag, rule["pattern"], longest=True) for rule in rules]


@cache
def _compile(flag: str, pattern: str, *, longest: bool = False) -> re.Pattern[str]:
    return re.compile(rf"(?<=\ ){to_expression(pattern, _collect_lists(flag), longest=longest)}")


@dataclass(frozen=True, slots=True)
class _Plan:
    """The wordings, the distinct sets of words they need, and the sets of each wording, end to end."""

    wordings: list[Wording]
    sets: list[frozenset[str]]
    needs: NDArray[np.int64]
    starts: NDArray[np.int64]


@cache
def _plan() -> _Plan:
    wordings = [
        Wording(flag, rule["pattern"], find_needs(rule["pattern"], _collect_lists(flag)))
        for flag in read_wordings("words")["flags"]
        for rule in read_wordings(flag)["wordings"]
    ]
    numbers: dict[frozenset[str], int] = {}
    needs = [numbers.setdefault(need, len(numbers)) for wording in wordings for need in wording.needs]
    sizes = [len(wording.needs) for wording in wordings]
    return _Plan(wordings, list(numbers), np.array(needs), np.cumsum([0, *sizes[:-1]]))


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


def to_expression(pattern: str, lists: Words, *, longest: bool = False) -> str:
    r"""Turn the short notation into a regular expression over laid out tokens.

    Parameters
    ----------
    pattern : str
        Parts with spaces between them, in the notation that ``data/lexicons/flags/README.md`` explains.
    lists : dict of str to list of str
        What ``@name`` stands for.
    longest : bool, default False
        Let gaps take as many words as they may, not as few.

    Examples
    --------
    >>> to_expression("geef|gaf @never?", {"never": ["nooit", "nie"]})
    '(?:geef|gaf)\\ (?:(?:nooit|nie)\\ )??'
    """
    return "".join(_to_piece(part, lists, "" if longest else "?") for part in pattern.split())


def _to_piece(part: str, lists: Words, lazy: str) -> str:
    if part == "@@":
        return _ADDRESS
    if part[0] in "~-" and part[1:].isdigit():
        barred = _STOP if part[0] == "~" else rf"{_STOP}|(?:{_any_of(lists['no'])})\ "
        return rf"(?:(?!{barred})\S+\ ){{0,{part[1:]}}}{lazy}"
    piece = rf"(?:{_any_of(_list_words(part, lists))})\ "
    return f"(?:{piece})?{lazy}" if part.endswith("?") else piece


def _list_words(part: str, lists: Words) -> list[str]:
    words: list[str] = []
    for piece in part.removesuffix("?").split("|"):
        words += [".", "!", "?", ";"] if piece == "$" else lists[piece[1:]] if piece[0] == "@" else [piece]
    return words


def _any_of(words: list[str]) -> str:
    return "|".join(map(re.escape, words))


def find_needs(pattern: str, lists: Words) -> tuple[frozenset[str], ...]:
    """Return for each part that cannot be absent its words, or the longest piece of words like "a.u.b."."""
    needs = []
    for part in pattern.split():
        if part[0] in "~-" or part == "@@" or part.endswith("?"):
            continue
        pieces = [_WORD.findall(word) for word in _list_words(part, lists)]
        if all(pieces):
            needs.append(frozenset(max(piece, key=len) for piece in pieces))
    return tuple(needs)
