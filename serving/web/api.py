"""The scoring API as a Starlette application; the BentoML service mounts it.

A mounted application instead of `@bentoml.api`: BentoML logs a refused input whole, so comment text, and gives
each kind of failure another shape. Here every error has one shape and no text reaches a log.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.moderation.artefact import Artefact
from serving.moderation.moderator import Moderator
from serving.moderation.policy import Policy
from serving.moderation.taxonomy import Taxonomy
from serving.policies import Policies, UnknownMunicipalityError
from serving.web.access import Access, Caller
from serving.web.body import read_json
from serving.web.errors import RequestError, answered, http_exception
from serving.web.metrics import Metrics
from serving.web.openapi import openapi
from serving.web.page import page_routes
from serving.web.requests import first_of_each_id, parse_score_request, with_duplicates
from serving.web.schemas import Described
from serving.web.scoring import Scorer
from serving.web.waiting import unless_gone

# What a call costs that is refused: reading and decoding it took time too.
COMMENTS_A_CALL = 1
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}

_log = logging.getLogger("hierniet.requests")


@dataclass(frozen=True)
class Call:
    """A call that is to be judged: whose it is, and until when, by the event loop's clock, it can be answered."""

    request: Request
    caller: Caller
    deadline: float


@dataclass(frozen=True)
class Api:
    """What the routes share."""

    moderator: Moderator
    policies: Policies
    scorer: Scorer
    access: Access
    metrics: Metrics

    def call(self, request: Request, token: str | None = None) -> Call:
        """A call as it arrives, before its body is read. It costs as much as a comment, whatever becomes of it.

        Raises:
            RequestError: the caller may not have comments judged, or not now.
        """
        caller = self.access.caller(request, "score", token)
        self.access.spend(caller, COMMENTS_A_CALL)
        return Call(request, caller, asyncio.get_running_loop().time() + self.scorer.seconds)

    def policy(self, caller: Caller, municipality: str | None) -> Policy:
        """The policy that a call is decided by.

        Raises:
            RequestError: the caller may not speak for this municipality, or it has no policy.
        """
        if caller.municipality and municipality not in (None, caller.municipality):
            detail = "this key is for another municipality; leave 'municipality' out or use that one's key"
            raise RequestError(403, "other_municipality", detail, "/municipality")
        try:
            return self.policies.of(municipality or caller.municipality)
        except UnknownMunicipalityError:
            if municipality is None:
                detail = "the municipality of this key has no policy; add its file to the folder in HIERNIET_POLICIES"
                raise RequestError(404, "unknown_municipality", detail) from None
            detail = "no policy has this name; leave 'municipality' out for the default, or add its file"
            raise RequestError(404, "unknown_municipality", detail, "/municipality") from None

    async def judge(self, call: Call, comments: list[Any], policy: Policy, explain: bool) -> list[dict[str, Any]]:
        """Records of decoded comments, in order; every way into the service goes through here, its body read.

        Raises:
            RequestError: 429 or 503.
            ClientDisconnect: the client hung up, so what was left is not judged; what it spent stays spent.
        """
        self.access.spend(call.caller, len(comments), COMMENTS_A_CALL)
        firsts = first_of_each_id(comments)
        scoring = self.scorer.score(firsts, policy, explain, call.caller.id, call.deadline)
        try:
            results = await unless_gone(call.request, scoring)
        except RequestError:
            self.access.give_back(call.caller, len(comments) - COMMENTS_A_CALL)
            raise
        records = with_duplicates(comments, results)
        self.metrics.count_records(records)
        return records


def scoring_api(api: Api, more: Sequence[BaseRoute] = (), described: Sequence[Described] = ()) -> Starlette:
    """Our own routes and those of `more`, which see to their own errors; those that are for programs are `described`."""

    async def score(request: Request) -> Response:
        call = api.call(request)
        asked = parse_score_request(await read_json(request))
        policy = api.policy(call.caller, asked.municipality)
        records = await api.judge(call, asked.comments, policy, asked.explain)
        return JSONResponse({"results": records, **versions(api.moderator, policy)})

    async def taxonomy(request: Request) -> Response:
        api.access.caller(request, "score")
        return JSONResponse(taxonomy_record(api.moderator.taxonomy))

    async def model(request: Request) -> Response:
        api.access.caller(request, "score")
        return JSONResponse(model_record(api.moderator.artefact))

    async def policy(request: Request) -> Response:
        caller = api.access.caller(request, "score")
        return JSONResponse(policy_record(api.policy(caller, request.query_params.get("municipality"))))

    async def description(request: Request) -> Response:
        return JSONResponse(openapi(api.moderator.taxonomy, api.moderator.artefact.id, described))

    async def metrics(request: Request) -> Response:
        api.access.caller(request, "admin")
        api.metrics.waiting.set(api.scorer.waiting)
        api.metrics.stale_policies.set(len(api.policies.stale))
        return Response(api.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    routes: list[BaseRoute] = [
        *page_routes(),
        Route("/metrics", answered(metrics), methods=["GET"]),
        Route("/openapi.json", answered(description), methods=["GET"]),
        Route("/v1/score", answered(score), methods=["POST"]),
        Route("/v1/taxonomy", answered(taxonomy), methods=["GET"]),
        Route("/v1/model", answered(model), methods=["GET"]),
        Route("/v1/policy", answered(policy), methods=["GET"]),
        *more,
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: http_exception})
    app.add_middleware(Watched, api=api, paths=frozenset(route.path for route in routes if isinstance(route, Route | Mount)))
    return app


class Watched:
    """Counts and logs every call by its route, and adds the security headers. Of a call only what is listed here is logged."""

    def __init__(self, app: ASGIApp, api: Api, paths: frozenset[str]) -> None:
        self.app, self.api, self.paths = app, api, paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                have = {name for name, _ in message["headers"]}
                message["headers"] += [
                    (name.lower().encode(), value.encode())
                    for name, value in HEADERS.items()
                    if name.lower().encode() not in have
                ]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            # Any other path is the caller's own text.
            route = scope["path"] if scope["path"] in self.paths else "other"
            seconds = time.perf_counter() - started
            self.api.metrics.count_request(route, status, seconds)
            _log.info("call", extra={"fields": {"route": route, "status": status, "milliseconds": round(seconds * 1000, 1)}})


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
            "any_violation": artefact.thresholds.any_violation,
        },
        "metrics": artefact.metrics,
        "card": (artefact.path / "MODEL_CARD.md").read_text(encoding="utf8"),
    }


def policy_record(policy: Policy) -> dict[str, Any]:
    """The policy in force, thresholds settled."""
    shield = policy.criticism_shield
    return {
        "policy": policy.id,
        "profile": policy.profile,
        "categories": {name: asdict(rule) for name, rule in policy.rules.items()},
        "any_violation": policy.any_violation,
        "signals": policy.signals,
        "criticism_shield": {"threshold": shield.threshold, "categories": sorted(shield.categories)},
        "publish_below": policy.publish_below,
        "reply_language": policy.reply_language,
        "objections": policy.objections,
        "contacts": policy.contacts,
    }


def versions(moderator: Moderator, policy: Policy) -> Mapping[str, str]:
    return {"model": moderator.artefact.id, "policy": policy.id, "taxonomy": moderator.taxonomy.version}
