"""The queue, with a model that takes its time."""

import asyncio
import logging
import time
from typing import Any, cast

import pytest

from serving.moderation.moderator import Moderator
from serving.moderation.policy import Policy
from serving.web.errors import RequestError
from serving.web.scoring import FIRST_PACE, Scorer

SECRET = "kanarie5c1b"


class Slow:
    """Takes 5 ms a comment, refuses one without an id and breaks on a secret."""

    def answer(self, raw: Any, pointer: str, policy: Policy | None = None, with_spans: bool = False) -> dict[str, Any]:
        if raw.get("id") is None:
            return {"id": None, "errors": [{"code": "missing_field"}]}
        if raw["text"] == SECRET:
            raise RuntimeError(SECRET)
        time.sleep(0.005)
        return {"id": raw["id"], "action": "publish"}


def comments(count: int, text: str, **more: Any) -> list[tuple[int, Any]]:
    return [(i, {"id": str(i), "text": text, **more}) for i in range(count)]


def scorer(seconds: float = 8.0) -> Scorer:
    return Scorer(cast(Moderator, Slow()), 1, seconds)


async def score(scorer: Scorer, given: list[tuple[int, Any]], caller: str, with_spans: bool = False) -> Any:
    deadline = asyncio.get_running_loop().time() + scorer.seconds
    return await scorer.score(given, cast(Policy, None), with_spans, caller, deadline)


def test_a_caller_for_whom_nothing_waits_is_let_in_whatever_others_sent() -> None:
    async def run() -> None:
        queue = scorer()
        large = asyncio.create_task(score(queue, comments(200, "a" * 300), "large", with_spans=True))
        await asyncio.sleep(0.05)
        assert queue.waiting > FIRST_PACE * queue.seconds
        started = time.monotonic()
        assert (await score(queue, comments(1, "Dag"), "small"))[0]["id"] == "0"
        assert time.monotonic() - started < 0.5
        with pytest.raises(RequestError) as refused:
            await score(queue, comments(200, "a" * 300), "large", with_spans=True)
        assert refused.value.status == 503 and refused.value.headers
        assert len(await large) == 200
        assert queue.waiting == 0

    asyncio.run(run())


def test_what_is_refused_unread_says_nothing_of_the_pace() -> None:
    async def run() -> None:
        queue = scorer()
        await score(queue, comments(50, "a" * 9000, id=None), "odd")
        assert queue._pace == FIRST_PACE

    asyncio.run(run())


def test_what_breaks_on_one_comment_spoils_no_other_and_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    given = [*comments(2, "Dag"), (2, {"id": "2", "text": SECRET})]
    with caplog.at_level(logging.DEBUG):
        found = asyncio.run(score(scorer(), given, "one"))
    assert [record.get("action") for record in found] == ["publish", "publish", None]
    assert (found[2]["errors"][0]["status"], found[2]["errors"][0]["code"]) == ("500", "internal_error")
    assert "RuntimeError" in caplog.text and SECRET not in caplog.text and SECRET not in str(found)


def test_past_the_deadline_nothing_more_is_judged_or_waits() -> None:
    async def run() -> None:
        queue = scorer(seconds=0.1)
        with pytest.raises(RequestError) as late:
            await score(queue, comments(100, "Dag"), "one")
        assert late.value.status == 503
        await asyncio.sleep(0.1)
        assert queue.waiting == 0 and queue._running == 0

    asyncio.run(run())
