"""Flags known by their wording: "een 10 geef ik nooit", "bel mij even terug", "ik ga overstappen".

The wordings are data (``data/lexicons/flags``), in a short notation. An answer is only cut into tokens when
it holds a word of every part of some wording. Its tokens then become letters, one each, and the notation a
regular expression over these: a wording is looked for in twenty letters rather than in all that was typed.
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
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

_MOST_CHARACTERS = 2_000  # of an answer that is looked at
_WORD = re.compile(r"\w+")
_STOPS = (".", "!", "?", ";")
# A telephone number, the beginning of one, or a mailbox.
_ADDRESS = re.compile(r"\+?[\d()][\d()/.+-]{6,20}|0\d{1,3}|[\w.+-]{1,64}@[\w.-]{1,64}")
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
    laid_out: dict[int, list[str]] = {}
    written: dict[tuple[int, str], str] = {}
    for number, row in _list_bits(likely):
        wording = plan.wordings[number]
        if wording.flag in found[row]:
            continue
        if row not in laid_out:
            laid_out[row] = lay_out(texts[row][:_MOST_CHARACTERS])
        if (row, wording.flag) not in written:
            written[row, wording.flag] = _alphabet(wording.flag).write(laid_out[row])
        if _says(wording, written[row, wording.flag]):
            found[row] |= {wording.flag}
    return found


def _list_bits(packed: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """List the rows and columns of the bits that are set; few bytes have any, so only those are unpacked."""
    rows, places = np.nonzero(packed)
    of_bytes, bits = np.nonzero(np.unpackbits(packed[rows, places][:, None], axis=1))
    return list(zip(rows[of_bytes].tolist(), (8 * places[of_bytes] + bits).tolist(), strict=True))


def list_needed_words() -> list[frozenset[str]]:
    """List the sets of words of which the wordings need one."""
    return _plan().sets


def compile_wordings() -> None:
    """Compile every wording now; otherwise each is compiled for the first answer that may have it."""
    for wording in _plan().wordings:
        _compile(wording.flag, wording.pattern)
        _compile_misses(wording.flag)


def lay_out(text: str) -> list[str]:
    """Cut a text into tokens, with a stop before, behind and for every line break.

    Examples
    --------
    >>> lay_out("bel me a.u.b. (06-12345678)!")
    ['.', 'bel', 'me', 'a.u.b.', '(', '06-12345678', ')', '!', '.']
    """
    token = _TOKEN_OR_MAILBOX if "@" in text else _TOKEN
    return [".", *token.findall(text.replace("\n", " . ")), "."]


class Alphabet:
    """A letter for each kind of token: of one kind are those that every pattern treats alike.

    Parameters
    ----------
    patterns : iterable of str
        In the notation that ``data/lexicons/flags/README.md`` explains.
    lists : dict of str to list of str
        What ``@name`` stands for.

    Examples
    --------
    >>> alphabet = Alphabet(["geef|gaf @never? ~2 10"], {"never": ["nooit", "nie"], "no": []})
    >>> letters = alphabet.write(["ik", "gaf", "nooit", "een", "10"])
    >>> re.search(alphabet.express("geef|gaf @never? ~2 10"), letters).span()
    (1, 5)
    """

    def __init__(self, patterns: Iterable[str], lists: Words) -> None:
        parts = {part.removesuffix("?") for pattern in patterns for part in pattern.split()}
        words = {part: _list_words(part, lists) for part in sorted(parts) if not _is_special(part)}
        words |= {"~": [*_STOPS], "-": [*_STOPS, *lists["no"]]}
        parts_of: dict[str, list[str]] = {}
        for part, some in words.items():
            for word in dict.fromkeys(some):
                parts_of.setdefault(word, []).append(part)
        kinds = {word: (*within, _is_address(word)) for word, within in parts_of.items()}
        # Letters below 256 compile fastest, so they are used up first; the first two are for other tokens.
        letters = {kind: chr(number) for number, kind in enumerate(dict.fromkeys(kinds.values()), start=2)}
        self._letters = {word: letters[kind] for word, kind in kinds.items()}
        self._classes = {part: {self._letters[word] for word in some} for part, some in words.items()}
        self._classes["@@"] = {"\1"} | {self._letters[word] for word in kinds if _is_address(word)}

    def write(self, tokens: Iterable[str]) -> str:
        """Write tokens as letters."""
        known = self._letters
        return "".join(
            [
                known.get(token) or ("\0" if token.isalpha() or not _is_address(token) else "\1")
                for token in tokens
            ]
        )

    def express(self, pattern: str, *, longest: bool = False) -> str:
        """Turn a pattern into a regular expression over letters.

        Parameters
        ----------
        pattern : str
        longest : bool, default False
            Let gaps take as many words as they may, not as few.
        """
        return "".join(self._express(part, "" if longest else "?") for part in pattern.split())

    def _express(self, part: str, lazy: str) -> str:
        if _is_gap(part):
            return f"[^{self._spell(part[0])}]{{0,{part[1:]}}}{lazy}"
        letters = f"[{self._spell(part.removesuffix('?'))}]"
        return f"{letters}?{lazy}" if part.endswith("?") else letters

    def _spell(self, part: str) -> str:
        return "".join(map(re.escape, sorted(self._classes[part])))


def _is_gap(part: str) -> bool:
    return part[0] in "~-" and part[1:].isdigit()


def _is_special(part: str) -> bool:
    return part == "@@" or _is_gap(part)


def _is_address(token: str) -> bool:
    return _ADDRESS.fullmatch(token) is not None


def _says(wording: Wording, letters: str) -> bool:
    spans = list(_find_spans(_compile(wording.flag, wording.pattern), letters))
    if not spans:
        return False
    misses = [span for pattern in _compile_misses(wording.flag) for span in _find_spans(pattern, letters)]
    return any(not any(low < end and start < high for low, high in misses) for start, end in spans)


def _find_spans(pattern: re.Pattern[str], letters: str) -> Iterator[tuple[int, int]]:
    """Yield a span from every token at which the pattern matches; they may overlap."""
    found = pattern.search(letters)
    while found:
        yield found.span()
        found = pattern.search(letters, found.start() + 1)


@cache
def _compile_misses(flag: str) -> list[re.Pattern[str]]:
    rules = read_wordings(flag)["near_misses"]
    return [_compile(flag, rule["pattern"], longest=True) for rule in rules]


@cache
def _compile(flag: str, pattern: str, *, longest: bool = False) -> re.Pattern[str]:
    return re.compile(_alphabet(flag).express(pattern, longest=longest))


@cache
def _alphabet(flag: str) -> Alphabet:
    wordings = read_wordings(flag)
    rules = [*wordings["wordings"], *wordings["near_misses"]]
    return Alphabet([rule["pattern"] for rule in rules], _collect_lists(flag))


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


def _list_words(part: str, lists: Words) -> list[str]:
    words: list[str] = []
    for piece in part.removesuffix("?").split("|"):
        words += _STOPS if piece == "$" else lists[piece[1:]] if piece[0] == "@" else [piece]
    return words


def find_needs(pattern: str, lists: Words) -> tuple[frozenset[str], ...]:
    """Return for each part that cannot be absent its words, or the longest piece of words like "a.u.b."."""
    needs = []
    for part in pattern.split():
        if _is_special(part) or part.endswith("?"):
            continue
        pieces = [_WORD.findall(word) for word in _list_words(part, lists)]
        if all(pieces):
            needs.append(frozenset(max(piece, key=len) for piece in pieces))
    return tuple(needs)
