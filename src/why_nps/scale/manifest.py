"""What a job was begun with, so that it only goes on with the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from why_nps import __version__
from why_nps.core.answers import ReadingReport
from why_nps.core.summaries import ModelSummary
from why_nps.errors import JobError

if TYPE_CHECKING:
    from pathlib import Path

    from why_nps.reading import AnswerFile
    from why_nps.themes import Bundle


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that decides what a job writes.

    Parameters
    ----------
    package : str
        Version of why_nps.
    input_sha256, model_sha256, codebook_sha256 : str
    options : dict
        As given, by name.
    segments : tuple of str
        Our names of the segment columns.
    reading : ReadingReport
        What reading the input found.
    model : ModelSummary
    """

    package: str
    input_sha256: str
    model_sha256: str
    codebook_sha256: str
    options: dict[str, Any]
    segments: tuple[str, ...]
    reading: ReadingReport
    model: ModelSummary

    def to_json(self) -> bytes:
        """Write it; the same job gives the same bytes."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, content: bytes, name: str) -> Manifest:
        """Read it back.

        Raises
        ------
        JobError
            If it was not written by `to_json`.
        """
        try:
            data = json.loads(content)
            reading = data["reading"] | {"notes": tuple(data["reading"]["notes"])}
            return cls(
                **data
                | {
                    "options": dict(data["options"]),
                    "segments": tuple(map(str, data["segments"])),
                    "reading": ReadingReport(**reading),
                    "model": ModelSummary(**data["model"]),
                }
            )
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise JobError(
                f"The job in {name!r} cannot be read ({type(error).__name__}): choose another folder."
            ) from error

    def differences(self, now: Manifest) -> list[str]:
        """Say in words what is not as it was when the job began."""
        changed = [
            f"{what} (sha256 {then[:8]}, now {new[:8]})"
            for what, then, new in (
                (f"the input {now.reading.source!r}", self.input_sha256, now.input_sha256),
                (f"the model {now.model.name!r}", self.model_sha256, now.model_sha256),
                ("the codebook", self.codebook_sha256, now.codebook_sha256),
            )
            if then != new
        ]
        if self.package != now.package:
            changed.append(f"the version of why_nps ({self.package}, now {now.package})")
        names = [name for name in now.options if self.options.get(name) != now.options[name]]
        return changed + [
            f"the option {name} ({self.options.get(name)}, now {now.options[name]})" for name in names
        ]


def make_manifest(file: AnswerFile, input_sha256: str, bundle: Bundle, options: dict[str, Any]) -> Manifest:
    """Describe a job that is about to begin."""
    return Manifest(
        package=__version__,
        input_sha256=input_sha256,
        model_sha256=bundle.sha256,
        codebook_sha256=hashlib.sha256(bundle.codebook_toml.encode()).hexdigest(),
        options=options,
        segments=file.choice.segments,
        reading=file.report,
        model=bundle.summary,
    )


def hash_file(path: Path) -> str:
    """Return a file's sha256, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
