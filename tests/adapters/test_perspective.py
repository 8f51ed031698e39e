"""Perspective's `comments:analyze`: through Google's own client on the running service, and the mapping by itself."""

import json
import math
from typing import Any

import pytest
from googleapiclient.discovery import build, build_from_document
from googleapiclient.errors import HttpError

from serving.adapters.analysis import FIELDS, MARKUP, parse_analysis
from serving.adapters.discovery import discovery
from serving.adapters.perspective import ATTRIBUTES, NOT_JUDGED, OURS_ALONE, analyzed, attributes_of, error_body
from serving.moderation.comment import MAX_TEXT_CHARACTERS, Comment
from serving.moderation.moderator import Moderator, api_error
from serving.moderation.taxonomy import Taxonomy
from serving.web.errors import RequestError
from tests.keyed import Keyed
from tests.server import Server

CANARY = "kanarie8e5d"
THREAT = "Ik weet waar ge woont, ik kom vanavond uw ramen inslaan"
ERROR_TYPE = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
# Every name in Google's table of attributes but the experimental ones, which its own documentation warns of.
THEIRS = {
    "TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT", "SEXUALLY_EXPLICIT", "FLIRTATION",
    "ATTACK_ON_AUTHOR", "ATTACK_ON_COMMENTER", "INCOHERENT", "INFLAMMATORY", "LIKELY_TO_REJECT", "OBSCENE", "SPAM", "UNSUBSTANTIAL",
}  # fmt: skip


def client_of(url: str, key: str | None = None) -> Any:
    """Google's client, made from the description that the service gives."""
    address = f"{url}/$discovery/rest?version={{apiVersion}}"
    return build(
        "commentanalyzer",
        "v1alpha1",
        developerKey=key,
        discoveryServiceUrl=address,
        static_discovery=False,
        cache_discovery=False,
    )


def body(text: str, *attributes: str, **more: Any) -> dict[str, Any]:
    return {"comment": {"text": text}, "requestedAttributes": {name: {} for name in attributes or ("TOXICITY",)}, **more}


def analyze(client: Any, asked: dict[str, Any]) -> dict[str, Any]:
    found = client.comments().analyze(body=asked).execute()
    assert isinstance(found, dict)
    return found


