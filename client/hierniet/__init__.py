"""Has comments judged by a Hier Niet service, from Python 3.11 on; needs httpx and nothing else.

    with Client("https://moderatie.example", key="hn_…") as client:
        decision = client.score_one("Proficiat met het zwembad!")
        for result in client.score([Comment("1", "Dag"), Comment("2", "Nog eens")]).results:
            print(result)

Install it with `pip install ./client`, or copy this folder next to your own code.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from types import TracebackType
from typing import Any, Literal, Self

import httpx

# What the service takes in one call, and how much of that is asked for: a smaller call is answered in time on a slow machine
# too, and leaves others their turn.
MOST_COMMENTS = 500
MOST_BYTES = 4 * 1024 * 1024 - 1024
CHARACTERS_A_CALL = 20_000
# The service counts a short comment for this many characters; one that is explained costs so many questions more, each about so
# many characters at most.
LEAST_CHARACTERS = 60
QUESTIONS, CHARACTERS_A_QUESTION = 20, 400
# Waits that are longer are the caller's to decide on.
LONGEST_WAIT = 120


@dataclass(frozen=True)
class Comment:
    """`id` is your own, `context` the post or comment it answers; `posted_at` is a time in ISO 8601."""

    id: str
    text: str
    context: str | None = None
    author: str | None = None
    channel: str | None = None
    posted_at: str | None = None


@dataclass(frozen=True)
class Reason:
    """Why a category counts: its calibrated probability, the threshold it met, and Dutch sentences for the resident."""

    category: str
    probability: float
    threshold: float
    found_by: Literal["model", "rule"]
    sentence: str
    ground: str
    redress: str


@dataclass(frozen=True)
class Span:
    """Words that weigh most for a category: Unicode code points, end exclusive; weight 0 to 1."""

    start: int
    end: int
    category: str
    weight: float


@dataclass(frozen=True)
class Decision:
    """What happens to a comment. A service may decide in more ways later: take any other `action` for "review"."""

    id: str
    action: Literal["publish", "review", "auto_hide"]
    labels: tuple[str, ...]
    signals: tuple[str, ...]
    probabilities: Mapping[str, float]
    reasons: tuple[Reason, ...]
    spans: tuple[Span, ...]
    escalate_to: tuple[str, ...]
    reply: str | None
    blocked_by: tuple[str, ...]
    model: str
    policy: str
    taxonomy: str


@dataclass(frozen=True)
class CommentProblem:
    """Why one comment of many was not judged; the others were. `pointer` leads to the field, within the call that it was part of."""

    id: str | None
    status: int
    code: str
    detail: str
    pointer: str


@dataclass(frozen=True)
class Scored:
    """A decision or a problem for each comment, in the order they were given."""

    results: tuple[Decision | CommentProblem, ...]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        return tuple(result for result in self.results if isinstance(result, Decision))

    @property
    def problems(self) -> tuple[CommentProblem, ...]:
        return tuple(result for result in self.results if isinstance(result, CommentProblem))


class ApiError(Exception):
    """The service refused a call; `code` is for programs, `detail` says how to mend it, `pointer` leads to the field (RFC 6901).

    `retry_after` is in seconds, where the service said when to come back.
    """

    def __init__(self, status: int, code: str, detail: str, pointer: str = "", retry_after: int | None = None) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.pointer = pointer
        self.retry_after = retry_after


class Client:
    """Calls one service. A `municipality` is only for keys that may speak for several.

    A refusal with 429 or 503 is sent again, at most `retries` times a call, when the service says so; nothing else is. Where the
    service can't be reached, httpx's own exception is raised.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        municipality: str | None = None,
        timeout: float = 30.0,
        *,
        retries: int = 3,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout, transport=transport)
        self._municipality = municipality
        self._retries = retries

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def score(self, comments: Iterable[Comment], explain: bool = False) -> Scored:
        """Have comments judged, in as many calls as it takes; with `explain`, each decision has the words that weigh most.

        Raises:
            ValueError: two comments have the same id; nothing was sent.
            ApiError: a call was refused; what earlier calls answered is lost.
        """
        wanted = [{name: value for name, value in asdict(comment).items() if value is not None} for comment in comments]
        seen: set[str] = set()
        for place, comment in enumerate(wanted):
            if comment["id"] in seen:
                raise ValueError(f"comment {place} has the id of an earlier one; give each its own")
            seen.add(comment["id"])
        return Scored(tuple(result for call in _calls(wanted, explain) for result in self._judged(call, explain)))

    def score_one(self, text: str, context: str | None = None, explain: bool = False) -> Decision:
        """Have one comment judged.

        Raises:
            ApiError: the call was refused, or the comment can't be judged.
        """
        (result,) = self.score([Comment("1", text, context)], explain).results
        if isinstance(result, CommentProblem):
            raise ApiError(result.status, result.code, result.detail, result.pointer)
        return result

    def _judged(self, comments: list[dict[str, str]], explain: bool) -> list[Decision | CommentProblem]:
        response = self._answer({"comments": comments, "explain": explain, "municipality": self._municipality})
        try:
            records = response.json()["results"]
            results = [_problem(record) if "errors" in record else _decision(record) for record in records]
        except (ValueError, KeyError, TypeError) as error:
            raise _unreadable(response) from error
        if len(results) != len(comments):
            raise _unreadable(response)
        return results

    def _answer(self, body: dict[str, Any]) -> httpx.Response:
        # Escaped, so that half a surrogate pair is refused with its own comment instead of here with all of them.
        content, left = json.dumps(body).encode(), self._retries
        while (response := self._post(content)).status_code != 200:
            error = _error(response)
            wait = error.retry_after if response.status_code in (429, 503) else None
            if wait is None or wait > LONGEST_WAIT or left <= 0:
                raise error
            time.sleep(wait)
            left -= 1
        return response

    def _post(self, content: bytes) -> httpx.Response:
        return self._http.post("/v1/score", content=content, headers={"Content-Type": "application/json"})


