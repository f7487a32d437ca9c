"""What the shipped bank says of themes that no model knows yet: clauses that hold a phrase, and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from why_nps.themes.features import tokenise
from why_nps.training.corpus import load_clause_bank

if TYPE_CHECKING:
    from collections.abc import Sequence

_Row = TypeVar("_Row")
_MOST = 10  # clauses taken for one phrase: one common word should not stand for the theme
BACKGROUND = 500  # clauses


def load_bank() -> list[str]:
    """Return the clauses of the shipped bank that were written for themes."""
    return [clause.text for clause in load_clause_bank() if not clause.flags]


def find_holding(phrases: Sequence[str], clauses: Sequence[str]) -> list[list[int]]:
    """Find for each phrase the clauses that hold its words, in its order.

    Examples
    --------
    >>> find_holding(["kluis", "te duur"], ["De kluis was stuk", "kluizen", "Veel te duur!"])
    [[0], [2]]
    """
    said = [f" {' '.join(tokenise(clause))} " for clause in clauses]
    sought = [f" {' '.join(words)} " if (words := tokenise(phrase)) else None for phrase in phrases]
    return [[row for row, text in enumerate(said) if one and one in text] for one in sought]


def split_bank(phrases: Sequence[Sequence[str]], bank: Sequence[str]) -> tuple[list[list[int]], list[int]]:
    """Split a bank into clauses that phrases of themes point at, and a background that holds none of them.

    Parameters
    ----------
    phrases : sequence of sequences of str
        A sequence a theme.
    bank : sequence of str

    Returns
    -------
    pointed_at : list of lists of int
        For each theme, at most ten clauses a phrase, spread over those that hold it.
    background : list of int
        At most `BACKGROUND`, spread over the bank.
    """
    holding = [find_holding(of_theme, bank) for of_theme in phrases]
    pointed = [
        list(dict.fromkeys(row for rows in of_theme for row in spread(rows, _MOST))) for of_theme in holding
    ]
    held = {row for of_theme in holding for rows in of_theme for row in rows}
    return pointed, spread([row for row in range(len(bank)) if row not in held], BACKGROUND)


def spread(rows: Sequence[_Row], most: int) -> list[_Row]:
    """Return at most so many of the rows, evenly spread.

    Examples
    --------
    >>> spread([1, 2, 3, 4, 5], 2)
    [1, 3]
    """
    return [rows[at * len(rows) // most] for at in range(most)] if len(rows) > most else list(rows)