def refused(client: Any, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    with pytest.raises(HttpError) as caught:
        client.comments().analyze(body=asked).execute()
    return caught.value.status_code, json.loads(caught.value.content)


@pytest.mark.slow
def test_scores_are_the_probabilities_of_the_decision(server: Server, moderator: Moderator) -> None:
    client = client_of(str(server.client.base_url))
    names = attributes_of(moderator.taxonomy)
    for text in (THREAT, "Proficiat met het nieuwe zwembad!"):
        found = analyze(
            client, body(text, *names, clientToken="reactie-1", languages=["nl-BE"], doNotStore=True, sessionId="s")
        )
        decision = moderator.decide(Comment("comment", text))
        for name, categories in names.items():
            summary = found["attributeScores"][name]["summaryScore"]
            assert summary["type"] == "PROBABILITY"
            assert summary["value"] == pytest.approx(1 - math.prod(1 - decision.probabilities[name] for name in categories))
            assert "spanScores" not in found["attributeScores"][name]
        assert found["clientToken"] == "reactie-1" and found["languages"] == ["nl-BE"] and found["detectedLanguages"] == ["und"]
        assert found["hierniet"]["action"] == decision.action


@pytest.mark.slow
def test_a_description_from_elsewhere_does_with_the_address_beside_it(server: Server, moderator: Moderator) -> None:
    document = json.dumps(discovery("https://moderatie.example/", attributes_of(moderator.taxonomy)))
    client = build_from_document(document, client_options={"api_endpoint": f"{server.client.base_url}/"})
    assert "TOXICITY" in analyze(client, body("Dag"))["attributeScores"]


@pytest.mark.slow
def test_the_context_is_read(server: Server, moderator: Moderator) -> None:
    client = client_of(str(server.client.base_url))
    context = {"entries": [{"text": "<b>Het fietspad</b> is klaar", "type": "HTML"}, {"text": "Eindelijk!"}]}
    found = analyze(client, body("Daar heb ik op gewacht", "HIERNIET_QUARREL", context=context))
    decision = moderator.decide(Comment("comment", "Daar heb ik op gewacht", "Het fietspad is klaar\nEindelijk!"))
    assert found["hierniet"]["probabilities"] == pytest.approx(decision.probabilities)
    parts = {"article": {"text": "Het fietspad is klaar"}, "parentComment": {"text": "Eindelijk!"}}
    again = analyze(client, body("Daar heb ik op gewacht", context={"articleAndParentComment": parts}))
    assert again["hierniet"]["probabilities"] == found["hierniet"]["probabilities"]


@pytest.mark.slow
def test_html_is_judged_by_what_it_shows_and_spans_lie_in_the_source(server: Server, moderator: Moderator) -> None:
    client = client_of(str(server.client.base_url))
    source = "<p>Ik weet waar ge <b>w</b>oont &amp; ik kom vanavond uw ramen&nbsp;inslaan</p>"
    asked = body(source, "THREAT", "SPAM", spanAnnotations=True)
    asked["comment"]["type"] = "HTML"
    found = analyze(client, asked)
    text = "Ik weet waar ge woont & ik kom vanavond uw ramen\xa0inslaan"
    decision = moderator.decide(Comment("comment", text), with_spans=True)
    assert found["attributeScores"]["THREAT"]["summaryScore"]["value"] == pytest.approx(decision.probabilities["threat"])
    expected = {text[span.start : span.end] for span in decision.spans if span.category == "threat"}
    spans = found["attributeScores"]["THREAT"]["spanScores"]
    cut = {source[span["begin"] : span["end"]] for span in spans}
    assert {part.replace("</b>", "").replace("&nbsp;", "\xa0").replace("&amp;", "&") for part in cut} == expected and expected
    assert {span["score"]["type"] for span in spans} == {"RAW"}
    assert "spanScores" not in found["attributeScores"]["SPAM"]
    assert {source[span["start"] : span["end"]] for span in found["hierniet"]["spans"]} >= cut


@pytest.mark.slow
def test_a_score_below_its_threshold_is_left_out(server: Server) -> None:
    asked = body(THREAT, "SPAM", "THREAT")
    asked["requestedAttributes"] = {
        "SPAM": {"scoreThreshold": 0.9},
        "THREAT": {"scoreThreshold": 0.1, "scoreType": "PROBABILITY"},
    }
    assert set(analyze(client_of(str(server.client.base_url)), asked)["attributeScores"]) == {"THREAT"}


@pytest.mark.slow
def test_an_attribute_that_is_not_judged_is_refused_by_name(server: Server) -> None:
    status, answer = refused(client_of(str(server.client.base_url)), body(CANARY, "TOXICITY", "PROFANITY"))
    assert status == answer["error"]["code"] == 400
    assert answer["error"]["status"] == "INVALID_ARGUMENT" and answer["error"]["message"].startswith("PROFANITY is not judged")
    assert answer["error"]["details"] == [{"@type": ERROR_TYPE, "errorType": "INVALID_REQUEST"}]
    assert answer["errors"][0]["pointer"] == "/requestedAttributes/PROFANITY" and CANARY not in str(answer)


@pytest.mark.slow
@pytest.mark.parametrize("header", ["Authorization", "X-API-Key", "X-Goog-Api-Key"])
def test_a_key_may_come_in_a_header(with_keys: Keyed, header: str) -> None:
    token = with_keys.tokens["aalter"]
    headers = {header: f"Bearer {token}" if header == "Authorization" else token}
    answer = with_keys.server.client.post("/v1alpha1/comments:analyze", json=body("Dag"), headers=headers)
    assert answer.status_code == 200 and answer.json()["hierniet"]["policy"].startswith("aalter@")


@pytest.mark.slow
def test_keys_scopes_and_municipalities(with_keys: Keyed) -> None:
    def policy(name: str) -> str:
        return str(analyze(client_of(with_keys.url, with_keys.tokens[name]), body("Dag"))["hierniet"]["policy"])

    assert policy("score").startswith("standaard@") and policy("aalter").startswith("aalter@")
    for key, status, name in ((None, 401, "UNAUTHENTICATED"), ("hn_wrong", 401, "UNAUTHENTICATED"), (with_keys.tokens["review"], 403, "PERMISSION_DENIED")):  # fmt: skip
        found, answer = refused(client_of(with_keys.url, key), body("Dag"))
        assert (found, answer["error"]["status"], answer["errors"][0]["status"]) == (status, name, str(status))


@pytest.mark.slow
def test_a_rate_is_kept(with_keys: Keyed) -> None:
    client = client_of(with_keys.url, with_keys.slow_key())
    analyze(client, body("Dag"))
    with pytest.raises(HttpError) as caught:
        analyze(client, body("Dag"))
    assert caught.value.status_code == 429 and 1 <= int(caught.value.resp["retry-after"]) <= 60
    assert json.loads(caught.value.content)["error"]["status"] == "RESOURCE_EXHAUSTED"


@pytest.mark.slow
def test_neither_text_nor_key_reaches_the_log_and_routes_do(with_keys: Keyed) -> None:
    client = client_of(with_keys.url, with_keys.tokens["score"])
    analyze(client, body(CANARY, clientToken=CANARY, sessionId=CANARY, communityId=CANARY))
    refused(client, body(CANARY, "TOXICITY", CANARY))
    for key in (CANARY, with_keys.tokens["review"]):
        refused(client_of(with_keys.url, key), body(CANARY))
    with_keys.server.client.post(f"/v1alpha1/comments:{CANARY}", params={"key": with_keys.tokens["score"]})
    log = with_keys.server.log.read_text()
    assert '"route": "/v1alpha1/comments:analyze"' in log and '"route": "/$discovery/rest"' in log
    assert CANARY not in log and not [name for name, token in with_keys.tokens.items() if token[-43:] in log]


@pytest.mark.slow
def test_what_is_not_there_says_so(server: Server) -> None:
    answer = server.client.post("/v1alpha1/comments:suggestscore", json={"comment": {"text": CANARY}})
    assert (answer.status_code, answer.json()["error"]["status"]) == (501, "UNIMPLEMENTED")
    answer = server.client.get("/$discovery/rest", params={"version": "v2"})
    assert (answer.status_code, answer.json()["error"]["status"]) == (404, "NOT_FOUND")


def test_every_category_and_attribute_has_its_place(taxonomy: Taxonomy) -> None:
    assert set(ATTRIBUTES) | set(NOT_JUDGED) == THEIRS and not set(ATTRIBUTES) & set(NOT_JUDGED)
    mapped = {category for categories in ATTRIBUTES.values() for category in categories}
    assert mapped.isdisjoint(OURS_ALONE) and mapped | set(OURS_ALONE) == set(taxonomy.category_ids)
    assert attributes_of(taxonomy)["HIERNIET_PERSONAL_DATA"] == ("personal_data",)
    assert len(attributes_of(taxonomy)) == len(ATTRIBUTES) + len(taxonomy.category_ids)


def test_the_description_names_every_field_that_is_taken() -> None:
    schemas = discovery("http://service/", ["TOXICITY"])["schemas"]
    assert set(schemas["AnalyzeCommentRequest"]["properties"]) == set(FIELDS)
    kinds = {str: "string", bool: "boolean", list: "array"}
    for name, kind in FIELDS.items():
        assert schemas["AnalyzeCommentRequest"]["properties"][name].get("type", "object") == kinds.get(kind, "object")


def test_the_answer_has_what_was_asked_for(taxonomy: Taxonomy) -> None:
    probabilities = dict.fromkeys(taxonomy.category_ids, 0.1) | {"insult": 0.4, "bullying": 0.6, "threat": 0.3}
    spans = [
        {"start": 6, "end": 9, "category": "bullying", "weight": 0.2},
        {"start": 0, "end": 3, "category": "insult", "weight": 0.5},
        {"start": 0, "end": 3, "category": "threat", "weight": 0.4},
    ]
    names = attributes_of(taxonomy)
    asked = parse_analysis(body("gij zot jong", "TOXICITY", "INSULT", spanAnnotations=True), names, NOT_JUDGED)
    found = analyzed(asked, {"probabilities": probabilities, "spans": spans}, names)
    assert found["languages"] == ["nl"] and "clientToken" not in found
    toxicity = found["attributeScores"]["TOXICITY"]["summaryScore"]["value"]
    assert toxicity == pytest.approx(1 - 0.6 * 0.4 * 0.7 * 0.9**3)
    assert [(s["begin"], s["end"], s["score"]["value"]) for s in found["attributeScores"]["INSULT"]["spanScores"]] == [
        (0, 3, 0.5),
        (6, 9, 0.2),
    ]


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"extra": 1}, "unknown_field", "/extra"),
        ({"comment": CANARY}, "wrong_type", "/comment"),
        ({"comment": None}, "empty_text", "/comment/text"),
        ({"comment": {"text": ""}}, "empty_text", "/comment/text"),
        ({"comment": {"text": 5}}, "wrong_type", "/comment/text"),
        ({"comment": {"text": "Dag", "x": 1}}, "unknown_field", "/comment/x"),
        ({"comment": {"text": "Dag", "type": "MARKDOWN"}}, "unknown_text_type", "/comment/type"),
        ({"comment": {"text": "<p><br></p>", "type": "HTML"}}, "empty_text", "/comment/text"),
        ({"comment": {"text": CANARY * 1000}}, "too_long", "/comment/text"),
        ({"comment": {"text": "<b>" * MAX_TEXT_CHARACTERS * MARKUP, "type": "HTML"}}, "too_long", "/comment/text"),
        ({"comment": {"text": CANARY + "\ud800"}}, "invalid_unicode", "/comment/text"),
        ({"requestedAttributes": None}, "no_requested_attributes", "/requestedAttributes"),
        ({"requestedAttributes": {}}, "no_requested_attributes", "/requestedAttributes"),
        ({"requestedAttributes": ["TOXICITY"]}, "wrong_type", "/requestedAttributes"),
        ({"requestedAttributes": {"TOXICITY@6": {}}}, "unknown_attribute", "/requestedAttributes/TOXICITY@6"),
        ({"requestedAttributes": {"OBSCENE": {}}}, "attribute_not_judged", "/requestedAttributes/OBSCENE"),
        ({"requestedAttributes": {"THREAT": True}}, "wrong_type", "/requestedAttributes/THREAT"),
        ({"requestedAttributes": {"THREAT": {"x": 1}}}, "unknown_field", "/requestedAttributes/THREAT/x"),
        ({"requestedAttributes": {"THREAT": {"scoreType": "RAW"}}}, "unknown_score_type", "/requestedAttributes/THREAT/scoreType"),
        ({"requestedAttributes": {"THREAT": {"scoreThreshold": True}}}, "wrong_type", "/requestedAttributes/THREAT/scoreThreshold"),
        ({"languages": "nl"}, "wrong_type", "/languages"),
        ({"languages": [5]}, "not_a_string", "/languages/0"),
        ({"languages": ["en", "fr"]}, "language_not_supported", "/languages"),
        ({"doNotStore": "yes"}, "wrong_type", "/doNotStore"),
        ({"spanAnnotations": 1}, "wrong_type", "/spanAnnotations"),
        ({"clientToken": 5}, "wrong_type", "/clientToken"),
        ({"clientToken": "\ud800"}, "invalid_unicode", "/clientToken"),
        ({"languages": ["nl-\udfff"]}, "invalid_unicode", "/languages/0"),
        ({"context": {"x": 1}}, "unknown_field", "/context/x"),
        ({"context": {"entries": ["Dag"]}}, "not_an_object", "/context/entries/0"),
        ({"context": {"entries": [{"text": 5}]}}, "wrong_type", "/context/entries/0/text"),
        ({"context": {"entries": [{"text": "a" * 6000}] * 2}}, "too_long", "/context"),
        ({"context": {"entries": [{"text": "<b>" * 9000, "type": "HTML"}] * 2}}, "too_long", "/context"),
        ({"context": {"articleAndParentComment": {"article": "Dag"}}}, "not_an_object", "/context/articleAndParentComment/article"),
    ],
)  # fmt: skip
def test_a_wrong_body_is_refused(change: dict[str, Any], code: str, pointer: str, taxonomy: Taxonomy) -> None:
    with pytest.raises(RequestError) as caught:
        parse_analysis(body("Dag") | change, attributes_of(taxonomy), NOT_JUDGED)
    assert caught.value.status == 400
    assert (caught.value.error["code"], caught.value.error["pointer"]) == (code, pointer)
    assert CANARY not in str(error_body(caught.value.error))


