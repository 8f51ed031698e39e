"""Scoring under load: a bounded queue that is fair between callers, with a deadline for every request."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from serving.moderation.comment import MAX_TEXT_CHARACTERS
from serving.moderation.moderator import Moderator
from serving.moderation.policy import Policy
from serving.web.errors import RequestError

# Below the service's own timeout, whose answer has another shape.
SECONDS_TO_ANSWER = 8.0
# Characters a second and thread, until it has been measured. As much waits as can be judged within the deadline.
FIRST_PACE = 10_000.0
# How much the last comment counts in the pace.
SMOOTHING = 0.05
# Finding the words that weigh most asks the model about so many times as often.
COST_OF_SPANS = 10
# A comment costs at least as much as one of so many characters.
LEAST_COST = 60


@dataclass(frozen=True)
class _Judged:
    """A comment's record, and at how many characters a second it came about."""

    record: dict[str, Any]
    pace: float


@dataclass
class _Job:
    """The comments of one request that are still to be judged, with their places in the request."""

    pending: deque[tuple[int, Any]]
    judge: Callable[[int, Any], _Judged]
    results: dict[int, dict[str, Any]]
    done: asyncio.Future[None]
    left: int


@dataclass
class Scorer:
    """Judges comments on `threads` threads. Callers take turns, comment by comment, so a large call holds up nobody else's.

    All its methods belong to one event loop.
    """

    moderator: Moderator
    threads: int
    seconds: float = SECONDS_TO_ANSWER
    waiting: float = 0.0
    _callers: dict[str, deque[_Job]] = field(default_factory=dict)
    _running: int = 0
    _pace: float = FIRST_PACE

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="scorer")

    async def score(
        self, comments: Sequence[tuple[int, Any]], policy: Policy, with_spans: bool, caller: str
    ) -> list[dict[str, Any]]:
        """Records of the comments, in their order; each comment comes with its place in the caller's request.

        Raises:
            RequestError: 503, with when to come back: the queue is full, or the deadline passed. Nothing was kept.
        """
        cost = sum(_cost(raw, with_spans) for _, raw in comments)
        # One request alone is always taken: its size has a limit of its own.
        if self.waiting and self.waiting + cost > self._pace * self.threads * self.seconds:
            detail = "too much is waiting to be judged; send the comments again later"
            raise RequestError(503, "busy", detail, retry_after=self._wait())
        job = self._job(comments, policy, with_spans)
        self._callers.setdefault(caller, deque()).append(job)
        self.waiting += cost
        try:
            self._fill()
            await asyncio.wait_for(job.done, self.seconds)
        except TimeoutError:
            detail = f"not judged within {self.seconds:g} seconds; send the comments again, fewer at a time"
            raise RequestError(503, "busy", detail, retry_after=self._wait()) from None
        finally:
            self.waiting -= cost
            # What nobody waits for any more is not judged.
            job.pending.clear()
        return [job.results[place] for place, _ in comments]

    def close(self) -> None:
        """Finish what runs and take nothing more."""
        self._pool.shutdown(wait=True)

    def _job(self, comments: Sequence[tuple[int, Any]], policy: Policy, with_spans: bool) -> _Job:
        def judge(place: int, raw: Any) -> _Judged:
            started = time.perf_counter()
            record = self.moderator.answer(raw, f"/comments/{place}", policy, with_spans)
            pace = _cost(raw, with_spans) / max(time.perf_counter() - started, 1e-4)
            return _Judged(record, pace)

        return _Job(deque(comments), judge, {}, asyncio.get_running_loop().create_future(), len(comments))

    def _fill(self) -> None:
        """Give every free thread a comment, and one to go on with, of the caller whose turn it is."""
        while self._running < 2 * self.threads and (following := self._next()):
            job, place, raw = following
            self._running += 1
            future = asyncio.get_running_loop().run_in_executor(self._pool, job.judge, place, raw)
            future.add_done_callback(partial(self._judged, job, place))

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

    def _judged(self, job: _Job, place: int, found: asyncio.Future[_Judged]) -> None:
        self._running -= 1
        if error := found.exception():
            job.pending.clear()
            if not job.done.done():
                job.done.set_exception(error)
        else:
            job.results[place] = found.result().record
            self._pace += SMOOTHING * (found.result().pace - self._pace) if found.result().pace else 0.0
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
    return max(LEAST_COST, len(text)) * (COST_OF_SPANS if with_spans else 1)
