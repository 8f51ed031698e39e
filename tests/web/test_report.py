"""The report at `/report`, as it is sent; its pages themselves are tested in tests/training/report."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from serving.web.report import report_route


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "run" / "site"
    (folder / "plaatjes").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Overzicht</title>")
    (folder / "report.css").write_text("body {}")
    (folder / "plaatjes" / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "run" / "secret.json").write_text("{}")
    return folder


def client(site: Path) -> TestClient:
    return TestClient(Starlette(routes=[report_route(site)]))


def test_pages_style_and_pictures_are_sent_under_a_strict_policy(site: Path) -> None:
    for path, media_type in {"": "text/html", "report.css": "text/css", "plaatjes/a.svg": "image/svg+xml"}.items():
        answer = client(site).get(f"/report/{path}")
        assert answer.status_code == 200 and answer.headers["content-type"].startswith(media_type)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
        assert "script-src" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in client(site).get("/report/").headers["content-security-policy"]


def test_a_picture_that_did_not_change_keeps_its_policy(site: Path) -> None:
    first = client(site).get("/report/plaatjes/a.svg")
    again = client(site).get("/report/plaatjes/a.svg", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    assert "sandbox" in first.headers["content-security-policy"]


def test_a_report_that_may_not_be_read_is_none(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rights themselves say nothing here: tests may run as root."""
    monkeypatch.setattr("os.access", lambda path, mode: False)
    answer = client(site).get("/report/")
    assert answer.status_code == 404 and "mag lezen" in answer.text


def test_the_bare_address_leads_to_the_first_page(site: Path) -> None:
    assert "Overzicht" in client(site).get("/report").text


@pytest.mark.parametrize("path", ["../secret.json", "..%2fsecret.json", "%2e%2e/secret.json", "nothing.html"])
def test_nothing_beside_the_site_is_sent(site: Path, path: str) -> None:
    assert client(site).get(f"/report/{path}").status_code == 404


def test_before_there_is_a_report_the_page_says_how_to_make_it_and_afterwards_shows_it(tmp_path: Path) -> None:
    there = client(tmp_path / "site")
    answer = there.get("/report/")
    assert answer.status_code == 404 and "make report" in answer.text
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("nu wel")
    assert there.get("/report/").text == "nu wel"
