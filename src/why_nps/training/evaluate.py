"""How right the model is: figures on coded answers, scored as sets of theme and kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from why_nps.core.cards import make_card, make_table
from why_nps.flow.coding import code, list_pairs
from why_nps.report.wording import load_wording
from why_nps.training.corpus import is_new_to_rules
from why_nps.training.measures import (
    calibration_error,
    count_confusion,
    kind_accuracy,
    list_confused,
    micro_f1,
    score_labels,
    score_slices,
    tabulate_calibration,
    take_part,
)
from why_nps.training.typos import mistype_answers

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.flow import Coded
    from why_nps.themes import Bundle
    from why_nps.training.corpus import CodedAnswer
    from why_nps.training.measures import Pair

_LENGTHS = {"up to 5 words": 5, "6 to 15 words": 15, "16 to 40 words": 40, "over 40 words": np.inf}
_SHOWN = 10  # rows of the long tables in the terminal


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures on coded answers.

    Parameters
    ----------
    answers : int
        How many answers were scored.
    figures : dict of str to float
        ``theme_micro_f1``, ``theme_macro_f1``, ``theme_kind_micro_f1``, ``kind_accuracy``,
        ``flags_macro_f1``, ``no_content_f1``, ``calibration_error``, ``coverage``; each 0..1. Without
        ``flags_macro_f1`` and ``no_content_f1`` where no answer could be scored on them.
    themes, flags, kinds : pandas.DataFrame
        One row a label, from `score_labels`: precision, recall, f1 with a 95 % bootstrap interval, and
        support. A kind counts once in an answer, under whichever theme.
    confusion : pandas.DataFrame
        From `count_confusion`: which theme was given where the coder saw another.
    calibration : pandas.DataFrame
        From `tabulate_calibration`: how often mentions of a probability are right.
    slices : pandas.DataFrame
        From `score_slices`: by ``length`` in words, and by ``sector`` where any is told.
    codebook : Codebook
        What the labels mean.
    """

    answers: int
    figures: dict[str, float]
    themes: pd.DataFrame
    flags: pd.DataFrame
    kinds: pd.DataFrame
    confusion: pd.DataFrame
    calibration: pd.DataFrame
    slices: pd.DataFrame
    codebook: Codebook

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the codebook as plain JSON values."""
        tables = ("themes", "flags", "kinds", "confusion", "calibration", "slices")
        return {
            "answers": self.answers,
            **self.figures,
            **{name: getattr(self, name).to_dict(orient="records") for name in tables},
        }

    def to_text(self) -> str:
        """Return the figures as text for a terminal; of long tables the first rows."""
        figures = "\n".join(f"{name:22s} {value:.3f}" for name, value in self.figures.items())
        confused = list_confused(self.confusion)
        by_length = self.slices[self.slices["by"] == "length"].drop(columns="by")
        by_sector = self.slices[self.slices["by"] == "sector"].drop(columns="by")
        tables = {
            "Themes": self.themes,
            "Kinds": self.kinds,
            "Flags": self.flags,
            "How often mentions of a probability are right": self.calibration,
            "Themes only the coder found, beside themes only the model found": confused,
            "By length": by_length,
            "By sector": by_sector,
        }
        shown = [_show(title, table) for title, table in tables.items() if len(table)]
        return "\n\n".join([f"{self.answers:,} coded answers", figures, *shown])

    def __repr__(self) -> str:
        figure = self.figures["theme_micro_f1"]
        return f"<Evaluation: {self.answers:,} coded answers, micro-F1 of themes {figure:.2f}>"

    def _repr_html_(self) -> str:
        wording = load_wording("en")
        figures = [(wording.name("measures", name), f"{value:.2f}") for name, value in self.figures.items()]
        best = self.themes[self.themes["support"] > 0].sort_values("support", ascending=False, kind="stable")
        rows = [
            (
                self.codebook.label(row["label"], "en"),
                *(f"{row[name]:.2f}" for name in ("precision", "recall", "f1")),
                f"{row['f1_low']:.2f} to {row['f1_high']:.2f}",
                f"{row['support']:,}",
            )
            for _, row in best.head(_SHOWN).iterrows()
        ]
        head = ("theme", "precision", "recall", "F1", "95% interval", "answers")
        return make_card(
            f"Quality on {self.answers:,} coded answers",
            make_table((), figures),
            make_table(head, rows, caption="Themes, the most named by the coder"),
        )

    def save_figure(self, path: str | Path) -> Path:
        """Draw calibration and confusion as one picture.

        Parameters
        ----------
        path : str or Path
            A file that ends in .png, .svg or .pdf; English, with the codebook's English labels.

        Returns
        -------
        Path

        Raises
        ------
        InputError
            If the name ends otherwise, or the file cannot be written.
        """
        from why_nps.training.pictures import save_picture

        return save_picture(self, path)


def evaluate_models(parts: Sequence[tuple[Sequence[CodedAnswer], Bundle]], codebook: Codebook) -> Evaluation:
    """Evaluate models on coded answers, as they were typed and with a typing error in every clause.

    Parameters
    ----------
    parts : sequence of (coded answers, Bundle)
        Answers, and the model that reads them.
    codebook : Codebook

    Returns
    -------
    Evaluation
        With ``typo_loss`` among its figures: what the typing errors cost of the micro-F1 of themes.
    """
    texts = [[answer.text for answer in answers] for answers, _ in parts]
    as_typed, mistyped = [
        evaluate_predictions(
            [
                (answers, code(read, model=bundle))
                for (answers, bundle), read in zip(parts, reads, strict=True)
            ],
            codebook,
        )
        for reads in (texts, [mistype_answers(read) for read in texts])
    ]
    loss = as_typed.figures["theme_micro_f1"] - mistyped.figures["theme_micro_f1"]
    return replace(as_typed, figures=as_typed.figures | {"typo_loss": round(loss, 4)})


def evaluate_predictions(
    parts: Sequence[tuple[Sequence[CodedAnswer], Coded]], codebook: Codebook
) -> Evaluation:
    """Compare coders' mentions and flags with the model's.

    Flags and answers without content are found by rules too, so they are scored only on answers that
    the rules were written without, and in which the coder looked for flags.

    Parameters
    ----------
    parts : sequence of (coded answers, Coded)
        What coders found, and what `code` found in the same texts in the same order.
    codebook : Codebook

    Returns
    -------
    Evaluation
    """
    answers = [answer for coded_answers, _ in parts for answer in coded_answers]
    truth = [answer.pairs for answer in answers]
    pairs = [set(found) for _, coded in parts for found in list_pairs(coded)]
    of_themes = take_part(truth, 0), take_part(pairs, 0)
    themes = score_labels(*of_themes, codebook.theme_ids)
    flags, of_rules = _score_rules(parts, codebook)
    probability, right = _mention_hits(parts)
    figures = {
        "theme_micro_f1": micro_f1(*of_themes),
        "theme_macro_f1": _macro(themes),
        "theme_kind_micro_f1": micro_f1(truth, pairs),
        "kind_accuracy": kind_accuracy(truth, pairs),
        **of_rules,
        "calibration_error": calibration_error(probability, right),
        "coverage": _coverage(answers, pairs),
    }
    return Evaluation(
        answers=len(answers),
        figures={name: round(value, 4) for name, value in figures.items()},
        themes=themes,
        flags=flags,
        kinds=score_labels(take_part(truth, 1), take_part(pairs, 1), codebook.kind_ids),
        confusion=count_confusion(*of_themes, codebook.theme_ids),
        calibration=tabulate_calibration(probability, right),
        slices=_slice(answers, truth, pairs),
        codebook=codebook,
    )


def _slice(
    answers: Sequence[CodedAnswer], truth: Sequence[Collection[Pair]], pairs: Sequence[Collection[Pair]]
) -> pd.DataFrame:
    words = [len(answer.text.split()) for answer in answers]
    lengths = [next(name for name, most in _LENGTHS.items() if n <= most) for n in words]
    by_length = score_slices("length", lengths, truth, pairs)
    by_length = by_length.sort_values("group", key=lambda names: names.map(list(_LENGTHS).index))
    sectors = [answer.sector for answer in answers]
    by_sector = score_slices("sector", sectors, truth, pairs) if any(sectors) else by_length.head(0)
    return pd.concat([by_length, by_sector], ignore_index=True)


def _show(title: str, table: pd.DataFrame) -> str:
    whole = len(table) <= 2 * _SHOWN  # a few rows more are no burden
    text = (table if whole else table.head(_SHOWN)).to_string(index=False)
    rest = "" if whole else f"\n... and {len(table) - _SHOWN:,} more, with --json"
    return f"{title}\n{text}{rest}"


def _score_rules(
    parts: Sequence[tuple[Sequence[CodedAnswer], Coded]], codebook: Codebook
) -> tuple[pd.DataFrame, dict[str, float]]:
    found = [
        (answer, flags, status != "content")
        for answers, coded in parts
        for answer, flags, status in zip(answers, _flag_sets(coded), coded.screening["status"], strict=True)
        if answer.flags_coded and is_new_to_rules(answer)
    ]
    flags = score_labels([a.flags for a, _, _ in found], [f for _, f, _ in found], codebook.flag_ids)
    if not found:
        return flags.head(0), {}
    silent = score_labels(
        [set() if answer.mentions or answer.flags else {"silent"} for answer, _, _ in found],
        [{"silent"} if empty else set() for _, _, empty in found],
        ("silent",),
    )
    return flags, {"flags_macro_f1": _macro(flags), "no_content_f1": _macro(silent)}


def _macro(table: pd.DataFrame) -> float:
    supported = table.loc[table["support"] > 0, "f1"]
    return float(supported.mean()) if len(supported) else 1.0


def _coverage(truth: Sequence[CodedAnswer], pairs: Sequence[Collection[Pair]]) -> float:
    found = [bool(p) for answer, p in zip(truth, pairs, strict=True) if answer.mentions]
    return float(np.mean(found)) if found else 1.0


def _flag_sets(coded: Coded) -> list[set[str]]:
    found: dict[str, set[str]] = {i: set() for i in coded.answers.frame["answer_id"]}
    for answer_id, flag in coded.flags[["answer_id", "flag"]].to_numpy():
        found[answer_id].add(flag)
    return list(found.values())


def _mention_hits(
    parts: Sequence[tuple[Sequence[CodedAnswer], Coded]],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    probability: list[float] = []
    right: list[bool] = []
    for answers, coded in parts:
        truth = dict(zip(coded.answers.frame["answer_id"], (answer.pairs for answer in answers), strict=True))
        best = coded.mentions.groupby(["answer_id", "theme", "kind"])["probability"].max()
        probability += best.tolist()
        right += [(theme, kind) in truth[answer_id] for answer_id, theme, kind in best.index]
    return np.array(probability), np.array(right, bool)
