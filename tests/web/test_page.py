"""The page at `/`, as it is sent and as a person meets it in a browser, with the real service behind it."""

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Error, Locator, Page, Route, expect
from starlette.applications import Starlette
from starlette.testclient import TestClient

from serving.moderation.comment import MAX_TEXT_CHARACTERS
from serving.moderation.moderator import Moderator
from serving.web.page import FOLDER, page_routes
from serving.web.requests import MAX_COMMENTS
from tests.server import Server
from tests.web.answers import THREAT, answer_of, answering, error_body, judge

ACTIONS = {"publish": "Publiceren", "review": "Eerst een medewerker", "auto_hide": "Meteen verbergen"}
BLOCKED_BY = ["any_violation", "criticism_shield", "never_hidden_automatically", "other_alphabet", "mostly_unknown"]
BLOCKED_BY += ["cut_off", "other_language", "sperperiode", "crisis"]
slow = pytest.mark.slow


def test_every_file_of_the_page_is_sent_with_its_type_and_a_strict_policy() -> None:
    routes = page_routes()
    assert {route.path for route in routes} == {"/"} | {f"/{path.name}" for path in FOLDER.iterdir()} - {"/index.html"}
    types = {"/": "text/html", "css": "text/css", "js": "text/javascript"}
    client = TestClient(Starlette(routes=routes))
    for route in routes:
        answer = client.get(route.path)
        assert answer.headers["content-type"] == types[route.path.rpartition(".")[2]] + "; charset=utf-8"
        assert "default-src 'none'; script-src 'self'; style-src 'self';" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-cache"
        assert {"permissions-policy", "cross-origin-opener-policy", "cross-origin-resource-policy"} <= set(answer.headers)


@slow
def test_the_browser_holds_the_page_to_its_policy(page: Page, complaints: list[str]) -> None:
    with pytest.raises(Error, match="TrustedHTML"):
        page.evaluate("document.body.innerHTML = '<b>x</b>'")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("fetch('http://127.0.0.1:1/').catch(() => {})")
    page.wait_for_timeout(300)
    assert any("policy: style-src-attr" in text for text in complaints)
    assert any("policy: connect-src" in text for text in complaints)
    complaints.clear()


@slow
def test_a_comment_gets_the_decision_of_the_service(page: Page, server: Server, moderator: Moderator) -> None:
    answer = answer_of(server, THREAT)
    decision = answer["results"][0]
    judge(page, THREAT)
    card = page.get_by_role("article")
    expect(card.get_by_role("heading", level=3)).to_have_text(ACTIONS[decision["action"]])
    assert typed_in(card) == THREAT
    categories = {category.id: category.name for category in moderator.taxonomy.categories}
    assert card.locator(".labels li").all_inner_texts() == [categories[name] for name in decision["labels"]]
    for reason in decision["reasons"]:
        expect(card.get_by_text(reason["sentence"])).to_be_visible()
    routes = [moderator.taxonomy.escalation[route] for route in decision["escalate_to"]]
    assert card.locator("section", has_text="Wie je verwittigt").locator("li").all_inner_texts() == routes
    rows = card.locator("tbody tr")
    assert [name.split(" (haalt")[0] for name in rows.locator(".name").all_text_contents()] == list(categories.values())
    widths = rows.locator(".fill").evaluate_all("fills => fills.map(fill => fill.offsetWidth / fill.parentElement.offsetWidth)")
    assert widths == pytest.approx(list(decision["probabilities"].values()), abs=0.02)
    thresholds = [round(100 * moderator.policy.rules[name].review) for name in categories]
    assert [int(cell.rstrip(" \xa0%")) for cell in rows.locator("td:last-child").all_inner_texts()] == thresholds
    for version in (answer["model"], answer["policy"], answer["taxonomy"]):
        expect(page.locator("#versions")).to_contain_text(version)
    page.get_by_text("Ruwe gegevens (JSON)").click()
    assert json.loads(page.locator("#raw").inner_text())["results"][0]["action"] == decision["action"]
    expect(page.get_by_role("status").first).to_contain_text(ACTIONS[decision["action"]].lower())


def typed_in(where: Locator | Page) -> str:
    """The comment as shown, without what is said about its marks."""
    typed = where.locator("blockquote").evaluate(
        "quote => { const copy = quote.cloneNode(true); copy.querySelectorAll('.unseen, sup').forEach(note => note.remove()); return copy.textContent }"
    )
    return str(typed)


@slow
def test_spans_mark_code_points_and_may_overlap(page: Page, server: Server, moderator: Moderator) -> None:
    text = "🤬👩‍👩‍👧 gij vuile ezel, ik vind u"
    places = {word: len(text[: text.index(word)]) for word in ("gij", "ezel", "ik")}
    spans = [
        {"start": places["gij"], "end": places["ezel"] + 4, "category": "insult", "weight": 0.5},
        {"start": places["ezel"], "end": len(text), "category": "threat", "weight": 1.0},
        {"start": 3, "end": len(text) + 1, "category": "spam", "weight": 1.0},
    ]
    page.route("**/v1/score", answering(answer_of(server, text, spans=spans)))
    judge(page, text)
    names = {category.id: category.name for category in moderator.taxonomy.categories}
    assert page.locator("mark").evaluate_all("marks => marks.map(mark => mark.firstChild.data)") == [
        "gij vuile ",
        "ezel",
        ", ik vind u",
    ]
    assert page.locator("mark .unseen").all_text_contents() == [
        f" (gemarkeerd: {names['insult']}) ",
        f" (gemarkeerd: {names['insult']} en {names['threat']}) ",
        f" (gemarkeerd: {names['threat']}) ",
    ]
    assert page.locator(".legend li").all_inner_texts() == [names["insult"], names["threat"]]


