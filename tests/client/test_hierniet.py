"""The Python client: against the running service, and against made-up answers where no service gives them on demand."""

import ast
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hierniet
import httpx
import pytest
from hierniet import ApiError, Client, Comment, CommentProblem, Decision

from serving.moderation import comment as comments
from serving.moderation.moderator import Moderator
from serving.web import requests, scoring
from serving.web.body import MAX_BODY_BYTES
from tests.keyed import Keyed
from tests.server import Server

RECORD = {
    "id": "1", "action": "review", "labels": ["threat"], "signals": [], "probabilities": {"threat": 0.9},
    "reasons": [{"category": "threat", "probability": 0.9, "threshold": 0.2, "found_by": "model", "sentence": "s", "ground": "g", "redress": "r"}],
    "spans": [{"start": 0, "end": 3, "category": "threat", "weight": 0.5}],
    "escalate_to": [], "reply": None, "blocked_by": [], "model": "m", "policy": "p", "taxonomy": "t",
}  # fmt: skip
Answer = Callable[[httpx.Request], httpx.Response]


def refusal(status: int, **headers: str) -> httpx.Response:
    error = {"status": str(status), "code": "busy", "title": "Busy", "detail": "later", "pointer": ""}
    return httpx.Response(status, json={"errors": [error]}, headers=headers)


def judged(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"results": [RECORD | {"id": c["id"]} for c in json.loads(request.content)["comments"]]})


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(hierniet, "time", SimpleNamespace(sleep=waits.append))
    return waits


def made_up(*answers: httpx.Response | Answer, **more: Any) -> tuple[Client, list[dict[str, Any]]]:
    """A client that gets these answers in turn, and the bodies it will have sent."""
    left: Iterator[httpx.Response | Answer] = iter(answers)
    sent: list[dict[str, Any]] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        answer = next(left)
        return answer(request) if callable(answer) else answer

    return Client("http://service", transport=httpx.MockTransport(handle), **more), sent


@pytest.mark.slow
def test_decisions_are_those_of_the_service_in_order(server: Server, moderator: Moderator) -> None:
    given = [
        Comment("b", "Ik weet waar ge woont"),
        Comment("a", "Eindelijk", "Het fietspad is klaar"),
        Comment("c", "😀 ezel!"),
    ]
    with Client(str(server.client.base_url)) as client:
        scored = client.score(given, explain=True)
    assert not scored.problems
    for comment, found in zip(given, scored.decisions, strict=True):
        expected = moderator.decide(comments.Comment(comment.id, comment.text, comment.context), with_spans=True)
        assert json.dumps(asdict(found)) == json.dumps(expected.as_record())


@pytest.mark.slow
def test_a_comment_that_can_not_be_judged_is_a_problem_in_its_place(server: Server) -> None:
    given = [Comment("1", "Dag"), Comment("2", " "), Comment("3", "\ud800"), Comment("4", "a" * 10_001), Comment("5", "Dag")]
    with Client(str(server.client.base_url)) as client:
        results = client.score(given).results
        with pytest.raises(ApiError) as caught:
            client.score_one(" ")
    found = [result.code if isinstance(result, CommentProblem) else result.id for result in results]
    assert found == ["1", "empty_text", "invalid_unicode", "too_long", "5"]
    assert (caught.value.status, caught.value.code, caught.value.pointer) == (422, "empty_text", "/comments/0/text")


@pytest.mark.slow
def test_long_lists_are_split_into_calls_that_the_service_takes(server: Server) -> None:
    given = [Comment(str(i), f"reactie {i}") for i in range(2 * requests.MAX_COMMENTS + 1)]
    given += [Comment(f"long {i}", "Goed. " * 1600, "Zo. " * 2000) for i in range(3)]
    with Client(str(server.client.base_url)) as client:
        scored = client.score(comment for comment in given)
    assert [decision.id for decision in scored.decisions] == [comment.id for comment in given]


@pytest.mark.slow
def test_keys_municipalities_and_rates(with_keys: Keyed) -> None:
    with Client(with_keys.url, with_keys.tokens["score"]) as client:
        assert client.score_one("Dag").policy.startswith("standaard@")
    with Client(with_keys.url, with_keys.tokens["score"], "aalter") as client:
        assert client.score_one("Dag").policy.startswith("aalter@")
    with Client(with_keys.url, with_keys.tokens["aalter"]) as client:
        assert client.score_one("Dag").policy.startswith("aalter@")
    refused = {("score", "elders"): 404, ("aalter", "elders"): 403, ("review", None): 403, (None, None): 401}
    for (name, municipality), status in refused.items():
        with (
            Client(with_keys.url, with_keys.tokens[name] if name else None, municipality) as client,
            pytest.raises(ApiError) as caught,
        ):
            client.score_one("Dag")
        assert caught.value.status == status and caught.value.code and caught.value.detail


