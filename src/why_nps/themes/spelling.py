"""Typing errors: an unknown word that is one slip away from a known one is read as that word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_SHORTEST = 5  # letters; shorter words have too many neighbours


class Speller:
    """Finds the known word that an unknown one was meant to be.

    Two words are one slip apart where a letter is left out, typed twice, swapped with its neighbour or
    mistaken for another. Both then have a form with one letter less in common, which is looked up.
    Source: Garbe (2012), symmetric delete spelling correction.

    Parameters
    ----------
    words : sequence of str
        Words to read others as, the commonest first.
    spared : collection of str
        Further words that are right as they are.

    Examples
    --------
    >>> speller = Speller(["levering", "personeel"], {"leverink"})
    >>> [speller.respell(word) for word in ("levreing", "leverink", "persooneel", "bezorgd")]
    ['levering', 'leverink', 'personeel', 'bezorgd']
    """

    def __init__(self, words: Sequence[str], spared: Collection[str]) -> None:
        self._words = frozenset(words)
        self._spared = spared
        self._by_form: dict[str, str] = {}  # words with spaces between: as tuples they take twice as long
        for word in words:
            if len(word) >= _SHORTEST and word.isalpha():
                for form in {*_shorten(word)}:
                    others = self._by_form.get(form)
                    self._by_form[form] = word if others is None else f"{others} {word}"

    def respell(self, word: str) -> str:
        """Return the commonest known word one slip away; the word itself where it is known or none is."""
        if len(word) < _SHORTEST or not word.isalpha() or word in self._words or word in self._spared:
            return word
        for form in _shorten(word):
            for known in self._by_form.get(form, "").split():
                if is_one_slip(word, known):
                    return known
        return word


def _shorten(word: str) -> list[str]:
    """List the word, and the word without each letter but the first."""
    return [word, *[word[:place] + word[place + 1 :] for place in range(1, len(word))]]


def is_one_slip(word: str, known: str) -> bool:
    """Say whether two words differ by one letter more, less, other or swapped with its neighbour.

    Examples
    --------
    >>> [is_one_slip("lveering", other) for other in ("levering", "leveringen", "lveerin")]
    [True, False, True]
    """
    if abs(len(word) - len(known)) > 1 or word == known:
        return False
    start = 0
    while start < min(len(word), len(known)) and word[start] == known[start]:
        start += 1
    left, right = word[start:], known[start:]
    same = left[1:] == right[1:] or left[1:] == right or left == right[1:]
    return same or (left[:2] == right[1::-1] and left[2:] == right[2:])
