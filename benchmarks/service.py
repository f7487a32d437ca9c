"""Load on the HTTP service: single answers at a steady rate, then calls of 1,000 answers.

Where there are two cores, the server gets the first for itself and this program the others:

    python benchmarks/service.py [requests a second] [seconds]

Beside what a clock says, it tells the server's processor time, which other programs change less.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from importlib.resources import files

import numpy as np
import psutil

from why_nps import Coder, read_answers

CONNECTIONS = 50
CALLS = 10


class Connection:
    """One kept-alive connection."""

    async def open(self, port: int) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)

    async def ask(self, body: bytes) -> int:
        """Send a request, read the whole answer and give its status."""
        head = b"POST /v1/code HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        self._writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        top = await self._reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line[15:]) for line in top.lower().split(b"\r\n") if line.startswith(b"content-length:")
        )
        await self._reader.readexactly(length)
        return int(top.split()[1])


async def load(port: int, texts: list[str], rate: float, seconds: float) -> tuple[np.ndarray, int]:
    """Send requests when they are due, not when the last was answered; give seconds of each, and failures."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        connection = Connection()
        await connection.open(port)
        free.put_nowait(connection)
    took, failed = [], 0
    start = time.perf_counter()

    async def send(number: int) -> None:
        nonlocal failed
        due = start + number / rate
        await asyncio.sleep(due - time.perf_counter())
        connection = await free.get()
        status = await connection.ask(json.dumps({"answers": [texts[number % len(texts)]]}).encode())
        took.append(time.perf_counter() - due)
        failed += status != 200  # noqa: PLR2004
        free.put_nowait(connection)

    await asyncio.gather(*(send(number) for number in range(int(rate * seconds))))
    return np.array(took), failed


async def call(port: int, texts: list[str], calls: int) -> float:
    """Return answers a second, in calls of 1,000 one after another."""
    connection = Connection()
    await connection.open(port)
    body = json.dumps({"answers": (texts * 1_000)[:1_000]}).encode()
    await connection.ask(body)
    start = time.perf_counter()
    for _ in range(calls):
        await connection.ask(body)
    return calls * 1_000 / (time.perf_counter() - start)


def main(rate: float = 200, seconds: float = 20) -> None:
    """Print latencies, failures and speed."""
    demo = files("why_nps").joinpath("data", "demo", "demo_export.csv")
    texts = read_answers(str(demo)).frame["text"].dropna().tolist()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = ["-m", "why_nps.cli", "serve", "--port", str(port)]
    with subprocess.Popen([sys.executable, *arguments]) as server:  # noqa: S603
        try:
            part_cores(server.pid)
            while not answers(port):
                time.sleep(0.2)
            start = tell_busy(server.pid)
            took, failed = asyncio.run(load(port, texts, rate, seconds))
            busy = (tell_busy(server.pid) - start) / len(took)
            shares = " ".join(f"p{p} {1000 * np.percentile(took, p):.1f} ms" for p in (50, 95, 99, 100))
            print(f"{rate:.0f} requests/s of one answer, {len(took):,} in all: {shares}, failed {failed}")
            print(f"the server's processor time: {1000 * busy:.2f} ms each")
            start = tell_busy(server.pid)
            speed = asyncio.run(call(port, texts, CALLS))
            busy = (tell_busy(server.pid) - start) / (CALLS + 1)
            print(f"calls of 1,000 answers: {speed:,.0f} answers/s, {1000 / busy:,.0f} of processor time")
        finally:
            server.terminate()
    coder, many = Coder.load(), (texts * 1_000)[:1_000]
    coder.code_each(texts)
    start = time.process_time()
    coded = coder.code_each(many)
    coding = time.process_time() - start
    coder.mask_each(many, coded)
    both = time.process_time() - start
    print(f"the library alone, in batches: {1_000 / coding:,.0f} answers/s of processor time")
    print(f"the same with masking, as the service does: {1_000 / both:,.0f}")
    start = time.process_time()
    for text in many:
        coder.code_one(text)
    print(f"the library alone, one by one: {time.process_time() - start:.2f} ms of processor time each")


def part_cores(pid: int) -> None:
    """Give the server the first core and this program the others, where the system lets us."""
    if hasattr(os, "sched_setaffinity") and len(cores := sorted(os.sched_getaffinity(0))) > 1:
        os.sched_setaffinity(pid, cores[:1])
        os.sched_setaffinity(0, cores[1:])


def tell_busy(pid: int) -> float:
    """Return the seconds of processor time that a process has had."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def answers(port: int) -> bool:
    """Say whether somebody listens."""
    with socket.socket() as wire:
        return wire.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
