"""The service as it runs with keys and a municipality that has a policy of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from serving.settings import POLICY
from serving.web.access import SECONDS_BETWEEN_LOOKS
from tests.server import ROOT, Server, serving

STRICT = 0.001
# The name of every key; nothing that the service writes may hold it.
NAME = "kanarie7f3a"


class Keyed:
    def __init__(self, server: Server, keys: Path, tokens: dict[str, str]) -> None:
        self.server, self.tokens = server, tokens
        self.url = str(server.client.base_url)
        self._keys = keys

    def headers(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[name]}"}

    def slow_key(self) -> str:
        """The token of a new key that may have one comment judged a minute; known to the service when this returns."""
        token = make_key(self._keys, "--per-minute", "1")
        time.sleep(SECONDS_BETWEEN_LOOKS + 0.2)
        return token


def make_key(file: Path, *options: str) -> str:
    """A key made by the command that towns use."""
    command = [sys.executable, "-m", "serving.keys", "--file", str(file), "create", "--name", NAME, *options]
    made = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    return made.stdout.strip()


def strict_policy(name: str) -> str:
    """The default policy under another name, by which a person looks at nearly everything."""
    lines = POLICY.read_text(encoding="utf8").replace('name = "standaard"', f'name = "{name}"').splitlines()
    return "\n".join(f"review = {STRICT}" if line.startswith("review = ") else line for line in lines)


@contextmanager
def keyed_service(folder: Path) -> Iterator[Keyed]:
    """A server with keys: "score", "review" (which may not score), "admin", "aalter" (for that municipality only) and "elsewhere"
    (for one that has no policy)."""
    keys, policies = folder / "keys.json", folder / "policies"
    policies.mkdir()
    (policies / "aalter.toml").write_text(strict_policy("aalter"), encoding="utf8")
    wanted = {
        "score": [],
        "review": ["--scope", "review"],
        "admin": ["--scope", "admin"],
        "aalter": ["--municipality", "aalter"],
        "elsewhere": ["--municipality", "elders"],
    }
    tokens = {name: make_key(keys, "--per-minute", "100000", *options) for name, options in wanted.items()}
    with serving(folder, HIERNIET_KEYS=str(keys), HIERNIET_POLICIES=str(policies)) as (running, _):
        yield Keyed(running, keys, tokens)
