"""Scoring under load: a bounded queue that is fair between callers, with a deadline for every request."""

import asyncio
import logging
import math
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from serving.moderation.comment import MAX_TEXT_CHARACTERS
from serving.moderation.errors import CommentError
from serving.moderation.moderator import Moderator, error_record
from serving.moderation.policy import Policy
from serving.web.errors import RequestError

_log = logging.getLogger("hierniet.scoring")
# From a call's arrival; below the service's own timeout, which runs from there too and whose answer has another shape.
SECONDS_TO_ANSWER = 8.0
# Characters a second and thread, until it has been measured. As much waits as can be judged within the deadline.
FIRST_PACE = 10_000.0
# How much the last comment counts in the pace.
SMOOTHING = 0.05
# Finding the words that weigh most asks the model about so many times on average, each time about so many characters at most.
QUESTIONS, CHARACTERS_A_QUESTION = 20, 400
# A comment costs at least as much as one of so many characters.
LEAST_COST = 60


@dataclass(frozen=True)
class _Judged:
    """A comment's record, and at how many characters a second it came about; None where that says nothing."""

    record: dict[str, Any]
    pace: float | None


@dataclass
class _Job:
    """The comments of one request that are still to be judged, with their places in the request."""

    pending: deque[tuple[int, Any]]
    judge: Callable[[int, Any], _Judged]
    results: dict[int, dict[str, Any]]
    done: asyncio.Future[None]
    left: int
    caller: str
    with_spans: bool


@dataclass
class Scorer:
    """Judges comments on `threads` threads. Callers take turns, comment by comment, so a large call holds up nobody else's.

    All its methods belong to one event loop.
    """

    moderator: Moderator
    threads: int
    seconds: float = SECONDS_TO_ANSWER
    _waiting: dict[str, float] = field(default_factory=dict)
    _callers: dict[str, deque[_Job]] = field(default_factory=dict)
    _running: int = 0
    _pace: float = FIRST_PACE

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="scorer")

    @property
    def waiting(self) -> float:
        """What waits to be judged, in characters."""
        return sum(self._waiting.values())

    async def score(
        self, comments: Sequence[tuple[int, Any]], policy: Policy, with_spans: bool, caller: str, deadline: float
    ) -> list[dict[str, Any]]:
        """Records of the comments, in their order; each comment comes with its place in the caller's request. The deadline is
        by the event loop's clock.

        Raises:
            RequestError: 503, with when to come back: the queue is full, or the deadline passed. Nothing was kept.
        """
        cost = sum(_cost(raw, with_spans) for _, raw in comments)
        own = self._waiting.get(caller, 0.0)
        # A caller for whom nothing waits is always let in: a call's size has a limit of its own, and turns are taken.
        if own and (own + cost) * len(self._waiting) > self._pace * self.threads * self.seconds:
            detail = "too much is waiting to be judged; send the comments again later"
            raise RequestError(503, "busy", detail, retry_after=self._wait())
        job = self._job(comments, policy, with_spans, caller)
        self._callers.setdefault(caller, deque()).append(job)
        self._waiting[caller] = own + cost
        try:
            self._fill()
            async with asyncio.timeout_at(deadline):
                await job.done
        except TimeoutError:
            detail = (
                f"not judged within {self.seconds:g} seconds of the call's arrival; send the comments again, fewer at a time"
            )
            raise RequestError(503, "busy", detail, retry_after=self._wait()) from None
        finally:
            # What nobody waits for any more is not judged.
            self._no_longer_waiting(caller, sum(_cost(raw, with_spans) for _, raw in job.pending))
            job.pending.clear()
        return [job.results[place] for place, _ in comments]

    def close(self) -> None:
        """Finish what runs and take nothing more."""
        self._pool.shutdown(wait=True)

    def _job(self, comments: Sequence[tuple[int, Any]], policy: Policy, with_spans: bool, caller: str) -> _Job:
        def judge(place: int, raw: Any) -> _Judged:
            started = time.perf_counter()
            try:
                record = self.moderator.answer(raw, f"/comments/{place}", policy, with_spans)
            except Exception as error:  # of one comment; the others of the call are judged all the same
                return _Judged(_failed(raw, place, error), None)
            if with_spans or "errors" in record:
                return _Judged(record, None)
            return _Judged(record, _cost(raw, False) / max(time.perf_counter() - started, 1e-4))

        done = asyncio.get_running_loop().create_future()
        return _Job(deque(comments), judge, {}, done, len(comments), caller, with_spans)

    def _no_longer_waiting(self, caller: str, cost: float) -> None:
        left = self._waiting.get(caller, 0.0) - cost
        if left > 0.5:
            self._waiting[caller] = left
        else:
            self._waiting.pop(caller, None)

    def _fill(self) -> None:
        """Give every free thread a comment, and one to go on with, of the caller whose turn it is."""
        while self._running < 2 * self.threads and (following := self._next()):
            job, place, raw = following
            self._running += 1
            future = asyncio.get_running_loop().run_in_executor(self._pool, job.judge, place, raw)
            future.add_done_callback(partial(self._judged, job, place, _cost(raw, job.with_spans)))

    def _next(self) -> tuple[_Job, int, Any] | None:
        while self._callers:
            caller, jobs = next(iter(self._callers.items()))
            del self._callers[caller]
            while jobs and not jobs[0].pending:
                jobs.popleft()
            if not jobs:
                continue
            place, raw = jobs[0].pending.popleft()
            self._callers[caller] = jobs  # at the end: the next caller's turn
            return jobs[0], place, raw
        return None

    def _judged(self, job: _Job, place: int, cost: float, found: asyncio.Future[_Judged]) -> None:
        self._running -= 1
        self._no_longer_waiting(job.caller, cost)
        judged = found.result()
        job.results[place] = judged.record
        if judged.pace is not None:
            self._pace += SMOOTHING * (judged.pace - self._pace)
        job.left -= 1
        if job.left == 0 and not job.done.done():
            job.done.set_result(None)
        self._fill()

    def _wait(self) -> int:
        """Seconds until what waits now should be judged."""
        return min(60, max(1, math.ceil(self.waiting / (self._pace * self.threads))))


def _cost(raw: Any, with_spans: bool) -> int:
    """Characters that would be judged; a text over its own limit is refused on its own and costs nothing."""
    text = raw.get("text") if isinstance(raw, dict) else None
    if not isinstance(text, str) or len(text) > MAX_TEXT_CHARACTERS:
        return 0
    questions = QUESTIONS * min(len(text), CHARACTERS_A_QUESTION) if with_spans else 0
    return max(LEAST_COST, len(text)) + questions


def _failed(raw: Any, place: int, error: Exception) -> dict[str, Any]:
    where = traceback.extract_tb(error.__traceback__)[-1]
    _log.error("unexpected %s at %s:%s", type(error).__name__, where.filename, where.lineno)
    detail = "an unexpected failure; this comment was not judged, let a person look at it"
    record = error_record(raw, CommentError("internal_error", "", detail), f"/comments/{place}")
    return record | {"errors": [record["errors"][0] | {"status": "500"}]}
