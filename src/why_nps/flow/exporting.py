"""Coded answers as files: masked text only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from why_nps.errors import InputError
from why_nps.text import mask_personal_data

if TYPE_CHECKING:
    import pandas as pd

    from why_nps.flow.coding import Coded

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def list_mentions(coded: Coded) -> pd.DataFrame:
    """Return the mentions with their clause, personal data masked.

    Returns
    -------
    pandas.DataFrame
        The mentions table with a column ``clause_text``.
    """
    clauses = coded.clauses[["answer_id", "clause", "text"]]
    listed = coded.mentions.merge(clauses, on=["answer_id", "clause"], how="left")
    masked = {text: mask_personal_data(text).text for text in listed["text"].unique()}
    return listed.assign(clause_text=listed["text"].map(masked)).drop(columns="text")


def write_coded(coded: Coded, folder: str | Path) -> list[Path]:
    """Write ``mentions.csv``, ``flags.csv`` and ``screening.csv`` to a folder.

    Comma-separated UTF-8, one row a mention, flag or answer. Clauses are masked; a text that a
    spreadsheet would read as a formula gets a leading apostrophe.

    Parameters
    ----------
    coded : Coded
    folder : str or Path
        Made where it does not exist.

    Returns
    -------
    list of Path

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    mentions = list_mentions(coded)
    mentions["clause_text"] = mentions["clause_text"].map(_defuse)
    tables = {"mentions": mentions, "flags": coded.flags, "screening": coded.screening}
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        paths = []
        for name, table in tables.items():
            path = target / f"{name}.csv"
            part = path.with_suffix(".csv.part")
            table.assign(answer_id=table["answer_id"].map(_defuse)).to_csv(part, index=False)
            paths.append(part.replace(path))
    except OSError as error:
        raise InputError(f"Cannot write to {str(folder)!r}: {error.strerror}.") from error
    return paths


def _defuse(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
