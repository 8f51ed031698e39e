"""Whatever a caller sends: a record for each comment, an error in the one shape for each call, and no text that costs more than others."""

import json
import time

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serving.moderation.comment import FIELDS, MAX_TEXT_CHARACTERS
from serving.moderation.moderator import Moderator
from tests.server import Server

# Any code point, halves of surrogate pairs included, and those that make trouble more often.
ODD = "\u200b\u200d\u202e\u2066\ufeff\u0301\u0489\x00\x1b\x85\u2028\U0001f468\U000e0041\ufffd\ud800\udfffiİıßŒﬃ٤𝓴"
TEXT = st.text(st.one_of(st.characters(), st.sampled_from(ODD)), max_size=300)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXT, inside, max_size=3),
    max_leaves=6,
)
COMMENTS = VALUES | st.fixed_dictionaries({"id": TEXT, "text": TEXT}, optional=dict.fromkeys(FIELDS[2:], TEXT | VALUES))
PATIENT = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
KINDS = {
    "one letter": "a", "zero width": "k\u200b", "bidi": "\u202e\u2066a", "combining": "e" + "\u0301" * 50, "four bytes": "𝓴", "family": "👨‍👩‍👧‍👦",
    "digits": "0470", "spelled out": "k a n k e r ", "mail": "a@", "dots": "a.", "links": "https://a.be/", "slashes": "/", "handles": "@a", "quotes": "\"'",
    "words": "de ", "commas": ",", "addresses": "Kerkstraat 1 ", "brackets": "([<", "figures": "h0er", "cyrillic": "х", "stars": "*", "newlines": "\n", "insults": "eikel,",
}  # fmt: skip


@PATIENT
@given(COMMENTS)
def test_any_value_gets_a_record_that_can_be_sent(moderator: Moderator, value: object) -> None:
    record = moderator.answer(value, "/comments/0", with_spans=True)
    assert "errors" in record or record["action"] in ("publish", "review", "auto_hide")
    json.dumps(record).encode()
    for span in record.get("spans", ()):
        assert isinstance(value, dict) and 0 <= span["start"] < span["end"] <= len(value["text"])


@pytest.mark.slow
def test_any_body_gets_an_answer_in_one_shape(server: Server) -> None:
    @settings(deadline=None, max_examples=150)
    @given(VALUES | st.fixed_dictionaries({"comments": st.lists(COMMENTS, max_size=4)}, optional={"explain": VALUES}))
    def sent(value: object) -> None:
        answer = server.client.post("/v1/score", content=json.dumps(value).encode())
        assert answer.status_code in (200, 400, 404, 413, 422)
        assert ("results" in answer.json()) == (answer.status_code == 200)

    sent()


@pytest.mark.slow
def test_any_bytes_and_headers_get_an_answer(server: Server) -> None:
    @settings(deadline=None, max_examples=150)
    @given(st.binary(max_size=200), st.binary(max_size=60).map(lambda value: value.translate(None, b"\r\n\0")))
    def sent(body: bytes, header: bytes) -> None:
        headers = [(name, header.strip()) for name in (b"authorization", b"content-type", b"x-api-key")]
        try:
            answer = server.client.post("/v1/score", content=body, headers=headers)
        except httpx.LocalProtocolError:  # no client can send this
            return
        assert answer.status_code in (400, 413, 422)

    sent()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_no_text_of_full_length_costs_far_more_than_words(moderator: Moderator, kind: str) -> None:
    """Words shown included. Ten times the cost of plain words is no benchmark's pass mark: what this catches costs a thousand times as much."""

    def seconds(text: str) -> float:
        started = time.perf_counter()
        moderator.answer({"id": "1", "text": text}, "", with_spans=True)
        return time.perf_counter() - started

    piece = KINDS[kind]
    flood = (piece * MAX_TEXT_CHARACTERS)[:MAX_TEXT_CHARACTERS]
    assert seconds(flood) < 10 * max(seconds(("de burgemeester luistert niet " * 400)[:MAX_TEXT_CHARACTERS]), 0.5)
