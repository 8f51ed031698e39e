"""The notebooks define nothing, carry no output, and every question has one."""

import json
from pathlib import Path
from typing import Any

import pytest

from training.questions import QUESTIONS
from training.report.site import NOTEBOOKS

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


def code_of(notebook: Path) -> list[dict[str, Any]]:
    cells = json.loads(notebook.read_text(encoding="utf8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.parametrize("notebook", PATHS, ids=lambda notebook: notebook.stem)
def test_a_notebook_narrates_and_carries_no_output(notebook: Path) -> None:
    for cell in code_of(notebook):
        assert not cell["outputs"] and cell["execution_count"] is None
        assert not any(line.lstrip().startswith(("def ", "class ", "async def ")) for line in cell["source"])


def test_every_question_has_a_notebook_and_every_notebook_a_question() -> None:
    assert {path.stem for path in PATHS} == set(QUESTIONS)