def _calls(comments: Iterable[dict[str, str]], explain: bool) -> Iterator[list[dict[str, str]]]:
    """The comments in order, in calls that the service takes and answers in time."""
    call: list[dict[str, str]] = []
    characters = size = 0
    for comment in comments:
        questions = QUESTIONS * min(len(comment["text"]), CHARACTERS_A_QUESTION) if explain else 0
        cost = max(LEAST_CHARACTERS, len(comment["text"])) + questions
        length = len(json.dumps(comment)) + 2
        full = len(call) == MOST_COMMENTS or characters + cost > CHARACTERS_A_CALL or size + length > MOST_BYTES
        if call and full:
            yield call
            call, characters, size = [], 0, 0
        call.append(comment)
        characters, size = characters + cost, size + length
    if call:
        yield call


def _decision(record: dict[str, Any]) -> Decision:
    """The decision, with whatever a newer service adds left out."""
    lists = {name: tuple(record[name]) for name in ("labels", "signals", "escalate_to", "blocked_by")}
    reasons = tuple(Reason(**_known(Reason, reason)) for reason in record["reasons"])
    spans = tuple(Span(**_known(Span, span)) for span in record["spans"])
    return Decision(**_known(Decision, record) | lists | {"reasons": reasons, "spans": spans})


def _known(kind: type[Decision] | type[Reason] | type[Span], record: dict[str, Any]) -> dict[str, Any]:
    return {field.name: record[field.name] for field in fields(kind)}


def _problem(record: dict[str, Any]) -> CommentProblem:
    (error,) = record["errors"]
    return CommentProblem(record["id"], int(error["status"]), error["code"], error["detail"], error["pointer"])


def _error(response: httpx.Response) -> ApiError:
    after = response.headers.get("retry-after", "")
    try:
        error = response.json()["errors"][0]
        found = ApiError(response.status_code, error["code"], error["detail"], error["pointer"])
    except (ValueError, KeyError, TypeError, IndexError):
        found = _unreadable(response)
    found.retry_after = int(after) if after.isascii() and after.isdecimal() else None
    return found


def _unreadable(response: httpx.Response) -> ApiError:
    """For what is not this service's answer: a proxy's page, or another service at this address."""
    detail = "the answer is not one of a Hier Niet service; check the address, and any proxy in between"
    return ApiError(response.status_code, "unexpected_answer", detail)
