"""Faults, each injected while something is written, and whether what is left is whole.

What writes is `fault_server`, in a process of its own; here it gets its orders and is judged.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import fault_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = ("report", "sample", "model", "classify")
FAULTS = ("no more room", "folder of another", "two at once", "Ctrl-C", "kill -9")
MOST_TRIES = 20
Tree = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one fault left.

    Parameters
    ----------
    kind, fault : str
        What was being written, and what went wrong.
    injected : bool
        False where the run was done before the fault came.
    wrong : str
        What is not as it must be; "" where all is.
    """

    kind: str
    fault: str
    injected: bool
    wrong: str = ""


def write_export(path: Path, rows: int = 60) -> Path:
    """Write a small export."""
    texts = (
        "Snelle levering, maar de app werkt niet",
        "Vriendelijk geholpen",
        "Bel 06-12345678, te laat",
        "nvt",
    )
    lines = [f"R{row};{row % 11};{texts[row % 4]};{('Ede', 'Tiel')[row % 2]}" for row in range(rows)]
    path.write_text("\n".join(["Respondentnr;Cijfer;Toelichting;Vestiging", *lines, ""]), encoding="utf-8")
    return path


def read_tree(folder: Path) -> Tree:
    """Return every file below a folder; the lock of a job holds nothing."""
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name != "job/lock"}


class Server:
    """Starts runs that can be disturbed."""

    def __init__(self, folder: Path) -> None:
        export = write_export(folder / "export.csv")
        command = [sys.executable, fault_server.__file__, str(export)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8")  # noqa: S603
        if self._read() != "ready":
            raise SystemExit("The server of the faults did not start.")

    def start(self, kind: str, out: Path, **how: Any) -> int:
        """Begin a run; return its process number."""
        self._process.stdin.write(json.dumps({"kind": kind, "out": str(out), **how}) + "\n")
        self._process.stdin.flush()
        return int(self._read())

    def finish(self) -> tuple[int, str]:
        """Wait for the run; return its exit code and what it told."""
        done = json.loads(self._read())
        return done["code"], done["told"]

    def close(self) -> None:
        """End the server."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _read(self) -> str:
        return self._process.stdout.readline().rstrip("\n")


class Range:
    """A folder to try faults in, and what each kind of run writes there undisturbed."""

    def __init__(self, server: Server, folder: Path, seed: int) -> None:
        self._server, self._folder, self._dice = server, folder, random.Random(seed)  # noqa: S311
        self._whole: dict[str, Tree] = {}
        self._seconds: dict[str, float] = {}
        self._number = 0

    def inject(self, kind: str, fault: str) -> Outcome:
        """Disturb runs until a fault comes before a run is done, or something is wrong; return the last."""
        for _ in range(MOST_TRIES):
            outcome = self._disturb(kind, fault)
            if outcome.injected or outcome.wrong:
                break
        return outcome

    def _disturb(self, kind: str, fault: str) -> Outcome:
        """Disturb one run over what an earlier one wrote, judge what is left, and run it again."""
        whole = self._whole.get(kind) or self._learn(kind)
        out = self._make_place()
        before: Tree = {}
        if kind != "classify":  # which goes on, and so never finds another one's files in its place
            before = {name: b"old " + content[:500] for name, content in whole.items()}
            for name, content in before.items():
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                (out / name).write_bytes(content)
        code, told = getattr(self, f"_{FAULTS.index(fault)}")(kind, out, whole)
        injected = code != 0 or fault == "two at once"
        wrong = _judge(fault, (code, told), (before, whole), read_tree(out))
        self._server.start(kind, out)
        again = self._server.finish()
        if not wrong and (again != (0, "") or read_tree(out) != whole):
            wrong = f"running it again gave {again}"
        return Outcome(kind, fault, injected, wrong)

    def _learn(self, kind: str) -> Tree:
        for _ in range(2):  # the second one tells how long a run takes that has everything loaded
            out = self._make_place()
            begin = time.perf_counter()
            self._server.start(kind, out)
            if self._server.finish() != (0, ""):
                raise SystemExit(f"An undisturbed run of {kind} failed.")
            self._seconds[kind] = time.perf_counter() - begin
        self._whole[kind] = read_tree(out)
        return self._whole[kind]

    def _make_place(self) -> Path:
        self._number += 1
        out = self._folder / f"out{self._number}"
        out.mkdir(parents=True)
        return out

    def _0(self, kind: str, out: Path, whole: Tree) -> tuple[int, str]:
        largest = max(len(content) for content in whole.values())
        self._server.start(kind, out, limit=self._dice.randrange(largest))
        return self._server.finish()

    def _1(self, kind: str, out: Path, _whole: Tree) -> tuple[int, str]:
        for folder in (out, *(path for path in out.rglob("*") if path.is_dir())):
            folder.chmod(0o555)
        self._server.start(kind, out, nobody=True)
        done = self._server.finish()
        for folder in (out, *(path for path in out.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        return done

    def _2(self, kind: str, out: Path, _whole: Tree) -> tuple[int, str]:
        import fcntl

        home = out / "job/lock" if kind == "classify" else out
        home.parent.mkdir(exist_ok=True)
        descriptor = os.open(home, os.O_RDWR | os.O_CREAT if kind == "classify" else os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # as another run holds it
            self._server.start(kind, out, patience=0.05)
            return self._server.finish()
        finally:
            os.close(descriptor)

    def _3(self, kind: str, out: Path, _whole: Tree) -> tuple[int, str]:
        return self._stop(kind, out, signal.SIGINT)

    def _4(self, kind: str, out: Path, _whole: Tree) -> tuple[int, str]:
        return self._stop(kind, out, signal.SIGKILL)

    def _stop(self, kind: str, out: Path, how: int) -> tuple[int, str]:
        child = self._server.start(kind, out)
        time.sleep(self._seconds[kind] * self._dice.random() * self._dice.random())  # rather too early
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, how)
        return self._server.finish()


def _judge(fault: str, done: tuple[int, str], meant: tuple[Tree, Tree], left: Tree) -> str:  # noqa: PLR0911
    """Say what is wrong with what a run left, beside what stood there and what it should write."""
    (code, told), (before, whole) = done, meant
    parts = {name for name in left if name.endswith(".part")}
    if parts and fault != "kill -9":
        return f"temporary files are left: {sorted(parts)}"
    seen = {name: content for name, content in left.items() if name not in parts}
    if any(content not in (before.get(name), whole.get(name)) for name, content in seen.items()):
        return "a file is neither as it was nor as it should be"
    if code == 0:
        return "" if seen == whole else "it ended well but did not write everything"
    if before.keys() - seen.keys():
        return "a file is gone"
    if fault == "kill -9":
        return ""
    late = fault == "Ctrl-C" and seen == whole  # after the last moment at which nothing was written yet
    if before and seen != before and not late:
        return "what stood there was touched"
    if code not in (2, fault_server.STOPPED) or told.count("\n") != 1:
        return f"not one clear error but exit code {code}: {told[-300:]}"
    return ""


def inject_all(folder: Path, *, seed: int, kills: int, rounds: int) -> Iterator[Outcome]:
    """Yield the outcome of every fault on every kind of output; kills and Ctrl-C come more often."""
    server = Server(folder)
    try:
        field = Range(server, folder, seed)
        for kind in KINDS:
            for fault in FAULTS:
                for _ in range(kills if fault in FAULTS[-2:] else rounds):
                    yield field.inject(kind, fault)
    finally:
        server.close()
