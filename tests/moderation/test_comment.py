from typing import Any

import pytest

from serving.moderation.comment import MAX_TEXT_CHARACTERS, Comment, parse_comment
from serving.moderation.errors import CommentError

SECRET = "geheim-kanarie"


def test_a_full_comment() -> None:
    raw = {"id": "1", "text": "Dag", "context": "Post", "author": "a", "channel": "facebook", "posted_at": "2026-05-01"}
    assert parse_comment(raw) == Comment("1", "Dag", "Post", "a", "facebook", "2026-05-01")


@pytest.mark.parametrize("context", [None, ""])
def test_an_empty_context_is_none(context: str | None) -> None:
    assert parse_comment({"id": "1", "text": "Dag", "context": context}).context is None


@pytest.mark.parametrize(
    ("raw", "code", "field"),
    [
        (SECRET, "not_an_object", ""),
        ([SECRET], "not_an_object", ""),
        (None, "not_an_object", ""),
        ({"text": SECRET}, "missing_field", "id"),
        ({"id": "1"}, "missing_field", "text"),
        ({"id": 7, "text": SECRET}, "not_a_string", "id"),
        ({"id": "", "text": SECRET}, "empty_id", "id"),
        ({"id": "1", "text": 7}, "not_a_string", "text"),
        ({"id": "1", "text": [SECRET]}, "not_a_string", "text"),
        ({"id": "1", "text": None}, "not_a_string", "text"),
        ({"id": "1", "text": ""}, "empty_text", "text"),
        ({"id": "1", "text": " \n\u200b"}, "empty_text", "text"),
        ({"id": "1", "text": SECRET * 10_000}, "too_long", "text"),
        ({"id": "1", "text": SECRET + "\ud83d"}, "invalid_unicode", "text"),
        ({"id": "1" * 201, "text": SECRET}, "too_long", "id"),
        ({"id": "1", "text": SECRET, "context": 3}, "not_a_string", "context"),
        ({"id": "1", "text": SECRET, "tekst": SECRET}, "unknown_field", "tekst"),
    ],
)
def test_a_wrong_comment_is_refused_without_its_text(raw: Any, code: str, field: str) -> None:
    with pytest.raises(CommentError) as caught:
        parse_comment(raw)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert SECRET not in str(caught.value)


def test_the_longest_text_is_taken() -> None:
    assert parse_comment({"id": "1", "text": "a" * MAX_TEXT_CHARACTERS}).text
