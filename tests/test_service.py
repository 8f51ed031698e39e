"""The service as it runs: a real BentoML server on loopback, a real HTTP client, its logs read back."""

import json
from pathlib import Path

import psutil
import pytest

from serving.moderation.artefact import CHECKSUMS, checksums
from serving.moderation.comment import Comment
from serving.moderation.moderator import Moderator
from serving.web.body import MAX_BODY_BYTES
from serving.web.requests import MAX_COMMENTS
from tests.server import SECONDS_TO_START, Server, free_port, start
from training.drift import read_metrics

pytestmark = pytest.mark.slow

CANARY = "kanarie9d2e"


def test_the_service_decides_as_the_moderator_does(server: Server, moderator: Moderator) -> None:
    comments = [
        Comment("1", "Proficiat met het nieuwe zwembad!"),
        Comment("2", "Ik weet waar ge woont, pas maar op vanavond"),
        Comment("3", "Eindelijk", "Het fietspad is klaar"),
    ]
    sent = [{"id": c.id, "text": c.text} | ({"context": c.context} if c.context else {}) for c in comments]
    answer = server.client.post("/v1/score", json={"comments": sent})
    assert answer.status_code == 200
    body = answer.json()
    assert body["results"] == [json.loads(json.dumps(moderator.decide(comment).as_record())) for comment in comments]
    assert (body["model"], body["policy"], body["taxonomy"]) == (
        moderator.artefact.id,
        moderator.policy.id,
        moderator.taxonomy.version,
    )


def test_a_bad_comment_is_an_error_in_its_place(server: Server) -> None:
    comments = [
        {"id": "a", "text": "Dag"}, {"id": "b", "text": ""}, {"id": "c", "text": CANARY * 10_000}, {"id": "d", "text": 5},
        {"id": "e", "text": "Dag", "x/y~z": CANARY}, {"id": "a", "text": "Dag"}, CANARY, {"id": "f", "text": "Dag"},
    ]  # fmt: skip
    answer = server.client.post("/v1/score", json={"comments": comments})
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [result.get("id") for result in results] == ["a", "b", "c", "d", "e", "a", None, "f"]
    errors = [(r["errors"][0]["code"], r["errors"][0]["pointer"]) if "errors" in r else None for r in results]
    assert errors == [
        None,
        ("empty_text", "/comments/1/text"),
        ("too_long", "/comments/2/text"),
        ("not_a_string", "/comments/3/text"),
        ("unknown_field", "/comments/4/x~1y~0z"),
        ("duplicate_id", "/comments/5/id"),
        ("not_an_object", "/comments/6"),
        None,
    ]
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{" + CANARY.encode(), 400, "invalid_json"),
        (b'{"comments":[{"id":"1","text":"\xff' + CANARY.encode() + b'"}]}', 400, "invalid_utf8"),
        (b"[]", 422, "missing_field"),
        (b'{"comments":[{"id":"1","text":' + b"1" * 5000 + b"}]}", 400, "invalid_json"),
        (b'{"comments":[1],"\\ud800":1}', 422, "unknown_field"),
        (json.dumps({"comments": [{"id": str(i), "text": "a" * 9000} for i in range(100)]}).encode(), 413, "too_much_text"),
        (json.dumps({"comments": [{"id": str(i), "text": CANARY} for i in range(10_000)]}).encode(), 413, "too_many_comments"),
        (b" " * (MAX_BODY_BYTES + 1), 413, "body_too_large"),
    ],
    ids=["json", "utf8", "shape", "digits", "surrogate", "text", "many", "large"],
)
def test_a_bad_body_gets_one_error_in_the_one_shape(server: Server, body: bytes, status: int, code: str) -> None:
    answer = server.client.post("/v1/score", content=body)
    assert answer.status_code == status
    (error,) = answer.json()["errors"]
    assert set(error) == {"status", "code", "title", "detail", "pointer"}
    assert (error["status"], error["code"]) == (str(status), code)
    assert CANARY not in answer.text


