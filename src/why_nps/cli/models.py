"""Commands about models and codebooks: train, learn, evaluate, check, and a codebook's versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from why_nps.cli.options import AsJson, Language, Model, load_model, print_json, tell
from why_nps.core.inert import make_inert
from why_nps.errors import InputError

if TYPE_CHECKING:
    from why_nps.core.codebook import Codebook


def train(
    coded: Annotated[
        list[Path] | None, typer.Argument(help="Coded answers (sheet or JSONL); else the corpus.")
    ] = None,
    *,
    codebook: Annotated[
        Path | None, typer.Option(help="Codebook (TOML, JSON or xlsx); else the shipped one.")
    ] = None,
    recipe: Annotated[Path | None, typer.Option(help="Recipe (TOML); else the shipped one.")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the bundle.")] = Path("model"),
    as_json: AsJson = False,
) -> None:
    """Train a model bundle, on the shipped corpus or on your own coded answers."""
    from why_nps.training import train_from_files

    bundle = train_from_files(coded or [], codebook=codebook, recipe=recipe, out=out, progress=tell)
    if as_json:
        print_json(bundle.metrics)
        return
    for figure, value in bundle.summary.figures.items():
        print(f"{figure:24s} {value:.3f}")
    tell(f"Written: {out}")


def learn(
    coded: Annotated[list[Path], typer.Argument(help="Coded sheets; several may be of several coders.")],
    *,
    codebook: Annotated[Path | None, typer.Option(help="With themes new to the model.")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the tuned bundle.")] = Path("model"),
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Tune a model to your coded answers; it is written only where it is better on left-out ones."""
    from why_nps.training import learn_from_files

    learned = learn_from_files(coded, model=load_model(model), codebook=codebook, out=out)
    if as_json:
        print_json(learned.to_dict())
    else:
        print(learned.to_text())
    if not learned.better:
        raise typer.Exit(1)
    tell(f"Written: {out}")


def evaluate(
    coded: Annotated[Path | None, typer.Argument(help="Coded answers (sheet or JSONL) to test on.")] = None,
    *,
    model: Model = None,
    test: Annotated[bool, typer.Option("--test", help="The corpus's test split; once per release.")] = False,
    figure: Annotated[
        Path | None, typer.Option("--figure", help="Draw calibration and confusion: a .png, .svg or .pdf.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure quality: on your coded answers, or on the corpus with whole sectors left out."""
    from why_nps.training import cross_evaluate, evaluate_file, evaluate_test_split

    if coded is not None and test:
        raise InputError("Give a file of coded answers or --test, not both.")
    if coded is not None:
        evaluation = evaluate_file(coded, load_model(model))
    elif test:
        evaluation = evaluate_test_split(load_model(model))
    else:
        evaluation = cross_evaluate(progress=tell)
    if as_json:
        print_json(evaluation.to_dict())
    else:
        print(evaluation.to_text())
    if figure is not None:
        tell(f"Written: {evaluation.save_figure(figure)}")


def check(*, model: Model = None, as_json: AsJson = False) -> None:
    """Check that a model is whole and still says of its golden answers what it said when trained."""
    from why_nps.flow import check_golden

    bundle = load_model(model)
    wrong = check_golden(bundle)
    if as_json:
        print_json({"model": bundle.name, "golden": len(bundle.golden), "differ": wrong})
    else:
        told = f"{len(bundle.golden)} golden answers, {len(wrong)} differ."
        print(make_inert(f"{bundle.name} {bundle.version}: {told}"))
    if wrong:
        raise typer.Exit(1)


def codebook(
    path: Annotated[
        Path | None, typer.Argument(help="Codebook (TOML, JSON or xlsx); else the shipped one.")
    ] = None,
    *,
    compare: Annotated[Path | None, typer.Option(help="An earlier version: tell what changed.")] = None,
    migrate: Annotated[
        Path | None, typer.Option(help="Mentions coded with an earlier version (CSV, Parquet or folder).")
    ] = None,
    since: Annotated[str | None, typer.Option(help="That version, as in its codebook.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Write the codebook (.toml, .json, .xlsx) or the migrated mentions."
        ),
    ] = None,
    language: Language = "nl",
    as_json: AsJson = False,
) -> None:
    """Check a codebook and show it; compare it with an earlier one, or bring earlier mentions under it."""
    from why_nps.core.codebook import load_codebook
    from why_nps.core.exchange import save_codebook
    from why_nps.core.migration import compare_codebooks

    if compare is not None and (migrate, since, out) != (None, None, None):
        raise InputError("--compare prints what changed, and takes no --migrate, --since or --out.")
    if since is not None and migrate is None:
        raise InputError("--since goes with --migrate: the version that those mentions were coded with.")
    book = load_codebook(path)
    if compare is not None:
        found = compare_codebooks(load_codebook(compare), book)
        if as_json:
            print_json(found.to_dict(orient="records"))
        else:
            print(found.to_string(index=False) if len(found) else "Nothing changed.")
        return
    if migrate is not None:
        _migrate(migrate, book, since=since, out=out)
        return
    if out is not None:
        tell(f"Written: {save_codebook(book, out)}")
    elif as_json:
        print_json(book.to_dict())
    else:
        print(make_inert(book.to_text(language)))


def _migrate(mentions: Path, book: Codebook, *, since: str | None, out: Path | None) -> None:
    from why_nps.flow.exporting import read_mentions, write_mentions

    if since is None or out is None:
        raise InputError("--migrate needs --since, the version that the mentions were coded with, and --out.")
    from why_nps.core.migration import recode_mentions

    recoded = recode_mentions(read_mentions(mentions), book, since=since)
    if since not in {book.version, *(change.version for change in book.changes)}:
        tell(f"The change log does not name version {since!r}: taken as the one before all of it.")
    print(recoded)
    tell(f"Written: {write_mentions(recoded.mentions, out)}")
