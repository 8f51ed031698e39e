"""Clients that hang up: what nobody waits for is not judged, whichever way it came in."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.server import Server, serving

pytestmark = pytest.mark.slow

# Together eight seconds of a core or more where this was measured.
TEXTS = [("Het zwembad is alweer gesloten en niemand weet waarom. " * 20)[:1000] for _ in range(84)]
CALLS: dict[str, Any] = {
    "/v1/score": {"comments": [{"id": str(i), "text": text} for i, text in enumerate(TEXTS)]},
    "/v1/moderations": {"input": TEXTS},
}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that nobody else calls, so that what waits is what was sent here."""
    with serving(tmp_path_factory.mktemp("alone"), HIERNIET_THREADS="1") as (running, _):
        yield running


@contextmanager
def hanging_up(server: Server, path: str, body: Any) -> Iterator[None]:
    """A call whose client is gone at the end of the block, with no answer."""
    content = json.dumps(body).encode()
    with socket.create_connection((server.client.base_url.host, server.client.base_url.port or 0)) as sent:
        sent.sendall(b"POST %b HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n" % (path.encode(), len(content)))
        sent.sendall(content)
        yield


def waiting(server: Server) -> float:
    lines = server.client.get("/metrics").text.splitlines()
    return float(next(line for line in lines if line.startswith("hierniet_waiting_characters ")).split()[1])


@pytest.mark.parametrize("path", CALLS)
def test_what_a_caller_left_behind_is_not_judged(alone: Server, path: str) -> None:
    with hanging_up(alone, path, CALLS[path]):
        time.sleep(0.3)
        before = waiting(alone)
    left = time.monotonic()
    while waiting(alone):
        # Only what had begun is finished: a comment a thread, and one to go on with.
        assert time.monotonic() - left < 2
        time.sleep(0.05)
    assert before > 50_000
    assert alone.client.post("/v1/score", json={"comments": [{"id": "1", "text": "Dag"}]}).status_code == 200
    assert f'"route": "{path}", "status": 499' in alone.log.read_text()


def test_a_client_that_stays_is_answered(alone: Server) -> None:
    body = {"comments": CALLS["/v1/score"]["comments"][:4]}
    assert len(alone.client.post("/v1/score", json=body).json()["results"]) == 4
