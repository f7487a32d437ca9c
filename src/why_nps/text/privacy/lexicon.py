"""The Dutch behind the rules: names, ordinary words and cues, read once per process from data files."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word lists, casefolded, and the cues of ``cues.toml`` as they stand there."""

    first_names: frozenset[str]
    doubtful_names: frozenset[str]
    surnames: frozenset[str]
    not_names: frozenset[str]
    ordinary: frozenset[str]
    cues: dict[str, Any]


@cache
def read_lexicon() -> Lexicon:
    """Read the lists under ``data/lexicons/privacy``."""
    folder = files("why_nps") / "data" / "lexicons" / "privacy"

    def words(name: str) -> frozenset[str]:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        return frozenset(
            word.casefold() for line in lines if not line.startswith("#") for word in line.split()
        )

    return Lexicon(
        first_names=words("first_names.txt"),
        doubtful_names=words("first_names_also_words.txt"),
        surnames=words("surnames.txt"),
        not_names=words("not_names.txt"),
        ordinary=words("ordinary_words.txt"),
        cues=tomllib.loads((folder / "cues.toml").read_text(encoding="utf-8")),
    )


def any_of(words: Iterable[str]) -> str:
    r"""Return the expression that matches any of the words, the longest first.

    Examples
    --------
    >>> any_of(["nr", "nr.", "nummer"])
    'nummer|nr\\.|nr'
    """
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) for word in longest_first)
