"""One part of a job: rows in, the bytes of its files out. Nothing here touches the disk."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import pandas as pd

from why_nps.core.answers import Answers
from why_nps.errors import JobError
from why_nps.flow import code, mask_coded
from why_nps.flow.exporting import format_table, join_clauses
from why_nps.text import gather_names
from why_nps.themes import load_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from why_nps.reading import AnswerFile
    from why_nps.reading.cells import Cells
    from why_nps.themes import Bundle

Format = Literal["parquet", "csv"]
TABLES = ("answers", "clauses", "mentions", "flags")
_SLICE = 2_000  # answers coded at a time: the tables in between cost more memory than the rows
_EMPLOYEE = "employee"


@dataclass(frozen=True, slots=True)
class Plan:
    """What all parts of a job share.

    Parameters
    ----------
    file : AnswerFile
    model : Path or None
        Folder of the model; None for the shipped one.
    model_sha256 : str
        The model that the job began with.
    kind : {"parquet", "csv"}
        Of the files.
    employees : mapping of str to str
        The name to show for each employee.
    """

    file: AnswerFile
    model: Path | None
    model_sha256: str
    kind: Format
    employees: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows to code.

    Parameters
    ----------
    number : int
        From 0.
    done : int
        Rows in the parts before it.
    cells : Cells
    """

    number: int
    done: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class CodedPart:
    """A part's files, and what to tell of it.

    Parameters
    ----------
    files : dict of str to bytes
        Name of a table to the content of its file.
    counts : dict of str to int
        The fields of `CodingSummary`, and ``mentions``.
    """

    files: dict[str, bytes]
    counts: dict[str, int]


def code_part(plan: Plan, part: Part) -> CodedPart:
    """Code a part: the same bytes in any process, after any other part.

    Raises
    ------
    JobError
        If the model is no longer the one that the job began with.
    """
    from threadpoolctl import threadpool_limits

    bundle = load_model(plan.model, plan.model_sha256)
    answers = plan.file.to_answers(part.cells, done=part.done)
    tables: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    counts: Counter[str] = Counter()
    names = gather_names(plan.employees)
    with threadpool_limits(1):
        for start in range(0, len(answers), _SLICE):
            rows = answers.frame.iloc[start : start + _SLICE].reset_index(drop=True)
            coded = code(Answers(rows, answers.segments, answers.report), model=bundle)
            counts.update(asdict(coded.summary), mentions=len(coded.mentions))
            masked = mask_coded(coded, names=names)
            frame = masked.answers.frame.merge(masked.screening, on="answer_id")
            if _EMPLOYEE in frame:
                frame[_EMPLOYEE] = frame[_EMPLOYEE].map(plan.employees).astype("str")
            found = (frame, masked.clauses, join_clauses(masked), masked.flags)
            for name, table in zip(TABLES, found, strict=True):
                tables[name].append(table)
    whole = {name: pd.concat(some, ignore_index=True) for name, some in tables.items()}
    return CodedPart({name: format_table(table, plan.kind) for name, table in whole.items()}, dict(counts))


@lru_cache(maxsize=1)
def load_model(path: Path | None, sha256: str) -> Bundle:
    """Load a model once a process, and only if it is the one that the work began with.

    Raises
    ------
    JobError
        If it is another.
    """
    bundle = load_bundle(path)
    if bundle.sha256 != sha256:
        raise JobError(f"The model {bundle.name!r} was changed while it was used: run the command again.")
    return bundle
