"""docs/moving.md: its examples run on the real service, and its tables are those of the code."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from serving.adapters import openai, perspective
from tests.keyed import Keyed
from tests.server import ROOT

TEXT = (ROOT / "docs" / "moving.md").read_text(encoding="utf8")
ADDRESS = "http://127.0.0.1:3000"
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def run(code: str, folder: Path, **variables: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "client")} | variables
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    return found.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (0, r"False 0\.\d+ publish\nTrue [01]\.\d+ review\n"),
        (1, r"[01]\.\d+ review\n"),
        (2, r"\{'TOXICITY': \{'summaryScore': \{'value': 0\.\d+, 'type': 'PROBABILITY'\}\}\}\n"),
        (3, r"1 publish \(\)\n2 \w+ \(.*\)\n"),
    ],
)
def test_an_example_runs(with_keys: Keyed, tmp_path: Path, number: int, printed: str) -> None:
    assert EXAMPLES[number].count(ADDRESS) == 1
    code = EXAMPLES[number].replace(ADDRESS, with_keys.url)
    assert re.fullmatch(printed, run(code, tmp_path, HIERNIET_KEY=with_keys.tokens["score"]))


def test_every_example_is_run() -> None:
    assert len(EXAMPLES) == 4


@pytest.mark.slow
def test_openais_client_moves_without_a_change_of_code(with_keys: Keyed, tmp_path: Path) -> None:
    code = "import openai; print(openai.OpenAI().moderations.create(input='Dag').results[0].hierniet['action'])"
    printed = run(code, tmp_path, OPENAI_BASE_URL=f"{with_keys.url}/v1", OPENAI_API_KEY=with_keys.tokens["score"])
    assert printed == "publish\n"


def names(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


def test_the_tables_are_those_of_the_code() -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| `")]
    for how, table in (("any", openai.ANY_OF), ("all", openai.ALL_OF)):
        assert {names(row[0])[0]: names(row[1]) for row in rows if len(row) == 3 and row[2] == how} == table
    found = {names(row[0])[0]: names(row[1]) for row in rows if len(row) == 2 and names(row[0])[0].isupper()}
    assert found == perspective.ATTRIBUTES
    for name in (*openai.NOT_JUDGED, *perspective.NOT_JUDGED):
        assert f"`{name}`" in TEXT
