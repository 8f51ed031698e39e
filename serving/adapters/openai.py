"""OpenAI's moderation endpoint, `POST /v1/moderations`, in the shape of its `omni-moderation` models.

What a tool that moves has to know stands in docs/moving.md.
"""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from serving.moderation.comment import parse_comment
from serving.moderation.decision import any_of
from serving.moderation.errors import CommentError
from serving.moderation.moderator import pointer_token
from serving.web.api import Api
from serving.web.body import read_json
from serving.web.errors import RequestError, answered
from serving.web.requests import check_size

# Their category from any of ours: the score is the probability that at least one applies.
ANY_OF = {
    "harassment": ("insult", "bullying", "quarrel"),
    "harassment/threatening": ("threat",),
    "hate": ("hate_speech",),
    "sexual": ("sexual",),
    "violence": ("threat",),
}
# Theirs only where all of ours hold: "hateful content that also includes violence or serious harm". The score is the
# smallest probability, which is the most that the probability of both together can be.
ALL_OF = {"hate/threatening": ("hate_speech", "threat")}
# Nothing of ours says anything about these: always false and 0, and no input type was applied to them.
NOT_JUDGED = (
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual/minors",
    "violence/graphic",
)
# Ours that none of theirs means: only `flagged` and the decision itself tell of these.
OURS_ALONE = ("personal_data", "spam")

_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


@dataclass(frozen=True)
class Input:
    """A text to judge and the JSON pointer of where it stood in the call."""

    text: str
    pointer: str


def openai_routes(api: Api) -> list[Route]:
    async def moderations(request: Request) -> Response:
        call = api.call(request)
        comments = comments_of(parse_inputs(await read_json(request)))
        records = await api.judge(call, comments, api.policy(call.caller, None), False)
        results = [result(record) for record in records]
        return JSONResponse({"id": f"modr-{uuid.uuid4().hex}", "model": api.moderator.artefact.id, "results": results})

    return [Route("/v1/moderations", answered(moderations, error_body), methods=["POST"])]


def parse_inputs(raw: Any) -> list[Input]:
    """The texts of a call, each of which gets a result. `model` may name anything: one model is in use.

    Raises:
        RequestError: 400, also where one of many is wrong; the shape has no error for a single input.
    """
    if not isinstance(raw, dict) or raw.get("input") is None:
        raise RequestError(400, "missing_field", "send an object with 'input', a text or a list of texts", "/input")
    if unknown := [name for name in raw if name not in ("input", "model")]:
        raise RequestError(400, "unknown_field", "unknown field; known fields are input, model", pointer_token(unknown[0]))
    if not isinstance(raw.get("model"), str | None):
        raise RequestError(400, "not_a_string", "'model' must be a string", "/model")
    given = raw["input"]
    if isinstance(given, str):
        return [Input(given, "/input")]
    if not isinstance(given, list) or not given:
        raise RequestError(400, "not_a_list", "'input' must be a text or a list with at least one text", "/input")
    if isinstance(given[0], dict):
        # As at OpenAI: parts make up one input together, which has one result.
        return [Input("\n".join(_part(part, f"/input/{i}") for i, part in enumerate(given)), "/input")]
    for i, text in enumerate(given):
        if not isinstance(text, str):
            detail = f"input {i} must be a string, as the first one is; don't mix texts and parts"
            raise RequestError(400, "not_a_string", detail, f"/input/{i}")
    return [Input(text, f"/input/{i}") for i, text in enumerate(given)]


def _part(part: Any, pointer: str) -> str:
    if not isinstance(part, dict) or part.get("type") not in ("text", "image_url"):
        raise RequestError(400, "unknown_part", 'a part must be {"type": "text", "text": …}', pointer)
    if part["type"] == "image_url":
        detail = "images are not judged, only text; leave the image out and let a person look at it"
        raise RequestError(400, "images_not_judged", detail, pointer)
    if not isinstance(part.get("text"), str):
        raise RequestError(400, "not_a_string", "'text' of this part must be a string", f"{pointer}/text")
    return str(part["text"])


def comments_of(inputs: list[Input]) -> list[dict[str, str]]:
    """The inputs as comments, their places as ids.

    Raises:
        RequestError: 400 with the place of the first that can't be judged, 413 if they are too many or too long together.
    """
    comments = [{"id": str(i), "text": each.text} for i, each in enumerate(inputs)]
    check_size(comments, "/input")
    for each, comment in zip(inputs, comments, strict=True):
        try:
            parse_comment(comment)
        except CommentError as error:
            raise RequestError(400, error.code, f"{_param(each.pointer)}: {error.detail}", each.pointer) from None
    return comments


def result(record: dict[str, Any]) -> dict[str, Any]:
    """One entry of `results`, with the whole decision under `hierniet`."""
    labels, probabilities = record["labels"], record["probabilities"]
    flags = {name: any(ours in labels for ours in names) for name, names in ANY_OF.items()}
    flags |= {name: all(ours in labels for ours in names) for name, names in ALL_OF.items()}
    scores = {name: any_of(probabilities[ours] for ours in names) for name, names in ANY_OF.items()}
    scores |= {name: min(probabilities[ours] for ours in names) for name, names in ALL_OF.items()}
    return {
        "flagged": bool(labels),
        "categories": flags | dict.fromkeys(NOT_JUDGED, False),
        "category_scores": scores | dict.fromkeys(NOT_JUDGED, 0.0),
        "category_applied_input_types": {name: ["text"] for name in flags} | {name: [] for name in NOT_JUDGED},
        "hierniet": record,
    }


def error_body(error: dict[str, str]) -> dict[str, Any]:
    """OpenAI's error and ours, in one object."""
    status = int(error["status"])
    kind = "server_error" if status >= 500 else _TYPES.get(status, "invalid_request_error")
    theirs = {"message": error["detail"], "type": kind, "param": _param(error["pointer"]) or None, "code": error["code"]}
    return {"error": theirs, "errors": [error]}


def _param(pointer: str) -> str:
    """A JSON pointer as OpenAI names parameters: `/input/3/text` is `input[3].text`."""
    return re.sub(r"/(\d+)(?=/|$)", r"[\1]", pointer).lstrip("/").replace("/", ".")
