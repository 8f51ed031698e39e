"""The scoring API as a Starlette application; the BentoML service mounts it.

A mounted application instead of `@bentoml.api`: BentoML logs a refused input whole, so comment text, and gives
each kind of failure another shape. Here every error has one shape and no text reaches a log.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from serving.moderation.artefact import Artefact
from serving.moderation.comment import MAX_TEXT_CHARACTERS
from serving.moderation.errors import CommentError
from serving.moderation.moderator import Moderator, api_error, error_record, pointer_token
from serving.moderation.taxonomy import Taxonomy
from serving.web.page import page_routes

MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_COMMENTS = 500
# Together: about seven seconds of one core where this was measured, below the time there is to answer.
MAX_CHARACTERS = 100_000
# Below the service's own timeout, whose answer has another shape.
SECONDS_TO_ANSWER = 8
FIELDS = ("comments", "explain")

_log = logging.getLogger("hierniet.api")


class RequestError(Exception):
    """The request as a whole can't be answered; becomes an error response."""

    def __init__(self, status: int, code: str, detail: str, pointer: str = "", retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.error = api_error(status, code, detail, pointer)
        self.headers = None if retry_after is None else {"Retry-After": str(retry_after)}


def scoring_api(moderator: Moderator, pool: ThreadPoolExecutor) -> Starlette:
    """The routes under /v1, scoring on the threads of `pool`."""

    async def score(request: Request) -> Response:
        comments = parse_request(await _body(request))
        loop = asyncio.get_running_loop()
        work = [loop.run_in_executor(pool, moderator.answer, raw, f"/comments/{i}") for i, raw in first_of_each_id(comments)]
        try:
            results = await asyncio.wait_for(asyncio.gather(*work), SECONDS_TO_ANSWER)
        except TimeoutError:
            detail = f"not judged within {SECONDS_TO_ANSWER} seconds; send the comments again, fewer at a time"
            raise RequestError(503, "busy", detail, retry_after=SECONDS_TO_ANSWER) from None
        return JSONResponse({"results": with_duplicates(comments, results), **_versions(moderator)})

    async def taxonomy(request: Request) -> Response:
        return JSONResponse(taxonomy_record(moderator.taxonomy))

    async def model(request: Request) -> Response:
        return JSONResponse(model_record(moderator.artefact))

    return Starlette(
        routes=[
            *page_routes(),
            Route("/v1/score", _answered(score), methods=["POST"]),
            Route("/v1/taxonomy", _answered(taxonomy), methods=["GET"]),
            Route("/v1/model", _answered(model), methods=["GET"]),
        ],
        exception_handlers={HTTPException: _http_exception},
    )


def parse_request(body: bytes) -> list[Any]:
    """The comments of a request's body, not yet checked one by one.

    Raises:
        RequestError: the body as a whole is not what the API takes.
    """
    try:
        raw = json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        detail = f"the body is not UTF-8 at byte {error.start + 1}; send UTF-8"
        raise RequestError(400, "invalid_utf8", detail) from None
    except (ValueError, RecursionError):  # ValueError: no JSON, or a number of thousands of digits
        raise RequestError(400, "invalid_json", "the body is not JSON; send an object with 'comments'") from None
    if not isinstance(raw, dict) or "comments" not in raw:
        raise RequestError(422, "missing_field", "send an object with 'comments', a list of comments", "/comments")
    if unknown := [name for name in raw if name not in FIELDS]:
        detail = f"unknown field; known fields are {', '.join(FIELDS)}"
        raise RequestError(422, "unknown_field", detail, pointer_token(unknown[0]))
    if not isinstance(raw.get("explain", False), bool):
        raise RequestError(422, "not_a_boolean", "'explain' must be true or false", "/explain")
    comments = raw["comments"]
    if not isinstance(comments, list) or not comments:
        raise RequestError(422, "not_a_list", "'comments' must be a list with at least one comment", "/comments")
    if len(comments) > MAX_COMMENTS:
        detail = f"{len(comments)} comments in one call, the limit is {MAX_COMMENTS}; send them in several calls"
        raise RequestError(413, "too_many_comments", detail, "/comments")
    if (characters := sum(map(_characters, comments))) > MAX_CHARACTERS:
        detail = f"{characters} characters of text in one call, the limit is {MAX_CHARACTERS}; send them in several calls"
        raise RequestError(413, "too_much_text", detail, "/comments")
    return comments


def _characters(raw: Any) -> int:
    """Characters that would be scored; a text over its own limit is refused on its own and costs nothing."""
    text = raw.get("text") if isinstance(raw, dict) else None
    return len(text) if isinstance(text, str) and len(text) <= MAX_TEXT_CHARACTERS else 0


def first_of_each_id(comments: list[Any]) -> list[tuple[int, Any]]:
    """The comments to score with their places: those whose id no earlier one has."""
    seen: set[str] = set()
    firsts = []
    for place, raw in enumerate(comments):
        comment_id = _id(raw)
        if comment_id is None or comment_id not in seen:
            firsts.append((place, raw))
        if comment_id is not None:
            seen.add(comment_id)
    return firsts


def with_duplicates(comments: list[Any], results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The results in the order of the comments, with an error where an id was used before."""
    by_place = dict(zip((place for place, _ in first_of_each_id(comments)), results, strict=True))
    detail = "an earlier comment of this call has the same id; give each its own"
    error = CommentError("duplicate_id", "id", detail)
    return [by_place.get(i) or error_record(raw, error, f"/comments/{i}") for i, raw in enumerate(comments)]


def taxonomy_record(taxonomy: Taxonomy) -> dict[str, Any]:
    return {
        "version": taxonomy.version,
        "categories": [
            {"id": c.id, "name": c.name, "definition": c.definition, "house_rule": c.house_rule, "escalate_to": c.escalate_to}
            for c in taxonomy.categories
        ],
        "signals": [
            {"id": s.id, "name": s.name, "definition": s.definition, "escalate_to": s.escalate_to} for s in taxonomy.signals
        ],
        "escalation": taxonomy.escalation,
        "reply": taxonomy.reply,
    }


def model_record(artefact: Artefact) -> dict[str, Any]:
    return {
        "model": artefact.id,
        "base_model": artefact.base_model,
        "taxonomy": artefact.taxonomy,
        "labels": artefact.labels,
        "max_length": artefact.max_length,
        "thresholds": {
            "decision": artefact.thresholds.decision,
            "review": artefact.thresholds.review,
            "auto_hide": artefact.thresholds.auto_hide,
        },
        "metrics": artefact.metrics,
        "card": (artefact.path / "MODEL_CARD.md").read_text(encoding="utf8"),
    }


def _versions(moderator: Moderator) -> dict[str, str]:
    return {"model": moderator.artefact.id, "policy": moderator.policy.id, "taxonomy": moderator.taxonomy.version}


def _id(raw: Any) -> str | None:
    comment_id = raw.get("id") if isinstance(raw, dict) else None
    return comment_id if isinstance(comment_id, str) else None


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            detail = f"the body is larger than {MAX_BODY_BYTES} bytes; send the comments in several calls"
            raise RequestError(413, "body_too_large", detail)
    return bytes(body)


Endpoint = Callable[[Request], Awaitable[Response]]


def _answered(endpoint: Endpoint) -> Endpoint:
    """The endpoint with every failure turned into the one error shape; a traceback could hold comment text."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RequestError as error:
            return JSONResponse({"errors": [error.error]}, error.status, headers=error.headers)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception as error:
            _log.error("unexpected %s at %s", type(error).__name__, request.url.path)
            detail = "an unexpected failure; the comments of this call were not judged, send them again"
            return JSONResponse({"errors": [api_error(500, "internal_error", detail)]}, 500)

    return answered


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {404: "not_found", 405: "method_not_allowed"}
    body = {"errors": [api_error(error.status_code, codes.get(error.status_code, "http_error"), error.detail)]}
    return JSONResponse(body, error.status_code, headers=error.headers)
