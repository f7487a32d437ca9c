"""Coded answers without personal data, for every file and stream that leaves the house."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.core.inert import defuse
from why_nps.core.storage import write_atomically
from why_nps.core.tables import CLAUSES, MENTIONS
from why_nps.errors import InputError
from why_nps.text import gather_names, mask_personal_data, normalise_answer
from why_nps.text.privacy.known import find_known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from why_nps.flow.coding import Coded
    from why_nps.text import NormalisedText

_Spans = dict[tuple[str, int], tuple[int, int]]


def mask_coded(coded: Coded, *, names: frozenset[str] | None = None) -> Coded:
    """Mask the personal data in all texts; offsets then point into the masked answers.

    Parameters
    ----------
    coded : Coded
    names : frozenset of str, optional
        Words that are employees' names; without it those of these answers.

    Returns
    -------
    Coded
        Answers are mended (`why_nps.text.normalise_answer`) and masked, clauses are cut from them.

    Examples
    --------
    >>> from why_nps import code
    >>> masked = mask_coded(code(["Bel 06-12345678, pakket te laat"]))
    >>> masked.answers.frame["text"][0], masked.clauses["text"].tolist()
    ('Bel [telefoon], pakket te laat', ['Bel [telefoon]', 'pakket te laat'])
    """
    answers, clauses = coded.answers.frame, coded.clauses
    known = list_employees(answers) if names is None else names
    raws = _find_touched(coded, known)
    if not raws:
        return coded
    inside = clauses["answer_id"].isin(raws.keys()).to_numpy()
    cuts = clauses.loc[inside, ["answer_id", "clause", "start", "end"]]
    texts, spans = _mask(raws, cuts.itertuples(index=False, name=None), known)
    moved = _move(clauses, inside, spans)
    words = moved["text"].to_numpy(object, copy=True)
    places = moved.loc[inside, ["answer_id", "start", "end"]].itertuples(index=False, name=None)
    words[inside] = [texts[answer_id][start:end] for answer_id, start, end in places]
    return replace(
        coded,
        answers=replace(coded.answers, frame=answers.assign(text=_put(texts, answers))),
        clauses=CLAUSES.frame(moved.assign(text=words)),
        mentions=_move(coded.mentions, coded.mentions["answer_id"].isin(raws.keys()).to_numpy(), spans),
    )


def mask_texts(coded: Coded) -> pd.Series:
    """Return the texts of the answers as `mask_coded` masks them."""
    answers = coded.answers.frame
    known = list_employees(answers)
    return _put(mask_raws(_find_touched(coded, known), known), answers)


def mask_raws(raws: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    """Mend and mask texts as typed, and the words that are employees' names in them; keys stay."""
    return _mask(raws, (), names)[0]


def _put(texts: Mapping[str, str], answers: pd.DataFrame) -> pd.Series:
    pairs = zip(answers["answer_id"], answers["text"], strict=True)
    return pd.Series([texts.get(answer_id, text) for answer_id, text in pairs], answers.index, "str")


def _find_touched(coded: Coded, names: frozenset[str]) -> dict[str, str]:
    """Return by id the texts that masking or mending changes."""
    answers = coded.answers.frame
    private = coded.flags.loc[coded.flags["flag"] == "pii", "answer_id"]
    if "pii" not in coded.codebook.flag_ids:  # a codebook of one's own: nothing tells where it is
        private = answers.loc[answers["text"].notna(), "answer_id"]
    mended = coded.screening.loc[coded.screening["repairs"] != "", "answer_id"]
    touched = set(private) | set(mended) | _find_naming(answers, names)
    pairs = zip(answers["answer_id"], answers["text"], strict=True)
    return {answer_id: text for answer_id, text in pairs if answer_id in touched}


def list_employees(answers: pd.DataFrame) -> frozenset[str]:
    """Return the words that are names of employees in these answers."""
    return gather_names(answers["employee"].dropna().unique()) if "employee" in answers else frozenset()


def _find_naming(answers: pd.DataFrame, names: frozenset[str]) -> set[str]:
    """Return the ids of answers that mention one of these names."""
    if not names:
        return set()
    texts = answers[["answer_id", "text"]].dropna()
    found = zip(texts["answer_id"], texts["text"], strict=True)
    return {answer_id for answer_id, text in found if any(find_known(text, names))}


