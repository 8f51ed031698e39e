"""The built bento serves from an empty directory, knowing nothing of the repository."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.server import ROOT, SECONDS_TO_START, free_port

pytestmark = pytest.mark.slow


def test_a_built_bento_serves_from_an_empty_directory(tmp_path: Path) -> None:
    home, empty = tmp_path / "bentoml", tmp_path / "empty"
    empty.mkdir()
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"BENTOML_HOME": str(home)}
    built = subprocess.run(
        [sys.executable, "-m", "bentoml", "build", "--output", "tag"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    tag = built.stdout.strip().splitlines()[-1].removeprefix("__tag__:")
    port = free_port()
    command = [sys.executable, "-m", "bentoml", "serve", tag, "--host", "127.0.0.1", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=empty, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        answer = _score(f"http://127.0.0.1:{port}", time.monotonic() + SECONDS_TO_START)
        assert answer is not None, (tmp_path / "log").read_text()
        page = httpx.get(f"http://127.0.0.1:{port}/")
    finally:
        process.terminate()
        process.wait(30)
    assert answer.json()["results"][0]["action"] in ("publish", "review", "auto_hide")
    assert page.headers["content-type"].startswith("text/html")


def _score(url: str, deadline: float) -> httpx.Response | None:
    while time.monotonic() < deadline:
        try:
            return httpx.post(f"{url}/v1/score", json={"comments": [{"id": "1", "text": "Dag allemaal"}]})
        except httpx.TransportError:
            time.sleep(0.3)
    return None
