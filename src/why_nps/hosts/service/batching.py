"""Requests that come at once are coded together, which costs much less than one by one."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from why_nps.flow import CodedText

    Result = tuple[CodedText, tuple[str, CodedText]]  # as typed; and the masked text with its own
    Asked = tuple[list[str], asyncio.Future[list[Result]]]

_BATCH = 1_000


class QueueFullError(Exception):
    """More waits than may wait; come back later."""


class Batcher:
    """Turns texts to results in a thread, many requests at a time.

    Parameters
    ----------
    work : callable
        A list of texts to a list of results, each as it would be alone.
    most : int
        Texts that may wait.
    """

    def __init__(self, work: Callable[[Sequence[str]], Sequence[Result]], most: int) -> None:
        self._work = work
        self._most = most
        self._asked: deque[Asked] = deque()
        self._wake = asyncio.Event()
        self.waiting = 0

    async def submit(self, texts: list[str]) -> list[Result]:
        """Return the results of texts.

        Raises
        ------
        QueueFullError
            If too many texts wait already; a request that comes alone is always taken.
        """
        if self.waiting and self.waiting + len(texts) > self._most:
            raise QueueFullError
        future: asyncio.Future[list[Result]] = asyncio.get_running_loop().create_future()
        self._asked.append((texts, future))
        self.waiting += len(texts)
        self._wake.set()
        try:
            return await future
        finally:
            self.waiting -= len(texts)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._asked:
                await self._run_batch(self._take())

    def _take(self) -> list[Asked]:
        taken: list[Asked] = []
        size = 0
        while self._asked and (not taken or size + len(self._asked[0][0]) <= _BATCH):
            texts, future = self._asked.popleft()
            if not future.done():  # whoever asked has gone
                taken.append((texts, future))
                size += len(texts)
        return taken

    async def _run_batch(self, taken: list[Asked]) -> None:
        texts = [text for some, _ in taken for text in some]
        try:
            results = list(await asyncio.to_thread(self._work, texts))
        except Exception as error:  # noqa: BLE001  whoever asked is told; the queue goes on
            for _, future in taken:
                if not future.done():
                    future.set_exception(error)
            return
        start = 0
        for some, future in taken:
            if not future.done():
                future.set_result(results[start : start + len(some)])
            start += len(some)
