"""The model card, written at every training run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from why_nps.core.inert import escape_markdown

if TYPE_CHECKING:
    import pandas as pd

    from why_nps.training.evaluate import Evaluation

_CARD = """# Model card: {name} {version}

Reads clauses of open Dutch answers to "Waarom geeft u deze score?" into themes and kinds, and whole
answers into flags.

- **Kind of model**: {kind}
- **Training data**: {trained_on}. Agreement between human coders has not been measured yet.
- **Intended use**: to explain what customers give as the reason for a score, in numbers over many answers.
  Not for decisions about one customer or one employee.
- **The score is never a feature**, so that themes can be related to scores without going in a circle.
- **Limits**: sarcasm, dialect, answers in another language, sectors and wording far from the training data.
  Numbers below are from written answers; real answers differ.

## Figures on sectors left out of training ({answers:,} answers)

Every answer was read by a model, and by thresholds, that saw nothing of its sector,
or nothing of the answer itself where it tells no sector.
The single clauses carry no sector, so wording of a left-out sector may occur among them.

{figures}

## Per theme

{themes}

## Per flag

{flags}
"""

FAST = """the weighted mean of a linear support vector machine per label over words, the characters
  inside them and pairs of neighbours, and of a small convolutional network over word vectors."""
ACCURATE = """the mean of the default model and of multilingual e5-small (MIT), taught by the same answers,
  which reads each clause among the words around it. Flags are those of the default model."""
_ROW = "| {label} | {precision:.2f} | {recall:.2f} | {f1:.2f} | {f1_low:.2f} to {f1_high:.2f} | {support} |"


def write_card(name: str, version: str, trained_on: str, evaluation: Evaluation, *, kind: str = FAST) -> str:
    """Write the card of a trained bundle as Markdown; ``kind`` says what kind of model it is."""
    figures = "\n".join(f"| {key} | {value:.3f} |" for key, value in evaluation.figures.items())
    return _CARD.format(
        name=escape_markdown(name),
        version=escape_markdown(version),
        kind=kind,
        trained_on=escape_markdown(trained_on),
        answers=evaluation.answers,
        figures=f"| figure | value |\n|---|---|\n{figures}",
        themes=_table(evaluation.themes),
        flags=_table(evaluation.flags),
    )


def _table(table: pd.DataFrame) -> str:
    header = "| label | precision | recall | F1 | 95 % interval | answers |\n|---|---|---|---|---|---|"
    return "\n".join([header, *(_ROW.format_map(row) for row in table.to_dict(orient="records"))])
