"""Whole runs: train from files, evaluate on files or on the corpus."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from why_nps.core.codebook import Codebook, load_codebook
from why_nps.core.exchange import format_toml
from why_nps.errors import InputError
from why_nps.flow.codings import SHEETS
from why_nps.themes import Bundle, load_bundle, save_bundle
from why_nps.training.corpus import (
    CodedAnswer,
    CodedClause,
    load_clause_bank,
    load_corpus,
    read_coded_answers,
    split_corpus,
)
from why_nps.training.evaluate import Evaluation, evaluate_models
from why_nps.training.fit import evaluate_folds, fit_folds, train_bundle
from why_nps.training.recipe import load_recipe
from why_nps.training.sheets import read_coded_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from why_nps.training.learned import Learned


def train_from_files(
    coded: Sequence[str | Path],
    *,
    codebook: str | Path | None = None,
    recipe: str | Path | None = None,
    out: str | Path,
    progress: Callable[[str], None] | None = None,
) -> Bundle:
    """Train a bundle and write it to a folder.

    Parameters
    ----------
    coded : sequence of str or Path
        Files of coded answers: JSON Lines, or sheets as `read_coded_sheet` reads them. None: the shipped
        corpus, its test split left out.
    codebook : str or Path, optional
        TOML, JSON or xlsx; without it the shipped codebook.
    recipe : str or Path, optional
        Without it the recipe of the shipped model.
    out : str or Path
        Folder of the bundle.
    progress : callable, optional
        Called with a line on each step.

    Returns
    -------
    Bundle

    Raises
    ------
    InputError
        If a file cannot be used, or a codebook of your own comes without coded answers.
    CodebookError
        As in `load_codebook`.
    """
    if codebook is not None and not coded:
        raise InputError("A codebook of your own needs answers coded with it; name their files.")
    book, toml = _read_codebook(None if codebook is None else Path(codebook))
    answers, bank = _gather([Path(path) for path in coded], book)
    bundle = train_bundle(
        answers,
        bank,
        codebook=book,
        codebook_toml=toml,
        recipe=load_recipe(recipe),
        progress=progress,
    )
    try:
        save_bundle(bundle, Path(out))
    except OSError as error:
        raise InputError(f"Cannot write the model to {str(out)!r}: {error.strerror}.") from error
    return bundle


def learn_from_files(
    coded: Sequence[Path], *, model: Bundle, codebook: Path | None = None, out: Path
) -> Learned:
    """Tune a bundle to coded sheets, and write it to a folder where it is better on left-out answers.

    Parameters
    ----------
    coded : sequence of Path
        As in `train_from_files`. In several files the same answer may be coded again, by another coder: the
        column ``coder`` tells who, or else the file, by its name or, where these are the same, its path.
    model : Bundle
    codebook : Path, optional
        With themes that are new to the model, or without some; else the model's.
    out : Path
        Folder of the tuned bundle; not touched where the tuned one is no better.

    Returns
    -------
    Learned

    Raises
    ------
    InputError
        If a file cannot be used, or there are too few answers.
    """
    from why_nps.training.learning import learn

    book = model.codebook if codebook is None else load_codebook(codebook)
    answers = [
        replace(answer, coder=answer.coder or name)
        for path, name in zip(coded, _name_coders(coded), strict=True)
        for answer in _read_coded(path, book)
    ]
    learned = learn(answers, model, codebook=book)
    if learned.better:
        try:
            save_bundle(learned.bundle, out)
        except OSError as error:
            raise InputError(f"Cannot write the model to {str(out)!r}: {error.strerror}.") from error
    return learned


def _name_coders(coded: Sequence[Path]) -> list[str]:
    """Name who coded each file, where the file itself does not tell."""
    if len({path.resolve() for path in coded}) < len(coded):
        raise InputError("A coded sheet was given twice; name each once.")
    names = [path.stem for path in coded]
    return names if len(set(names)) == len(names) else [str(path) for path in coded]


def cross_evaluate(*, progress: Callable[[str], None] | None = None) -> Evaluation:
    """Evaluate on the shipped corpus, each sector by models that never saw it; takes minutes."""
    book, recipe = load_codebook(), load_recipe()
    answers, bank = _gather([], book)
    folds = fit_folds(answers, bank, codebook=book, recipe=recipe, progress=progress or (lambda _: None))
    return evaluate_folds(folds, codebook=book, recipe=recipe)


def evaluate_file(path: str | Path, bundle: Bundle | None = None) -> Evaluation:
    """Evaluate a model on a file of coded answers.

    Parameters
    ----------
    path : str or Path
        JSON Lines, or a sheet as `read_coded_sheet` reads it.
    bundle : Bundle, optional
        From `load_bundle`; without it the shipped model.

    Returns
    -------
    Evaluation

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    model = load_bundle(bundle)
    return _evaluate(_read_coded(Path(path), model.codebook), model)


def evaluate_test_split(bundle: Bundle) -> Evaluation:
    """Evaluate a bundle on the test split of the shipped corpus; to be read once per release."""
    return _evaluate(split_corpus(load_corpus(bundle.codebook), load_clause_bank()).test, bundle)


def _evaluate(answers: list[CodedAnswer], bundle: Bundle) -> Evaluation:
    return evaluate_models([(answers, bundle)], bundle.codebook)


def _gather(coded: Sequence[Path], book: Codebook) -> tuple[list[CodedAnswer], list[CodedClause]]:
    if coded:
        return [answer for path in coded for answer in _read_coded(path, book)], []
    bank = load_clause_bank()
    return split_corpus(load_corpus(book), bank).train, bank


def _read_coded(path: Path, book: Codebook) -> list[CodedAnswer]:
    sheet = path.suffix.lower() in SHEETS
    return read_coded_sheet(path, book) if sheet else read_coded_answers(path, book)


def _read_codebook(path: Path | None) -> tuple[Codebook, str]:
    """Return a codebook, and its TOML: as it was written, where it was."""
    book = load_codebook(path)
    source = files("why_nps").joinpath("data", "codebook.toml") if path is None else path
    written = path is None or path.suffix.lower() == ".toml"
    return book, source.read_text(encoding="utf-8") if written else format_toml(book)
