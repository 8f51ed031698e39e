"""Calls a second and their latency on the running service, beside an endpoint that does nothing."""

import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from serving.settings import ROOT
from tests.server import Server, free_port, serving

EMPTY = """
async def app(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"{}"})
"""


@dataclass(frozen=True)
class Load:
    """Calls a second, and milliseconds of the middle and the slowest hundredth of calls."""

    clients: int
    calls: int
    failed: int
    a_second: float
    p50: float
    p99: float
    slowest: float


def load(port: int, texts: Sequence[str], clients: int, seconds: float) -> Load:
    """Keep-alive clients, each with one call of one comment at a time. A client of our own: httpx takes longer than the service."""
    # Else a collection here, of all that was imported for the other benchmarks, would look like a stall there.
    gc.collect()
    gc.freeze()
    calls = [_request(port, json.dumps({"comments": [{"id": "1", "text": text}]}).encode()) for text in texts]
    return asyncio.run(_load(port, calls, clients, seconds))


async def _load(port: int, calls: Sequence[bytes], clients: int, seconds: float) -> Load:
    times: list[float] = []
    failed = 0
    started = time.perf_counter()

    async def client(first: int) -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        place = first
        while time.perf_counter() - started < seconds:
            sent = time.perf_counter()
            writer.write(calls[place % len(calls)])
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
            times.append(time.perf_counter() - sent)
            failed += b" 200 " not in head.split(b"\r\n", 1)[0]
            place += clients
        writer.close()

    await asyncio.gather(*(client(i) for i in range(clients)))
    passed = time.perf_counter() - started
    p50, p99 = np.percentile(times, [50, 99]) * 1000
    return Load(clients, len(times), failed, len(times) / passed, float(p50), float(p99), max(times) * 1000)


def _request(port: int, body: bytes) -> bytes:
    return (
        b"POST /v1/score HTTP/1.1\r\nhost: 127.0.0.1:%d\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
        % (port, len(body))
        + body
    )


@contextmanager
def service() -> Iterator[tuple[int, int]]:
    """The real service: its port and the process id of what started it."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (running, process):
        assert running.client.base_url.port
        yield running.client.base_url.port, process.pid


@contextmanager
def empty_endpoint() -> Iterator[int]:
    """uvicorn with an application that answers at once: what the loopback and this client cost."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "empty.py").write_text(EMPTY)
        command = [sys.executable, "-m", "uvicorn", "empty:app", "--port", str(port), "--log-level", "error", "--no-access-log"]
        process = subprocess.Popen(command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)})
        try:
            Server(f"http://127.0.0.1:{port}", Path(folder) / "empty.py").wait()
            yield port
        finally:
            process.terminate()
            process.wait(30)
