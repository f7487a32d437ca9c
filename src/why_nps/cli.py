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

from why_nps.errors import InputError, WhyNpsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from why_nps.core.codebook import Codebook
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
    useful: Annotated[
        bool, typer.Option("--useful", help="What `learn` learns most from, in place of a random sample.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The same seed draws the same answers.")] = 0,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Sheet: .xlsx, .csv, or .json for Label Studio.")
    ] = Path("sample.xlsx"),
    language: Language = "nl",
    model: Model = None,
    demo: Annotated[bool, typer.Option("--demo", help="Use the synthetic demo export.")] = False,
) -> None:
    """Draw answers at random to code by hand; `report --coded` then corrects the figures with them."""
    from why_nps.flow import draw_sample, draw_useful, write_sample

    if useful and stratified:
        raise InputError("Give --useful or --stratified: only the second keeps chances known.")
    coded = _obtain(source, demo=demo, text=text, score=score, model=model)
    if useful:
        drawn = draw_useful(coded, size=size, model=_load(model))
    else:
        drawn = draw_sample(coded, size=size, stratified=stratified, seed=seed)
    path = write_sample(drawn, coded.codebook, out, language=language)
    print(f"{len(drawn):,} answers to code, personal data masked: {path}")
    print("Give each its themes and kinds, and put an x in the column 'coded', also where there is none.")


@app.command()
def gaps(
    source: Source = None,
    *,
    text: TextColumn = None,
    score: ScoreColumn = None,
    draft: Annotated[
        int | None, typer.Option(help="Number of a group to make a theme of; see --theme.")
    ] = None,
    theme: Annotated[str | None, typer.Option(help="Id of that theme.")] = None,
    codebook: Annotated[Path | None, typer.Option(help="To add it to; else the model's.")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the draft and its sheet.")] = Path(
        "out"
    ),
    model: Model = None,
    demo: Annotated[bool, typer.Option("--demo", help="Use the synthetic demo export.")] = False,
    as_json: AsJson = False,
) -> None:
    """Group what carries no theme by meaning; --draft turns a group into a theme and a sheet to code."""
    from why_nps.core.codebook import load_codebook
    from why_nps.core.exchange import save_codebook
    from why_nps.flow import draft_theme, draw_group, find_gaps, write_sample

    if (draft is None) != (theme is None):
        raise InputError("A draft needs both: --draft, the number of a group, and --theme, an id for it.")
    coded = _obtain(source, demo=demo, text=text, score=score, model=model)
    found = find_gaps(coded)
    if draft is not None and theme is not None:
        book = coded.codebook if codebook is None else load_codebook(codebook)
        drafted = draft_theme(found, draft, theme, book)
        written = save_codebook(drafted, out / "codebook.toml")
        sheet = write_sample(draw_group(found, draft, coded), drafted, out / "sheet.xlsx")
        _tell(f"Written: {written} and {sheet}; edit, code, then: why-nps learn {sheet} --codebook {written}")
    elif as_json:
        _print_json(json.loads(found.groups.to_json(orient="records")))
    else:
        print(found)


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

    learned = learn_from_files(coded, model=_load(model), codebook=codebook, out=out)
    if as_json:
        _print_json(learned.to_dict())
    else:
        print(learned.to_text())
    if not learned.better:
        raise typer.Exit(1)
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
        print(f"{bundle.name} {bundle.version}: {len(bundle.golden)} golden answers, {len(wrong)} differ.")
    if wrong:
        raise typer.Exit(1)


@app.command()
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

    book = load_codebook(path)
    if compare is not None:
        found = compare_codebooks(load_codebook(compare), book)
        if as_json:
            _print_json(found.to_dict(orient="records"))
        else:
            print(found.to_string(index=False) if len(found) else "Nothing changed.")
        return
    if migrate is not None:
        _migrate(migrate, book, since=since, out=out)
        return
    if out is not None:
        _tell(f"Written: {save_codebook(book, out)}")
    elif as_json:
        _print_json(book.to_dict())
    else:
        print(book.to_text(language))


def main() -> None:
    """Run the command line; errors of ours become one line and an exit code."""
    try:
        app()
    except WhyNpsError as error:
        print(f"why-nps: {error}", file=sys.stderr)
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


def _migrate(mentions: Path, book: Codebook, *, since: str | None, out: Path | None) -> None:
    from why_nps.flow.exporting import read_mentions, write_mentions

    if since is None or out is None:
        raise InputError("--migrate needs --since, the version that the mentions were coded with, and --out.")
    from why_nps.core.migration import recode_mentions

    recoded = recode_mentions(read_mentions(mentions), book, since=since)
    print(recoded)
    _tell(f"Written: {write_mentions(recoded.mentions, out)}")


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
    print(message, file=sys.stderr)


def _print_coded(coded: Coded) -> None:
    from why_nps.flow import list_mentions

    mentions = list_mentions(coded).to_dict(orient="records")
    _print_json({"mentions": mentions, "flags": coded.flags.to_dict(orient="records")})


def _print_json(data: object) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