def test_half_a_surrogate_pair_spoils_only_its_own_comment(server: Server) -> None:
    body = b'{"comments":[{"id":"ok","text":"Dag"},{"id":"\\ud800","text":"Dag"},{"id":"c","text":"Dag","\\ud800":1}]}'
    results = server.client.post("/v1/score", content=body).json()["results"]
    assert ["errors" in result for result in results] == [False, True, True]


def test_the_largest_call_is_answered_in_order(server: Server) -> None:
    comments = [{"id": str(i), "text": f"reactie {i}"} for i in range(MAX_COMMENTS)]
    results = server.client.post("/v1/score", json={"comments": comments}).json()["results"]
    assert [result["id"] for result in results] == [comment["id"] for comment in comments]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/v1/score", 405), ("GET", "/v1/none", 404), ("POST", "/", 405)]
)
def test_unknown_routes_answer_in_the_one_shape(server: Server, method: str, path: str, status: int) -> None:
    answer = server.client.request(method, path)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["status"] == str(status)


def test_taxonomy_and_model_are_told(server: Server, moderator: Moderator) -> None:
    taxonomy = server.client.get("/v1/taxonomy").json()
    assert tuple(category["id"] for category in taxonomy["categories"]) == moderator.taxonomy.category_ids
    assert taxonomy["reply"] == moderator.taxonomy.reply
    model = server.client.get("/v1/model").json()
    assert model["model"] == moderator.artefact.id
    assert model["thresholds"]["review"] == moderator.artefact.thresholds.review
    assert model["card"].startswith("# ")


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/readyz", "/metrics"])
def test_health_and_metrics(server: Server, path: str) -> None:
    assert server.client.get(path).status_code == 200


def test_metrics_saved_to_a_file_are_what_drift_is_seen_by(server: Server, moderator: Moderator, tmp_path: Path) -> None:
    server.client.post("/v1/score", json={"comments": [{"id": "1", "text": "Wanneer is het zwembad open?"}]})
    (tmp_path / "metrics.txt").write_bytes(server.client.get("/metrics").content)
    counted = read_metrics(tmp_path / "metrics.txt", moderator.artefact, moderator.taxonomy)
    assert counted.spread.n >= 1 and counted.actions["publish"] >= 1


def test_no_comment_text_reached_the_log(server: Server) -> None:
    server.client.post(
        "/v1/score", json={"comments": [{"id": "1", "text": f"dag {CANARY}", "author": CANARY, "context": CANARY}]}
    )
    server.client.post("/v1/score", content=b'{"comments": [{"id": "1", "text": "' + CANARY.encode())
    log = server.log.read_text()
    assert "/v1/score" in log
    assert CANARY not in log


def test_without_keys_it_listens_on_loopback_only(server: Server) -> None:
    port = server.client.base_url.port
    listening = [c.laddr for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    assert {address.ip for address in listening if address.port == port} == {"127.0.0.1"}


def test_a_sealed_artefact_that_can_not_run_stops_the_start_too(artefact_copy: Path, tmp_path: Path) -> None:
    (artefact_copy / "model.onnx").write_bytes(b"no network")
    (artefact_copy / CHECKSUMS).write_text(json.dumps(checksums(artefact_copy)))
    process = start(free_port(), tmp_path / "log", HIERNIET_ARTEFACT=str(artefact_copy))
    assert process.wait(SECONDS_TO_START) != 0
    assert "model.onnx: is not a network that can be run" in (tmp_path / "log").read_text()


@pytest.mark.parametrize("name", ["model.onnx", "thresholds.json", "tokenizer.json"])
def test_a_damaged_artefact_stops_the_start_with_a_sentence(artefact_copy: Path, tmp_path: Path, name: str) -> None:
    with (artefact_copy / name).open("ab") as file:
        file.write(b"x")
    process = start(free_port(), tmp_path / "log", HIERNIET_ARTEFACT=str(artefact_copy))
    assert process.wait(SECONDS_TO_START) != 0
    log = (tmp_path / "log").read_text()
    assert f"{name}: does not match its checksum" in log
    assert "Traceback" not in log
