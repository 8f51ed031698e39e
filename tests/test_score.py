"""The offline scorer, run as people run it: a process with JSON lines on stdin."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from serving.moderation.comment import Comment
from serving.moderation.moderator import Moderator

ROOT = Path(__file__).resolve().parents[1]
CANARY = "kanarie-7f3a"


def run(stdin: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "serving.score", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, check=False)


def records(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_decisions_are_those_of_the_moderator_in_order(moderator: Moderator) -> None:
    comments = [
        Comment(str(i), f"De bus van {i} uur was weer te laat", "Nieuwe dienstregeling" if i % 2 else None) for i in range(40)
    ]
    lines = b"".join(json.dumps({"id": c.id, "text": c.text, "context": c.context}).encode() + b"\n" for c in comments)
    done = run(lines, "--threads", "2")
    assert done.returncode == 0
    expected = [json.loads(json.dumps(moderator.decide(comment).as_record())) for comment in comments]
    assert records(done) == expected


def test_bad_lines_are_errors_in_their_place() -> None:
    good = json.dumps({"id": "a", "text": f"Mooi {CANARY}"}).encode()
    lines = [
        good,
        b'{"id":"d","text":' + b"1" * 5000 + b"}",
        b"",
        b'{"id": "b"',
        b"\xff\xfe" + CANARY.encode(),
        b'["' + CANARY.encode() + b'"]',
        b'{"id":"c","text":""}',
        good,
    ]
    done = run(b"\n".join(lines))
    found = records(done)
    assert done.returncode == 0
    assert [record["errors"][0]["code"] if "errors" in record else "decision" for record in found] == [
        "decision", "invalid_json", "invalid_json", "invalid_utf8", "not_an_object", "empty_text", "decision",
    ]  # fmt: skip
    assert [record["errors"][0]["pointer"] for record in found if "errors" in record] == [
        "/lines/2", "/lines/4", "/lines/5", "/lines/6", "/lines/7/text",
    ]  # fmt: skip
    assert CANARY.encode() not in done.stderr + done.stdout
    assert b"7 lines, 5 errors" in done.stderr


def test_strict_tells_by_its_exit_status() -> None:
    assert run(b"{}\n", "--strict").returncode == 1
    assert run(b'{"id":"a","text":"Dag"}\n', "--strict").returncode == 0


def test_nothing_in_nothing_out() -> None:
    done = run(b"")
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.mark.parametrize("option", ["--artefact", "--policy", "--taxonomy"])
def test_a_missing_file_stops_with_its_name(option: str, tmp_path: Path) -> None:
    done = run(b"", option, str(tmp_path / "none"))
    assert done.returncode == 2
    assert str(tmp_path / "none").encode() in done.stderr
    assert b"Traceback" not in done.stderr
