"""Run the service until it is told to stop; what was accepted by then is still answered."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import uvicorn

from why_nps.hosts.service.app import build_app
from why_nps.hosts.service.forms import Limits

if TYPE_CHECKING:
    from why_nps.flow import Coder

_QUEUED = 2048


def serve(coder: Coder, *, host: str = "127.0.0.1", port: int = 8000, key: str | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C.

    Parameters
    ----------
    coder : Coder
    host, port : str, int
        Where to listen; the default is this machine alone.
    key : str, optional
        As in `build_app`.
    """
    limits = Limits()
    coder.warm_up()
    gc.collect()
    gc.freeze()  # the model stays: looking through it for garbage again and again takes 70 ms each time
    uvicorn.run(
        build_app(coder, limits=limits, key=key),
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
        backlog=_QUEUED,
        timeout_graceful_shutdown=int(2 * limits.seconds),
    )
