"""A folder of coded answers, back to what `explain` takes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from why_nps.core.answers import Answers
from why_nps.core.codebook import parse_codebook
from why_nps.core.tables import ANSWERS, CLAUSES, FLAGS, MENTIONS, SCREENING
from why_nps.errors import JobError
from why_nps.flow import Coded
from why_nps.scale.folder import JobFolder
from why_nps.scale.parts import TABLES

if TYPE_CHECKING:
    import os

    from why_nps.core.codebook import Codebook
    from why_nps.scale.manifest import Manifest


def read_coded(folder: str | os.PathLike[str]) -> Coded:
    """Read what `code_file` wrote, all of it into memory.

    Parameters
    ----------
    folder : str or Path
        With a finished job, written as Parquet.

    Returns
    -------
    Coded
        As `code` gives it, but with masked texts.

    Raises
    ------
    JobError
        If there is no finished job, it was written as CSV, or a file is missing or damaged.
    """
    source = JobFolder(Path(folder))
    name = str(source.path)
    manifest = source.read_manifest()
    if manifest is None:
        raise JobError(f"{name!r} holds no coded answers: give the folder that `why-nps classify` wrote.")
    if not source.parts:
        raise JobError(f"The job in {name!r} is not finished: run its command again.")
    if manifest.options.get("kind") != "parquet":
        raise JobError(
            f"The answers in {name!r} were written as CSV: classify them as Parquet to read them back."
        )
    try:
        tables = _read_tables(source)
        answers = tables["answers"]
        frame = ANSWERS.frame(answers[[*ANSWERS.columns, *manifest.segments]])
        return Coded(
            answers=Answers(frame, manifest.segments, manifest.reading),
            screening=SCREENING.frame(answers[list(SCREENING.columns)]),
            clauses=CLAUSES.frame(tables["clauses"]),
            mentions=MENTIONS.frame(tables["mentions"][list(MENTIONS.columns)]),
            flags=FLAGS.frame(tables["flags"]),
            codebook=_read_codebook(source, manifest),
            model=manifest.model,
        )
    except JobError:
        raise
    except Exception as error:  # noqa: BLE001 - checksums only say that it is as somebody wrote it
        raise JobError(
            f"The answers in {name!r} cannot be read back ({type(error).__name__}): classify them again."
        ) from None


def _read_codebook(source: JobFolder, manifest: Manifest) -> Codebook:
    toml = source.read_codebook()
    if hashlib.sha256(toml.encode()).hexdigest() != manifest.codebook_sha256:
        raise JobError(f"The codebook in {str(source.path)!r} is damaged or was changed: classify again.")
    return parse_codebook(toml)


def _read_tables(source: JobFolder) -> dict[str, pd.DataFrame]:
    import pyarrow as pa
    from pyarrow import parquet

    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    records = source.read_records()
    if len(records) != source.parts:
        raise JobError(f"{str(source.path)!r} lacks parts: run the command of the job again.")
    for record in records.values():
        for path, told in record.sha256.items():
            try:
                content = (source.path / path).read_bytes()
            except OSError as error:
                raise JobError(f"{path!r} cannot be read: run the command of the job again.") from error
            if hashlib.sha256(content).hexdigest() != told:
                raise JobError(f"{path!r} is damaged or was changed: run the command of the job again.")
            parts[path.split("/")[0]].append(parquet.read_table(pa.BufferReader(content)).to_pandas())
    return {name: pd.concat(some, ignore_index=True) for name, some in parts.items()}
