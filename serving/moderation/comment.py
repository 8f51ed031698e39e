"""A submitted comment, and the checks that decide whether it can be scored at all.

The scoring API and the offline scorer both read comments here, so both refuse the same things in the same words. (Only
the API also refuses an id used twice: a call has few, a file can have millions.)
"""

from dataclasses import dataclass
from typing import Any

from serving.moderation.errors import CommentError
from serving.moderation.text import visible

# Facebook allows 8,000 characters in a comment, the longest of the channels that municipalities use.
MAX_TEXT_CHARACTERS = 10_000
MAX_ID_CHARACTERS = 200
OPTIONAL_FIELDS = ("context", "author", "channel", "posted_at")
FIELDS = ("id", "text", *OPTIONAL_FIELDS)


@dataclass(frozen=True)
class Comment:
    """A comment as a moderation tool submits it; `context` is the post or comment it answers."""

    id: str
    text: str
    context: str | None = None
    author: str | None = None
    channel: str | None = None
    posted_at: str | None = None


def parse_comment(raw: Any) -> Comment:
    """Check one decoded JSON value and make a Comment of it.

    Raises:
        CommentError: naming the first field at fault and how to mend it, without repeating any of the text.
    """
    if not isinstance(raw, dict):
        raise CommentError("not_an_object", "", f"a comment is a JSON object with 'id' and 'text', found {_kind(raw)}")
    unknown = [name for name in raw if name not in FIELDS]
    if unknown:
        # The name itself is the caller's text, so it may be personal: the pointer carries it, the message does not.
        raise CommentError("unknown_field", unknown[0], f"unknown field; known fields are {', '.join(FIELDS)}")
    comment_id = _text(raw, "id", MAX_ID_CHARACTERS)
    text = _text(raw, "text", MAX_TEXT_CHARACTERS)
    if not visible(text):
        raise CommentError("empty_text", "text", "the text holds no visible character; leave such comments out")
    optional = {
        name: _text(raw, name, MAX_TEXT_CHARACTERS) for name in OPTIONAL_FIELDS if raw.get(name) is not None and raw[name] != ""
    }
    return Comment(id=comment_id, text=text, **optional)


def _text(raw: dict[str, Any], field: str, limit: int) -> str:
    if field not in raw:
        raise CommentError("missing_field", field, f"field '{field}' is missing; give it as a string")
    value = raw[field]
    if not isinstance(value, str):
        raise CommentError("not_a_string", field, f"field '{field}' must be a string, found {_kind(value)}")
    if not value:
        raise CommentError(f"empty_{field}", field, f"field '{field}' is empty; give at least one character")
    if len(value) > limit:
        detail = f"field '{field}' has {len(value)} characters, the limit is {limit}; shorten or split it"
        raise CommentError("too_long", field, detail)
    if any("\ud800" <= character <= "\udfff" for character in value):
        detail = f"field '{field}' holds half of a surrogate pair, which is not a character; send valid Unicode"
        raise CommentError("invalid_unicode", field, detail)
    return value


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
