"""What descriptions of routes are made of (OpenAPI 3.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
REFUSED = {
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


@dataclass(frozen=True)
class Described:
    """Routes of an adapter: what they do by their paths, and the schemas that they use by name."""

    paths: dict[str, Schema]
    schemas: dict[str, Schema]


def refused(schema: str, statuses: Iterable[str]) -> Schema:
    """Answers to calls that are refused, by status, in one schema."""
    content = json_of(ref(schema))
    return {
        status: {"description": REFUSED[status], "content": content} | ({"headers": _LATER} if status in ("429", "503") else {})
        for status in statuses
    }


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def object_of(**properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "additionalProperties": False, "properties": properties}


def list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def count() -> Schema:
    return {"type": "integer", "minimum": 0}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def json_of(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}