def _mask(
    raws: Mapping[str, str], cuts: Iterable[tuple[str, int, int, int]], names: frozenset[str]
) -> tuple[dict[str, str], _Spans]:
    """Return the masked text of each answer, and where each of its clauses is in it."""
    normal = {answer_id: normalise_answer(raw) for answer_id, raw in raws.items()}
    masked = {answer_id: mask_personal_data(mended.text, names=names) for answer_id, mended in normal.items()}
    spans = {
        (answer_id, clause): masked[answer_id].to_masked(*to_normal(normal[answer_id], start, end))
        for answer_id, clause, start, end in cuts
    }
    return {answer_id: found.text for answer_id, found in masked.items()}, spans


def _move(table: pd.DataFrame, inside: NDArray[np.bool_], spans: _Spans) -> pd.DataFrame:
    """Put the new bounds of clauses in the rows of the answers that were masked."""
    bounds = table[["start", "end"]].to_numpy(np.int64, copy=True)
    keys = zip(table.loc[inside, "answer_id"], table.loc[inside, "clause"], strict=True)
    bounds[inside] = np.array([spans[key] for key in keys], np.int64).reshape(-1, 2)
    return table.assign(start=bounds[:, 0], end=bounds[:, 1])


def to_normal(normal: NormalisedText, start: int, end: int) -> tuple[int, int]:
    """Turn a span of the text as typed, from `NormalisedText.to_raw`, into that of the mended text."""
    if normal.offsets is None:
        return start, end
    first, last = np.searchsorted(normal.offsets, (start, end))
    return int(first), int(last)


def list_mentions(coded: Coded, *, names: frozenset[str] | None = None) -> pd.DataFrame:
    """Return the mentions with their clause, personal data masked as by `mask_coded`.

    Returns
    -------
    pandas.DataFrame
        The mentions table with a column ``clause_text``; offsets point into the masked answers.
    """
    return join_clauses(mask_coded(coded, names=names))


def join_clauses(coded: Coded) -> pd.DataFrame:
    """Return the mentions with a column ``clause_text``, as they are in what was coded."""
    clauses = coded.clauses[["answer_id", "clause", "text"]].rename(columns={"text": "clause_text"})
    return coded.mentions.merge(clauses, on=["answer_id", "clause"], how="left")


def read_mentions(path: str | Path) -> pd.DataFrame:
    """Read a mentions table: CSV, Parquet, or a folder that `classify` wrote.

    Raises
    ------
    InputError
        If it cannot be read or lacks a column.
    """
    source = Path(path)
    try:
        table = _read_tables(source)
        missing = [column for column in MENTIONS.columns if column not in table]
        if not missing:
            return MENTIONS.frame(table)
    except (OSError, ValueError) as error:  # whose own words may be those of a cell
        raise InputError(f"Cannot read mentions from {source.name!r}: {type(error).__name__}.") from None
    raise InputError(f"{source.name!r} is no mentions table: it lacks the column {missing[0]!r}.")


def write_mentions(mentions: pd.DataFrame, path: str | Path) -> Path:
    """Write a mentions table as .csv or .parquet, as its name says; in CSV no text is taken for a formula.

    Raises
    ------
    InputError
        If the name ends otherwise or the file cannot be written.
    """
    target = Path(path)
    if target.suffix not in {".csv", ".parquet"}:
        raise InputError(f"Mentions are written as .csv or .parquet, not as {target.name!r}.")
    return write_atomically(target, format_table(mentions, target.suffix[1:]))


def format_table(table: pd.DataFrame, kind: str) -> bytes:
    """Return a table as the bytes of a Parquet or CSV file; in CSV no text is taken for a formula."""
    if kind == "csv":
        texts = [name for name, dtype in table.dtypes.items() if dtype == "str"]
        safe = table.assign(**{str(name): table[name].map(defuse, na_action="ignore") for name in texts})
        return str(safe.rename(columns=defuse).to_csv(index=False, lineterminator="\n")).encode()
    import pyarrow as pa
    from pyarrow import parquet

    sink = io.BytesIO()
    parquet.write_table(pa.Table.from_pandas(table, preserve_index=False), sink, compression="zstd")
    return sink.getvalue()


def _read_tables(source: Path) -> pd.DataFrame:
    """Read a file, or all files of a folder."""
    if not source.is_dir():
        return _read_table(source)
    inside = source / "mentions"
    files = sorted((inside if inside.is_dir() else source).glob("*.*"))
    tables = [_read_table(file) for file in files if file.suffix in {".parquet", ".csv"}]
    return pd.concat(tables, ignore_index=True)


def _read_table(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, dtype={"answer_id": "str"}, keep_default_na=False)  # "NA" is an id too
