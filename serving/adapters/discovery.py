"""The description of the API that Google's own clients read before they call it: a Google API discovery document, version v1.

Google's clients for Python and Node.js build their methods from it, so that the address of this document is all that changes.
"""

from collections.abc import Iterable
from typing import Any

VERSION = "v1alpha1"
Schema = dict[str, Any]


def discovery(root: str, attributes: Iterable[str]) -> Schema:
    """The document for a service at `root`, an address that ends in a slash."""
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": f"commentanalyzer:{VERSION}",
        "name": "commentanalyzer",
        "canonicalName": "Comment Analyzer",
        "version": VERSION,
        "revision": "0",
        "title": "Hier Niet, in the shape of the Perspective Comment Analyzer API",
        "description": f"Scores Dutch comments. Attributes: {', '.join(attributes)}.",
        "protocol": "rest",
        "rootUrl": root,
        "baseUrl": root,
        "basePath": "",
        "servicePath": "",
        "parameters": {
            "key": {"type": "string", "location": "query", "description": "A key of this service."},
            "alt": {"type": "string", "location": "query", "enum": ["json"], "default": "json"},
        },
        "resources": {"comments": {"methods": {"analyze": _ANALYZE}}},
        "schemas": {name: {"id": name, "type": "object", "properties": fields} for name, fields in _SCHEMAS.items()},
    }


def _ref(name: str) -> Schema:
    return {"$ref": name}


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _map_to(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


_TEXT: Schema = {"type": "string"}
_BOOLEAN: Schema = {"type": "boolean"}
_NUMBER: Schema = {"type": "number", "format": "float"}
_PLACE: Schema = {"type": "integer", "format": "int32"}

_ANALYZE: Schema = {
    "id": "commentanalyzer.comments.analyze",
    "path": f"{VERSION}/comments:analyze",
    "flatPath": f"{VERSION}/comments:analyze",
    "httpMethod": "POST",
    "description": "Scores a comment for the requested attributes.",
    "parameters": {},
    "parameterOrder": [],
    "request": _ref("AnalyzeCommentRequest"),
    "response": _ref("AnalyzeCommentResponse"),
}

_SCHEMAS: dict[str, Schema] = {
    "AnalyzeCommentRequest": {
        "clientToken": _TEXT,
        "comment": _ref("TextEntry"),
        "communityId": _TEXT,
        "context": _ref("Context"),
        "doNotStore": _BOOLEAN,
        "languages": _list_of(_TEXT),
        "requestedAttributes": _map_to(_ref("AttributeParameters")),
        "sessionId": _TEXT,
        "spanAnnotations": _BOOLEAN,
    },
    "AnalyzeCommentResponse": {
        "attributeScores": _map_to(_ref("AttributeScores")),
        "clientToken": _TEXT,
        "detectedLanguages": _list_of(_TEXT),
        "languages": _list_of(_TEXT),
        "hierniet": {"type": "object", "additionalProperties": {"type": "any"}},
    },
    "ArticleAndParentComment": {"article": _ref("TextEntry"), "parentComment": _ref("TextEntry")},
    "AttributeParameters": {"scoreThreshold": _NUMBER, "scoreType": _one_of("SCORE_TYPE_UNSPECIFIED", "PROBABILITY")},
    "AttributeScores": {"spanScores": _list_of(_ref("SpanScore")), "summaryScore": _ref("Score")},
    "Context": {"articleAndParentComment": _ref("ArticleAndParentComment"), "entries": _list_of(_ref("TextEntry"))},
    "Score": {"type": _one_of("PROBABILITY", "RAW"), "value": _NUMBER},
    "SpanScore": {"begin": _PLACE, "end": _PLACE, "score": _ref("Score")},
    "TextEntry": {"text": _TEXT, "type": _one_of("TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML")},
}
