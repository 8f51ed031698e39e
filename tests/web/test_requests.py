"""What callers send, without a server: bodies and ids."""

import json
from typing import Any

import pytest

from serving.web.body import parse_json
from serving.web.errors import RequestError
from serving.web.requests import MAX_COMMENTS, first_of_each_id, parse_score_request, with_duplicates

DEEP = b'{"comments":' + b"[" * 50_000


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        (b"", 400, "invalid_json", ""),
        (b"{", 400, "invalid_json", ""),
        (DEEP, 400, "invalid_json", ""),
        (b'{"comments": "\xff"}', 400, "invalid_utf8", ""),
        (b"[]", 422, "missing_field", "/comments"),
        (b"{}", 422, "missing_field", "/comments"),
        (b'{"comments": {}}', 422, "not_a_list", "/comments"),
        (b'{"comments": []}', 422, "not_a_list", "/comments"),
        (b'{"comments": [1], "explian": true}', 422, "unknown_field", "/explian"),
        (b'{"comments": [1], "a/b": true}', 422, "unknown_field", "/a~1b"),
        (b'{"comments": [1], "explain": 1}', 422, "not_a_boolean", "/explain"),
        (b'{"comments": [1], "municipality": 1}', 422, "not_a_string", "/municipality"),
        (json.dumps({"comments": [1] * (MAX_COMMENTS + 1)}).encode(), 413, "too_many_comments", "/comments"),
    ],
)
def test_a_wrong_body_is_refused(body: bytes, status: int, code: str, pointer: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_score_request(parse_json(body))
    assert caught.value.status == status
    assert (caught.value.error["code"], caught.value.error["pointer"]) == (code, pointer)


def test_only_the_first_of_an_id_is_scored() -> None:
    comments: list[Any] = [{"id": "a"}, {"id": "b"}, {"id": "a"}, "odd", {"id": 3}, {"id": 3}]
    assert [place for place, _ in first_of_each_id(comments)] == [0, 1, 3, 4, 5]
    results = with_duplicates(comments, [{"place": place} for place in (0, 1, 3, 4, 5)])
    assert [result.get("place") for result in results] == [0, 1, None, 3, 4, 5]
    assert results[2]["errors"][0]["code"] == "duplicate_id"
    assert results[2]["errors"][0]["pointer"] == "/comments/2/id"
