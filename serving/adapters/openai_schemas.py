"""`POST /v1/moderations`, described."""

from serving.adapters.openai import ALL_OF, ANY_OF, NOT_JUDGED
from serving.moderation.comment import MAX_TEXT_CHARACTERS
from serving.moderation.text import VISIBLE
from serving.web.requests import MAX_COMMENTS
from serving.web.schemas import SHARE, TEXT, Described, Schema, json_of, list_of, object_of, or_null, ref, refused

_STATUSES = ("400", "401", "403", "404", "408", "413", "429", "503")
_BOOLEAN: Schema = {"type": "boolean"}
_INPUT: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT_CHARACTERS, "pattern": VISIBLE}


def openai_described() -> Described:
    operation = {
        "operationId": "moderations",
        "summary": "Decide on texts, in the shape of OpenAI's moderation endpoint",
        "requestBody": {"required": True, "content": json_of(ref("ModerationsRequest"))},
        "responses": {
            "200": {"description": "A result for each text", "content": json_of(ref("ModerationsResponse"))},
            **refused("ModerationsErrors", _STATUSES),
        },
    }
    return Described({"/v1/moderations": {"post": operation}}, _schemas())


def _schemas() -> dict[str, Schema]:
    names = (*ANY_OF, *ALL_OF, *NOT_JUDGED)
    inputs = {"type": "array", "minItems": 1, "maxItems": MAX_COMMENTS, "items": _INPUT}
    part: Schema = {"type": "object", "required": ["type", "text"], "properties": {"type": {"const": "text"}, "text": TEXT}}
    parts: Schema = {
        "type": "array",
        "minItems": 1,
        "items": part,
        "contains": {"properties": {"text": {"pattern": VISIBLE}}},
        "description": f"Parts of one text, of at most {MAX_TEXT_CHARACTERS} characters with the line breaks that join them",
    }
    return {
        "ModerationsRequest": {
            "type": "object",
            "required": ["input"],
            "additionalProperties": False,
            "properties": {
                "input": {"anyOf": [_INPUT, inputs, parts]},
                "model": or_null(TEXT | {"description": "Changes nothing: one model is in use"}),
            },
        },
        "ModerationsResponse": object_of(id=TEXT, model=TEXT, results=list_of(ref("ModerationsResult"))),
        "ModerationsResult": object_of(
            flagged=_BOOLEAN,
            categories=object_of(**dict.fromkeys(names, _BOOLEAN)),
            category_scores=object_of(**dict.fromkeys(names, SHARE)),
            category_applied_input_types=object_of(**dict.fromkeys(names, list_of({"const": "text"}))),
            hierniet=ref("Decision"),
        ),
        "ModerationsErrors": object_of(
            error=object_of(message=TEXT, type=TEXT, param=or_null(TEXT), code=TEXT), errors=list_of(ref("Error"))
        ),
    }
