"""Commands about answers: explain, sample, group, code, alert and serve."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from why_nps.cli.options import (  # typer reads the options when it runs
    AsJson,
    Language,
    Model,
    ScoreColumn,
    Source,
    TextColumn,
    list_own_columns,
    load_model,
    obtain,
    open_source,
    print_json,
    show_progress,
    tell,
)
from why_nps.core.inert import make_inert
from why_nps.errors import InputError

if TYPE_CHECKING:
    from why_nps.flow import Coded


def report(
    source: Source = None,
    *,
    text: TextColumn = None,
    score: ScoreColumn = None,
    by: Annotated[list[str] | None, typer.Option(help="Column to compare by; may be given again.")] = None,
    minimum_n: Annotated[int, typer.Option(help="Groups with fewer answers are suppressed.")] = 10,
    codebook: Annotated[
        Path | None, typer.Option(help="The model's codebook as you edited it: labels, or with a change log.")
    ] = None,
    coded: Annotated[
        Path | None, typer.Option("--coded", help="Sample coded by hand, from `why-nps sample`.")
    ] = None,
    asked: Annotated[int | None, typer.Option(help="How many people were asked.")] = None,
    name_employees: Annotated[bool, typer.Option("--name-employees", help="No pseudonyms.")] = False,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write to.")] = Path("out"),
    language: Language = "nl",
    model: Model = None,
    demo: Annotated[bool, typer.Option("--demo", help="Use the synthetic demo export.")] = False,
    slides: Annotated[bool, typer.Option("--slides", help="Write rapport.pptx too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Explain an export: a page, tables and pictures in a folder, the findings in the terminal."""
    from why_nps.core.codebook import load_codebook
    from why_nps.flow import explain, read_sample, recode

    book = load_codebook(codebook) if codebook is not None else None
    found = obtain(source, demo=demo, text=text, score=score, by=by, model=model)
    if book is not None:
        found, recoded = recode(found, book)
        tell(str(recoded))
    sample = read_sample(coded, found.codebook) if coded is not None else None
    explained = explain(
        found,
        by=by,
        minimum_n=minimum_n,
        sample=sample,
        asked=asked,
        name_employees=name_employees,
        model=load_model(model),
    )
    page = explained.save(out, language=language)[0]
    if slides:
        explained.slides(out / "rapport.pptx", language=language)
    if as_json:
        print(explained.to_json())
        return
    tell(str(found.answers.report))
    console = Console()
    print(explained.to_text(language=language, width=console.width, colour=console.is_terminal))
    tell(f"Written: {page}, {out / 'tables'} and {out / 'figures'}")


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
    codebook: Annotated[Path | None, typer.Option(help="To code by; else the model's.")] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Sheet: .xlsx, .csv, or .json for Label Studio.")
    ] = Path("sample.xlsx"),
    language: Language = "nl",
    model: Model = None,
    demo: Annotated[bool, typer.Option("--demo", help="Use the synthetic demo export.")] = False,
) -> None:
    """Draw answers to code by hand: at random, to correct figures by, or those that teach a model most."""
    from why_nps.core.codebook import load_codebook
    from why_nps.flow import draw_sample, draw_useful, write_sample

    if useful and stratified:
        raise InputError("Give --useful or --stratified: only the second keeps chances known.")
    book = load_codebook(codebook) if codebook is not None else None
    coded = obtain(source, demo=demo, text=text, score=score, model=model)
    if useful:
        drawn = draw_useful(coded, size=size, model=load_model(model))
    else:
        drawn = draw_sample(coded, size=size, stratified=stratified, seed=seed)
    path = write_sample(drawn, book or coded.codebook, out, language=language)
    print(f"{len(drawn):,} answers to code, personal data masked: {make_inert(str(path))}")
    if path.suffix.lower() == ".json":
        print(f"For Label Studio; its labeling configuration: {make_inert(str(path.with_suffix('.xml')))}")
    else:
        print("Give each its themes and kinds, and put an x in the column 'coded', also where there is none.")


def gaps(
    source: Source = None,
    *,
    text: TextColumn = None,
    score: ScoreColumn = None,
    draft: Annotated[
        int | None, typer.Option(help="Number of a group to make a theme of; see --theme.")
    ] = None,
    theme: Annotated[str | None, typer.Option(help="Id of that theme.")] = None,
    label: Annotated[str, typer.Option(help="Its Dutch label; else the group's words.")] = "",
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
    coded = obtain(source, demo=demo, text=text, score=score, model=model)
    found = find_gaps(coded)
    if draft is not None and theme is not None:
        book = coded.codebook if codebook is None else load_codebook(codebook)
        drafted = draft_theme(found, draft, theme, book, label=label)
        written = save_codebook(drafted, out / "codebook.toml")
        rows = draw_group(found, draft, coded)
        sheet = write_sample(rows, drafted, out / "sheet.xlsx")
        tell(f"Written: {written}, and {sheet} with {len(rows):,} answers to code, those of the group first.")
        tell(f"When coded: why-nps learn {sheet} --codebook {written}")
    elif as_json:
        print_json(json.loads(found.groups.to_json(orient="records")))
    else:
        print(found)


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
        _print_coded(obtain(source, demo=demo, text=text, score=False, model=model))
        return
    from why_nps.scale import code_file

    with open_source(source, demo=demo) as path, show_progress("coding answers") as advance:
        result = code_file(
            path,
            out,
            text=text,
            score=score,
            segments=list_own_columns(by),
            model=model,
            jobs=jobs,
            kind=kind,
            name_employees=name_employees,
            progress=advance,
        )
    tell(str(result.reading))
    print(result)
    done = f", of which {result.kept:,} were finished before" if result.kept else ""
    tell(f"Written: {result.parts:,} parts{done}, in {out}")


def alerts(
    source: Source = None,
    *,
    rules: Annotated[Path, typer.Option("--rules", help="Rules (TOML): which answers go to whom.")],
    text: TextColumn = None,
    score: ScoreColumn = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Work list, .xlsx or .csv.")] = Path(
        "worklist.xlsx"
    ),
    model: Model = None,
    demo: Annotated[bool, typer.Option("--demo", help="Use the synthetic demo export.")] = False,
) -> None:
    """List the answers that someone should act on, masked, by your rules; nothing is sent."""
    from why_nps.flow import list_alerts, read_rules, write_alerts

    asked = read_rules(rules)
    columns = list(dict.fromkeys(column for rule in asked for column in rule.list_columns()))
    coded = obtain(source, demo=demo, text=text, score=score, by=columns, model=model)
    found = list_alerts(coded, asked)
    path = write_alerts(found, out)
    for rule in asked:
        print(f"{int((found['rule'] == rule.name).sum()):6,}  {rule.name} -> {rule.to}")
    tell(f"Written: {path}")


def serve(
    *,
    host: Annotated[
        str, typer.Option("--host", help="Where to listen; else this machine alone.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port")] = 8000,
    model: Model = None,
) -> None:
    """Serve over HTTP until stopped; set WHY_NPS_API_KEY to ask for a key."""
    from why_nps.flow import Coder
    from why_nps.hosts.service import serve as serve_coder

    tell(f"Serving on http://{host}:{port}, described in /openapi.json")
    serve_coder(Coder(load_model(model)), host=host, port=port, key=os.environ.get("WHY_NPS_API_KEY") or None)


def _print_coded(coded: Coded) -> None:
    from why_nps.flow import list_mentions

    mentions = list_mentions(coded).to_dict(orient="records")
    print_json({"mentions": mentions, "flags": coded.flags.to_dict(orient="records")})
