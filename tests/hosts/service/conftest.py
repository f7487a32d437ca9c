import socket
import threading
import time
from contextlib import contextmanager

import pytest
import uvicorn

from why_nps import Coder
from why_nps.hosts.service import Limits, build_app

WAIT = 60


@contextmanager
def run_server(limits=None, key=None):
    """Run the service on a real socket, in a thread; give its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = build_app(Coder.load(), limits=limits, key=key)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            deadline = time.monotonic() + WAIT
            while not server.started:
                assert thread.is_alive()
                assert time.monotonic() < deadline
                time.sleep(0.01)
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(WAIT)


@pytest.fixture(scope="package")
def port():
    with run_server() as port:
        yield port


@pytest.fixture(scope="package")
def narrow():
    """A server that takes on little: requests of 20,000 bytes, half a second, no tables."""
    with run_server(Limits(body=20_000, seconds=0.5, waiting=100, tables=0), key="sleutel") as port:
        yield port
