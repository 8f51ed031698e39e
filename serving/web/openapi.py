"""The API's own description (OpenAPI 3.1), made from the taxonomy and the limits that the code applies."""

from typing import Any, get_args

from serving.moderation.comment import FIELDS as COMMENT_FIELDS
from serving.moderation.comment import MAX_ID_CHARACTERS, MAX_TEXT_CHARACTERS
from serving.moderation.decision import Action
from serving.moderation.taxonomy import Taxonomy
from serving.web.requests import MAX_COMMENTS

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_ABOUT = {
    "id": "Your own id of the comment, unique in the call; the decision carries it.",
    "text": "The comment as it was typed.",
    "context": "The post or comment it answers.",
    "author": "Not read by the model.",
    "channel": "Not read by the model.",
    "posted_at": "Not read by the model.",
}


def openapi(taxonomy: Taxonomy, version: str) -> Schema:
    """The document for the routes under /v1; `version` is the model's."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hier Niet",
            "version": version,
            "description": "Scores Dutch comments into the Hier Niet house rules and decides by a municipality's policy.",
        },
        "security": [{"bearer": []}, {"header": []}, {}],
        "paths": {
            "/v1/score": {"post": _score()},
            "/v1/taxonomy": {"get": _read("taxonomy", "Categories, signals, escalation routes and the standard sentence")},
            "/v1/model": {"get": _read("model", "Thresholds, metrics and card of the model in use")},
            "/v1/policy": {"get": _read("policy", "The policy in force", [_municipality()], ("404",))},
        },
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
            "responses": {code: _refused(about) for code, about in _REFUSED.items()},
            "schemas": _schemas(taxonomy),
        },
    }


_REFUSED = {
    "400": "The body is not JSON in UTF-8",
    "401": "No valid key",
    "403": "The key may not do this, or there are no keys and the call comes from another machine",
    "404": "No policy has the name of this municipality",
    "408": "The body came in too slowly",
    "413": "More than a call may hold",
    "422": "JSON, but not what the route takes",
    "429": "More comments than this key may have judged a minute",
    "503": "Too much is waiting to be judged",
}
_LATER = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}}}


def _score() -> Schema:
    return {
        "operationId": "score",
        "summary": "Decide on comments, in order; one bad comment is an error in its place",
        "requestBody": {"required": True, "content": _json(_ref("ScoreRequest"))},
        "responses": {
            "200": {"description": "A decision or an error for each comment", "content": _json(_ref("ScoreResponse"))},
            **{code: {"$ref": f"#/components/responses/{code}"} for code in _REFUSED},
        },
    }


def _read(name: str, summary: str, parameters: list[Schema] | None = None, more: tuple[str, ...] = ()) -> Schema:
    refused = {code: {"$ref": f"#/components/responses/{code}"} for code in ("401", "403", *more)}
    content = _json({"type": "object"})
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters or [],
        "responses": {"200": {"description": summary, "content": content}, **refused},
    }


def _municipality() -> Schema:
    about = "Name of the municipality's policy; left out: the key's own, or the default"
    return {"name": "municipality", "in": "query", "required": False, "schema": _TEXT, "description": about}


def _refused(about: str) -> Schema:
    later = {"headers": _LATER} if about in (_REFUSED["429"], _REFUSED["503"]) else {}
    return {"description": about, "content": _json(_ref("Errors"))} | later


def _schemas(taxonomy: Taxonomy) -> dict[str, Schema]:
    categories = {"type": "string", "enum": list(taxonomy.category_ids)}
    span = _object(start=_count(), end=_count(), category=categories, weight=_SHARE)
    found_by = {"type": "string", "enum": ["model", "rule"]}
    reason = _object(
        category=categories,
        probability=_SHARE,
        threshold=_SHARE,
        found_by=found_by,
        sentence=_TEXT,
        ground=_TEXT,
        redress=_TEXT,
    )
    error = _object(status=_TEXT, code=_TEXT, title=_TEXT, detail=_TEXT, pointer=_TEXT)
    decision = _object(
        id=_TEXT,
        action={"type": "string", "enum": list(get_args(Action))},
        labels=_list(categories),
        signals=_list({"type": "string", "enum": list(taxonomy.signal_ids)}),
        probabilities=_object(**dict.fromkeys(taxonomy.category_ids, _SHARE)),
        reasons=_list(_ref("Reason")),
        spans=_list(_ref("Span")),
        escalate_to=_list({"type": "string", "enum": list(taxonomy.escalation)}),
        reply={"type": ["string", "null"]},
        blocked_by=_list(_TEXT),
        model=_TEXT, policy=_TEXT, taxonomy=_TEXT,
    )  # fmt: skip
    results = _list({"oneOf": [_ref("Decision"), _ref("CommentError")]})
    return {
        "Comment": _comment(),
        "ScoreRequest": {
            "type": "object",
            "required": ["comments"],
            "additionalProperties": False,
            "properties": {
                "comments": {"type": "array", "minItems": 1, "maxItems": MAX_COMMENTS, "items": _any_item()},
                "explain": {"type": "boolean", "default": False, "description": "Also find the words that weigh most"},
                "municipality": {"type": ["string", "null"], "description": _municipality()["description"]},
            },
        },
        "ScoreResponse": _object(results=results, model=_TEXT, policy=_TEXT, taxonomy=_TEXT),
        "Decision": decision,
        "Reason": reason,
        "Span": span | {"description": "Unicode code points of the text as sent, end exclusive"},
        "CommentError": _object(id={"type": ["string", "null"]}, errors=_list(_ref("Error"))),
        "Error": error,
        "Errors": _object(errors=_list(_ref("Error"))),
    }


def _comment() -> Schema:
    limits = {name: MAX_ID_CHARACTERS if name == "id" else MAX_TEXT_CHARACTERS for name in COMMENT_FIELDS}
    needed = ("id", "text")
    return {
        "type": "object",
        "required": list(needed),
        "additionalProperties": False,
        "properties": {
            name: {
                "type": "string" if name in needed else ["string", "null"],
                "maxLength": limit,
                "description": _ABOUT[name],
                **({"minLength": 1} if name in needed else {}),
            }
            for name, limit in limits.items()
        },
    }


def _any_item() -> Schema:
    return {"anyOf": [_ref("Comment"), {"description": "Whatever else stands here gets an error in its place"}]}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "additionalProperties": False, "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _count() -> Schema:
    return {"type": "integer", "minimum": 0}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}
