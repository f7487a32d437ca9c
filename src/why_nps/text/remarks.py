"""What answers say beside their themes, found by rule in many answers at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from why_nps.text.flags import find_flags, list_needed_words
from why_nps.text.privacy.cues import list_name_words
from why_nps.text.privacy.spans import hold_personal_data
from why_nps.text.screen import find_other_language, list_function_words
from why_nps.text.words import WordSets

if TYPE_CHECKING:
    from collections.abc import Sequence

_BATCH = 2_000


def find_remarks(texts: Sequence[str]) -> list[frozenset[str]]:
    """Find flags by wording, personal data and answers that are not Dutch.

    Parameters
    ----------
    texts : sequence of str, length n
        Answers, normalised.

    Returns
    -------
    list of frozenset of str, length n
        Of the flags that `find_flags` finds, "pii" and "other_language". An answer gets the same alone and in
        any batch.

    Examples
    --------
    >>> found = find_remarks(["Een 10 geef ik nooit", "never again", "bel 06-12345678", "goed geholpen"])
    >>> [sorted(remarks) for remarks in found]
    [['never_top'], ['other_language'], ['callback', 'pii'], []]
    """
    found: list[frozenset[str]] = []
    for start in range(0, len(texts), _BATCH):
        found += _find_in_batch(texts[start : start + _BATCH])
    return found


def _find_in_batch(texts: Sequence[str]) -> list[frozenset[str]]:
    lowered = [text.lower() for text in texts]
    present = _telling_words().find(lowered)
    found = find_flags(lowered, present[4:])
    for row, private in enumerate(hold_personal_data(texts, present[2:4])):
        if private:
            found[row] |= {"pii"}
    for row, foreign in enumerate(find_other_language(texts, present[:2])):
        if foreign:
            found[row] |= {"other_language"}
    return found


@cache
def _telling_words() -> WordSets:
    return WordSets([*list_function_words(), *list_name_words(), *list_needed_words()])
