"""The API as it runs against its own description, by schemathesis, and the description against what is answered."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from serving.adapters import openai, perspective
from serving.adapters.openai_schemas import openai_described
from serving.adapters.perspective_schemas import perspective_described
from serving.moderation.comment import Comment
from serving.moderation.moderator import Moderator, api_error
from serving.web.openapi import openapi
from tests.server import Server

# What the description can't say: a call with too much in it is refused with 413, which schemathesis does not count as refusing.
ALLOWED = "400,401,403,404,405,406,409,413,415,422,428,429,5xx"
# Nor how much of HTML is shown: that can be nothing, or too much.
CONFIGURATION = f"""
[checks]
negative_data_rejection.expected-statuses = [{", ".join(repr(status) for status in ALLOWED.split(","))}]

[[operations]]
include-path = "/v1alpha1/comments:analyze"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400"]
"""
OPERATIONS = 6


@pytest.mark.slow
def test_the_service_keeps_to_its_description(server: Server, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(tmp_path / "schemathesis.toml")]
    command += ["run", str(server.client.base_url.join("/openapi.json")), "--max-examples", "40", "--seed", "1", "--no-color"]
    found = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert found.returncode == 0, (found.stdout + found.stderr)[-3000:]
    assert re.search(rf"Tested: {OPERATIONS}\b", found.stdout), found.stdout[-3000:]


def test_a_decision_has_the_fields_that_are_described(moderator: Moderator) -> None:
    record = moderator.decide(Comment("1", "gij zijt een achterlijke ezel"), with_spans=True).as_record()
    schemas = openapi(moderator.taxonomy, "1")["components"]["schemas"]
    for name, value in (("Decision", record), ("Reason", record["reasons"][0]), ("Span", record["spans"][0])):
        assert list(value) == schemas[name]["required"], name


def test_each_adapters_errors_and_results_have_the_fields_that_are_described(moderator: Moderator) -> None:
    described = [openai_described(), perspective_described(perspective.ATTRIBUTES)]
    document = openapi(moderator.taxonomy, "1", described)
    schemas, error = document["components"]["schemas"], api_error(400, "not_a_string", "'text' must be a string", "/input")
    for name, body in (("ModerationsErrors", openai.error_body(error)), ("AnalyzeErrors", perspective.error_body(error))):
        assert list(body) == schemas[name]["required"], name
        assert list(body["error"]) == schemas[name]["properties"]["error"]["required"], name
    result = openai.result(moderator.decide(Comment("1", "gij zijt een achterlijke ezel")).as_record())
    assert list(result) == schemas["ModerationsResult"]["required"]
    assert result["categories"].keys() == schemas["ModerationsResult"]["properties"]["categories"]["properties"].keys()
    assert sum(len(path) for path in document["paths"].values()) == OPERATIONS