@slow
def test_markup_in_a_comment_stays_text(page: Page) -> None:
    text = "<img src=x onerror=\"document.title='stuk'\"><script>document.title='stuk'</script><b>vet</b> & meer"
    page.get_by_label("Het bericht waarop ze antwoordt").fill(text)
    judge(page, text)
    expect(page.get_by_role("article")).to_be_visible()
    assert typed_in(page) == text
    assert page.locator("#outcome").locator("img, script, b").count() == 0
    assert "stuk" not in page.title()


@slow
def test_a_comment_that_can_not_be_judged_says_so_in_its_place(page: Page) -> None:
    page.get_by_label("Elke regel is een aparte reactie").check()
    judge(page, "a" * (MAX_TEXT_CHARACTERS + 1) + "\n\nDank je wel!")
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("article").first).to_contain_text("Niet beoordeeld")
    expect(page.get_by_role("article").first).to_contain_text("De tekst is te lang. Kort ze in, of splits ze. too_long")
    expect(page.get_by_role("article").last).to_contain_text("Publiceren")


@slow
def test_an_error_of_the_whole_call_is_told_in_dutch(page: Page) -> None:
    judge(page, "   ")
    expect(page.get_by_role("alert")).to_have_text("Typ of plak eerst een reactie.")
    page.get_by_label("Elke regel is een aparte reactie").check()
    judge(page, "Dag\n" * (MAX_COMMENTS + 1))
    expect(page.get_by_role("alert")).to_have_text(
        "Dat zijn te veel reacties in één keer. Geef er minder tegelijk. too_many_comments"
    )
    page.route("**/v1/score", lambda route: route.abort())
    judge(page, "Dag")
    expect(page.get_by_role("alert")).to_contain_text("De server antwoordt niet.")
    page.route("**/v1/score", answering(error_body(418, "teapot"), 418))
    judge(page, "Dag")
    expect(page.get_by_role("alert")).to_have_text("De server aanvaardt deze vraag niet. teapotA title: A detail")
    expect(page.locator("#outcome")).to_be_hidden()


@slow
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_tried_again_after_its_time(page: Page, status: int) -> None:
    page.route("**/v1/score", answering(error_body(status, "busy"), status, **{"Retry-After": "2"}), times=1)
    judge(page, "Dank je wel!")
    expect(page.get_by_role("alert")).to_contain_text("Wacht 2 seconden")
    expect(page.get_by_role("button", name="Probeer opnieuw over")).to_be_disabled()
    again = page.get_by_role("button", name="Probeer opnieuw", exact=True)
    expect(again).to_be_enabled()
    again.click()
    expect(page.get_by_role("article")).to_contain_text("Publiceren")
    expect(page.get_by_role("alert")).to_be_empty()


@slow
def test_a_key_is_asked_for_sent_and_forgotten(page: Page, context: BrowserContext) -> None:
    sent: list[str | None] = []

    def guard(route: Route) -> None:
        sent.append(route.request.headers.get("authorization"))
        if sent[-1] == "Bearer geheim":
            route.continue_()
        else:
            route.fulfill(status=401, json=error_body(401, "unauthorized"))

    page.route("**/v1/*", guard)
    expect(page.get_by_label("API-sleutel")).to_be_hidden()
    judge(page, "Dank je wel!")
    expect(page.get_by_label("API-sleutel")).to_be_focused()
    page.keyboard.type("geheim")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_contain_text("Publiceren")
    assert sent == [None, "Bearer geheim"]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert context.cookies() == []
    page.reload()
    expect(page.get_by_label("API-sleutel")).to_be_focused()
    assert sent[-1] is None
    expect(page.get_by_label("Reactie", exact=True)).to_have_value("")
    page.unroute("**/v1/*")


@slow
def test_the_codes_of_a_block_are_dutch_and_an_unknown_one_is_shown(page: Page, server: Server) -> None:
    page.route("**/v1/score", answering(answer_of(server, THREAT, blocked_by=[*BLOCKED_BY, "new_code"], action="new_action")))
    judge(page, THREAT)
    card = page.get_by_role("article")
    expect(card.get_by_role("heading", level=3)).to_have_text("new_action")
    told = card.locator("section", has_text="Waarom een mens eerst kijkt").locator("li").all_inner_texts()
    assert len(set(told)) == len(BLOCKED_BY) + 1
    assert [line for line in told if re.fullmatch(r"[a-z_]+", line)] == ["new_code"]


@slow
def test_the_reply_is_copied_whole(page: Page, context: BrowserContext, moderator: Moderator) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Voorbeeld: belediging").click()
    page.get_by_role("button", name="Kopieer").click()
    expect(page.get_by_text("Gekopieerd")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == moderator.taxonomy.reply["nl"]


@slow
def test_categories_and_model_card_come_from_the_service(page: Page, moderator: Moderator) -> None:
    page.get_by_text("Wat de categorieën betekenen").click()
    definitions = [category.definition for category in moderator.taxonomy.categories]
    for definition in [*definitions, *(signal.definition for signal in moderator.taxonomy.signals)]:
        expect(page.locator("#categories dd", has_text=definition)).to_be_visible()
    page.get_by_role("link", name="modelkaart").click()
    card = (moderator.artefact.path / "MODEL_CARD.md").read_text(encoding="utf8")
    assert page.locator("#card pre").text_content() == card
