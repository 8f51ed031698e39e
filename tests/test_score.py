"""The offline scorer, run as people run it: a process with JSON lines on stdin."""

import io
import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from serving.moderation.comment import Comment
from serving.moderation.moderator import Moderator
from serving.score import AHEAD, BATCH, score_lines

ROOT = Path(__file__).resolve().parents[1]
CANARY = "kanarie-7f3a"


@dataclass(frozen=True)
class Told:
    id: str

    def as_record(self) -> dict[str, Any]:
        return {"id": self.id}


class Choking:
    """Stands in for a moderator with a mistake in it, which no comment is known to show."""

    def __init__(self) -> None:
        self.asked = 0

    def decide_all(self, comments: list[Comment]) -> list[Told]:
        self.asked += len(comments)
        time.sleep(0.005)
        for comment in comments:
            if CANARY in comment.text:
                raise KeyError(comment.text)
        return [Told(comment.id) for comment in comments]


class Closed(io.BytesIO):
    def write(self, _: Any) -> int:
        raise BrokenPipeError


def lines(count: int) -> bytes:
    return b"".join(b'{"id":"%d","text":"Dag"}\n' % number for number in range(count))


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


def test_what_breaks_on_one_line_stops_no_other_and_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    given, out = [{"id": "1", "text": CANARY}, {"id": "2", "text": "Dag"}], io.BytesIO()
    stdin = io.BytesIO("\n".join(map(json.dumps, given)).encode())
    assert score_lines(cast(Moderator, Choking()), stdin, out, 1) == 1
    first, second = map(json.loads, out.getvalue().splitlines())
    assert (first["id"], first["errors"][0]["code"], first["errors"][0]["pointer"]) == ("1", "internal_error", "/lines/1")
    assert second == {"id": "2"}
    told = capsys.readouterr().err
    assert "line 1: unexpected KeyError" in told and CANARY not in told + str(first)


def test_where_nobody_reads_on_no_more_is_scored() -> None:
    moderator = Choking()
    with pytest.raises(BrokenPipeError):
        score_lines(cast(Moderator, moderator), io.BytesIO(lines(100_000)), Closed(), 1)
    assert moderator.asked <= 2 * BATCH < AHEAD * BATCH


@pytest.mark.parametrize("how", ["its reader closes", "Ctrl-C"])
def test_a_run_that_is_broken_off_ends_without_a_traceback(how: str) -> None:
    command = [sys.executable, "-m", "serving.score", "--threads", "1"]
    # A test run in the background hears no Ctrl-C, and hands that down.
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stdin and process.stdout and process.stderr
    process.stdin.write(lines(200))
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["id"] == "0"
    if how == "Ctrl-C":
        process.send_signal(signal.SIGINT)
    else:
        process.stdout.close()
        process.stdin.write(lines(200))
        process.stdin.close()
    assert process.wait(20) == (130 if how == "Ctrl-C" else 1)
    assert b"Traceback" not in process.stderr.read()


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
