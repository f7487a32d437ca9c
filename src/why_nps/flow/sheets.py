"""Sheets to code in: a workbook, a CSV file, or tasks for Label Studio; and what coders did in the last."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

import pandas as pd

from why_nps.core.inert import defuse
from why_nps.core.storage import write_together
from why_nps.errors import InputError

if TYPE_CHECKING:
    from why_nps.core.codebook import Codebook, Entry

PLACES = 5  # themes that a row of the sheet has room for
DONE = "coded"
DRAWN = "drawn"  # how an answer came into the sheet: only what was drawn at random corrects figures
CHANCE = "probability"
RANDOM, USEFUL = "random", "useful"
PAIRS = [(f"theme_{number}", f"kind_{number}") for number in range(1, PLACES + 1)]
FIXED = ("answer_id", "text", DONE)
_HEAD = (*FIXED, *(name for pair in PAIRS for name in pair), DRAWN, CHANCE)
_PLAIN = re.compile(r"-?\w[\w.-]*")  # an id that is no formula, and is found again
_CREATED = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)  # in every workbook: a seed gives the same bytes
_CONFIG = """<View>
  <Text name="text" value="$text"/>
  <Labels name="theme" toName="text">
{themes}
  </Labels>
  <Choices name="kind" toName="text" perRegion="true" choice="single" required="true">
{kinds}
  </Choices>
</View>
"""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one coder marked in one task of Label Studio.

    Parameters
    ----------
    answer_id, text, coder, drawn : str
    probability : float or None
        Chance with which the answer was drawn.
    mentions : tuple of (str, str, str)
        Span, theme and kind.
    """

    answer_id: str
    text: str
    coder: str
    drawn: str
    probability: float | None
    mentions: tuple[tuple[str, str, str], ...]


def write_sample(sample: pd.DataFrame, codebook: Codebook, path: str | Path, *, language: str = "nl") -> Path:
    """Write answers to code: a workbook with lists to choose from, a CSV file, or tasks for Label Studio.

    Parameters
    ----------
    sample : pandas.DataFrame
        From `draw_sample` or `draw_useful`.
    codebook : Codebook
        Whose themes and kinds may be chosen.
    path : str or Path
        .xlsx, .csv (semicolons, as a Dutch Excel opens it), or .json for Label Studio, which gets its
        labeling configuration beside it as .xml.
    language : str
        "nl" or "en", of the labels.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If the name ends otherwise or the file cannot be written.
    """
    target = Path(path)
    kind = target.suffix.lower()
    if kind == ".xlsx":
        contents = {target.name: _to_workbook(sample, codebook, language)}
    elif kind == ".csv":
        contents = {target.name: _to_csv(sample)}
    elif kind == ".json":
        config = _configure(codebook, language)
        contents = {target.name: _to_tasks(sample), target.with_suffix(".xml").name: config}
    else:
        raise InputError(f"A sheet is written as .xlsx, .csv or .json, not as {target.name!r}.")
    return write_together(target.parent, contents)[0]


def _to_workbook(sample: pd.DataFrame, codebook: Codebook, language: str) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": _CREATED})
        page, guide = book.add_worksheet("sample"), book.add_worksheet("codebook")
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        page.write_row(0, 0, _HEAD, book.add_format({"bold": True}))
        page.set_column(1, 1, 80, wrapped)
        page.set_column(3, len(_HEAD) - 3, 18)
        page.freeze_panes(1, 0)
        for row, (answer_id, text, drawn, chance) in enumerate(_list_rows(sample), start=1):
            page.write_string(row, 0, answer_id)
            page.write_string(row, 1, text)
            page.write_string(row, len(_HEAD) - 2, drawn)
            if chance is not None:
                page.write_number(row, len(_HEAD) - 1, chance)
        for row, entry in enumerate((*codebook.themes, *codebook.kinds)):
            for column, cell in enumerate((entry.id, entry.label(language), entry.covers)):
                guide.write_string(row, column, cell)
        guide.set_column(0, 2, 40)
        ends = len(codebook.themes), len(codebook.themes) + len(codebook.kinds)
        lists = f"=codebook!$B$1:$B${ends[0]}", f"=codebook!$B${ends[0] + 1}:$B${ends[1]}"
        page.data_validation(1, 2, max(1, len(sample)), 2, {"validate": "list", "source": ["x"]})
        for place in range(PLACES):
            for column, source in enumerate(lists, start=len(FIXED) + 2 * place):
                rule = {"validate": "list", "source": source}
                page.data_validation(1, column, max(1, len(sample)), column, rule)
    return stream.getvalue()


