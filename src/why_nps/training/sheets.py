"""Coded answers from a sheet of `why-nps sample`: a workbook, CSV with its columns, or from Label Studio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from why_nps.errors import InputError
from why_nps.flow.codings import read_filled_sheet
from why_nps.flow.sheets import DONE
from why_nps.training.corpus import CodedAnswer, CodedMention

if TYPE_CHECKING:
    from pathlib import Path

    from why_nps.core.codebook import Codebook


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
    codings = read_filled_sheet(path, codebook).codings
    if not codings and path.suffix.lower() == ".json":
        raise InputError(f"No task in {path.name} has an annotation.")
    if not codings:
        raise InputError(
            f"No answer in {path.name} is marked as coded: put an x in the column {DONE!r} of each that "
            "was read, also where it has no theme."
        )
    return [
        CodedAnswer(
            answer_id=one.answer_id,
            sector=one.sector,
            text=one.text,
            score=one.score,
            mentions=tuple(CodedMention(*mention) for mention in one.mentions),
            flags=one.flags,
            flags_coded=one.flags_coded,
            coder=one.coder,
        )
        for one in codings
    ]
