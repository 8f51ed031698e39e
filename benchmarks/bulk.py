"""The offline scorer: comments a second beside the bare kernels, and its memory as the file grows."""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

import psutil

from serving.settings import ROOT


def bulk(texts: Sequence[str], comments: int) -> tuple[float, list[float]]:
    """Comments a second of `python -m serving.score` over a stream of comments, at least ten, and its memory in MiB at each
    tenth of it. No comment is kept here, and no two are alike: what is remembered of texts would show as memory that grows.

    Raises:
        ValueError: fewer than ten.
        RuntimeError: a comment could not be scored, so neither figure says anything.
    """
    if comments < 10:
        raise ValueError(f"{comments} comments have no tenths; give at least 10")
    command = [sys.executable, "-m", "serving.score", "--strict"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdin and process.stdout
    watched = psutil.Process(process.pid)
    memory: list[float] = []
    first = started = 0.0

    def feed() -> None:
        assert process.stdin
        with suppress(BrokenPipeError), process.stdin:
            for comment in stream(texts, comments):
                process.stdin.write(json.dumps(comment).encode() + b"\n")

    threading.Thread(target=feed, daemon=True).start()
    for done, _ in enumerate(process.stdout, start=1):
        if done == comments // 10:
            started, first = time.perf_counter(), done
        if done % (comments // 10) == 0 and done < comments:
            memory.append(watched.memory_info().rss / 2**20)
    passed = time.perf_counter() - started
    if process.wait() != 0:
        raise RuntimeError(f"python -m serving.score ended with {process.returncode}")
    return (comments - first) / passed, memory


def stream(texts: Sequence[str], comments: int) -> Iterator[dict[str, str]]:
    """Comments one by one, each with the words of one of the texts in an order of its own."""
    chance = random.Random(1)
    for i in range(comments):
        words = texts[i % len(texts)].split()
        chance.shuffle(words)
        yield {"id": str(i), "text": " ".join(words)}
