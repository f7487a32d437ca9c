"""Files that are whole or not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from why_nps.errors import InputError


def write_atomically(path: str | Path, content: bytes) -> Path:
    """Write ``content`` to ``path`` in one step: a reader sees the old file or the new one, never half of it.

    Parameters
    ----------
    path : str or Path
        Where to write; folders that are not there are made.
    content : bytes
        The whole file.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If the file cannot be written; what stood there is untouched.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.chmod(0o644)
            part.replace(target)
            _sync_folder(target.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            f"Cannot write {target.name!r}: {reason}. Make room, or choose a folder you may write to."
        ) from error
    return target


def _sync_folder(folder: Path) -> None:
    """Make sure that the name of a file outlives a power cut, as its content does; Windows cannot."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
