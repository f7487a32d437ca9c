"""Sheets to code in: a workbook, a CSV file, or tasks for Label Studio."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import pandas as pd

from why_nps.core.inert import INERT_WORKBOOK, defuse
from why_nps.core.storage import write_together
from why_nps.errors import InputError

if TYPE_CHECKING:
    from why_nps.core.codebook import Codebook

PLACES = 5  # themes that a row of the sheet has room for
DONE = "coded"
DRAWN = "drawn"  # how an answer came into the sheet: only what was drawn at random corrects figures
CHANCE = "probability"
FLAG = "flag"  # what Label Studio calls the choice of flags
RANDOM, USEFUL = "random", "useful"
PAIRS = [(f"theme_{number}", f"kind_{number}") for number in range(1, PLACES + 1)]
FIXED = ("answer_id", "text", DONE)
_HEAD = (*FIXED, *(name for pair in PAIRS for name in pair), "flags", DRAWN, CHANCE)
_PLAIN = re.compile(r"-?\w[\w.-]*")  # an id that is no formula, and is found again
_CREATED = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)  # in every workbook: a seed gives the same bytes
_CONFIG = """<View>
  <Text name="text" value="$text"/>
  <Labels name="theme" toName="text">
{themes}
  </Labels>
  <Choices name="kind" toName="text" perRegion="true" choice="single" required="true">
{kinds}
  </Choices>{flags}
</View>
"""
_CONFIG_FLAGS = """
  <Choices name="flag" toName="text" choice="multiple">
{flags}
  </Choices>"""


def write_sample(sample: pd.DataFrame, codebook: Codebook, path: str | Path, *, language: str = "nl") -> Path:
    """Write answers to code: a workbook with lists to choose from, a CSV file, or tasks for Label Studio.

    Parameters
    ----------
    sample : pandas.DataFrame
        From `draw_sample` or `draw_useful`.
    codebook : Codebook
        Whose themes and kinds may be chosen; flags are written, with commas between them, and chosen in Label
        Studio.
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
    with xlsxwriter.Workbook(stream, INERT_WORKBOOK) as book:
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
        for row, entry in enumerate((*codebook.themes, *codebook.kinds, *codebook.flags)):
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
    themes, kinds, flags = (
        "\n".join(
            f"    <{tag} value={quoteattr(entry.label(language))} alias={quoteattr(entry.id)}/>"
            for entry in entries
        )
        for tag, entries in (
            ("Label", codebook.themes),
            ("Choice", codebook.kinds),
            ("Choice", codebook.flags),
        )
    )
    of_answer = _CONFIG_FLAGS.format(flags=flags) if flags else ""
    return _CONFIG.format(themes=themes, kinds=kinds, flags=of_answer).encode()


def _list_rows(sample: pd.DataFrame) -> list[tuple[str, str, str, float | None]]:
    drawn = sample[DRAWN] if DRAWN in sample else pd.Series(RANDOM, index=sample.index)
    chances = [float(chance) if pd.notna(chance) else None for chance in sample[CHANCE]]
    return list(zip(sample["answer_id"], sample["text"], drawn, chances, strict=True))
