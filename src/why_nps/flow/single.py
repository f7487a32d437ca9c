"""One answer at a time, for forms, services and streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from why_nps.core.cards import make_card, make_table
from why_nps.flow.coding import code
from why_nps.flow.exporting import to_normal
from why_nps.flow.finding import check_version, find_in_texts
from why_nps.reading.cells import is_missing
from why_nps.text import MaskedText, list_doubtful, mask_personal_data, normalise_answer, warm_up
from why_nps.themes import load_bundle
from why_nps.themes.classifier import check_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from why_nps.core.answers import Answers
    from why_nps.flow.coding import Coded
    from why_nps.flow.finding import Findings
    from why_nps.themes import Bundle

_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Mention:
    """A theme that an answer mentions.

    Parameters
    ----------
    theme, kind : str
        Ids of the codebook.
    probability : float
        That the answer mentions this theme with this kind, 0..1.
    start, end : int
        The clause in the answer as typed.
    """

    theme: str
    kind: str
    probability: float
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        return {
            "theme": self.theme,
            "kind": self.kind,
            "probability": self.probability,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class CodedText:
    """What one answer says.

    Parameters
    ----------
    status : str
        content, no_content or empty.
    mentions : tuple of Mention
    flags : dict of str to float
        Probability of each flag found, 0..1.
    """

    status: str
    mentions: tuple[Mention, ...]
    flags: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        mentions = tuple(mention.to_dict() for mention in self.mentions)
        return {"status": self.status, "mentions": mentions, "flags": dict(self.flags)}

    def _repr_html_(self) -> str:
        head = ("theme", "kind", "probability", "place")
        mentions = [
            (said.theme, said.kind, f"{said.probability:.2f}", f"{said.start} to {said.end}")
            for said in self.mentions
        ]
        flags = [(flag, f"{probability:.2f}") for flag, probability in self.flags.items()]
        title = f"One answer: {self.status.replace('_', ' ')}"
        return make_card(title, make_table(head, mentions), make_table(("flag", "probability"), flags))


@dataclass(frozen=True, slots=True)
class Coder:
    """Codes answers inside another program; threads may share one, and processes may be sent one.

    It holds a model and nothing of the answers that pass but their words, of which at most 50,000 are
    remembered to be fast; what it says of an answer never depends on what it coded before.

    Parameters
    ----------
    bundle : Bundle
        From `load_bundle`.

    Raises
    ------
    ModelError
        If the model was trained with another version of the cleaning.

    Examples
    --------
    >>> coder = Coder.load()
    >>> coder.code_one("nvt").status
    'no_content'
    """

    bundle: Bundle

    def __post_init__(self) -> None:
        check_version(self.bundle)

    @classmethod
    def load(cls, path: str | Path | None = None) -> Self:
        """Load a model as `load_bundle` does; without a path the shipped model, which a process loads once.

        Raises
        ------
        ModelError
            If the folder is no bundle, damaged, or made for another version.
        """
        return cls(load_bundle(path))

    def warm_up(self) -> None:
        """Make everything ready that the first answers would wait for; takes about a second.

        For programs that must answer in milliseconds from their first answer on, and before a process forks.
        """
        warm_up()
        self.code_one("Warm worden voor het eerste antwoord")

    def code_one(self, text: str) -> CodedText:
        """Find the themes, kinds and flags of one answer.

        Raises
        ------
        InputError
            If the text is not a str.

        Examples
        --------
        >>> found = Coder.load().code_one("Snelle levering, maar de app werkt niet")
        >>> [(mention.theme, mention.kind) for mention in found.mentions]
        [('delivery', 'delight'), ('digital', 'pain')]
        """
        return self.code_each([text])[0]

    def code_each(self, texts: Iterable[str]) -> list[CodedText]:
        """Find the same in many answers as `code_one` in each; much faster than one at a time.

        Raises
        ------
        InputError
            If an element is not a str.
        """
        listed = check_texts(texts, missing=is_missing)
        return [
            coded
            for start in range(0, len(listed), _BATCH)
            for coded in _list_coded(find_in_texts(listed[start : start + _BATCH], self.bundle), self.bundle)
        ]

    def mask_each(self, texts: Sequence[str], coded: Sequence[CodedText]) -> list[tuple[str, CodedText]]:
        """Mask the personal data of answers that this coder coded: `mask_text` of each, only faster."""
        certain = "pii" in self.bundle.codebook.flag_ids  # in a codebook of one's own nothing may tell it
        told = [not certain or "pii" in said.flags for said in coded]
        return [
            _mask(text, said, private=private) if private or doubtful else (text, said)
            for text, said, private, doubtful in zip(texts, coded, told, list_doubtful(texts), strict=True)
        ]

    def code(
        self, answers: Answers | Iterable[str], *, progress: Callable[[int, int], None] | None = None
    ) -> Coded:
        """Code answers to the tables that `explain` takes; see `why_nps.code`."""
        return code(answers, model=self.bundle, progress=progress)


def code_one(text: str) -> CodedText:
    """Find the themes, kinds and flags of one answer with the shipped model: `Coder.code_one` in one line.

    Parameters
    ----------
    text : str
        The answer as typed; empty where it is missing (None, NaN, NA).

    Returns
    -------
    CodedText

    Raises
    ------
    InputTypeError
        If the text is not a str.

    Examples
    --------
    >>> code_one("Snelle levering, maar de app werkt niet").to_dict()["mentions"][0]["theme"]
    'delivery'
    """
    return Coder.load().code_one(text)


def mask_text(text: str, coded: CodedText) -> tuple[str, CodedText]:
    """Mask the personal data of a coded answer.

    Parameters
    ----------
    text : str
        The answer as typed.
    coded : CodedText
        What was found in it.

    Returns
    -------
    text : str
        Mended and masked: it may be shown, stored and sent.
    coded : CodedText
        With offsets into this text.

    Examples
    --------
    >>> typed = "Bel 06-12345678, pakket te laat"
    >>> text, coded = mask_text(typed, code_one(typed))
    >>> text, text[coded.mentions[-1].start : coded.mentions[-1].end]
    ('Bel [telefoon], pakket te laat', 'pakket te laat')
    """
    return _mask(text, coded, private=True)


def _mask(text: str, coded: CodedText, *, private: bool) -> tuple[str, CodedText]:
    """Mend a text, and mask it where it may be private."""
    normal = normalise_answer(text)
    masked = mask_personal_data(normal.text) if private else MaskedText(normal.text)
    moved = []
    for mention in coded.mentions:
        start, end = masked.to_masked(*to_normal(normal, mention.start, mention.end))
        moved.append(Mention(mention.theme, mention.kind, mention.probability, start, end))
    return masked.text, CodedText(coded.status, tuple(moved), coded.flags)


def _list_coded(said: Findings, bundle: Bundle) -> list[CodedText]:
    mentions: list[list[Mention]] = [[] for _ in said.statuses]
    flags: list[dict[str, float]] = [{} for _ in said.statuses]
    found = said.mentions
    for answer, theme, kind, share, (start, end) in zip(
        said.prepared.owners[found.clause].tolist(),
        found.theme.tolist(),
        found.kind.tolist(),
        found.probability.tolist(),
        said.prepared.bounds[found.clause].tolist(),
        strict=True,
    ):
        names = bundle.themes.themes_[theme], bundle.themes.kinds_[kind]
        mentions[answer].append(Mention(*names, share, start, end))
    for answer, flag, share in said.flags:
        flags[answer][flag] = share
    return [
        CodedText(status, tuple(some), told)
        for status, some, told in zip(said.statuses, mentions, flags, strict=True)
    ]
