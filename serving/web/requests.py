"""What callers ask for: a decoded body, checked as a whole; comments are checked one by one when they are judged."""

from dataclasses import dataclass
from typing import Any

from serving.moderation.comment import MAX_TEXT_CHARACTERS
from serving.moderation.errors import CommentError
from serving.moderation.moderator import error_record, pointer_token
from serving.web.errors import RequestError

MAX_COMMENTS = 500
# Together: about seven seconds of one core where this was measured, below the time there is to answer.
MAX_CHARACTERS = 100_000
FIELDS = ("comments", "explain", "municipality")


@dataclass(frozen=True)
class ScoreRequest:
    """`comments` are decoded JSON values, not yet checked one by one."""

    comments: list[Any]
    explain: bool
    municipality: str | None


def parse_score_request(raw: Any) -> ScoreRequest:
    """The comments of a call and how it wants them judged.

    Raises:
        RequestError: the body as a whole is not what the API takes.
    """
    if not isinstance(raw, dict) or "comments" not in raw:
        raise RequestError(422, "missing_field", "send an object with 'comments', a list of comments", "/comments")
    if unknown := [name for name in raw if name not in FIELDS]:
        detail = f"unknown field; known fields are {', '.join(FIELDS)}"
        raise RequestError(422, "unknown_field", detail, pointer_token(unknown[0]))
    if not isinstance(raw.get("explain", False), bool):
        raise RequestError(422, "not_a_boolean", "'explain' must be true or false", "/explain")
    municipality = raw.get("municipality")
    if municipality is not None and not isinstance(municipality, str):
        raise RequestError(422, "not_a_string", "'municipality' must be the name of a policy", "/municipality")
    comments = raw["comments"]
    if not isinstance(comments, list) or not comments:
        raise RequestError(422, "not_a_list", "'comments' must be a list with at least one comment", "/comments")
    check_size(comments, "/comments")
    return ScoreRequest(comments, raw.get("explain", False), municipality)


def check_size(comments: list[Any], pointer: str) -> None:
    """Refuse a call that could not be answered in time.

    Raises:
        RequestError: too many comments, or too much text together.
    """
    if len(comments) > MAX_COMMENTS:
        detail = f"{len(comments)} comments in one call, the limit is {MAX_COMMENTS}; send them in several calls"
        raise RequestError(413, "too_many_comments", detail, pointer)
    if (characters := sum(map(_characters, comments))) > MAX_CHARACTERS:
        detail = f"{characters} characters of text in one call, the limit is {MAX_CHARACTERS}; send them in several calls"
        raise RequestError(413, "too_much_text", detail, pointer)


def _characters(raw: Any) -> int:
    """Characters that would be scored; a text over its own limit is refused on its own and costs nothing."""
    text = raw.get("text") if isinstance(raw, dict) else None
    return len(text) if isinstance(text, str) and len(text) <= MAX_TEXT_CHARACTERS else 0


def first_of_each_id(comments: list[Any]) -> list[tuple[int, Any]]:
    """The comments to score with their places: those whose id no earlier one has."""
    seen: set[str] = set()
    firsts = []
    for place, raw in enumerate(comments):
        comment_id = _id(raw)
        if comment_id is None or comment_id not in seen:
            firsts.append((place, raw))
        if comment_id is not None:
            seen.add(comment_id)
    return firsts


def with_duplicates(comments: list[Any], results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The results in the order of the comments, with an error where an id was used before."""
    by_place = dict(zip((place for place, _ in first_of_each_id(comments)), results, strict=True))
    detail = "an earlier comment of this call has the same id; give each its own"
    error = CommentError("duplicate_id", "id", detail)
    return [by_place.get(i) or error_record(raw, error, f"/comments/{i}") for i, raw in enumerate(comments)]


def _id(raw: Any) -> str | None:
    comment_id = raw.get("id") if isinstance(raw, dict) else None
    return comment_id if isinstance(comment_id, str) else None
