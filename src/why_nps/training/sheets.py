"""Coded answers from a sheet of `why-nps sample`: a workbook, CSV with its columns, or from Label Studio."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from why_nps.errors import InputError
from why_nps.flow.sheets import DONE, list_spellings, raise_together, read_annotations
from why_nps.reading.cells import as_text
from why_nps.reading.files import read_cells
from why_nps.reading.scores import parse_score
from why_nps.training.corpus import CodedAnswer, CodedMention

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from why_nps.core.codebook import Codebook
    from why_nps.reading.cells import Cells

_WORKBOOKS = (".xlsx", ".xlsm", ".xls")
SHEETS = (".csv", ".tsv", ".json", *_WORKBOOKS)
_NEEDED = ("answer_id", "text", DONE, "theme_1", "kind_1")
_PLACE = re.compile(r"theme_([0-9]{1,3})")
_BETWEEN = re.compile("[,;]")

Row = dict[str, str]  # cell by column, "" where it holds nothing


def read_coded_sheet(path: Path, codebook: Codebook) -> list[CodedAnswer]:
    """Read coded answers from a sheet with one row an answer.

    Parameters
    ----------
    path : Path
        A JSON export of Label Studio, a CSV file, or a workbook whose first sheet is read. Columns
        ``answer_id``, ``text``, ``coded``, and ``theme_1``, ``kind_1``, ``theme_2``, ``kind_2``, ... for
        as many mentions as are needed. Read where they are there: ``span_1``, ... (the words of each
        mention), ``flags`` (with commas between them), ``score``, ``sector`` and ``coder``, where
        several read the same answers. Other columns are left aside.
    codebook : Codebook
        Themes, kinds and flags, by id or by label.

    Returns
    -------
    list of CodedAnswer
        The answers with an x, or anything else, in ``coded``. Of these a row without a theme says that
        there is nothing to find; of the others it says nothing, so they are left out. Flags count as
        coded where the sheet names at least one.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column or marks no answer as coded, or rows cannot be used;
        each is named with what is wrong, and its text is not told.
    """
    if path.suffix.lower() == ".json":
        return _read_tasks(path, codebook)
    cells = read_cells(path, sheet=0 if path.suffix.lower() in _WORKBOOKS else None)
    rows = list(_list_rows(cells))
    flags_coded = any(row.get("flags") for _, row in rows)
    coded: dict[tuple[str, str], CodedAnswer] = {}
    problems = []
    for where, row in rows:
        try:
            answer = _read_row(row, where, codebook, flags_coded=flags_coded)
            if answer is not None:
                _refuse_again(answer, coded, where)
                coded[answer.answer_id, answer.coder] = answer
        except InputError as error:
            problems.append(str(error))
    raise_together(problems)
    if not coded:
        raise InputError(
            f"No answer in {cells.source} is marked as coded: put an x in the column {DONE!r} of each that "
            "was read, also where it has no theme."
        )
    return list(coded.values())


def _read_tasks(path: Path, codebook: Codebook) -> list[CodedAnswer]:
    found = [
        CodedAnswer(
            one.answer_id,
            "",
            one.text,
            None,
            tuple(CodedMention(*mention) for mention in one.mentions),
            frozenset(),
            flags_coded=False,
            coder=one.coder,
        )
        for one in read_annotations(path, codebook)
    ]
    if not found:
        raise InputError(f"No task in {path.name} has an annotation.")
    return found


def _refuse_again(answer: CodedAnswer, coded: dict[tuple[str, str], CodedAnswer], where: str) -> None:
    if (answer.answer_id, answer.coder) in coded:
        raise InputError(
            f"{where}: its answer_id stands in a row above; give each answer one row, or one for each "
            f"coder with "
            "the column 'coder'."
        )


def _list_rows(cells: Cells) -> Iterator[tuple[str, Row]]:
    """Yield where each row stands and its cells."""
    columns = {name.strip().lower(): cells.take(name) for name in cells.columns}
    kinds = [f"kind_{place}" for place in _list_places(columns)]
    missing = [name for name in (*_NEEDED, *kinds) if name not in columns]
    if missing:
        raise InputError(
            f"{cells.source} lacks the column {missing[0]!r}: a coded sheet has {', '.join(_NEEDED)}, ... as "
            "`why-nps sample` writes them."
        )
    for number, row in enumerate(zip(*columns.values(), strict=True)):
        texts = (as_text(cell) or "" for cell in row)
        yield f"{cells.source}, {cells.at(number)}", dict(zip(columns, map(str.strip, texts), strict=True))


def _list_places(columns: dict[str, Any]) -> list[int]:
    return sorted(int(found[1]) for name in columns if (found := _PLACE.fullmatch(name)))


def _read_row(row: Row, where: str, codebook: Codebook, *, flags_coded: bool) -> CodedAnswer | None:
    """Read a row; None where nobody coded it."""
    if not row[DONE]:
        if any(row[f"theme_{place}"] for place in _list_places(row)):
            raise InputError(
                f"{where}: has a theme but nothing in {DONE!r}; put an x there, or take the theme away."
            )
        return None
    if not row["answer_id"]:
        raise InputError(f"{where}: has no answer_id.")
    flags = list_spellings(codebook.flags)
    told = [flag.strip().lower() for flag in _BETWEEN.split(row.get("flags", "")) if flag.strip()]
    if not flags.keys() >= set(told):
        raise InputError(
            f"{where}: flags must be of the codebook {codebook.name!r}, with commas between them."
        )
    mentions = _read_mentions(row, where, codebook)
    if mentions and not row["text"]:
        raise InputError(f"{where}: has a theme but no text.")
    return CodedAnswer(
        answer_id=row["answer_id"],
        sector=row.get("sector", ""),
        text=row["text"],
        score=parse_score(row.get("score")).value,
        mentions=mentions,
        flags=frozenset(flags[flag] for flag in told),
        flags_coded=flags_coded,
        coder=row.get("coder", ""),
    )


def _read_mentions(row: Row, where: str, codebook: Codebook) -> tuple[CodedMention, ...]:
    themes, kinds = list_spellings(codebook.themes), list_spellings(codebook.kinds)
    mentions = []
    for place in _list_places(row):
        theme, kind = row[f"theme_{place}"].lower(), row[f"kind_{place}"].lower()
        span = row.get(f"span_{place}", "")
        if not (theme or kind or span):
            continue
        if theme not in themes or kind not in kinds:
            raise InputError(
                f"{where}: theme_{place} and kind_{place} must be a theme and a kind of the codebook "
                f"{codebook.name!r}, both filled in.{_suggest(theme, themes)}{_suggest(kind, kinds)}"
            )
        if span not in row["text"]:
            raise InputError(f"{where}: span_{place} does not occur in the text; copy it letter by letter.")
        mentions.append(CodedMention(span, themes[theme], kinds[kind]))
    return tuple(mentions)


def _suggest(written: str, known: dict[str, str]) -> str:
    """Tell which id was probably meant; what was written may be an answer's text, so that is not told."""
    near = get_close_matches(written, known, n=1) if written and written not in known else []
    return f" Did you mean {known[near[0]]!r}?" if near else ""
