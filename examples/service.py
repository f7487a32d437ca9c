"""HTTP: start the service, ask it what an answer says, and stop it."""

import json
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import Request, urlopen

ANSWERS = ["Monteur was top!! maar na 3x bellen (06-12345678) nog geen factuur", "Prima"]


def ask(url: str, body: object = None) -> bytes:
    """Send a request, with a body as JSON where there is one."""
    sent = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, sent, {"Content-Type": "application/json"})) as answer:
        content: bytes = answer.read()
    return content


def main() -> None:
    """Serve on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    home = f"http://127.0.0.1:{port}"
    arguments = ["-m", "why_nps.cli", "serve", "--port", str(port)]
    with subprocess.Popen([sys.executable, *arguments]) as server:
        try:
            for _ in range(600):
                try:
                    ask(f"{home}/readyz")
                    break
                except URLError:
                    time.sleep(0.1)
            print(json.dumps(json.loads(ask(f"{home}/v1/code", {"answers": ANSWERS})), indent=1))
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
