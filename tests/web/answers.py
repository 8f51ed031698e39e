"""What the tests of the page have in common: a comment, asking for its decision, and answers made for a test."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route

from tests.server import Server

THREAT = "Ik weet waar ge woont, ik kom vanavond uw ramen inslaan"


def answer_of(server: Server, text: str, **changed: Any) -> dict[str, Any]:
    """The service's own answer on one comment, with fields of its decision changed."""
    answer: dict[str, Any] = server.client.post("/v1/score", json={"comments": [{"id": "1", "text": text}]}).json()
    answer["results"][0] |= changed
    return answer


def answering(body: dict[str, Any], status: int = 200, **headers: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, json=body, headers=headers)


def error_body(status: int, code: str) -> dict[str, Any]:
    return {"errors": [{"status": str(status), "code": code, "title": "A title", "detail": "A detail", "pointer": ""}]}


def judge(page: Page, text: str) -> None:
    page.get_by_label("Reactie", exact=True).fill(text)
    page.get_by_role("button", name="Beoordeel").click()
