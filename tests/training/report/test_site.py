"""The report's pages, made from the notebooks and shown by the service: complete, true to the run, and fit to be read by everyone."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.server import Server
from training.evaluate import MIN_POSITIVES
from training.questions import QUESTIONS, measured
from training.report.site import markdown
from training.report.words import number
from training.run import Run

slow = pytest.mark.slow
PAGES = ("index", *QUESTIONS, "register", "modelkaart")
WIDTHS = (390, 1280)


@slow
def test_every_question_has_a_page_that_opens_with_its_answer(site: Path, run: Run) -> None:
    figures = measured(run)
    overview = text_of(site / "index.html")
    for name, question in QUESTIONS.items():
        answer = " ".join(question.answer(figures[name])).replace("\xa0", " ")
        page = text_of(site / f"{name}.html")
        assert answer in page and answer in overview
        # Nothing but the navigation and the title comes before it.
        assert page.index(answer) < page.index("Model small@")


@slow
def test_a_figure_on_a_page_and_on_the_card_is_the_same(site: Path, run: Run) -> None:
    found = measured(run)
    figures, actions = found["nauwkeurigheid"], found["drempels"]["own"]["actions"]
    card, page = (site / "MODEL_CARD.md").read_text(encoding="utf8"), text_of(site / "nauwkeurigheid.html")
    # The first row of a name: its figures; thresholds come later.
    rows = {line.split(" | ")[0].strip("| "): line for line in reversed(card.splitlines()) if line.startswith("| ")}
    # A category with fewer has no figures on the page.
    shown = [name for name, found in figures["own"]["categories"].items() if found["positives"] >= MIN_POSITIVES]
    assert shown
    for name in shown:
        found = figures["own"]["categories"][name]["f1"]
        assert f"{found['value']:.3f} [{found['low']:.3f}–{found['high']:.3f}]" in rows[name]
        assert f"{number(found['value'])} ({number(found['low'])}–{number(found['high'])})" in page
    for action, found in actions.items():
        assert f"{found['value']:.3f}" in rows[action.replace("_", " ")]
    register = text_of(site / "register.html")
    assert number(100 * actions["harmless_reviewed"]["value"], 1) in register


@slow
def test_the_run_decides_as_the_service_does(run: Run, shown: Server) -> None:
    kept = run.own.decisions[:20]
    comments = [{"id": c.id, "text": c.text, "context": c.context} for c in run.own.comments[:20]]
    answered = shown.client.post("/v1/score", json={"comments": comments}).json()["results"]
    for decision, served in zip(kept, answered, strict=True):
        record = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(decision).items()}
        assert served == record


@pytest.fixture
def page(browser: Browser, shown: Server) -> Iterator[Page]:
    context = browser.new_context()
    asked: list[str] = []
    heard: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    yield context.new_page()
    context.close()
    assert [url for url in asked if not url.startswith(f"{shown.url}/report/")] == []
    assert heard == []


@slow
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits_a_phone(page: Page, shown: Server, name: str) -> None:
    page.goto(f"{shown.url}/report/{name}.html")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than {width} pixels"
    assert (
        page.locator("img").evaluate_all(
            "all => all.filter(one => !one.naturalWidth || one.alt.length < 20).map(one => one.src)"
        )
        == []
    )
    assert page.locator("h1").count() == 1
    # What Python calls nothing is no word of ours.
    assert not re.search(r"\b(nan|None)\b", page.locator("main").inner_text())


def test_markdown_is_shown_and_html_in_it_is_not_obeyed() -> None:
    shown = markdown("# Kop\n\n<script>alert(1)</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert "<h1>Kop</h1>" in shown and "<script>" not in shown and 'tabindex="0"' in shown


def text_of(path: Path) -> str:
    """The words of a page, with plain spaces."""
    bare = re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf8").replace("\xa0", " "))
    for entity, sign in {"&#39;": "'", "&quot;": '"', "&#34;": '"', "&amp;": "&", "&lt;": "<", "&gt;": ">"}.items():
        bare = bare.replace(entity, sign)
    return re.sub(r"\s+", " ", bare)


def findings(page: Page) -> list[tuple[str, list[Any]]]:
    """What axe objects to: rule and places."""
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = Axe().run(page, options=options).response["violations"]
    return [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found]
