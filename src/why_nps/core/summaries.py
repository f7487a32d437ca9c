"""Small counts about a run that the report must tell beside its numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from why_nps.core.cards import make_card, make_paragraph, make_record, make_table

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class CodingSummary:
    """What happened to the answers on their way to themes.

    Parameters
    ----------
    answers : int
        All answers, with or without text.
    scored : int
        Answers with a usable score: the denominator of every rate.
    with_content : int
        Answers that hold something to code.
    no_content : int
        Answers such as "nvt" or "-": typed, but nothing to code.
    empty : int
        Answers without any text.
    not_classified : int
        Answers with content in which the model found no theme with enough certainty.
    other_language : int
        Answers that are mostly not Dutch; they are coded all the same, less reliably.
    repaired : int
        Answers that normalisation had to mend (mojibake, runs, cut at the maximum length).
    with_personal_data : int
        Answers in which personal data was masked.
    """

    answers: int
    scored: int
    with_content: int
    no_content: int
    empty: int
    not_classified: int
    other_language: int
    repaired: int
    with_personal_data: int

    def _repr_html_(self) -> str:
        return make_record(self, "What happened to the answers")


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """Which model read the answers, and how well it is known to read.

    Parameters
    ----------
    name, version : str
        The bundle.
    trained_on : str
        One sentence on its training data, to be shown as it is.
    figures : mapping of str to float
        Measured quality (``theme_micro_f1``, ...), 0..1, on answers left out of training.
    measured_on : int
        How many those were; 0 where it is not known.
    """

    name: str
    version: str
    trained_on: str
    figures: Mapping[str, float] = field(default_factory=dict)
    measured_on: int = 0

    def _repr_html_(self) -> str:
        rows = [(name, f"{value:.2f}") for name, value in self.figures.items()]
        caption = "Measured on answers left out of training"
        return make_card(
            f"Model {self.name} {self.version}",
            make_paragraph(f"Trained on {self.trained_on}."),
            make_table((), rows, caption=caption),
        )
