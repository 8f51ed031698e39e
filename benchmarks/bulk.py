"""The offline scorer: comments a second beside the bare kernels, and its memory as the file grows."""

import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase

import psutil

from serving.settings import ROOT

_REPORT = re.compile(rb"score: (\d+) lines, ")


@dataclass(frozen=True)
class Progress:
    """How many comments were scored at a moment (seconds of an arbitrary clock), and the scorer's memory then, in MiB."""

    done: int
    at: float
    memory: float


def bulk(texts: Sequence[str], comments: int) -> list[Progress]:
    """What `python -m serving.score` reports, from file to nowhere, every two seconds and at the end.

    No two comments are alike and each holds a word that no other does: what is remembered of texts or words would show as
    memory that grows.

    Raises:
        RuntimeError: a comment could not be scored, or none was before the end: then nothing can be said.
    """
    found = []
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "comments.jsonl"
        with given.open("w", encoding="utf8") as file:
            file.writelines(json.dumps(comment, ensure_ascii=False) + "\n" for comment in stream(texts, comments))
        command = [sys.executable, "-m", "serving.score", "--strict"]
        with given.open("rb") as stdin:
            process = subprocess.Popen(command, cwd=ROOT, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert process.stderr
        watched, memory = psutil.Process(process.pid), 0.0
        for line in process.stderr:
            if told := _REPORT.match(line):
                # A process that ended after its last report holds nothing.
                memory = watched.memory_info().rss / 2**20 or memory
                found.append(Progress(int(told[1]), time.perf_counter(), memory))
    if process.wait() != 0:
        raise RuntimeError(f"python -m serving.score ended with {process.returncode}")
    if len(found) < 2:
        raise RuntimeError(f"{comments} comments were scored before the first report; give more")
    return found


def a_second(found: Sequence[Progress]) -> float:
    """Comments a second between the first report and the last: the start, with the reading of the model, does not count."""
    return (found[-1].done - found[0].done) / (found[-1].at - found[0].at)


def stream(texts: Sequence[str], comments: int) -> Iterator[dict[str, str]]:
    """Comments one by one, each with the words of one of the texts in an order of its own and a word that is its alone."""
    chance = random.Random(1)
    for i in range(comments):
        words = [*texts[i % len(texts)].split(), "".join(chance.choices(ascii_lowercase, k=8))]
        chance.shuffle(words)
        yield {"id": str(i), "text": " ".join(words)}
