"""The page for everyone: keyboard, screen reader and contrast, narrow screens, paper."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.server import Server
from tests.web.answers import THREAT, answer_of, answering, error_body, judge

pytestmark = pytest.mark.slow


def test_the_whole_page_works_from_the_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_label("Reactie", exact=True)).to_be_focused()
    page.keyboard.type("Dank je wel!")
    page.keyboard.press("Enter")
    page.keyboard.type("Tot morgen.")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Elke regel is een aparte reactie")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Het bericht van vandaag.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_text("Antwoord op: Het bericht van vandaag.")).to_have_count(2)
    expect(page.locator("#overview a")).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(page: Page, server: Server, scheme: Any, width: int) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 844})
    assert findings(page) == []
    spans = [
        {"start": 0, "end": 6, "category": "insult", "weight": 0.1},
        {"start": 3, "end": 12, "category": "threat", "weight": 1},
    ]
    page.route("**/v1/score", answering(answer_of(server, THREAT, spans=spans, signals=["criticism"], reply="Dag")), times=1)
    judge(page, THREAT)
    expect(page.locator("mark")).to_have_count(3)
    page.locator("details").evaluate_all("all => all.forEach(one => (one.open = true))")
    assert findings(page) == []
    page.get_by_role("button", name="Voorbeeld: vijf reacties").click()
    expect(page.get_by_role("article")).to_have_count(5)
    assert findings(page) == []
    for status in (401, 503):
        page.route("**/v1/score", answering(error_body(status, "odd"), status, **{"Retry-After": "60"}), times=1)
        judge(page, THREAT)
        expect(page.get_by_role("alert")).to_contain_text("odd")
        assert findings(page) == []


def findings(page: Page) -> list[tuple[str, list[Any]]]:
    """What axe objects to: rule and places. Its rules for WCAG 2.2 AA and its own best practices."""
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = Axe().run(page, options=options).response
    assert len(found["passes"]) > 20
    return [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]]


def test_nothing_is_wider_than_a_narrow_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    judge(page, "https://voorbeeld.example/" + "x" * 300)
    expect(page.get_by_role("article")).to_be_visible()
    page.locator("details").evaluate_all("all => all.forEach(one => (one.open = true))")
    assert page.evaluate("document.scrollingElement.scrollWidth") == 320


def test_on_paper_stands_what_was_judged_and_why(page: Page) -> None:
    page.get_by_role("button", name="Voorbeeld: vijf reacties").click()
    expect(page.get_by_role("article")).to_have_count(5)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Beoordeel")).to_be_hidden()
    expect(page.get_by_role("table")).to_have_count(5)
    expect(page.get_by_role("table").first).to_be_visible()
