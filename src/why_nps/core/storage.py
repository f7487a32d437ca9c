"""Files that are whole or not there, also where several belong together."""

from __future__ import annotations

import os
import secrets
import signal
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from why_nps.errors import InputError, WhyNpsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PART, _ANY_PART = ".why-nps.{}.part", ".why-nps.*.part"
_PATIENCE, _MOMENT = 10.0, 0.05  # seconds; another run has a folder for as long as its disk takes


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
        As `write_together`.
    """
    target = Path(path)
    return write_together(target.parent, {target.name: content})[0]


def write_together(folder: str | Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files that belong together: all are on the disk before the first takes its place.

    Parameters
    ----------
    folder : str or Path
        Made where it is not there.
    contents : mapping of str to bytes
        Path within the folder to the whole file, in the order in which they take their places.

    Returns
    -------
    list of Path

    Raises
    ------
    InputError
        If a file cannot be written, or another run keeps writing there; what stood there is untouched and
        nothing is left beside it.
    """
    targets = [Path(folder) / name for name in contents]
    homes = sorted({target.parent for target in targets})
    made: list[Path] = []
    try:
        for home in homes:
            _make_folder(home, made)
        with ExitStack() as stack:
            for home in homes:
                stack.enter_context(_alone_in(home))
            _write_all(dict(zip(targets, contents.values(), strict=True)), homes)
    except BaseException as error:
        for home in reversed(made):
            with suppress(OSError):
                home.rmdir()
        if isinstance(error, WhyNpsError) or not isinstance(error, (OSError, ValueError)):
            raise
        raise InputError(
            f"Cannot write {_name_of(error, targets)!r}: "
            f"{getattr(error, 'strerror', None) or type(error).__name__}. "
            "Make room, or choose a folder you may write to."
        ) from None
    return targets


def _name_of(error: Exception, targets: list[Path]) -> str:
    """Return the name of the file that could not be written, as far as the system tells."""
    told = getattr(error, "filename", None)
    return Path(told).name if told and len(targets) > 1 else targets[0].name


def clear_parts(folder: Path) -> None:
    """Remove what a killed run left in a folder; not while another run writes there, as it may be its own."""
    with suppress(OSError, InputError), _alone_in(folder, patience=0):
        _clear(folder)


def _clear(folder: Path) -> None:
    for left in folder.glob(_ANY_PART):  # nobody else is here now
        left.unlink(missing_ok=True)


def _write_all(contents: Mapping[Path, bytes], homes: list[Path]) -> None:
    for home in homes:
        _clear(home)
    parts: dict[Path, Path] = {}
    try:
        for target, content in contents.items():
            if target.is_dir():
                raise IsADirectoryError(None, "there is a folder of that name", str(target))
            parts[target] = target.with_name(_PART.format(secrets.token_hex(4)))
            with _named(target), parts[target].open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        with _interrupted_later():  # all of them or none
            for target, part in parts.items():
                with _named(target):
                    part.replace(target)
        for home in homes:
            _sync_folder(home)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


@contextmanager
def _interrupted_later() -> Iterator[None]:
    """Keep a Ctrl-C for after this. A mask would not do: the threads of a library would let it through."""
    before = signal.getsignal(signal.SIGINT)  # None: of a program around Python, and not to be put back
    if before is None or threading.current_thread() is not threading.main_thread():  # no other hears of one
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def _named(target: Path) -> Iterator[None]:
    """Name the file that was meant, where the system names the one beside it or none."""
    try:
        yield
    except OSError as error:
        error.filename = str(target)
        raise


def _make_folder(folder: Path, made: list[Path]) -> None:
    missing = [home for home in (folder, *folder.parents) if not home.exists()]
    for home in reversed(missing):
        home.mkdir(exist_ok=True)
        made.append(home)
    if not folder.is_dir():
        raise NotADirectoryError(None, "its folder is a file", str(folder))


@contextmanager
def _alone_in(folder: Path, *, patience: float | None = None) -> Iterator[None]:
    """Keep other runs out of a folder; a killed one keeps nobody out. Windows and some networks cannot."""
    if os.name == "nt":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    deadline = time.monotonic() + (_PATIENCE if patience is None else patience)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise InputError(
                        f"Another run is writing to {str(folder)!r}. Wait until it is done, or choose "
                        "another folder."
                    ) from None
                time.sleep(_MOMENT)
            except OSError:
                break
        yield
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make sure that the name of a file outlives a power cut, as its content does; Windows cannot."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
