"""Canary strings through every way in, failures included; then nothing the service wrote may hold one."""

import asyncio
import json
import logging
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from serving.keys import create, write_keys
from serving.web import access
from serving.web.body import MAX_BODY_BYTES
from serving.web.errors import RequestError, answered
from tests.keyed import NAME, Keyed
from tests.server import Server

CANARY = NAME
COMMENT = {"id": "1", "text": f"dag {CANARY}", "author": CANARY, "context": CANARY, "channel": CANARY, "posted_at": CANARY}
BODIES: list[Any] = [
    {"comments": [COMMENT], "explain": True},
    {"comments": [COMMENT | {"extra": CANARY}]},
    {"comments": [COMMENT | {"text": CANARY * 2000}, CANARY, {"text": CANARY}, COMMENT | {"id": 5}]},
    {"comments": [COMMENT], "municipality": CANARY},
    {"comments": [COMMENT], "extra": CANARY},
    {"comments": CANARY},
    [CANARY],
]


LONG = CANARY * 1000
ANALYSIS: dict[str, Any] = {
    "comment": {"text": f"<b>dag {CANARY}</b>", "type": "HTML"},
    "context": {"entries": [{"text": CANARY}]},
    "requestedAttributes": {"TOXICITY": {}},
    "spanAnnotations": True,
    "sessionId": CANARY,
    "communityId": CANARY,
}
# Bodies by route: one that is judged, then each kind that is refused.
ADAPTED: dict[str, list[Any]] = {
    "/v1/moderations": [
        {"input": [f"dag {CANARY}"], "model": CANARY},
        {"input": [CANARY, {CANARY: CANARY}]},
        {"input": [{"type": CANARY, "text": CANARY}]},
        {"input": [{"type": "image_url", "image_url": {"url": f"https://{CANARY}.example/"}}]},
        {"input": [f"dag {CANARY}", LONG]},
        {"input": [CANARY] * 501},
        {"input": [LONG[:9000]] * 12},
        {"input": CANARY, "model": [CANARY]},
        {"input": {CANARY: CANARY}},
        CANARY,
    ],
    "/v1alpha1/comments:analyze": [
        ANALYSIS,
        ANALYSIS | {"comment": {"text": LONG}},
        ANALYSIS | {"comment": {"text": CANARY, "type": CANARY}},
        ANALYSIS | {"comment": CANARY},
        ANALYSIS | {"context": {"entries": [CANARY]}},
        ANALYSIS | {"context": {"entries": [{"text": LONG}]}},
        ANALYSIS | {"languages": [CANARY]},
        ANALYSIS | {"requestedAttributes": {"TOXICITY": {"scoreType": CANARY}}},
        ANALYSIS | {"requestedAttributes": {"TOXICITY": {"scoreThreshold": CANARY}}},
        ANALYSIS | {"clientToken": [CANARY]},
        [CANARY],
    ],
}

# Takes longer to judge than a caller waits.
LONGEST: dict[str, Any] = {
    "/v1/moderations": {"input": [f"{CANARY} " * 800] * 9},
    "/v1alpha1/comments:analyze": ANALYSIS | {"comment": {"text": f"{CANARY} " * 800}},
}


@pytest.mark.slow
@pytest.mark.parametrize("path", ADAPTED)
def test_no_canary_by_way_of_an_adapter(with_keys: Keyed, path: str) -> None:
    client, (good, *bad) = with_keys.server.client, ADAPTED[path]
    score, slow = with_keys.headers("score"), {"X-API-Key": with_keys.slow_key()}
    assert client.post(path, json=good, headers=score).status_code == 200
    answers = [client.post(path, json=body, headers=score) for body in bad]
    broken = [b'{"' + CANARY.encode(), CANARY.encode() + b"\xff", json.dumps({CANARY: [[CANARY]] * 30_000}).encode()]
    broken.append(json.dumps([CANARY]).encode() + b" " * MAX_BODY_BYTES)
    answers += [client.post(path, content=body, headers=score) for body in broken]
    answers += [client.post(path, json=good, headers=headers) for headers in ({"X-API-Key": CANARY}, slow, slow)]
    answers += [client.post(path, json=good, headers=with_keys.headers(name)) for name in ("review", "elsewhere")]
    answers += [client.get(f"{path}?key={CANARY}", headers=score), client.post(f"{path}{CANARY}", json=good, headers=score)]
    with pytest.raises(httpx.ReadTimeout):
        client.post(path, json=LONGEST[path], headers=score, timeout=0.05)
    deadline = time.monotonic() + 10
    while f'"route": "{path}", "status": 499' not in with_keys.server.log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)

    assert {answer.status_code for answer in answers} - {200} == {400, 401, 403, 404, 405, 413, 429}
    for answer in answers:
        assert answer.status_code == 200 or CANARY not in answer.text
        assert answer.status_code == 200 or "detail" in answer.json()["errors"][0]
    metrics = client.get("/metrics", headers=with_keys.headers("admin")).text
    log = with_keys.server.log.read_text()
    assert f'route="{path}"' in metrics and f'"route": "{path}"' in log
    for written in (metrics, log):
        assert CANARY not in written.lower()
        assert slow["X-API-Key"][-43:] not in written


