"""What a caller of Perspective's `comments:analyze` asks for, checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from serving.adapters.markup import Shown, shown
from serving.moderation.comment import MAX_TEXT_CHARACTERS, parse_comment
from serving.moderation.errors import CommentError
from serving.moderation.moderator import pointer_token
from serving.web.errors import RequestError

T = TypeVar("T")
FIELDS = {
    "clientToken": str,
    "comment": dict,
    "communityId": str,
    "context": dict,
    "doNotStore": bool,
    "languages": list,
    "requestedAttributes": dict,
    "sessionId": str,
    "spanAnnotations": bool,
}
# A text in HTML may be so many times as long as the text it shows: reading it takes time too.
MARKUP = 4
_TYPES = {str: "a string", dict: "an object", bool: "true or false", list: "a list", float: "a number"}
_DUTCH = re.compile(r"nl(-.*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Analysis:
    """`comment` is ready to be judged; `thresholds` has the score from which each attribute is answered."""

    comment: dict[str, str]
    shown: Shown
    thresholds: dict[str, float]
    languages: tuple[str, ...]
    spans: bool
    client_token: str | None


def parse_analysis(raw: Any, attributes: Mapping[str, Any], not_judged: Mapping[str, str]) -> Analysis:
    """Check a decoded body.

    Raises:
        RequestError: 400, naming the field and how to mend it, without repeating any of the text.
    """
    if not isinstance(raw, dict):
        raise RequestError(400, "not_an_object", "send a JSON object with 'comment' and 'requestedAttributes'")
    _known(raw, FIELDS, "")
    for name, kind in FIELDS.items():
        _optional(raw, name, kind, "")
    thresholds = _thresholds(raw.get("requestedAttributes") or {}, attributes, not_judged)
    text = _entry(_optional(raw, "comment", dict, "") or {}, "/comment")
    comment = {"id": "comment", "text": text.text, "context": _context(raw.get("context") or {})}
    try:
        parse_comment(comment)
    except CommentError as error:
        pointer = {"text": "/comment/text", "context": "/context"}[error.field]
        raise RequestError(400, error.code, error.detail, pointer) from None
    return Analysis(
        comment=comment,
        shown=text,
        thresholds=thresholds,
        languages=_languages(raw.get("languages") or []),
        spans=bool(raw.get("spanAnnotations")),
        client_token=raw.get("clientToken"),
    )


def _thresholds(raw: dict[str, Any], attributes: Mapping[str, Any], not_judged: Mapping[str, str]) -> dict[str, float]:
    if not raw:
        detail = "name at least one attribute in 'requestedAttributes', as {\"TOXICITY\": {}}"
        raise RequestError(400, "no_requested_attributes", detail, "/requestedAttributes")
    thresholds = {}
    for name in raw:
        pointer = f"/requestedAttributes{pointer_token(name)}"
        if name in not_judged:
            raise RequestError(400, "attribute_not_judged", f"{name} is not judged: {not_judged[name]}; leave it out", pointer)
        if name not in attributes:
            detail = f"unknown requested attribute; known are {', '.join(attributes)}"
            raise RequestError(400, "unknown_attribute", detail, pointer)
        wanted = _optional(raw, name, dict, "/requestedAttributes") or {}
        _known(wanted, ("scoreType", "scoreThreshold"), pointer)
        if _optional(wanted, "scoreType", str, pointer) not in (None, "PROBABILITY", "SCORE_TYPE_UNSPECIFIED"):
            detail = "scores are probabilities; leave 'scoreType' out or make it PROBABILITY"
            raise RequestError(400, "unknown_score_type", detail, f"{pointer}/scoreType")
        thresholds[name] = _optional(wanted, "scoreThreshold", float, pointer) or 0.0
    return thresholds


def _languages(raw: list[Any]) -> tuple[str, ...]:
    for i, language in enumerate(raw):
        if not isinstance(language, str):
            raise RequestError(400, "not_a_string", "a language is a code as 'nl'", f"/languages/{i}")
        _sendable(language, f"/languages/{i}")
    if raw and not any(map(_DUTCH.fullmatch, raw)):
        detail = "the attributes do not support request languages without Dutch; send ['nl'] or leave 'languages' out"
        raise RequestError(400, "language_not_supported", detail, "/languages")
    return tuple(raw)


def _context(raw: dict[str, Any]) -> str:
    """The texts that a comment answers, one a line."""
    _known(raw, ("entries", "articleAndParentComment"), "/context")
    entries = _optional(raw, "entries", list, "/context") or []
    both = _optional(raw, "articleAndParentComment", dict, "/context") or {}
    pointer = "/context/articleAndParentComment"
    _known(both, ("article", "parentComment"), pointer)
    found = [(both[name], f"{pointer}/{name}") for name in ("article", "parentComment") if both.get(name) is not None]
    found += [(entry, f"/context/entries/{i}") for i, entry in enumerate(entries)]
    texts, characters = [], 0
    for entry, where in found:
        texts.append(_entry(entry, where).text)
        characters += len(entry.get("text") or "")
        if characters > MARKUP * MAX_TEXT_CHARACTERS:
            detail = (
                f"the texts have more than {MARKUP * MAX_TEXT_CHARACTERS} characters together; send what the comment answers"
            )
            raise RequestError(400, "too_long", detail, "/context")
    return "\n".join(texts)


def _entry(raw: Any, pointer: str) -> Shown:
    if not isinstance(raw, dict):
        raise RequestError(400, "not_an_object", "a text must be an object with 'text' and, perhaps, 'type'", pointer)
    _known(raw, ("text", "type"), pointer)
    text = _optional(raw, "text", str, pointer) or ""
    kind = _optional(raw, "type", str, pointer) or "PLAIN_TEXT"
    if kind in ("PLAIN_TEXT", "TEXT_TYPE_UNSPECIFIED"):
        return Shown(text)
    if kind != "HTML":
        raise RequestError(400, "unknown_text_type", "'type' must be PLAIN_TEXT or HTML", f"{pointer}/type")
    if len(text) > MARKUP * MAX_TEXT_CHARACTERS:
        detail = f"the HTML has {len(text)} characters, the limit is {MARKUP * MAX_TEXT_CHARACTERS}; shorten or split it"
        raise RequestError(400, "too_long", detail, f"{pointer}/text")
    return shown(text)


def _known(raw: Mapping[str, Any], fields: Mapping[str, Any] | tuple[str, ...], pointer: str) -> None:
    if unknown := [name for name in raw if name not in fields]:
        detail = f"unknown field; known fields are {', '.join(fields)}"
        raise RequestError(400, "unknown_field", detail, pointer + pointer_token(unknown[0]))


def _optional(raw: Mapping[str, Any], field: str, kind: type[T], pointer: str) -> T | None:
    """A field's value; None where it is left out or null, which means the same in Google's JSON."""
    value: Any = raw.get(field)
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) if kind is float else isinstance(value, kind)
    if value is not None and not fits:
        raise RequestError(400, "wrong_type", f"'{field}' must be {_TYPES[kind]}", pointer + pointer_token(field))
    if isinstance(value, str):
        _sendable(value, pointer + pointer_token(field))
    return cast(T | None, value)


def _sendable(text: str, pointer: str) -> None:
    """Refuse what can't be encoded: languages and token are sent back."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        detail = "the text holds half of a surrogate pair, which is not a character; send valid Unicode"
        raise RequestError(400, "invalid_unicode", detail, pointer)
