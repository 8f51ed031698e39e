"""Google's Perspective API, `POST /v1alpha1/comments:analyze`, and its description that Google's clients read.

What a tool that moves has to know stands in docs/moving.md.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from serving.adapters.analysis import Analysis, parse_analysis
from serving.adapters.discovery import VERSION, discovery
from serving.moderation.decision import any_of
from serving.moderation.taxonomy import Taxonomy
from serving.web.api import Api
from serving.web.body import read_json
from serving.web.errors import RequestError, answered

# Their attribute from any of our categories: the score is the probability that at least one applies.
ATTRIBUTES = {
    "TOXICITY": ("hate_speech", "insult", "bullying", "quarrel", "sexual", "threat"),
    "SEVERE_TOXICITY": ("hate_speech", "threat"),
    "IDENTITY_ATTACK": ("hate_speech",),
    "INSULT": ("insult", "bullying"),
    "THREAT": ("threat",),
    "SEXUALLY_EXPLICIT": ("sexual",),
    "SPAM": ("spam",),
    "ATTACK_ON_COMMENTER": ("quarrel",),
}
# Theirs that nothing of ours means, and why: refused, since any number would be taken for a judgement.
NOT_JUDGED = {
    "PROFANITY": "a swear word aimed at no one breaks no house rule and is not scored",
    "OBSCENE": "a swear word aimed at no one breaks no house rule and is not scored",
    "FLIRTATION": "advances are not told from other sexual remarks; SEXUALLY_EXPLICIT scores both",
    "ATTACK_ON_AUTHOR": "whom an insult is aimed at is not told; INSULT scores every one",
    "INFLAMMATORY": "whether a comment provokes is not scored",
    "INCOHERENT": "whether a comment can be followed is not scored",
    "UNSUBSTANTIAL": "whether a comment has substance is not scored",
    "LIKELY_TO_REJECT": "it means one newspaper's moderation; what this policy decides stands in 'hierniet'",
}
# Ours that no attribute but our own tells of.
OURS_ALONE = ("personal_data",)

_STATUS = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}
# The errors that Perspective has a name of its own for.
_ERROR_TYPES = {
    ("empty_text", "/comment/text"): "COMMENT_EMPTY",
    ("too_long", "/comment/text"): "COMMENT_TOO_LONG",
    ("no_requested_attributes", "/requestedAttributes"): "NO_REQUESTED_ATTRIBUTES",
    ("language_not_supported", "/languages"): "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
}


def perspective_routes(api: Api) -> list[Route]:
    attributes = attributes_of(api.moderator.taxonomy)

    async def analyze(request: Request) -> Response:
        # Google's clients send a key in the query, which is logged nowhere, or in a header of theirs.
        token = request.query_params.get("key") or request.headers.get("x-goog-api-key")
        call = api.call(request, token)
        # Beside the event loop: HTML takes up to 0.2 s to read where this was measured, and as much again in the context.
        asked = await asyncio.to_thread(parse_analysis, await read_json(request), attributes, NOT_JUDGED)
        policy = api.policy(call.caller, None)
        (record,) = await api.judge(call, [asked.comment], policy, asked.spans)
        return JSONResponse(analyzed(asked, record, attributes))

    async def suggest(request: Request) -> Response:
        detail = "suggested scores are not taken: the model learns from labels by reviewers only; leave this call out"
        raise RequestError(501, "not_implemented", detail)

    async def describe(request: Request) -> Response:
        if request.query_params.get("version", VERSION) != VERSION:
            raise RequestError(404, "unknown_version", f"only version {VERSION} is served; ask for that one")
        return JSONResponse(discovery(str(request.base_url), attributes))

    return [
        Route("/v1alpha1/comments:analyze", answered(analyze, error_body), methods=["POST"]),
        Route("/v1alpha1/comments:suggestscore", answered(suggest, error_body), methods=["POST"]),
        Route("/$discovery/rest", answered(describe, error_body), methods=["GET"]),
    ]


def attributes_of(taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    """Every attribute that may be asked for, with the categories it is scored from: theirs, and one for each of ours."""
    return ATTRIBUTES | {f"HIERNIET_{category.upper()}": (category,) for category in taxonomy.category_ids}


def analyzed(asked: Analysis, record: dict[str, Any], attributes: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """The answer: scores from their thresholds on, and the whole decision under `hierniet`."""
    spans = []
    for span in record["spans"]:
        start, end = asked.shown.in_source(span["start"], span["end"])
        spans.append(span | {"start": start, "end": end})
    scores = {}
    for name, threshold in asked.thresholds.items():
        value = any_of(record["probabilities"][category] for category in attributes[name])
        if value >= threshold:
            summary = {"summaryScore": {"value": value, "type": "PROBABILITY"}}
            scores[name] = summary | _span_scores(spans, attributes[name]) if asked.spans else summary
    return {
        "attributeScores": scores,
        "languages": list(asked.languages) or ["nl"],
        # BCP 47 for undetermined: no language is named. One that is not Dutch stands in the decision's `blocked_by`.
        "detectedLanguages": ["und"],
        **({"clientToken": asked.client_token} if asked.client_token is not None else {}),
        "hierniet": record | {"spans": spans},
    }


def _span_scores(spans: Iterable[dict[str, Any]], categories: tuple[str, ...]) -> dict[str, Any]:
    """The words that weigh most, in the order of the text. Their weights are no probabilities, so the type is RAW."""
    counted = sorted((span["start"], span["end"], span["weight"]) for span in spans if span["category"] in categories)
    found = [{"begin": start, "end": end, "score": {"value": weight, "type": "RAW"}} for start, end, weight in counted]
    return {"spanScores": found} if found else {}


def error_body(error: dict[str, str]) -> dict[str, Any]:
    """Google's error and ours, in one object."""
    status = int(error["status"])
    details = []
    if status in (400, 413):
        kind = _ERROR_TYPES.get((error["code"], error["pointer"]), "INVALID_REQUEST")
        details = [{"@type": "type.googleapis.com/google.commentanalyzer.v1alpha1.Error", "errorType": kind}]
    theirs = {"code": status, "message": error["detail"], "status": _STATUS.get(status, "INVALID_ARGUMENT"), "details": details}
    return {"error": theirs, "errors": [error]}
