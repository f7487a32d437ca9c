"""The folder of a job: one writer at a time, and files that are whole or not there."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from filelock import FileLock, Timeout

from why_nps.core.storage import clear_parts, write_atomically
from why_nps.errors import InputError, JobError
from why_nps.scale.manifest import Manifest
from why_nps.scale.parts import TABLES, Format

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from why_nps.scale.parts import CodedPart

_JOB, _MANIFEST, _CODEBOOK, _LOCK, _SUCCESS = "job", "manifest.json", "codebook.toml", "lock", "_SUCCESS"


@dataclass(frozen=True, slots=True)
class PartRecord:
    """What is known of a finished part.

    Parameters
    ----------
    sha256 : dict of str to str
        Path of each of its files, within the folder, to its hash.
    counts : dict of str to int
        As in `CodedPart`.
    """

    sha256: dict[str, str]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class JobFolder:
    """Where a job writes.

    Parameters
    ----------
    path : Path
    """

    path: Path

    @property
    def parts(self) -> int:
        """Parts of a finished job; 0 where it is not finished."""
        try:
            return int(json.loads((self.path / _SUCCESS).read_bytes())["parts"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return 0

    def read_manifest(self) -> Manifest | None:
        """Return what the job began with; None where there is none yet."""
        try:
            content = (self.path / _JOB / _MANIFEST).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise JobError(f"Cannot read the job in {str(self.path)!r}: {error.strerror}.") from error
        return Manifest.from_json(content, str(self.path))

    def read_codebook(self) -> str:
        """Return the codebook that the job began with (TOML)."""
        return (self.path / _JOB / _CODEBOOK).read_text(encoding="utf-8")

    def begin(self, manifest: Manifest, codebook_toml: str) -> None:
        """Write down what the job begins with."""
        self._write(f"{_JOB}/{_CODEBOOK}", codebook_toml.encode())
        self._write(f"{_JOB}/{_MANIFEST}", manifest.to_json())

    def write_part(self, number: int, coded: CodedPart, kind: Format) -> PartRecord:
        """Write the files of a part, and last the record that makes them count."""
        contents = {f"{name}/part-{number:05d}.{kind}": content for name, content in coded.files.items()}
        for name, content in contents.items():
            self._write(name, content)
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
        record = PartRecord(hashes, coded.counts)
        self._write(_record_name(number), _to_json({"sha256": record.sha256, "counts": record.counts}))
        return record

    def read_records(self) -> dict[int, PartRecord]:
        """Return the record of each finished part, by number; one that cannot be read does not count."""
        records = {}
        for path in sorted((self.path / _JOB).glob("part-*.json")):
            with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
                number = int(path.stem.removeprefix("part-"))
                records[number] = _parse_record(json.loads(path.read_bytes()), number)
        return records

    def is_whole(self, record: PartRecord) -> bool:
        """Tell whether the files of a part are what they were when written."""
        try:
            return all(
                hashlib.sha256((self.path / name).read_bytes()).hexdigest() == told
                for name, told in record.sha256.items()
            )
        except OSError:
            return False

    def reopen(self) -> None:
        """Take back that the job is finished."""
        (self.path / _SUCCESS).unlink(missing_ok=True)

    def finish(self, counts: dict[str, int], parts: int) -> None:
        """Say that everything was written."""
        self._write(_SUCCESS, _to_json({"parts": parts, "counts": counts}))

    def _write(self, name: str, content: bytes) -> None:
        try:
            write_atomically(self.path / name, content)
        except InputError as error:
            raise JobError(
                f"{error} Finished parts are kept: run the same command again to go on."
            ) from error


@contextmanager
def open_folder(path: Path) -> Iterator[JobFolder]:
    """Take a folder for writing; nobody else can until it is given back or this process is gone.

    Temporary files that a killed run left are removed. A folder in which no job began is left as it was.

    Raises
    ------
    JobError
        If another process has it, or it cannot be written.
    """
    lock = FileLock(path / _JOB / _LOCK, blocking=False)
    try:
        (path / _JOB).mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise JobError(
            f"Another run is writing to {str(path)!r}. Wait until it is done, or choose another folder."
        ) from None
    except OSError as error:
        raise JobError(
            f"Cannot write to {str(path)!r}: {error.strerror or type(error).__name__}. "
            "Choose a folder you may write to."
        ) from error
    try:
        _sweep(path)
        yield JobFolder(path)
    finally:
        _sweep(path)
        if not (path / _JOB / _MANIFEST).exists():
            _leave(path)
        lock.release()


def _sweep(path: Path) -> None:
    for folder in (path, path / _JOB, *(path / name for name in TABLES)):
        clear_parts(folder)


def _leave(path: Path) -> None:
    with suppress(OSError):
        (path / _JOB / _LOCK).unlink(missing_ok=True)
        (path / _JOB).rmdir()
        path.rmdir()


def _parse_record(data: dict[str, dict[str, Any]], number: int) -> PartRecord:
    """Take a record as it is written, and nothing else: a path in it could lead out of the folder."""
    hashes = {str(name): str(told) for name, told in dict(data["sha256"]).items()}
    for kind in get_args(Format):
        if set(hashes) == {f"{table}/part-{number:05d}.{kind}" for table in TABLES}:
            return PartRecord(hashes, {str(name): int(count) for name, count in dict(data["counts"]).items()})
    raise ValueError(number)


def _record_name(number: int) -> str:
    return f"{_JOB}/part-{number:05d}.json"


def _to_json(data: object) -> bytes:
    return (json.dumps(data, indent=1) + "\n").encode()
