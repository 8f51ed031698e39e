"""Score comments offline, JSON lines in and out, through the same path as the service.

    python -m serving.score < comments.jsonl > decisions.jsonl

A line in is a comment as `POST /v1/score` takes it; a line out is its decision, or its error in its place. Memory
stays constant however long the input is. Progress goes to stderr, nothing of a comment's text does.
"""

import argparse
import json
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from serving.moderation.errors import CommentError, ModerationError
from serving.moderation.moderator import Moderator, error_record, load_moderator
from serving.settings import Settings, SettingsError, read_settings

SECONDS_BETWEEN_REPORTS = 2.0
# Work ahead of the writer for each thread: enough to keep it busy, little enough to stay in constant memory.
AHEAD = 32


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        settings = _settings(options)
        moderator = load_moderator(settings.taxonomy, settings.artefact, settings.policy)
    except (ModerationError, SettingsError) as error:
        print(f"score: {error}", file=sys.stderr)
        return 2
    failed = score_lines(moderator, sys.stdin.buffer, sys.stdout.buffer, settings.threads)
    return 1 if failed and options.strict else 0


def score_lines(moderator: Moderator, lines: BinaryIO, out: BinaryIO, threads: int) -> int:
    """Score every non-empty line in order; returns how many could not be scored."""
    done = failed = 0
    started = reported = time.monotonic()
    for record in _in_order(moderator, _numbered(lines), threads):
        out.write(json.dumps(record, ensure_ascii=False).encode("utf8", "replace") + b"\n")
        done += 1
        failed += "errors" in record
        if (now := time.monotonic()) - reported > SECONDS_BETWEEN_REPORTS:
            _report(done, failed, now - started)
            reported = now
    out.flush()
    _report(done, failed, time.monotonic() - started)
    return failed


def _numbered(lines: BinaryIO) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, line


def _in_order(moderator: Moderator, lines: Iterable[tuple[int, bytes]], threads: int) -> Iterator[dict[str, Any]]:
    """Score on several threads, a bounded number of lines ahead, and give the results in the order of the lines."""
    waiting: deque[Future[dict[str, Any]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for number, line in lines:
            waiting.append(pool.submit(_answer, moderator, number, line))
            if len(waiting) >= AHEAD * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _answer(moderator: Moderator, number: int, line: bytes) -> dict[str, Any]:
    pointer = f"/lines/{number}"
    try:
        raw = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        detail = f"line {number} is not UTF-8 at byte {error.start + 1}; convert the file to UTF-8"
        return error_record(None, CommentError("invalid_utf8", "", detail), pointer)
    except (ValueError, RecursionError):  # ValueError: no JSON, or a number of thousands of digits
        detail = f"line {number} is not a JSON object; write one whole object a line"
        return error_record(None, CommentError("invalid_json", "", detail), pointer)
    return moderator.answer(raw, pointer)


def _report(done: int, failed: int, seconds: float) -> None:
    rate = done / seconds if seconds else 0.0
    print(f"score: {done} lines, {failed} errors, {rate:.0f}/s", file=sys.stderr)


def _settings(options: argparse.Namespace) -> Settings:
    given = {name: value for name, value in vars(options).items() if name != "strict" and value is not None}
    return replace(read_settings(), **given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m serving.score", description="Score comments, JSON lines in and out.")
    parser.add_argument("--artefact", type=Path, help="artefact folder (default: the bundled one)")
    parser.add_argument("--policy", type=Path, help="policy file (default: data/policies/standaard.toml)")
    parser.add_argument("--taxonomy", type=Path, help="taxonomy file (default: data/taxonomy.toml)")
    parser.add_argument(
        "--threads", type=int, choices=range(1, 257), metavar="N", help="comments at a time (default: all cores)"
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 if any line could not be scored")
    return parser


if __name__ == "__main__":
    sys.exit(main())
