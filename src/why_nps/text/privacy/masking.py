"""Replace personal data by what it is, and keep track of where everything went."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from why_nps.errors import InputError
from why_nps.text.privacy.spans import PLACEHOLDERS, find_personal_data


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A text that may be shown.

    Parameters
    ----------
    text : str
        The text with a placeholder for every piece of personal data.
    moves : tuple of (int, int, int, int)
        For each piece: start and end in the original, start and end of its placeholder.
    """

    text: str
    moves: tuple[tuple[int, int, int, int], ...] = ()

    @property
    def found(self) -> int:
        """How many pieces were masked."""
        return len(self.moves)

    def to_masked(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the original to the masked text; a touched placeholder is taken whole.

        Parameters
        ----------
        start, end : int
            Offsets into the original, ``0 <= start <= end``.

        Returns
        -------
        tuple of (int, int)
            Offsets into ``text``.

        Examples
        --------
        >>> masked = mask_personal_data("Geholpen door Sanne, zeer snel")
        >>> start, end = masked.to_masked(21, 30)
        >>> masked.text[start:end]
        'zeer snel'
        """
        return self._move(start, is_end=False), self._move(end, is_end=True)

    def _move(self, offset: int, *, is_end: bool) -> int:
        last = bisect_right(self.moves, offset, key=lambda move: move[0] + is_end) - 1
        if last < 0:
            return offset
        _, old_end, new_start, new_end = self.moves[last]
        if offset < old_end:
            return new_end if is_end else new_start
        return offset - old_end + new_end


def mask_personal_data(text: str, *, language: str = "nl", names: frozenset[str] = frozenset()) -> MaskedText:
    """Replace personal data by placeholders such as ``[naam]``.

    Masking a masked text changes nothing.

    Parameters
    ----------
    text : str
        An answer as typed.
    language : {"nl", "en"}
        Of the placeholders; the answers read are Dutch.
    names : frozenset of str
        From `gather_names`: of employees, for instance.

    Returns
    -------
    MaskedText

    Raises
    ------
    InputError
        For another language.

    Examples
    --------
    >>> mask_personal_data("Mevr. de Vries, order 4829104, was top").text
    'Mevr. [naam], order [nummer], was top'
    >>> mask_personal_data("mail jan.jansen@example.nl", language="en").text
    'mail [email]'
    """
    if language not in PLACEHOLDERS:
        raise InputError(f"language is {language!r}; placeholders exist in {sorted(PLACEHOLDERS)}.")
    pieces, moves, position, length = [], [], 0, 0
    for item in find_personal_data(text, names=names):
        placeholder = PLACEHOLDERS[language][item.kind]
        pieces += [text[position : item.start], placeholder]
        start = length + item.start - position
        position, length = item.end, start + len(placeholder)
        moves.append((item.start, item.end, start, length))
    return MaskedText(text="".join([*pieces, text[position:]]), moves=tuple(moves))
