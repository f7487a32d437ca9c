"""Parts coded side by side, handed over in order; a lost worker process is replaced once."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import resource_tracker
from threading import Thread
from typing import TYPE_CHECKING, Any

from why_nps.errors import JobError
from why_nps.scale.parts import code_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from why_nps.scale.parts import CodedPart, Part, Plan

_AHEAD = 2  # parts in hand for each worker: one at work and one waiting
_ATTEMPTS = 2
_WATCH, _PATIENCE, _MOMENT = 1.0, 2.0, 0.01  # seconds


def code_in_order(plan: Plan, parts: Iterable[Part], *, jobs: int) -> Iterator[tuple[Part, CodedPart]]:
    """Code parts, and yield them in their order.

    Parameters
    ----------
    plan : Plan
    parts : iterable of Part
        Read no further ahead than two for each worker.
    jobs : int
        Worker processes; with 1 this process does the work itself.

    Yields
    ------
    (Part, CodedPart)

    Raises
    ------
    JobError
        If workers are lost twice without a part finished in between; it names the rows.
    """
    if jobs == 1:
        for part in parts:
            yield part, code_part(plan, part)
        return
    from joblib.externals.loky.process_executor import BrokenProcessPool

    pool = _Pool(plan, jobs)
    waiting = iter(parts)
    lost = 0
    try:
        while pool.fill(waiting):
            try:
                finished = pool.take()
            except BrokenProcessPool as error:
                lost += 1
                if lost == _ATTEMPTS:
                    raise JobError(pool.tell_lost(lost)) from error
                pool.restart()
            else:
                lost = 0
                yield finished
    finally:
        pool.close()


class _Pool:
    """Worker processes, and the parts that they have in hand."""

    def __init__(self, plan: Plan, jobs: int) -> None:
        self._plan, self._jobs = plan, jobs
        self._in_hand: deque[tuple[Part, Any]] = deque()
        self._open()

    def _open(self) -> None:
        from joblib.externals.loky import get_reusable_executor

        self._executor = get_reusable_executor(
            max_workers=self._jobs, initializer=_end_with, initargs=(os.getpid(),)
        )

    def fill(self, parts: Iterator[Part]) -> bool:
        """Hand out parts until each worker has enough; tell whether any is in hand."""
        for part in islice(parts, _AHEAD * self._jobs - len(self._in_hand)):
            self._in_hand.append((part, self._submit(part)))
        return bool(self._in_hand)

    def take(self) -> tuple[Part, CodedPart]:
        """Wait for the first part in hand."""
        part, future = self._in_hand[0]
        coded = (future or self._executor.submit(code_part, self._plan, part)).result()
        self._in_hand.popleft()
        return part, coded

    def restart(self) -> None:
        """Hand everything in hand to new workers."""
        self._open()
        self._in_hand = deque((part, self._submit(part)) for part, _ in self._in_hand)

    def tell_lost(self, times: int) -> str:
        """Say which rows were being worked on."""
        part, _ = self._in_hand[0]
        last = part.done + sum(len(other.cells) for other, _ in self._in_hand)
        return (
            f"A worker process was lost {times} times at rows {part.done + 1:,} to {last:,}, probably for "
            "lack of memory. Finished parts are kept: run the same command again, with a smaller --jobs."
        )

    def close(self) -> None:
        """End the workers, whatever they are at: what they do has no effect but what they return."""
        # loky trips over parts that it was given and has not yet passed on, which takes it a moment.
        given = [future for _, future in self._in_hand if future]
        deadline = time.monotonic() + _PATIENCE
        while not all(f.running() or f.done() for f in given) and time.monotonic() < deadline:
            time.sleep(_MOMENT)
        self._executor.shutdown(wait=True, kill_workers=True)

    def _submit(self, part: Part) -> Any:
        """Return a future; None where the pool broke, which shows when the part is taken."""
        from joblib.externals.loky.process_executor import BrokenProcessPool

        with suppress(BrokenProcessPool), _deaf_to_interrupts():
            return self._executor.submit(code_part, self._plan, part)
        return None


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: it stops this one, which then ends them in silence."""
    if os.name == "nt":
        yield
        return
    resource_tracker.ensure_running()  # it would let signals through again where it is started later
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with(parent: int) -> None:
    """End this worker when its parent is gone: one that was killed cannot tell its workers to stop."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH)
        os._exit(1)

    Thread(target=watch, daemon=True).start()