@pytest.mark.parametrize("raw", [None, [], "Dag", 5])
def test_a_body_that_is_no_object_is_refused(raw: Any) -> None:
    with pytest.raises(RequestError):
        parse_analysis(raw, ATTRIBUTES, NOT_JUDGED)


@pytest.mark.parametrize("languages", [None, [], ["nl"], ["NL-be"], ["en", "nl"]])
def test_dutch_or_nothing_may_be_named(languages: list[str] | None) -> None:
    asked = parse_analysis(body("Dag", languages=languages), ATTRIBUTES, NOT_JUDGED)
    assert asked.languages == tuple(languages or [])


@pytest.mark.parametrize(
    ("code", "pointer", "kind"),
    [
        ("empty_text", "/comment/text", "COMMENT_EMPTY"),
        ("too_long", "/comment/text", "COMMENT_TOO_LONG"),
        ("too_long", "/context", "INVALID_REQUEST"),
        ("no_requested_attributes", "/requestedAttributes", "NO_REQUESTED_ATTRIBUTES"),
        ("language_not_supported", "/languages", "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"),
        ("unknown_field", "/x", "INVALID_REQUEST"),
    ],
)
def test_an_error_has_their_shape_and_ours(code: str, pointer: str, kind: str) -> None:
    error = api_error(400, code, "what to do", pointer)
    details = [{"@type": ERROR_TYPE, "errorType": kind}]
    theirs = {"code": 400, "message": "what to do", "status": "INVALID_ARGUMENT", "details": details}
    assert error_body(error) == {"error": theirs, "errors": [error]}
