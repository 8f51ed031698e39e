"""The API in this process: what calls cost their key, whatever becomes of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from serving.adapters.openai import openai_routes
from serving.keys import create, write_keys
from serving.moderation.moderator import Moderator
from serving.policies import Policies
from serving.settings import POLICY
from serving.web.access import Access, Bucket
from serving.web.api import Api, scoring_api
from serving.web.metrics import new_metrics
from serving.web.scoring import SECONDS_TO_ANSWER, Scorer

PER_MINUTE = 6


@contextmanager
def calling(moderator: Moderator, folder: Path, seconds: float) -> Iterator[TestClient]:
    """A caller with a key of its own, of a service that takes so many seconds to answer at most."""
    key, token = create("proef", ["score"], None, PER_MINUTE)
    write_keys(folder / "keys.json", [key])
    policies = Policies(POLICY, None, moderator.taxonomy, moderator.artefact)
    scorer = Scorer(moderator, 1, seconds)
    api = Api(moderator, policies, scorer, Access(folder / "keys.json"), new_metrics("small@3"))
    yield TestClient(scoring_api(api, openai_routes(api)), headers={"X-API-Key": token})
    scorer.close()


@pytest.fixture
def client(moderator: Moderator, tmp_path: Path) -> Iterator[TestClient]:
    with calling(moderator, tmp_path, SECONDS_TO_ANSWER) as client:
        yield client


def comments(count: int) -> dict[str, object]:
    return {"comments": [{"id": str(i), "text": "Dag"} for i in range(count)]}


@pytest.mark.parametrize("path", ["/v1/score", "/v1/moderations"])
def test_a_call_that_is_refused_costs_a_comment(client: TestClient, path: str) -> None:
    bodies = [b"{", b"\xff", b"[]", b'{"comments": 1}', b"[" + b"[]," * 50_000, b'{"comments": [1], "x": 1}']
    assert {client.post(path, content=body).status_code for body in bodies} <= {400, 413, 422}
    refused = client.post(path, content=b"{")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (429, "rate_limited")
    assert 1 <= int(refused.headers["retry-after"]) <= 60 / PER_MINUTE


def test_a_call_that_is_judged_costs_its_comments(client: TestClient) -> None:
    assert client.post("/v1/score", json=comments(PER_MINUTE)).status_code == 200
    assert client.post("/v1/score", json=comments(1)).status_code == 429


def test_a_call_of_more_than_a_minutes_worth_is_judged_when_nothing_was_spent(client: TestClient) -> None:
    assert client.post("/v1/score", json=comments(PER_MINUTE + 2)).status_code == 200
    wait = int(client.post("/v1/score", json=comments(1)).headers["retry-after"])
    assert 2 * 60 / PER_MINUTE < wait <= 3 * 60 / PER_MINUTE


def test_who_comes_back_when_told_to_is_let_in() -> None:
    """Though the call that was told to wait cost something too."""
    bucket = Bucket(60, 60, 0.0)
    assert bucket.seconds_until(1, 0.0) == 0 and bucket.seconds_until(40, 0.0, paid=1) == 0
    assert bucket.seconds_until(1, 0.0) == 0
    wait = bucket.seconds_until(40, 0.0, paid=1)
    assert wait == 21
    assert bucket.seconds_until(1, wait) == 0 and bucket.seconds_until(40, wait, paid=1) == 0


def test_what_there_was_no_time_to_judge_costs_a_comment_only(moderator: Moderator, tmp_path: Path) -> None:
    with calling(moderator, tmp_path, seconds=0.0) as client:
        statuses = [client.post("/v1/score", json=comments(2)).status_code for _ in range(PER_MINUTE)]
    assert statuses == [503] * (PER_MINUTE - 1) + [429]


def test_two_calls_of_a_minutes_worth_that_arrive_together_take_turns() -> None:
    bucket = Bucket(per_minute=60, left=60, at=0.0)
    assert [bucket.seconds_until(1, 0.0) for _ in range(2)] == [0.0, 0.0]
    assert bucket.seconds_until(60, 0.0, paid=1) == 0.0
    wait = bucket.seconds_until(60, 0.0, paid=1)
    assert 0 < wait <= 60
    assert bucket.seconds_until(1, wait + 1) == 0.0 and bucket.seconds_until(60, wait + 1, paid=1) == 0.0
