"""Bodies, without a server: what is decoded, and what would take too long to decode."""

import json

import pytest

from serving.web.body import MAX_BODY_BYTES, parse_json
from serving.web.errors import RequestError
from serving.web.requests import MAX_CHARACTERS, MAX_COMMENTS

HALF = MAX_BODY_BYTES // 2


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"[]," * (MAX_BODY_BYTES // 3 - 1) + b"1]",
        b"[" + b"1," * (HALF - 1) + b"1]",
        b'{"comments":[{"id":"1","text":"' + b'\\\\","x":["' * 30_000 + b'"]}',
        b'["' + b'","' * 100_000 + b'"]',
        b'"' * MAX_BODY_BYTES,
        b"[" + b"9" * 70_000 + b"]",
    ],
    ids=["lists", "numbers", "strings after a backslash", "strings", "quotation marks", "one number"],
)
def test_more_values_than_a_call_needs_are_refused_before_they_are_decoded(body: bytes) -> None:
    with pytest.raises(RequestError) as caught:
        parse_json(body)
    assert (caught.value.status, caught.value.error["code"]) == (413, "too_many_values")


@pytest.mark.parametrize("text", ['[{,:"', '\\"', "\\\\", '\\\\"', "\n", "é[", "😀,"])
@pytest.mark.parametrize("escaped", [True, False])
def test_no_text_is_taken_for_values(text: str, escaped: bool) -> None:
    text = (text * MAX_CHARACTERS)[:MAX_CHARACTERS]
    assert parse_json(json.dumps({"comments": [{"id": "1", "text": text}]}, ensure_ascii=escaped).encode()) == {
        "comments": [{"id": "1", "text": text}]
    }


def test_the_fullest_call_is_decoded_however_it_is_indented() -> None:
    """The documented limits together, but for contexts that would not fit into a body."""
    share = MAX_CHARACTERS // MAX_COMMENTS
    names = ("text", "context", "author", "channel", "posted_at")
    call = {"comments": [{"id": str(i)} | dict.fromkeys(names, "😀" * share) for i in range(MAX_COMMENTS)], "explain": True}
    assert parse_json(json.dumps(call, ensure_ascii=False, indent=8).encode()) == call
