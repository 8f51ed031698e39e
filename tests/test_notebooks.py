"""The notebooks run, define nothing, carry no output, and decide as the service does."""

import json
from pathlib import Path
from typing import Any

import pytest

from serving.moderation.comment import Comment
from serving.moderation.moderator import Moderator

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))


def code_of(notebook: Path) -> list[dict[str, Any]]:
    cells = json.loads(notebook.read_text(encoding="utf8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_a_notebook_narrates_and_carries_no_output(notebook: Path) -> None:
    for cell in code_of(notebook):
        assert not cell["outputs"] and cell["execution_count"] is None
        assert not any(line.startswith(("def ", "class ")) for line in cell["source"])


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_a_notebook_runs_and_decides_as_the_service_does(notebook: Path, moderator: Moderator) -> None:
    names: dict[str, Any] = {}
    for cell in code_of(notebook):
        exec("".join(cell["source"]), names)
    first = names["comments"][0]
    assert names["decisions"][0] == moderator.decide(Comment(first.id, first.text, first.context))