@pytest.mark.slow
def test_a_rate_is_waited_for(with_keys: Keyed, slept: list[float]) -> None:
    token = with_keys.slow_key()
    with Client(with_keys.url, token, retries=1) as client:
        client.score_one("Dag")
        with pytest.raises(ApiError) as caught:
            client.score_one("Dag")
    assert (caught.value.status, caught.value.code) == (429, "rate_limited")
    assert len(slept) == 1 and 1 <= slept[0] <= 60


@pytest.mark.parametrize("status", [429, 503])
def test_it_comes_back_when_the_service_says_so(slept: list[float], status: int) -> None:
    client, sent = made_up(refusal(status, **{"Retry-After": "7"}), refusal(status, **{"Retry-After": "2"}), judged)
    assert client.score_one("Dag").id == "1"
    assert slept == [7, 2] and sent[0] == sent[1] == sent[2]


def test_it_gives_up_after_so_many_times(slept: list[float]) -> None:
    client, sent = made_up(*[refusal(503, **{"Retry-After": "1"})] * 5, retries=2)
    with pytest.raises(ApiError) as caught:
        client.score_one("Dag")
    assert (caught.value.status, caught.value.code, caught.value.retry_after) == (503, "busy", 1)
    assert len(sent) == 3 and len(slept) == 2


@pytest.mark.parametrize(
    "answer",
    [
        refusal(500, **{"Retry-After": "1"}), refusal(422), refusal(503), refusal(429, **{"Retry-After": "3600"}),
        refusal(503, **{"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}), httpx.Response(502, text="<h1>Bad gateway</h1>"),
    ],
    ids=["500", "422", "no time", "too long", "a date", "a proxy"],
)  # fmt: skip
def test_nothing_else_is_sent_again(slept: list[float], answer: httpx.Response) -> None:
    client, sent = made_up(answer)
    with pytest.raises(ApiError) as caught:
        client.score_one("Dag")
    assert caught.value.status == answer.status_code
    assert len(sent) == 1 and not slept


@pytest.mark.parametrize("body", ["<h1>Welkom</h1>", "{}", '{"results": []}', '{"results": [{}]}', '{"results": [5]}', "[]"])
def test_an_answer_of_something_else_is_an_error(body: str) -> None:
    client, _ = made_up(httpx.Response(200, text=body))
    with pytest.raises(ApiError) as caught:
        client.score_one("Dag")
    assert caught.value.code == "unexpected_answer"


def test_what_a_newer_service_adds_is_left_out() -> None:
    record = RECORD | {"new": 1, "reasons": [{**RECORD["reasons"][0], "new": 1}]}  # type: ignore[index,dict-item]
    client, _ = made_up(httpx.Response(200, json={"results": [record]}))
    decision = client.score_one("Dag")
    assert isinstance(decision, Decision) and decision.reasons[0].ground == "g" and decision.spans[0].end == 3


def test_no_call_exceeds_what_the_service_takes() -> None:
    given = [Comment(str(i), "é" * (i if i > 4500 else 1), "😀" * 9000) for i in range(0, 9000, 60)]
    client, sent = made_up(*[judged] * 200)
    with client:
        client.score(given)
    for body in sent:
        requests.check_size(body["comments"], "/comments")
        assert len(json.dumps(body)) <= MAX_BODY_BYTES
    assert [comment["id"] for body in sent for comment in body["comments"]] == [comment.id for comment in given]


def test_explaining_makes_smaller_calls() -> None:
    given = [Comment(str(i), "Dag " * 25) for i in range(50)]
    client, sent = made_up(*[judged] * 10)
    client.score(given)
    assert len(sent) == 1
    client.score(given, explain=True)
    assert len(sent) > 5


def test_nothing_is_sent_for_nothing_and_for_a_double_id() -> None:
    client, sent = made_up()
    assert client.score([]).results == ()
    with pytest.raises(ValueError, match="comment 1 has the id of an earlier one"):
        client.score([Comment("1", "Dag"), Comment("1", "Dag")])
    assert not sent


def test_it_knows_the_limits_of_the_service() -> None:
    assert hierniet.MOST_COMMENTS == requests.MAX_COMMENTS
    assert hierniet.MOST_BYTES < MAX_BODY_BYTES
    assert hierniet.CHARACTERS_A_CALL <= requests.MAX_CHARACTERS
    assert hierniet.LEAST_CHARACTERS == scoring.LEAST_COST
    assert (hierniet.QUESTIONS, hierniet.CHARACTERS_A_QUESTION) == (scoring.QUESTIONS, scoring.CHARACTERS_A_QUESTION)


def test_it_needs_httpx_and_nothing_else() -> None:
    tree = ast.parse(Path(hierniet.__file__).read_text(encoding="utf8"))
    found = {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))}  # fmt: skip
    assert {str(name).partition(".")[0] for name in found} - sys.stdlib_module_names == {"httpx"}
    assert (Path(hierniet.__file__).parent / "py.typed").exists()
