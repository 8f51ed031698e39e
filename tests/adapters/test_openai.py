"""OpenAI's moderation endpoint: through OpenAI's own client on the running service, and the mapping by itself."""

import asyncio
from typing import Any

import openai
import pytest
from openai.types import ModerationMultiModalInputParam

from serving.adapters.openai import ALL_OF, ANY_OF, NOT_JUDGED, OURS_ALONE, comments_of, error_body, parse_inputs, result
from serving.moderation.comment import MAX_TEXT_CHARACTERS, Comment
from serving.moderation.moderator import Moderator, api_error
from serving.moderation.taxonomy import Taxonomy
from serving.web.errors import RequestError
from serving.web.requests import MAX_COMMENTS
from tests.keyed import Keyed
from tests.server import Server

CANARY = "kanarie4b1c"
TEXTS = [
    "Proficiat met het nieuwe zwembad!",
    "Ik weet waar ge woont, ik kom vanavond uw ramen inslaan",
    "gij zijt een achterlijke ezel",
]
THEIRS = {field.alias or name for name, field in openai.types.moderation.Categories.model_fields.items()}


def client_of(url: str, key: str = "none") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url.rstrip('/')}/v1", api_key=key, max_retries=0)


def record(labels: list[str], **probabilities: float) -> dict[str, Any]:
    names = ("hate_speech", "insult", "bullying", "quarrel", "personal_data", "spam", "sexual", "threat")
    return {"labels": labels, "probabilities": dict.fromkeys(names, 0.0) | probabilities}


@pytest.mark.slow
def test_each_text_gets_its_decision_in_order(server: Server, moderator: Moderator) -> None:
    client = client_of(str(server.client.base_url))
    answer = client.moderations.create(input=TEXTS, model="omni-moderation-latest")
    assert answer.id.startswith("modr-") and answer.model == moderator.artefact.id
    assert len(answer.results) == len(TEXTS)
    for i, (text, found) in enumerate(zip(TEXTS, answer.results, strict=True)):
        decision = moderator.decide(Comment(str(i), text))
        assert found.flagged == bool(decision.labels)
        assert found.category_scores.violence == pytest.approx(decision.probabilities["threat"])
        assert found.category_scores.hate == pytest.approx(decision.probabilities["hate_speech"])
        assert found.categories.violence == ("threat" in decision.labels)
        assert found.category_applied_input_types.violence == ["text"]
        assert found.category_applied_input_types.self_harm == [] and found.categories.self_harm is False
        assert found.model_extra and found.model_extra["hierniet"]["action"] == decision.action
    assert [found.flagged for found in answer.results] == [False, True, True]


@pytest.mark.slow
def test_one_text_and_parts_get_one_result(server: Server) -> None:
    client = client_of(str(server.client.base_url))
    (alone,) = client.moderations.create(input="eerste deel\ntweede deel").results
    given: list[ModerationMultiModalInputParam] = [
        {"type": "text", "text": "eerste deel"},
        {"type": "text", "text": "tweede deel"},
    ]
    (parts,) = client.moderations.create(input=given).results
    assert parts.category_scores == alone.category_scores


@pytest.mark.slow
def test_the_asynchronous_client_too(server: Server) -> None:
    async def call() -> int:
        async with openai.AsyncOpenAI(base_url=f"{server.client.base_url}/v1", api_key="none") as client:
            return len((await client.moderations.create(input=TEXTS)).results)

    assert asyncio.run(call()) == len(TEXTS)


@pytest.mark.slow
def test_a_bad_input_is_refused_with_its_place_and_without_its_text(server: Server) -> None:
    client = client_of(str(server.client.base_url))
    with pytest.raises(openai.BadRequestError) as caught:
        client.moderations.create(input=["Dag", f"{CANARY} {'a' * MAX_TEXT_CHARACTERS}"])
    error = caught.value
    assert (error.code, error.param, error.type) == ("too_long", "input[1]", "invalid_request_error")
    assert "input[1]" in error.message and CANARY not in error.response.text
    assert error.response.json()["errors"][0]["pointer"] == "/input/1"


@pytest.mark.slow
def test_images_are_refused_by_name(server: Server) -> None:
    client = client_of(str(server.client.base_url))
    given: list[ModerationMultiModalInputParam] = [
        {"type": "text", "text": "Dag"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}},
    ]
    with pytest.raises(openai.BadRequestError, match="images are not judged"):
        client.moderations.create(input=given)


@pytest.mark.slow
def test_keys_scopes_and_municipalities(with_keys: Keyed) -> None:
    def policy(name: str) -> str:
        (found,) = client_of(with_keys.url, with_keys.tokens[name]).moderations.create(input="Dag").results
        assert found.model_extra
        return str(found.model_extra["hierniet"]["policy"])

    assert policy("score").startswith("standaard@") and policy("aalter").startswith("aalter@")
    with pytest.raises(openai.AuthenticationError, match="send a valid key"):
        client_of(with_keys.url, "hn_wrong").moderations.create(input="Dag")
    with pytest.raises(openai.PermissionDeniedError, match="lacks the scope"):
        client_of(with_keys.url, with_keys.tokens["review"]).moderations.create(input="Dag")


@pytest.mark.slow
def test_a_rate_is_kept(with_keys: Keyed) -> None:
    client = client_of(with_keys.url, with_keys.slow_key())
    client.moderations.create(input="Dag")
    with pytest.raises(openai.RateLimitError) as caught:
        client.moderations.create(input="Dag")
    assert caught.value.code == "rate_limited" and 1 <= int(caught.value.response.headers["retry-after"]) <= 60


