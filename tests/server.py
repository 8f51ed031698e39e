"""The service as it runs: a real BentoML server on loopback and a real HTTP client."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

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

    def wait(self) -> None:
        """Until it answers.

        Raises:
            AssertionError: it does not start in time; with its log.
        """
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            try:
                if self.client.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise AssertionError(self.log.read_text())


@contextmanager
def serving(folder: Path, **variables: str) -> Iterator[tuple[Server, subprocess.Popen[bytes]]]:
    """A server of its own, with its process; ended at the end."""
    port, log = free_port(), folder / "log"
    process = start(port, log, **variables)
    running = Server(f"http://127.0.0.1:{port}", log)
    try:
        running.wait()
        yield running, process
    finally:
        process.terminate()
        process.wait(30)