@pytest.mark.slow
def test_no_canary_in_logs_metrics_or_error_bodies(with_keys: Keyed) -> None:
    client, answers = with_keys.server.client, []
    for body in BODIES:
        answers.append(client.post("/v1/score", json=body, headers=with_keys.headers("score")))
    answers.append(client.post("/v1/score", content=b'{"comments": "' + CANARY.encode(), headers=with_keys.headers("score")))
    answers.append(client.post("/v1/score", content=CANARY.encode() + b"\xff", headers=with_keys.headers("score")))
    answers.append(client.post("/v1/score", json=BODIES[0], headers=with_keys.headers("review")))
    slow = with_keys.slow_key()
    answers += [client.post("/v1/score", json=BODIES[0], headers={"X-API-Key": slow}) for _ in range(2)]
    answers.append(client.post("/v1/score", json=BODIES[0], headers=with_keys.headers("elsewhere")))
    for odd in ({"Authorization": f"Bearer {CANARY}"}, {"X-API-Key": CANARY}, {"Authorization": CANARY}, {"Cookie": CANARY}):
        answers.append(client.post("/v1/score", json=BODIES[0], headers=odd))
    answers.append(client.get(f"/v1/{CANARY}?{CANARY}={CANARY}", headers={"User-Agent": CANARY, "Referer": CANARY}))
    answers.append(client.get(f"/v1/policy?municipality={CANARY}", headers=with_keys.headers("score")))
    answers.append(client.get("/v1/score", params={CANARY: CANARY}))

    statuses = {answer.status_code for answer in answers}
    assert {200, 400, 401, 403, 404, 405, 422, 429} <= statuses
    for answer in answers:
        if answer.status_code != 200:
            assert CANARY not in answer.text
            assert (
                set(answer.json()["errors"][0]) == {"status", "code", "title", "detail", "pointer"}
                or "results" in answer.json()
            )
    metrics = client.get("/metrics", headers=with_keys.headers("admin")).text
    log = with_keys.server.log.read_text()
    assert "hierniet_decisions_total" in metrics and '"route": "/v1/score"' in log
    for written in (metrics, log):
        assert CANARY not in written.lower()
        for token in (*with_keys.tokens.values(), slow):
            assert token not in written and token[-43:] not in written


@pytest.mark.slow
def test_scopes_rates_and_municipalities_are_kept(with_keys: Keyed) -> None:
    tokens = with_keys.tokens | {"slow": with_keys.slow_key()}

    def status(name: str, **more: Any) -> tuple[int, str | None]:
        headers = {"X-API-Key": tokens[name]}
        answer = with_keys.server.client.post("/v1/score", json={"comments": [COMMENT], **more}, headers=headers)
        return answer.status_code, answer.headers.get("retry-after")

    assert status("score") == (200, None)
    assert status("admin") == (200, None)
    assert status("review")[0] == 403
    assert status("elsewhere")[0] == 404  # its municipality has no policy here
    assert status("elsewhere", municipality="aalter")[0] == 403
    status("slow")
    code, seconds = status("slow")
    assert code == 429 and seconds and 1 <= int(seconds) <= 60
    for path in ("/v1/taxonomy", "/v1/model", "/v1/policy"):
        assert with_keys.server.client.get(path).status_code == 401
    assert with_keys.server.client.get("/metrics", headers=with_keys.headers("score")).status_code == 403


@pytest.mark.slow
def test_a_proxy_without_keys_is_refused(server: Server) -> None:
    body = {"comments": [COMMENT]}
    assert server.client.post("/v1/score", json=body).status_code == 200
    for name in ("X-Forwarded-For", "Forwarded", "Via"):
        answer = server.client.post("/v1/score", json=body, headers={name: "203.0.113.9"})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "no_keys")


@pytest.mark.slow
def test_every_answer_has_the_security_headers(server: Server) -> None:
    for path in ("/v1/taxonomy", "/v1/none", "/openapi.json"):
        headers = server.client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"


def test_an_unexpected_failure_says_nothing_of_the_comment(caplog: pytest.LogCaptureFixture) -> None:
    async def failing(request: Request) -> Response:
        raise RuntimeError(CANARY)

    request = Request({"type": "http", "method": "POST", "path": f"/{CANARY}", "headers": [], "query_string": b""})
    with caplog.at_level(logging.DEBUG):
        answer = asyncio.run(answered(failing)(request))
    assert answer.status_code == 500 and CANARY not in bytes(answer.body).decode() and CANARY not in caplog.text
    assert json.loads(bytes(answer.body))["errors"][0]["code"] == "internal_error"


def test_the_file_of_keys_can_change_while_it_runs(tmp_path: Path) -> None:
    access_to = access.Access(tmp_path / "keys.json")
    made, token = create("proef", ["score"], None, 10)
    scope = {"type": "http", "headers": [(b"x-api-key", token.encode())], "client": ("127.0.0.1", 1)}
    with pytest.raises(RequestError):
        access_to.caller(Request(scope), "score")
    write_keys(tmp_path / "keys.json", [made])
    access_to._looked = 0.0
    assert access_to.caller(Request(scope), "score").id == made.id
    (tmp_path / "keys.json").write_text("broken")
    access_to._looked = 0.0
    with pytest.raises(RequestError):
        access_to.caller(Request(scope), "score")
