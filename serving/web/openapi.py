"""The API's own description (OpenAPI 3.1), made from the taxonomy and the limits that the code applies."""

from collections.abc import Sequence

from serving.moderation.comment import FIELDS as COMMENT_FIELDS
from serving.moderation.comment import MAX_ID_CHARACTERS, MAX_TEXT_CHARACTERS
from serving.moderation.decision import ACTIONS
from serving.moderation.taxonomy import Taxonomy
from serving.web.requests import MAX_COMMENTS
from serving.web.schemas import REFUSED, SHARE, TEXT, Described, Schema, count, json_of, list_of, object_of, ref, refused

_ABOUT = {
    "id": "Your own id of the comment, unique in the call; the decision carries it.",
    "text": "The comment as it was typed.",
    "context": "The post or comment it answers.",
    "author": "Not read by the model.",
    "channel": "Not read by the model.",
    "posted_at": "Not read by the model.",
}


def openapi(taxonomy: Taxonomy, version: str, more: Sequence[Described] = ()) -> Schema:
    """The document for our own routes under /v1 and those that `more` describes; `version` is the model's."""
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
            **{path: found for each in more for path, found in each.paths.items()},
        },
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
            "responses": refused("Errors", REFUSED),
            "schemas": _schemas(taxonomy) | {name: schema for each in more for name, schema in each.schemas.items()},
        },
    }


def _score() -> Schema:
    return {
        "operationId": "score",
        "summary": "Decide on comments, in order; one bad comment is an error in its place",
        "requestBody": {"required": True, "content": json_of(ref("ScoreRequest"))},
        "responses": {
            "200": {"description": "A decision or an error for each comment", "content": json_of(ref("ScoreResponse"))},
            **{code: {"$ref": f"#/components/responses/{code}"} for code in REFUSED},
        },
    }


def _read(name: str, summary: str, parameters: list[Schema] | None = None, more: tuple[str, ...] = ()) -> Schema:
    refused = {code: {"$ref": f"#/components/responses/{code}"} for code in ("401", "403", *more)}
    content = json_of({"type": "object"})
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters or [],
        "responses": {"200": {"description": summary, "content": content}, **refused},
    }


def _municipality() -> Schema:
    about = "Name of the municipality's policy; left out: the key's own, or the default"
    return {"name": "municipality", "in": "query", "required": False, "schema": TEXT, "description": about}


def _schemas(taxonomy: Taxonomy) -> dict[str, Schema]:
    categories = {"type": "string", "enum": list(taxonomy.category_ids)}
    span = object_of(start=count(), end=count(), category=categories, weight=SHARE)
    found_by = {"type": "string", "enum": ["model", "rule"]}
    reason = object_of(
        category=categories,
        probability=SHARE,
        threshold=SHARE,
        found_by=found_by,
        sentence=TEXT,
        ground=TEXT,
        redress=TEXT,
    )
    error = object_of(status=TEXT, code=TEXT, title=TEXT, detail=TEXT, pointer=TEXT)
    decision = object_of(
        id=TEXT,
        action={"type": "string", "enum": list(ACTIONS)},
        labels=list_of(categories),
        signals=list_of({"type": "string", "enum": list(taxonomy.signal_ids)}),
        probabilities=object_of(**dict.fromkeys(taxonomy.category_ids, SHARE)),
        reasons=list_of(ref("Reason")),
        spans=list_of(ref("Span")),
        escalate_to=list_of({"type": "string", "enum": list(taxonomy.escalation)}),
        reply={"type": ["string", "null"]},
        blocked_by=list_of(TEXT),
        model=TEXT, policy=TEXT, taxonomy=TEXT,
    )  # fmt: skip
    results = list_of({"oneOf": [ref("Decision"), ref("CommentError")]})
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
        "ScoreResponse": object_of(results=results, model=TEXT, policy=TEXT, taxonomy=TEXT),
        "Decision": decision,
        "Reason": reason,
        "Span": span | {"description": "Unicode code points of the text as sent, end exclusive"},
        "CommentError": object_of(id={"type": ["string", "null"]}, errors=list_of(ref("Error"))),
        "Error": error,
        "Errors": object_of(errors=list_of(ref("Error"))),
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
    return {"anyOf": [ref("Comment"), {"description": "Whatever else stands here gets an error in its place"}]}
