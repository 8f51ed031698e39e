"""Score comments offline, JSON lines in and out, through the same path as the service.

    python -m serving.score < comments.jsonl > decisions.jsonl

A line in is a comment as `POST /v1/score` takes it; a line out is its decision, or its error in its place. Memory
stays constant however long the input is. Progress goes to stderr, nothing of a comment's text does.
"""

import argparse
import json
import os
import sys
import time
import traceback
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from serving.moderation.comment import Comment, parse_comment
from serving.moderation.errors import CommentError, ModerationError
from serving.moderation.moderator import Moderator, error_record, load_moderator
from serving.settings import Settings, SettingsError, read_settings

SECONDS_BETWEEN_REPORTS = 2.0
# Lines that a thread takes at a time (see `Classifier.score_all`); handing over each by itself also costs switches between threads.
BATCH = 16
# A thread back from the network needs the interpreter for a moment only, and would wait 5 ms for another that reads a batch.
SWITCH_SECONDS = 0.0002
# Batches ahead of the writer for each thread: enough to keep it busy, little enough to stay in constant memory.
AHEAD = 3


@dataclass(frozen=True)
class _Scored:
    """Records of a batch as JSON lines, how many there are, and how many of them are errors."""

    lines: bytes
    done: int
    failed: int


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        settings = _settings(options)
        moderator = load_moderator(settings.taxonomy, settings.artefact, settings.policy)
    except (ModerationError, SettingsError) as error:
        print(f"score: {error}", file=sys.stderr)
        return 2
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        failed = score_lines(moderator, sys.stdin.buffer, sys.stdout.buffer, settings.threads)
    except KeyboardInterrupt:
        print("score: stopped; what was written is whole", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Who reads has enough, as `head` has. What is left goes nowhere, or the interpreter would complain of it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 1 if failed and options.strict else 0


def score_lines(moderator: Moderator, lines: BinaryIO, out: BinaryIO, threads: int) -> int:
    """Score every non-empty line in order; returns how many could not be scored."""
    done = failed = 0
    started = reported = time.monotonic()
    with closing(_in_order(moderator, _batches(lines), threads)) as batches:
        for scored in batches:
            out.write(scored.lines)
            done += scored.done
            failed += scored.failed
            if (now := time.monotonic()) - reported > SECONDS_BETWEEN_REPORTS:
                _report(done, failed, now - started)
                reported = now
    out.flush()
    _report(done, failed, time.monotonic() - started)
    return failed


def _batches(lines: BinaryIO) -> Iterator[list[tuple[int, bytes]]]:
    """Non-empty lines with their numbers, BATCH at a time."""
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    while batch := list(islice(numbered, BATCH)):
        yield batch


def _in_order(moderator: Moderator, batches: Iterable[list[tuple[int, bytes]]], threads: int) -> Generator[_Scored]:
    """Score on several threads, a bounded number of batches ahead, and give the results in the order of the lines."""
    waiting: deque[Future[_Scored]] = deque()
    pool = ThreadPoolExecutor(threads)
    try:
        for batch in batches:
            waiting.append(pool.submit(_score, moderator, batch))
            if len(waiting) >= AHEAD * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        # Where nobody reads on, what waits is not scored.
        pool.shutdown(cancel_futures=True)


def _score(moderator: Moderator, batch: list[tuple[int, bytes]]) -> _Scored:
    read = [_read(number, line) for number, line in batch]
    numbered = [(number, found) for (number, _), found in zip(batch, read, strict=True) if isinstance(found, Comment)]
    decided = iter(_decided(moderator, numbered))
    records = [next(decided) if isinstance(found, Comment) else found for found in read]
    lines = b"".join(json.dumps(record, ensure_ascii=False).encode("utf8", "replace") + b"\n" for record in records)
    return _Scored(lines, len(records), sum("errors" in record for record in records))


def _read(number: int, line: bytes) -> Comment | dict[str, Any]:
    """The comment on a line, or the error record in its place."""
    raw = None
    try:
        raw = json.loads(line.decode("utf-8-sig"))
        return parse_comment(raw)
    except UnicodeDecodeError as error:
        detail = f"line {number} is not UTF-8 at byte {error.start + 1}; convert the file to UTF-8"
        found = CommentError("invalid_utf8", "", detail)
    except CommentError as error:
        found = error
    except (ValueError, RecursionError):  # ValueError: no JSON, or a number of thousands of digits
        found = CommentError("invalid_json", "", f"line {number} is not a JSON object; write one whole object a line")
    return error_record(raw, found, f"/lines/{number}")


def _decided(moderator: Moderator, numbered: list[tuple[int, Comment]]) -> list[dict[str, Any]]:
    """The decision on each comment as a record, or an error record where deciding on that one fails."""
    try:
        return [decision.as_record() for decision in moderator.decide_all([comment for _, comment in numbered])]
    except Exception as error:  # of one comment; the others are scored all the same
        if len(numbered) > 1:  # which one?
            return [record for one in numbered for record in _decided(moderator, [one])]
        [(number, comment)] = numbered
        # Where, not what: the message of an exception can repeat what it choked on.
        where = traceback.extract_tb(error.__traceback__)[-1]
        print(f"score: line {number}: unexpected {type(error).__name__} at {where.filename}:{where.lineno}", file=sys.stderr)
        detail = "an unexpected failure; this comment was not judged, let a person look at it"
        record = error_record({"id": comment.id}, CommentError("internal_error", "", detail), f"/lines/{number}")
        return [record | {"errors": [record["errors"][0] | {"status": "500"}]}]


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