def _to_csv(sample: pd.DataFrame) -> bytes:
    stream = io.StringIO()
    rows = csv.writer(stream, delimiter=";")
    rows.writerow(_HEAD)
    empty = [""] * (len(_HEAD) - 4)
    for answer_id, text, drawn, chance in _list_rows(sample):
        own = answer_id if _PLAIN.fullmatch(answer_id) else defuse(answer_id)
        rows.writerow([own, defuse(text), *empty, drawn, "" if chance is None else chance])
    return stream.getvalue().encode("utf-8-sig")


def _to_tasks(sample: pd.DataFrame) -> bytes:
    tasks = [
        {"data": {"answer_id": answer_id, "text": text, DRAWN: drawn, CHANCE: chance}}
        for answer_id, text, drawn, chance in _list_rows(sample)
    ]
    return (json.dumps(tasks, indent=1) + "\n").encode()


def _configure(codebook: Codebook, language: str) -> bytes:
    themes, kinds = (
        "\n".join(
            f"    <{tag} value={quoteattr(entry.label(language))} alias={quoteattr(entry.id)}/>"
            for entry in entries
        )
        for tag, entries in (("Label", codebook.themes), ("Choice", codebook.kinds))
    )
    return _CONFIG.format(themes=themes, kinds=kinds).encode()


def _list_rows(sample: pd.DataFrame) -> list[tuple[str, str, str, float | None]]:
    drawn = sample[DRAWN] if DRAWN in sample else pd.Series(RANDOM, index=sample.index)
    chances = [float(chance) if pd.notna(chance) else None for chance in sample[CHANCE]]
    return list(zip(sample["answer_id"], sample["text"], drawn, chances, strict=True))


def read_annotations(path: str | Path, codebook: Codebook) -> list[Annotation]:
    """Read what coders marked from a JSON export of Label Studio.

    Parameters
    ----------
    path : str or Path
    codebook : Codebook
        Themes and kinds, by id or by label.

    Returns
    -------
    list of Annotation
        One for each coder of each task; tasks that nobody coded, and skipped ones, are left out.

    Raises
    ------
    InputError
        If the file is no such export, or regions cannot be used: a span that is not in the text, a theme
        or kind that is not in the codebook, a region without a kind. All are told, by task.
    """
    name = Path(path).name
    try:
        tasks = json.loads(Path(path).read_text(encoding="utf-8"))
        done = [
            (task["data"], annotation)
            for task in tasks
            for annotation in task.get("annotations", [])
            if not annotation.get("was_cancelled")
        ]
        found, problems = [], []
        for data, annotation in done:
            where = f"{name}, task {data['answer_id']}"
            try:
                found.append(_read_annotation(data, annotation, where, codebook))
            except InputError as error:
                problems.append(str(error))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{name!r} is no JSON export of Label Studio with the tasks of `sample` ({type(error).__name__})."
        ) from error
    raise_together(problems)
    return found


def raise_together(problems: list[str], shown: int = 10) -> None:
    """Raise one InputError that tells the first of several problems; nothing where there is none.

    Raises
    ------
    InputError
    """
    if len(problems) == 1:
        raise InputError(problems[0])
    if problems:
        more = [f"... and {len(problems) - shown:,} more"] if len(problems) > shown else []
        lines = "\n  ".join([*problems[:shown], *more])
        raise InputError(f"{len(problems):,} rows cannot be used:\n  {lines}")


def _read_annotation(
    data: dict[str, Any], annotation: dict[str, Any], where: str, codebook: Codebook
) -> Annotation:
    themes, kinds = list_spellings(codebook.themes), list_spellings(codebook.kinds)
    regions: dict[str, dict[str, Any]] = {}
    for part in annotation["result"]:
        regions.setdefault(part["id"], {}).update(part["value"])
    mentions = []
    for region in regions.values():
        span = data["text"][region["start"] : region["end"]]
        if span != region.get("text", span) or not span:
            raise InputError(f"{where}: a span no longer matches its text; code the task as it was written.")
        (kind,) = region.get("choices") or [""]
        for theme in region.get("labels") or [""]:
            if theme.strip().lower() not in themes or kind.strip().lower() not in kinds:
                raise InputError(
                    f"{where}: a span needs a theme and a kind of the codebook {codebook.name!r}."
                )
            mentions.append((span, themes[theme.strip().lower()], kinds[kind.strip().lower()]))
    coder = annotation.get("completed_by", "")
    chance = data.get(CHANCE)
    return Annotation(
        str(data["answer_id"]),
        data["text"],
        str(coder.get("id", "") if isinstance(coder, dict) else coder),
        str(data.get(DRAWN) or ""),
        None if chance is None else float(chance),
        tuple(mentions),
    )


def list_spellings(entries: tuple[Entry, ...]) -> dict[str, str]:
    """Return what a coder may write for each entry, in lower case, and the id that it stands for."""
    return {
        spelling.strip().lower(): entry.id for entry in entries for spelling in (entry.id, entry.nl, entry.en)
    }
