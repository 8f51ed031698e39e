"""Too much at once, a stop and a killed worker: every call gets an answer its caller can act on, and none is lost."""

import asyncio
import os
import signal
import time
from collections import Counter
from pathlib import Path

import httpx
import psutil
import pytest

from serving.keys import create, read_keys, write_keys
from tests.server import Server, serving

pytestmark = pytest.mark.slow

LONG = " ".join(["Het zwembad is alweer gesloten en niemand weet waarom."] * 150)


def body(name: str, text: str, comments: int = 1) -> dict[str, object]:
    return {"comments": [{"id": f"{name}-{i}", "text": text} for i in range(comments)]}


async def call(client: httpx.AsyncClient, name: str, text: str, comments: int = 1) -> tuple[str, float]:
    """What became of one call, and in how many seconds."""
    started = time.monotonic()
    try:
        answer = await client.post("/v1/score", json=body(name, text, comments))
    except httpx.TransportError as error:
        return type(error).__name__, time.monotonic() - started
    if answer.status_code == 200:
        ids = [result["id"] for result in answer.json()["results"]]
        assert ids == [f"{name}-{i}" for i in range(comments)]
        return "answered", time.monotonic() - started
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) >= 1
    return "refused", time.monotonic() - started


async def calls(url: httpx.URL, count: int, text: str, comments: int) -> Counter[str]:
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=httpx.Limits(max_connections=count)) as client:
        found = await asyncio.gather(*(call(client, str(i), text, comments) for i in range(count)))
    return Counter(outcome for outcome, _ in found)


def test_what_can_not_be_judged_in_time_is_refused_and_the_service_goes_on(tmp_path: Path) -> None:
    with serving(tmp_path, HIERNIET_THREADS="1") as (running, _):
        outcomes = asyncio.run(calls(running.client.base_url, 120, LONG, 10))
        assert set(outcomes) == {"answered", "refused"} and outcomes.total() == 120
        deadline = time.monotonic() + 30
        while running.client.post("/v1/score", json=body("after", "Dag")).status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.5)


def test_one_callers_large_call_does_not_hold_up_a_small_one(tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    first, second = (key(keys, name) for name in ("first", "second"))
    with serving(tmp_path, HIERNIET_THREADS="1", HIERNIET_KEYS=str(keys)) as (running, _):

        async def run() -> tuple[float, float]:
            async with httpx.AsyncClient(base_url=running.client.base_url, timeout=60) as client:
                client.headers["Authorization"] = f"Bearer {first}"
                large = asyncio.create_task(call(client, "large", "Wat een mooi plein is dat geworden.", 400))
                await asyncio.sleep(0.2)
                async with httpx.AsyncClient(base_url=running.client.base_url, timeout=60) as other:
                    other.headers["Authorization"] = f"Bearer {second}"
                    small, seconds = await call(other, "small", "Dag")
                outcome, of_large = await large
                assert (small, outcome) == ("answered", "answered")
                return seconds, of_large

        small, large = asyncio.run(run())
        # A queue without turns would make the small call wait for nearly all of the large one.
        assert small < large / 2


def key(file: Path, name: str) -> str:
    made, token = create(name, ["score"], None, 100_000)
    write_keys(file, [*read_keys(file), made])
    return token


def test_a_stop_finishes_what_was_accepted(tmp_path: Path) -> None:
    async def stop_under_load(running: Server, pid: int) -> Counter[str]:
        running_calls = asyncio.create_task(calls(running.client.base_url, 20, LONG, 2))
        await asyncio.sleep(0.8)
        os.kill(pid, signal.SIGTERM)
        return await running_calls

    with serving(tmp_path, HIERNIET_THREADS="1") as (running, process):
        outcomes = asyncio.run(stop_under_load(running, process.pid))
        assert process.wait(30) is not None
    assert outcomes["answered"] + outcomes["refused"] == 20 and outcomes["answered"], outcomes


def test_a_killed_worker_comes_back_and_its_callers_know(tmp_path: Path) -> None:
    async def kill_under_load(running: Server, worker: psutil.Process) -> Counter[str]:
        running_calls = asyncio.create_task(calls(running.client.base_url, 20, LONG, 2))
        await asyncio.sleep(0.8)
        worker.kill()
        return await running_calls

    with serving(tmp_path, HIERNIET_THREADS="1") as (running, process):
        (worker,) = [p for p in psutil.Process(process.pid).children() if "worker.service" in " ".join(p.cmdline())]
        outcomes = asyncio.run(kill_under_load(running, worker))
        # A broken connection is an answer too: the caller sends again. None is left waiting.
        assert outcomes.total() == 20
        running.wait()
        assert running.client.post("/v1/score", json=body("after", "Dag")).status_code == 200
