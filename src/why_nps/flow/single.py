"""One answer at a time, for forms, services and streams."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from why_nps.flow.finding import check_version, find_in_texts
from why_nps.reading.cells import is_missing
from why_nps.themes import load_bundle
from why_nps.themes.classifier import check_texts

if TYPE_CHECKING:
    from why_nps.themes import Bundle


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
        return asdict(self)


def code_one(text: str, *, model: Bundle | None = None) -> CodedText:
    """Find the themes, kinds and flags of one answer; `code` finds the same in many.

    Parameters
    ----------
    text : str
        The answer as typed; empty where it is missing (None, NaN, NA).
    model : Bundle, optional
        From `load_bundle`; without it the shipped model.

    Returns
    -------
    CodedText

    Raises
    ------
    InputTypeError
        If the text is not a str.
    ModelError
        If the model was trained with another version of the cleaning.

    Examples
    --------
    >>> found = code_one("Snelle levering, maar de app werkt niet")
    >>> [(mention.theme, mention.kind) for mention in found.mentions]
    [('delivery', 'delight'), ('digital', 'pain')]
    """
    bundle = model or load_bundle()
    check_version(bundle)
    said = find_in_texts(check_texts([text], missing=is_missing), bundle)
    found = said.mentions
    mentions = zip(
        found.theme.tolist(),
        found.kind.tolist(),
        found.probability.tolist(),
        said.bounds[found.clause].tolist(),
        strict=True,
    )
    return CodedText(
        said.statuses[0],
        tuple(
            Mention(bundle.themes.themes_[theme], bundle.themes.kinds_[kind], share, start, end)
            for theme, kind, share, (start, end) in mentions
        ),
        {flag: share for _, flag, share in said.flags},
    )
