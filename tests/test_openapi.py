"""The API as it runs against its own description, by schemathesis, and the description against what is answered."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from serving.moderation.comment import Comment
from serving.moderation.moderator import Moderator
from serving.web.openapi import openapi
from tests.server import Server

# What the description can't say: a call with too much in it is refused with 413, which schemathesis does not count as refusing.
ALLOWED = "400,401,403,404,405,406,409,413,415,422,428,429,5xx"
CONFIGURATION = f"""
[checks]
negative_data_rejection.expected-statuses = [{", ".join(repr(status) for status in ALLOWED.split(","))}]
"""


@pytest.mark.slow
def test_the_service_keeps_to_its_description(server: Server, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(tmp_path / "schemathesis.toml")]
    command += ["run", str(server.client.base_url.join("/openapi.json")), "--max-examples", "40", "--seed", "1", "--no-color"]
    found = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert found.returncode == 0, (found.stdout + found.stderr)[-3000:]
    assert re.search(r"Tested: ([4-9]|\d\d)", found.stdout)


def test_a_decision_has_the_fields_that_are_described(moderator: Moderator) -> None:
    record = moderator.decide(Comment("1", "gij zijt een achterlijke ezel"), with_spans=True).as_record()
    schemas = openapi(moderator.taxonomy, "1")["components"]["schemas"]
    for name, value in (("Decision", record), ("Reason", record["reasons"][0]), ("Span", record["spans"][0])):
        assert list(value) == schemas[name]["required"], name
