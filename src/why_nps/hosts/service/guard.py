"""What stands before the service: the key, the size of a request and the time to send it, and the counts."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from why_nps.hosts.service.forms import Limits
    from why_nps.hosts.service.metrics import Metrics

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Message, Receive, Send], Awaitable[None]]

PATHS = ("/v1/code", "/v1/explain", "/healthz", "/readyz", "/metrics", "/openapi.json")
OPEN = ("/healthz", "/readyz", "/openapi.json")
_DISCARDED = 20  # times the largest body that is read and thrown away, so that a client hears why
_log = logging.getLogger("why_nps.service")


class RefusedError(Exception):
    """A request that does not reach the service."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = [
            (name.replace("_", "-").encode(), value.encode())
            for name, value in {"content_type": "application/json", **headers}.items()
        ]
        self.body = json.dumps({"detail": detail}).encode()
        self.headers.append((b"content-length", str(len(self.body)).encode()))


class Guard:
    """An ASGI application before another.

    Parameters
    ----------
    app : callable
        The service.
    limits : Limits
    key : str or None
        That must come as ``Authorization: Bearer ...``; None lets everybody in.
    metrics : Metrics
    """

    def __init__(self, app: App, limits: Limits, key: str | None, metrics: Metrics) -> None:
        self._app = app
        self._limits = limits
        self._key = None if key is None else f"Bearer {key}".encode()
        self._metrics = metrics

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status = time.perf_counter(), 0

        async def note(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            self._check_key(scope)
            body = await self._read(scope, receive)
            await self._app(scope, _replay(body, receive), note)
        except RefusedError as refused:
            await _refuse(refused, note)
        except Exception as error:  # noqa: BLE001  its message and its traceback may hold an answer
            _log.error("A request failed: %s.", type(error).__name__)
            if not status:
                await _refuse(RefusedError(500, "The service failed; nothing was stored."), note)
        path = scope["path"] if scope["path"] in PATHS else "other"
        self._metrics.note(path, status, time.perf_counter() - start)

    def _check_key(self, scope: Message) -> None:
        if self._key is None or scope["path"] in OPEN:
            return
        given = dict(scope["headers"]).get(b"authorization", b"")
        if not hmac.compare_digest(given, self._key):
            raise RefusedError(401, "A key is needed: Authorization: Bearer ...", www_authenticate="Bearer")

    async def _read(self, scope: Message, receive: Receive) -> bytes:
        most = self._limits.body
        too_large = RefusedError(413, f"A request may be at most {most:,} bytes.", connection="close")
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > _DISCARDED * most:
            raise too_large
        parts, size = [], 0
        try:
            async with asyncio.timeout(self._limits.seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise RefusedError(400, "The request was cut short.")
                    part, more = message.get("body", b""), message.get("more_body", False)
                    size += len(part)
                    if size > _DISCARDED * most:
                        raise too_large
                    if size <= most:
                        parts.append(part)
        except TimeoutError:
            raise RefusedError(408, "The request came too slowly.", connection="close") from None
        if size > most:
            raise too_large
        return b"".join(parts)


async def _refuse(refused: RefusedError, send: Send) -> None:
    await send({"type": "http.response.start", "status": refused.status, "headers": refused.headers})
    await send({"type": "http.response.body", "body": refused.body})


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def read() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return read
