"""The offline scorer: comments a second beside the bare kernels, and its memory as the file grows."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import psutil

from serving.settings import ROOT


def bulk(texts: Sequence[str], comments: int) -> tuple[float, list[float]]:
    """Comments a second of `python -m serving.score` over a stream of comments, and its memory in MiB at each tenth of it."""
    command = [sys.executable, "-m", "serving.score"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdin and process.stdout
    watched = psutil.Process(process.pid)
    memory: list[float] = []
    first = started = 0.0

    def feed() -> None:
        assert process.stdin
        for i in range(comments):
            process.stdin.write(json.dumps({"id": str(i), "text": texts[i % len(texts)]}).encode() + b"\n")
        process.stdin.close()

    threading.Thread(target=feed, daemon=True).start()
    for done, _ in enumerate(process.stdout, start=1):
        if done == comments // 10:
            started, first = time.perf_counter(), done
        if done % max(1, comments // 10) == 0 and done < comments:
            memory.append(watched.memory_info().rss / 2**20)
    passed = time.perf_counter() - started
    assert process.wait() == 0
    return (comments - first) / passed, memory
