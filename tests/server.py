"""A real BentoML server on loopback for the tests that need one."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_START = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(port: int, log: Path, **variables: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bentoml", "serve", "serving.service:HierNiet", "--port", str(port)]
    environment = os.environ | {"BENTOML_HOME": str(log.parent / "bentoml"), "PYTHONPATH": str(ROOT)} | variables
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log.open("wb"), stderr=subprocess.STDOUT)


class Server:
    def __init__(self, url: str, log: Path) -> None:
        self.url = url
        self.client = httpx.Client(base_url=url, timeout=60)
        self.log = log


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """The service with its defaults until the block ends; its log and BentoML's own files go to `folder`."""
    port, log = free_port(), folder / "log"
    process = start(port, log)
    server = Server(f"http://127.0.0.1:{port}", log)
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            try:
                if server.client.get("/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        else:
            pytest.fail(log.read_text())
        yield server
    finally:
        process.terminate()
        process.wait(30)
