"""Clients that hang up or dawdle: what nobody waits for is not judged, and time runs from a call's arrival."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from serving.web.body import SECONDS_TO_ARRIVE
from serving.web.scoring import SECONDS_TO_ANSWER
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
def begun(server: Server, path: str, length: int) -> Iterator[socket.socket]:
    """A call of which the head is sent and the body, of so many bytes, is still to come; hung up at the end of the block."""
    with socket.create_connection((server.client.base_url.host, server.client.base_url.port or 0), timeout=20) as sent:
        sent.sendall(b"POST %b HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n" % (path.encode(), length))
        yield sent


def answer(sent: socket.socket, received: bytes = b"") -> tuple[bytes, Any]:
    """The head of an answer in small letters and its body, of which the beginning may have been received."""
    while b"\r\n\r\n" not in received:
        received += sent.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split()[0])
    while len(body) < length:
        body += sent.recv(65536)
    return head.lower(), json.loads(body)


def waiting(server: Server) -> float:
    lines = server.client.get("/metrics").text.splitlines()
    return float(next(line for line in lines if line.startswith("hierniet_waiting_characters ")).split()[1])


def below(server: Server, characters: float, seconds: float) -> None:
    """Waits until no more than so much waits."""
    deadline = time.monotonic() + seconds
    while waiting(server) > characters:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("path", CALLS)
def test_what_a_caller_left_behind_is_not_judged(alone: Server, path: str) -> None:
    content = json.dumps(CALLS[path]).encode()
    with begun(alone, path, len(content)) as sent:
        sent.sendall(content)
        time.sleep(0.3)
        before = waiting(alone)
    assert before > 50_000
    # Only what had begun is finished: a comment a thread, and one to go on with.
    below(alone, 2_000, 2)
    below(alone, 0, 5)
    assert alone.client.post("/v1/score", json={"comments": [{"id": "1", "text": "Dag"}]}).status_code == 200
    assert f'"route": "{path}", "status": 499' in alone.log.read_text()


def test_a_client_that_stays_is_answered(alone: Server) -> None:
    body = {"comments": CALLS["/v1/score"]["comments"][:4]}
    assert len(alone.client.post("/v1/score", json=body).json()["results"]) == 4


@pytest.mark.parametrize("path", [*CALLS, "/v1alpha1/comments:analyze"])
def test_a_body_that_trickles_in_is_refused_in_the_shape_of_its_route(alone: Server, path: str) -> None:
    started = time.monotonic()
    with begun(alone, path, 1000) as sent:
        sent.settimeout(0.25)
        received = b""
        while not received:
            assert time.monotonic() - started < SECONDS_TO_ARRIVE + 2
            sent.sendall(b" ")
            with suppress(TimeoutError):
                received = sent.recv(65536)
        seconds = time.monotonic() - started
        sent.settimeout(5)
        head, body = answer(sent, received)
        assert sent.recv(1) == b""  # or it would trickle on
    assert head.startswith(b"http/1.1 408 ") and b"connection: close" in head
    assert seconds >= SECONDS_TO_ARRIVE
    assert body["errors"][0]["code"] == "body_too_slow" and "send fewer comments" in body["errors"][0]["detail"]
    assert ("error" in body) == (path != "/v1/score")


def test_what_the_body_took_is_not_there_for_judging(alone: Server) -> None:
    """Eight seconds from arrival, not from when the body was there: ten seconds after arrival BentoML answers, in a shape of its own."""
    threats = [{"id": str(i), "text": "Ik weet waar ge woont, pas maar op. " * 100} for i in range(25)]
    content = json.dumps({"comments": threats, "explain": True}).encode()
    started = time.monotonic()
    with begun(alone, "/v1/score", len(content)) as sent:
        time.sleep(3)
        sent.sendall(content)
        head, body = answer(sent)
        seconds = time.monotonic() - started
    assert head.startswith(b"http/1.1 503 ") and b"retry-after: " in head
    assert body["errors"][0]["code"] == "busy"
    assert SECONDS_TO_ANSWER <= seconds < SECONDS_TO_ANSWER + 1.5
