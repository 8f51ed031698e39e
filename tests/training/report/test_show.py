"""Hurtful examples stay out of sight until a person asks for them, whatever she reads with."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from training.report import show
from training.report.site import TEMPLATE

NAMES = {"threat": "Bedreiging"}
EXAMPLES: list[dict[str, Any]] = [
    {
        "pieces": [{"text": "ik sla ", "categories": ["threat"]}, {"text": "u <b>", "categories": []}],
        "context": "Een bericht",
        "remark": "Ons label: bedreiging.",
    }
]
# What the site is served with: no script or style but its own files.
POLICY = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self'\">"


def test_a_marked_word_says_its_category_and_text_stays_text() -> None:
    shown = show.blurred("Toon 1 voorbeeld", EXAMPLES, NAMES).data
    assert "<mark>ik sla  <small>[bedreiging]</small></mark>u &lt;b&gt;" in shown
    assert "Onder: Een bericht" in shown and "Ons label: bedreiging." in shown
    assert " open" not in shown and "style=" not in shown and "<script" not in shown


@pytest.mark.slow
def test_nothing_is_read_out_before_the_keyboard_opens_it_and_nothing_is_printed(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "report.css").write_bytes((TEMPLATE / "report.css").read_bytes())
    body = show.blurred("Toon 1 voorbeeld", EXAMPLES, NAMES).data
    page_file = tmp_path / "page.html"
    page_file.write_text(
        f'<meta charset="utf-8">{POLICY}<link rel="stylesheet" href="report.css"><main>{body}</main>', encoding="utf8"
    )
    page = browser.new_page()
    page.goto(page_file.as_uri())
    text = page.locator(".reactie")
    expect(text).to_be_hidden()
    assert "ik sla" not in page.locator("main").aria_snapshot()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(text).to_be_visible()
    assert "ik sla" in page.locator("main").aria_snapshot()
    page.emulate_media(media="print")
    expect(text).to_be_hidden()
    page.close()
