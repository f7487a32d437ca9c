"""Screen an answer: whether there is anything to code, and whether it is Dutch."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

_MAX_PHRASE = 60  # no phrase of the list is longer, so longer answers are not looked up
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_LETTER = re.compile(r"[^\W\d_]")
_PICTURE = re.compile(
    "[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
    r"|[:;=]['^]?-?[)(DPpO/\\|\]\[*]|<3|\^_*\^"
)

# Latin letters, the common marks on them, and everything that is no letter of any script.
_OTHER_SCRIPT = re.compile("[\u0370-\u1cff\u2c00-\ua7ff\ua800-\ufaff\ufb13-\ufdff\ufe70-\ufeff]")
_MIN_LETTERS = 12  # below this a language model guesses
_MIN_PROBABILITY = 0.9


def screen_answer(text: str) -> str:
    """Tell whether an answer holds anything to code.

    Parameters
    ----------
    text : str
        The answer, normalised.

    Returns
    -------
    str
        "empty" (nothing but spaces), "no_content" ("nvt", "geen idee", "-", "asdf", a bare number) or
        "content". A verdict without a reason ("prima", "geen klachten", an emoji) is content.

    Examples
    --------
    >>> [screen_answer(text) for text in ("", "N.v.t.", "ik zou het niet weten", "geen klachten")]
    ['empty', 'no_content', 'no_content', 'content']
    """
    if len(text) > _MAX_PHRASE:
        return "content" if text.strip() else "empty"
    folded = text.strip().lower()
    if not folded:
        return "empty"
    if _PICTURE.search(text):
        return "content"
    return "no_content" if _says_nothing(_WORD.findall(folded)) else "content"


def find_other_language(texts: Sequence[str], present: NDArray[np.bool_]) -> list[bool]:
    """Tell which answers are mostly not Dutch, as `is_other_language` does.

    Most answers hold a word of Dutch alone and none of another language; only the others are looked at
    one by one.

    Parameters
    ----------
    texts : sequence of str, length n
        Answers, normalised.
    present : ndarray of bool, shape (2, n)
        Which of the sets of `list_function_words` has a word in which answer.

    Returns
    -------
    list of bool, length n
    """
    return [
        (not ours or theirs or "'" in text or "_" in text) and is_other_language(text)
        for text, (ours, theirs) in zip(texts, present.T.tolist(), strict=True)
    ]


def is_other_language(text: str) -> bool:
    """Tell whether an answer is mostly not Dutch.

    Words that belong to one language alone decide; only an answer without any is shown to a language model.
    In doubt it is Dutch: dialect, typing errors and English loanwords are.

    Parameters
    ----------
    text : str
        The answer, normalised.

    Returns
    -------
    bool

    Examples
    --------
    >>> [is_other_language(text) for text in ("top service, super team", "never again", "sehr freundlich")]
    [False, True, True]
    """
    words = set(_WORD.findall(text.lower()))
    dutch, foreign = list_function_words()
    ours = len(words & dutch)
    theirs = len(words & foreign)
    if ours or theirs:
        return theirs > ours
    letters = len(_LETTER.findall(text))
    if letters and 2 * len(_OTHER_SCRIPT.findall(text)) > letters:
        return True
    if letters < _MIN_LETTERS:
        return False
    language, probability = _identifier().classify(text)
    return language not in ("nl", "af") and probability >= _MIN_PROBABILITY


def _says_nothing(words: list[str]) -> bool:
    if not any(map(_LETTER.search, words)):
        return True
    words = _respell(words)
    if not _phrases().isdisjoint((" ".join(words), "".join(words), _core(words))):
        return True
    return len(words) == 1 and (_is_one_letter(words[0]) or _mash().fullmatch(words[0]) is not None)


def _respell(words: list[str]) -> list[str]:
    meant = _spellings()
    return [meant.get(word, word) for word in words]


def _core(words: list[str]) -> str:
    fillers = _fillers()
    return " ".join([word for word in words if word not in fillers])


def _is_one_letter(word: str) -> bool:
    return word == word[0] * len(word)


@cache
def _data(name: str) -> dict[str, Any]:
    path = files("why_nps").joinpath("data", "lexicons", "text", f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _fillers() -> frozenset[str]:
    return frozenset(_data("no_content")["fillers"].split())


@cache
def _spellings() -> dict[str, str]:
    listed = _data("no_content")["spellings"]
    return {typed: meant for meant, variants in listed.items() for typed in variants.split()}


@cache
def _phrases() -> frozenset[str]:
    lines = [_respell(_WORD.findall(line)) for line in _data("no_content")["phrases"].splitlines()]
    whole = {" ".join(words) for words in lines}
    return frozenset(whole | {_core(words) for words in lines} | {""})  # "": nothing but fillers


@cache
def _mash() -> re.Pattern[str]:
    rows = _data("no_content")["keyboard"]["rows"]
    both_ways = rows + [row[::-1] for row in rows]
    runs = {row[i : i + n] for row in both_ways for n in range(3, 11) for i in range(len(row) - n + 1)}
    return re.compile(f"(?:{'|'.join(sorted(runs, key=len, reverse=True))}){{1,10}}")


@cache
def list_function_words() -> tuple[frozenset[str], frozenset[str]]:
    """Words of Dutch alone, and words of other languages alone."""
    lists = {language: set(words.split()) for language, words in _data("function_words").items()}
    dutch, shared = lists.pop("dutch"), lists.pop("shared")
    foreign = set().union(*lists.values())
    return frozenset(dutch - foreign - shared), frozenset(foreign - dutch - shared)


@cache
def _identifier() -> Any:
    from py3langid.langid import LanguageIdentifier

    with as_file(files("why_nps").joinpath("data", "languages", "model.npz.xz")) as path:
        return LanguageIdentifier.from_modelpath(path, norm_probs=True)
