"""`POST /v1alpha1/comments:analyze`, described. Null means left out, as everywhere in Google's JSON."""

from collections.abc import Iterable

from serving.adapters.analysis import MARKUP
from serving.moderation.comment import MAX_TEXT_CHARACTERS
from serving.moderation.text import VISIBLE
from serving.web.schemas import SHARE, TEXT, Described, Schema, count, json_of, list_of, object_of, or_null, ref, refused

_STATUSES = ("400", "401", "403", "404", "408", "413", "429", "503")
_BOOLEAN: Schema = {"type": "boolean"}
_PLAIN: Schema = {"enum": ["PLAIN_TEXT", "TEXT_TYPE_UNSPECIFIED", None]}


def perspective_described(attributes: Iterable[str]) -> Described:
    """`attributes` are those that may be asked for."""
    operation = {
        "operationId": "analyze",
        "summary": "Score a comment, in the shape of Perspective's comments:analyze",
        "description": "The key may also stand in ?key= or X-Goog-Api-Key, as at Google.",
        "requestBody": {"required": True, "content": json_of(ref("AnalyzeRequest"))},
        "responses": {
            "200": {"description": "The scores asked for, and the decision", "content": json_of(ref("AnalyzeResponse"))},
            **refused("AnalyzeErrors", _STATUSES),
        },
    }
    return Described({"/v1alpha1/comments:analyze": {"post": operation}}, _asked(tuple(attributes)) | _answered())


def _asked(attributes: tuple[str, ...]) -> dict[str, Schema]:
    wanted = _fields(scoreType={"enum": ["PROBABILITY", "SCORE_TYPE_UNSPECIFIED"]}, scoreThreshold={"type": "number"})
    visible: Schema = {"type": "string", "minLength": 1, "pattern": VISIBLE}
    plain = {"text": visible | {"maxLength": MAX_TEXT_CHARACTERS}, "type": _PLAIN}
    html = {
        "text": visible | {"maxLength": MARKUP * MAX_TEXT_CHARACTERS},
        "type": {"const": "HTML"},
    }
    entry = _fields(
        text=TEXT | {"maxLength": MAX_TEXT_CHARACTERS}, type={"enum": ["PLAIN_TEXT", "TEXT_TYPE_UNSPECIFIED", "HTML"]}
    )
    both = _fields(article=ref("AnalyzeText"), parentComment=ref("AnalyzeText"))
    dutch = {"anyOf": [{"maxItems": 0}, {"contains": {"type": "string", "pattern": "^[nN][lL](-.*)?$"}}]}
    request = _fields(
        clientToken=TEXT,
        communityId=TEXT,
        context=_fields(entries=list_of(ref("AnalyzeText")), articleAndParentComment=both),
        doNotStore=_BOOLEAN,
        languages=list_of(TEXT) | dutch,
        sessionId=TEXT,
        spanAnnotations=_BOOLEAN,
    )
    request["required"] = ["comment", "requestedAttributes"]
    request["properties"] |= {
        "comment": ref("AnalyzeComment"),
        "requestedAttributes": _fields(**dict.fromkeys(attributes, wanted)) | {"minProperties": 1},
    }
    return {
        "AnalyzeRequest": request,
        "AnalyzeText": entry | {"description": f"Together at most {MAX_TEXT_CHARACTERS} characters, once HTML is shown"},
        "AnalyzeComment": {
            "description": f"At most {MAX_TEXT_CHARACTERS} characters are shown of HTML",
            "anyOf": [_exactly(plain, ["text"]), _exactly(html, ["text", "type"])],
        },
    }


def _answered() -> dict[str, Schema]:
    score = object_of(value=SHARE, type={"enum": ["PROBABILITY", "RAW"]})
    span = object_of(begin=count(), end=count(), score=score)
    scores = _exactly({"summaryScore": score, "spanScores": list_of(span)}, ["summaryScore"])
    response = {
        "attributeScores": {"type": "object", "additionalProperties": scores},
        "languages": list_of(TEXT),
        "detectedLanguages": list_of(TEXT),
        "clientToken": TEXT,
        "hierniet": ref("Decision"),
    }
    detail = _exactly({"@type": TEXT, "errorType": TEXT}, ["@type", "errorType"])
    error = object_of(code={"type": "integer"}, message=TEXT, status=TEXT, details=list_of(detail))
    return {
        "AnalyzeResponse": _exactly(response, [name for name in response if name != "clientToken"]),
        "AnalyzeErrors": object_of(error=error, errors=list_of(ref("Error"))),
    }


def _fields(**properties: Schema) -> Schema:
    """An object of which each field may be left out or null."""
    return _exactly({name: or_null(schema) for name, schema in properties.items()}, [])


def _exactly(properties: dict[str, Schema], required: list[str]) -> Schema:
    return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}