@pytest.mark.slow
def test_calls_are_counted_and_logged_by_their_route_without_text_or_key(with_keys: Keyed) -> None:
    client_of(with_keys.url, with_keys.tokens["score"]).moderations.create(input=CANARY)
    with pytest.raises(openai.BadRequestError):
        client_of(with_keys.url, with_keys.tokens["score"]).moderations.create(input=[CANARY, ""])
    log = with_keys.server.log.read_text()
    assert '"route": "/v1/moderations"' in log
    assert CANARY not in log and with_keys.tokens["score"][-43:] not in log


def test_every_category_of_both_sides_has_its_place(taxonomy: Taxonomy) -> None:
    assert set(ANY_OF) | set(ALL_OF) | set(NOT_JUDGED) == THEIRS
    assert len(ANY_OF) + len(ALL_OF) + len(NOT_JUDGED) == len(THEIRS)
    mapped = {ours for names in [*ANY_OF.values(), *ALL_OF.values()] for ours in names}
    assert mapped.isdisjoint(OURS_ALONE) and mapped | set(OURS_ALONE) == set(taxonomy.category_ids)


@pytest.mark.parametrize(
    ("labels", "probabilities", "flagged", "scores"),
    [
        ([], {}, set(), {}),
        (["insult"], {"insult": 0.75, "quarrel": 0.5}, {"harassment"}, {"harassment": 0.875}),
        (["threat"], {"threat": 0.9, "hate_speech": 0.2}, {"violence", "harassment/threatening"},
         {"violence": 0.9, "harassment/threatening": 0.9, "hate": 0.2, "hate/threatening": 0.2}),
        (["hate_speech", "threat"], {"hate_speech": 0.6, "threat": 0.8}, {"hate", "hate/threatening", "violence", "harassment/threatening"},
         {"hate": 0.6, "hate/threatening": 0.6, "violence": 0.8, "harassment/threatening": 0.8}),
        (["sexual"], {"sexual": 0.5}, {"sexual"}, {"sexual": 0.5}),
    ],
)  # fmt: skip
def test_a_decision_in_their_categories(
    labels: list[str], probabilities: dict[str, float], flagged: set[str], scores: dict[str, float]
) -> None:
    found = result(record(labels, **probabilities))
    assert found["flagged"] == bool(labels)
    assert {name for name, value in found["categories"].items() if value} == flagged
    assert {name: value for name, value in found["category_scores"].items() if value} == scores
    assert set(found["categories"]) == set(found["category_scores"]) == set(found["category_applied_input_types"]) == THEIRS


@pytest.mark.parametrize("ours", OURS_ALONE)
def test_what_they_have_no_category_for_is_flagged_all_the_same(ours: str) -> None:
    found = result(record([ours], **{ours: 0.9}))
    assert found["flagged"] and not any(found["categories"].values())


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ([], "missing_field", "/input"),
        ({"model": "x"}, "missing_field", "/input"),
        ({"input": None}, "missing_field", "/input"),
        ({"input": "Dag", "user": "x"}, "unknown_field", "/user"),
        ({"input": "Dag", "model": 1}, "not_a_string", "/model"),
        ({"input": 5}, "not_a_list", "/input"),
        ({"input": []}, "not_a_list", "/input"),
        ({"input": ["Dag", 5]}, "not_a_string", "/input/1"),
        ({"input": ["Dag", {"type": "text", "text": "Dag"}]}, "not_a_string", "/input/1"),
        ({"input": [{"type": "text", "text": "Dag"}, "Dag"]}, "unknown_part", "/input/1"),
        ({"input": [{"type": "audio"}]}, "unknown_part", "/input/0"),
        ({"input": [{"type": "text"}]}, "not_a_string", "/input/0/text"),
        ({"input": [{"type": "image_url", "image_url": {"url": CANARY}}]}, "images_not_judged", "/input/0"),
        ({"input": ""}, "empty_text", "/input"),
        ({"input": ["Dag", " "]}, "empty_text", "/input/1"),
        ({"input": ["a" * (MAX_TEXT_CHARACTERS + 1)]}, "too_long", "/input/0"),
        ({"input": ["Dag", CANARY + "\ud800"]}, "invalid_unicode", "/input/1"),
    ],
)
def test_a_wrong_body_is_refused(body: Any, code: str, pointer: str) -> None:
    with pytest.raises(RequestError) as caught:
        comments_of(parse_inputs(body))
    assert caught.value.status == 400
    assert (caught.value.error["code"], caught.value.error["pointer"]) == (code, pointer)
    assert CANARY not in str(error_body(caught.value.error))


def test_more_than_a_call_may_hold_is_refused() -> None:
    with pytest.raises(RequestError) as caught:
        comments_of(parse_inputs({"input": ["Dag"] * (MAX_COMMENTS + 1)}))
    assert (caught.value.status, caught.value.error["code"]) == (413, "too_many_comments")


@pytest.mark.parametrize(
    ("status", "pointer", "kind", "param"),
    [
        (400, "/input/3/text", "invalid_request_error", "input[3].text"),
        (401, "", "authentication_error", None),
        (403, "", "permission_error", None),
        (413, "/input", "invalid_request_error", "input"),
        (429, "", "rate_limit_error", None),
        (500, "", "server_error", None),
        (503, "", "server_error", None),
    ],
)
def test_an_error_has_their_shape_and_ours(status: int, pointer: str, kind: str, param: str | None) -> None:
    error = api_error(status, "some_code", "what to do", pointer)
    theirs = {"message": "what to do", "type": kind, "param": param, "code": "some_code"}
    assert error_body(error) == {"error": theirs, "errors": [error]}
