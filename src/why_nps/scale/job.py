"""A file of answers of any size to a folder of coded ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from why_nps.core.cards import make_card, make_paragraph
from why_nps.core.summaries import CodingSummary
from why_nps.errors import InputError, JobError
from why_nps.flow.joining import number_employees
from why_nps.reading import survey_answers
from why_nps.scale.folder import open_folder
from why_nps.scale.manifest import hash_file, make_manifest
from why_nps.scale.parts import Part, Plan
from why_nps.scale.workers import code_in_order
from why_nps.themes import load_bundle

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence

    from why_nps.core.answers import ReadingReport
    from why_nps.reading import AnswerFile
    from why_nps.scale.folder import JobFolder, PartRecord
    from why_nps.scale.manifest import Manifest
    from why_nps.scale.parts import Format
    from why_nps.themes import Bundle


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a job wrote.

    Parameters
    ----------
    folder : Path
    parts, kept : int
        Parts in the folder, and those that an earlier run had finished.
    mentions : int
    summary : CodingSummary
    reading : ReadingReport
    """

    folder: Path
    parts: int
    kept: int
    mentions: int
    summary: CodingSummary
    reading: ReadingReport

    def __str__(self) -> str:
        counts = self.summary
        return (
            f"{self.mentions:,} mentions in {counts.with_content:,} answers with content; "
            f"{counts.no_content:,} without, {counts.empty:,} empty, "
            f"{counts.not_classified:,} not classified."
        )

    def __repr__(self) -> str:
        where = str(self.folder)
        return f"<BatchResult: {self.summary.answers:,} answers in {self.parts:,} parts, in {where!r}>"

    def _repr_html_(self) -> str:
        parts = f"{self.parts:,} parts, of which {self.kept:,} were finished before. {self}"
        return make_card(f"{self.summary.answers:,} answers in {self.folder}", make_paragraph(parts))


def code_file(
    source: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    text: str | None = None,
    score: str | None = None,
    segments: Sequence[str] = (),
    model: str | os.PathLike[str] | None = None,
    jobs: int = 1,
    kind: Format = "parquet",
    name_employees: bool = False,
    part_rows: int = 10_000,
    progress: Callable[[int, int], None] | None = None,
) -> BatchResult:
    """Code a file of answers in parts, and write them to a folder.

    Personal data is masked. A job that was stopped, by whatever, goes on where it was when the same call is
    made again, and then writes the same bytes as one that was not stopped.

    Parameters
    ----------
    source : str or Path
        As `read_answers` reads. Text and Parquet files may be larger than memory.
    folder : str or Path
        Made where it does not exist. It gets the tables ``answers``, ``clauses``, ``mentions`` and
        ``flags``, a file a part; ``job``, what this job needs to go on; and last ``_SUCCESS``.
    text, score : str, optional
        Names of columns; without them they are recognised. There may be no score.
    segments : sequence of str
        More columns to group by.
    model : str or Path, optional
        Folder of a model; without it the shipped one.
    jobs : int
        Worker processes. The output is the same for any number.
    kind : {"parquet", "csv"}
        Of the files. In CSV a text that a spreadsheet would read as a formula gets a leading apostrophe;
        only Parquet can be read back.
    name_employees : bool
        Keep employees' names as they are; else names become pseudonyms.
    part_rows : int
        Answers in a part.
    progress : callable, optional
        Called with the number of answers done and their total.

    Returns
    -------
    BatchResult

    Raises
    ------
    InputError
        If the file cannot be used.
    JobError
        If the folder cannot be written, is in use, or holds a job that began with something else.
    """
    if jobs < 1 or part_rows < 1:
        raise InputError(f"jobs and part_rows must be at least 1, not {jobs} and {part_rows}.")
    home = None if model is None else Path(model)
    options = {
        "text": text,
        "score": score,
        "segments": list(segments),
        "kind": kind,
        "name_employees": name_employees,
        "part_rows": part_rows,
    }
    with open_folder(Path(folder)) as target:
        before = _fingerprint(Path(source))
        file = survey_answers(source, text=text, score=score, segments=segments)
        bundle = load_bundle(home)
        manifest = make_manifest(file, hash_file(file.path), bundle, options)
        finished = _go_on(target, manifest, bundle)
        given = {name: name for name in file.employees}
        names = given if name_employees else number_employees(file.employees)
        plan = Plan(file, home, bundle.sha256, kind, names)
        records = dict(finished)
        todo = _read_parts(file, part_rows, set(finished))
        for part, coded in code_in_order(plan, todo, jobs=jobs):
            _check_unchanged(file.path, before)  # a part that counts is of the input that the manifest names
            records[part.number] = target.write_part(part.number, coded, kind)
            if progress:
                progress(part.done + len(part.cells), file.report.rows)
        _check_unchanged(file.path, before)
        return _finish(target, records, len(finished), file.report)


def _go_on(target: JobFolder, manifest: Manifest, bundle: Bundle) -> dict[int, PartRecord]:
    """Begin the job, or return the parts of it that are finished and whole."""
    begun = target.read_manifest()
    if begun is None:
        target.begin(manifest, bundle.codebook_toml)
        return {}
    changed = begun.differences(manifest)
    if changed:
        raise JobError(
            f"The job in {str(target.path)!r} began with something else: {'; '.join(changed)}. "
            "Run it with what it began with, or choose another folder, or remove this one to begin anew."
        )
    records = target.read_records()
    whole = {number: record for number, record in records.items() if target.is_whole(record)}
    if len(whole) < target.parts:
        target.reopen()
    return whole


def _read_parts(file: AnswerFile, size: int, finished: set[int]) -> Iterator[Part]:
    done = 0
    for number, cells in enumerate(file.stream(size=size)):
        if number not in finished:
            yield Part(number, done, cells)
        done += len(cells)


def _finish(
    target: JobFolder, records: dict[int, PartRecord], kept: int, reading: ReadingReport
) -> BatchResult:
    counts: Counter[str] = Counter()
    for number in sorted(records):
        counts.update(records[number].counts)
    if not target.parts:
        target.finish(dict(counts), len(records))
    mentions = counts.pop("mentions")
    return BatchResult(target.path, len(records), kept, mentions, CodingSummary(**counts), reading)


def _check_unchanged(path: Path, before: tuple[int, int]) -> None:
    """Raise a JobError if the file is another than it was."""
    if _fingerprint(path) != before:
        raise JobError(
            f"{path.name} was changed while it was read. Begin again in another folder, from a file "
            "that stays as it is."
        )


def _fingerprint(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except (OSError, ValueError):  # reading the file says what is wrong with it
        return 0, 0
    return found.st_size, found.st_mtime_ns
