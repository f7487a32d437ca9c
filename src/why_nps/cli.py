"""The command line: commands, no logic.

Exit codes: 0 done; 1 a check failed; 2 bad input or wrong use; 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress

from why_nps.core.inert import make_inert
from why_nps.errors import InputError, WhyNpsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from why_nps.flow import Coded
    from why_nps.themes import Bundle

app = typer.Typer(
    name="why-nps",
    help="Reads open Dutch answers to 'Waarom geeft u deze score?' and explains the Net Promoter Score.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_STOPPED = 130

Source = Annotated[
    Path | None,
    typer.Argument(help="CSV, xlsx, Parquet or SPSS file with the answers, or a folder of `classify`."),
]
TextColumn = Annotated[str | None, typer.Option("--text", help="Column with the answers.")]
ScoreColumn = Annotated[str | None, typer.Option("--score", help="Column with the scores, 0-10.")]
Model = Annotated[Path | None, typer.Option("--model", help="Folder of a model; else the shipped one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, and nothing else.")]
Language = Annotated[Literal["nl", "en"], typer.Option("--language", help="Language of the report.")]


@app.command()
def report(
    source: Source = None,
    *,
    text: TextColumn = None,
    score: ScoreColumn = None,
    by: Annotated[list[str] | None, typer.Option(help="Column to compare by; may be given again.")] = None,
    minimum_n: Annotated[int, typer.Option(help="Groups with fewer answers are suppressed.")] = 10,
    coded: Annotated[
        Path | None, typer.Option("--coded", help="Sample coded by hand, from `why-nps sample`.")
    ] = None,
    asked: Annotated[int | None, typer.Option(help="How many people were asked.")] = None,
    name_employees: Annotated[bool, typer.Option("--name-employees", help="No pseudonyms.")] = False,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write to.")] = Path("out"),
    language: Language = "nl",
    model: Model = None,
    demo: Annotated[bool, typer.Option("--demo", help="Use the synthetic demo export.")] = False,
    as_json: AsJson = False,
) -> None:
    """Explain an export: a page, tables and pictures in a folder, the findings in the terminal."""
    from why_nps.flow import explain, read_sample

    found = _obtain(source, demo=demo, text=text, score=score, by=by, model=model)
    sample = read_sample(coded, found.codebook) if coded is not None else None
    explained = explain(
        found,
        by=by,
        minimum_n=minimum_n,
        sample=sample,
        asked=asked,
        name_employees=name_employees,
    )
    page = explained.report(out / "rapport.html", language=language)
    explained.tables(out / "tables", language=language)
    explained.save_figures(out / "figures", language=language)
    if as_json:
        print(explained.to_json())
        return
    _tell(str(found.answers.report))
    console = Console()
    print(explained.to_text(language=language, width=console.width, colour=console.is_terminal))
    _tell(f"Written: {page}, {out / 'tables'} and {out / 'figures'}")


@app.command()
def sample(
    source: Source = None,
    *,
    text: TextColumn = None,
    score: ScoreColumn = None,
    size: Annotated[int, typer.Option(help="How many answers to draw.")] = 200,
    stratified: Annotated[bool, typer.Option("--stratified", help="Draw rare themes more often.")] = False,
    seed: Annotated[int, typer.Option(help="The same seed draws the same answers.")] = 0,
    out: Annotated[Path, typer.Option("--out", "-o", help="Workbook to write.")] = Path("sample.xlsx"),
    language: Language = "nl",
    model: Model = None,
    demo: Annotated[bool, typer.Option("--demo", help="Use the synthetic demo export.")] = False,
) -> None:
    """Draw answers at random to code by hand; `report --coded` then corrects the figures with them."""
    from why_nps.flow import draw_sample, write_sample

    coded = _obtain(source, demo=demo, text=text, score=score, model=model)
    drawn = draw_sample(coded, size=size, stratified=stratified, seed=seed)
    path = write_sample(drawn, coded.codebook, out, language=language)
    print(f"{len(drawn):,} answers to code, personal data masked: {make_inert(str(path))}")
    print("Give each its themes and kinds, and put an x in the column 'coded', also where there is none.")


@app.command()
def classify(
    source: Source = None,
    *,
    text: TextColumn = None,
    score: ScoreColumn = None,
    by: Annotated[list[str] | None, typer.Option(help="Column to keep; may be given again.")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write to.")] = Path("out"),
    jobs: Annotated[int, typer.Option("--jobs", help="Worker processes; the output is the same.")] = 1,
    kind: Annotated[Literal["parquet", "csv"], typer.Option("--format", help="Of the tables.")] = "parquet",
    name_employees: Annotated[bool, typer.Option("--name-employees", help="No pseudonyms.")] = False,
    model: Model = None,
    demo: Annotated[bool, typer.Option("--demo", help="Use the synthetic demo export.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find the themes, kinds and flags of every answer, in files of any size.

    Stopped work goes on where it was when the same command is given again; `why-nps report` takes the
    folder in place of the file. With --json everything is printed and nothing written.
    """
    if as_json:
        _print_coded(_obtain(source, demo=demo, text=text, score=False, model=model))
        return
    from why_nps.scale import code_file

    with _source(source, demo=demo) as path, _progress("coding answers") as advance:
        result = code_file(
            path,
            out,
            text=text,
            score=score,
            segments=_own_columns(by),
            model=model,
            jobs=jobs,
            kind=kind,
            name_employees=name_employees,
            progress=advance,
        )
    _tell(str(result.reading))
    print(result)
    done = f", of which {result.kept:,} were finished before" if result.kept else ""
    _tell(f"Written: {result.parts:,} parts{done}, in {out}")


@app.command()
def train(
    coded: Annotated[
        list[Path] | None, typer.Argument(help="Coded answers (sheet or JSONL); else the corpus.")
    ] = None,
    *,
    codebook: Annotated[Path | None, typer.Option(help="Codebook (TOML); else the shipped one.")] = None,
    recipe: Annotated[Path | None, typer.Option(help="Recipe (TOML); else the shipped one.")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the bundle.")] = Path("model"),
    as_json: AsJson = False,
) -> None:
    """Train a model bundle, on the shipped corpus or on your own coded answers."""
    from why_nps.training import train_from_files

    bundle = train_from_files(coded or [], codebook=codebook, recipe=recipe, out=out, progress=_tell)
    if as_json:
        _print_json(bundle.metrics)
        return
    for figure, value in bundle.summary.figures.items():
        print(f"{figure:24s} {value:.3f}")
    _tell(f"Written: {out}")


@app.command()
def evaluate(
    coded: Annotated[Path | None, typer.Argument(help="Coded answers (sheet or JSONL) to test on.")] = None,
    *,
    model: Model = None,
    test: Annotated[bool, typer.Option("--test", help="The corpus's test split; once per release.")] = False,
    figure: Annotated[
        Path | None, typer.Option("--figure", help="Draw calibration and confusion to this .png or .svg.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure quality: on your coded answers, or on the corpus with whole sectors left out."""
    from why_nps.training import cross_evaluate, evaluate_file, evaluate_test_split

    if coded is not None and test:
        raise InputError("Give a file of coded answers or --test, not both.")
    if coded is not None:
        evaluation = evaluate_file(coded, _load(model))
    elif test:
        evaluation = evaluate_test_split(_load(model))
    else:
        evaluation = cross_evaluate(progress=_tell)
    if as_json:
        _print_json(evaluation.to_dict())
    else:
        print(evaluation.to_text())
    if figure is not None:
        _tell(f"Written: {evaluation.save_figure(figure)}")


@app.command()
def check(*, model: Model = None, as_json: AsJson = False) -> None:
    """Check that a model is whole and still says of its golden answers what it said when trained."""
    from why_nps.flow import check_golden

    bundle = _load(model)
    wrong = check_golden(bundle)
    if as_json:
        _print_json({"model": bundle.name, "golden": len(bundle.golden), "differ": wrong})
    else:
        told = f"{len(bundle.golden)} golden answers, {len(wrong)} differ."
        print(make_inert(f"{bundle.name} {bundle.version}: {told}"))
    if wrong:
        raise typer.Exit(1)


@app.command()
def codebook(
    path: Annotated[Path | None, typer.Argument(help="Codebook (TOML); else the shipped one.")] = None,
    *,
    language: Language = "nl",
    as_json: AsJson = False,
) -> None:
    """Check a codebook and show its themes, kinds and flags."""
    from why_nps.core.codebook import load_codebook

    book = load_codebook(path)
    if as_json:
        _print_json(book.to_dict())
        return
    print(make_inert(f"{book.name} {book.version}"))
    for title, entries in (("Themes", book.themes), ("Kinds", book.kinds), ("Flags", book.flags)):
        print(f"\n{title}")
        for entry in entries:
            print(make_inert(f"  {entry.id:20s} {entry.label(language)}: {entry.covers}"))


def main() -> None:
    """Run the command line; errors of ours become one line and an exit code."""
    try:
        app()
    except WhyNpsError as error:
        _tell(f"why-nps: {error}")
        sys.exit(2)
    except (KeyboardInterrupt, SystemExit) as stop:
        if isinstance(stop, SystemExit) and stop.code != _STOPPED:
            raise
        print("why-nps: stopped.", file=sys.stderr)  # typer turns Ctrl-C into this code, and says nothing
        sys.exit(_STOPPED)


def _obtain(
    source: Path | None,
    *,
    demo: bool,
    text: str | None,
    score: str | Literal[False] | None,
    model: Path | None,
    by: list[str] | None = None,
) -> Coded:
    """Read and code a file, or read back a folder that was coded before."""
    from why_nps.flow import code
    from why_nps.reading import read_answers

    if source is not None and source.is_dir() and not demo:
        from why_nps.scale import read_coded

        if text or score or model:
            raise InputError("A folder is coded already: leave out --text, --score and --model.")
        return read_coded(source)
    with _source(source, demo=demo) as path:
        answers = read_answers(path, text=text, score=score, segments=_own_columns(by))
    with _progress("coding answers") as advance:
        return code(answers, model=_load(model), progress=advance)


@contextmanager
def _source(source: Path | None, *, demo: bool) -> Iterator[Path]:
    if demo == (source is not None):
        raise InputError("Give one file with answers, or --demo for the demo export.")
    if source is not None:
        yield source
        return
    with as_file(files("why_nps").joinpath("data", "demo", "demo_export.csv")) as path:
        yield path


def _own_columns(by: list[str] | None) -> list[str]:
    from why_nps.reading import SEGMENTS

    return [column for column in by or [] if column not in SEGMENTS]


def _load(model: Path | None) -> Bundle:
    from why_nps.themes import load_bundle

    return load_bundle(model)


@contextmanager
def _progress(description: str) -> Iterator[Callable[[int, int], None]]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(description, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(message: str) -> None:
    print(make_inert(message), file=sys.stderr)


def _print_coded(coded: Coded) -> None:
    from why_nps.flow import list_mentions

    mentions = list_mentions(coded).to_dict(orient="records")
    _print_json({"mentions": mentions, "flags": coded.flags.to_dict(orient="records")})


def _print_json(data: object) -> None:
    print(json.dumps(data, indent=1))


if __name__ == "__main__":
    main()
