import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from serving.moderation.comment import Comment
from serving.moderation.moderator import Moderator
from serving.settings import read_settings
from training import previous as module
from training.errors import TrainingError
from training.labels import LabelledComment
from training.previous import PREVIOUS, answers_of, compared, main, previous, read_hash, write_answers
from training.run import COMMENTS, Run, RunOptions

ROWS = [
    LabelledComment(f"t{k}", text, (), (), False, None, "w", "t", "standaard", "geschreven")
    for k, text in enumerate(["Wanneer gaat het zwembad open?", "Wat een smeerlap, die kerel.", "Bel mij op 0478 12 34 56"])
]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(RunOptions(out=tmp_path / "out", every=60), read_settings({}))


@pytest.fixture
def kept(tmp_path: Path, moderator: Moderator) -> Path:
    comments = [Comment(row.id, row.text, row.context) for row in ROWS]
    path = tmp_path / "previous.json"
    write_answers(path, answers_of(moderator, read_settings({}), {"own": (COMMENTS / "test.jsonl", comments)}))
    return path


def test_what_was_kept_is_read_back_without_a_text(kept: Path, run: Run) -> None:
    before = previous(run, kept)
    assert before and before.model == run.moderator.artefact.id
    pair = compared(before, "own", run.judge_labelled(ROWS), run)
    assert [row.id for row in pair.rows] == ["t0", "t1", "t2"] and pair.of == 3
    assert np.abs(pair.old.probabilities - pair.new.probabilities).max() <= 5e-5
    assert (pair.old.found == pair.new.found).all() and (pair.old.actions == pair.new.actions).all()
    assert before.path == module.path_of(run.settings)
    assert not any(row.text in kept.read_text(encoding="utf8") for row in ROWS)


def test_only_what_is_still_the_same_is_compared(kept: Path, run: Run) -> None:
    before = previous(run, kept)
    assert before
    today = [ROWS[2], replace(ROWS[0], text="Wanneer gaat het zwembad dicht?"), replace(ROWS[1], id="nieuw")]
    pair = compared(before, "own", run.judge_labelled(today), run)
    assert [row.id for row in pair.rows] == ["t2"] and pair.of == 3
    nothing = compared(before, "real", run.judge_labelled(today), run)
    assert len(nothing.rows) == 0 and nothing.old.found.shape == (0, 8)


def test_a_comment_in_another_context_is_another() -> None:
    assert read_hash(Comment("a", "tekst")) != read_hash(Comment("a", "tekst", "een bericht"))
    assert read_hash(Comment("a", "tekst")) == read_hash(Comment("b", "tekst"))


def test_no_file_is_nothing_to_compare_with(run: Run, tmp_path: Path) -> None:
    assert previous(run, tmp_path / "none.json") is None


def without_sets(raw: dict[str, Any]) -> None:
    del raw["sets"]


def with_a_short_row(raw: dict[str, Any]) -> None:
    raw["sets"]["own"][0] = ["t0", "abc"]


def with_another_action(raw: dict[str, Any]) -> None:
    raw["sets"]["own"][0][4] = "delete"


def without_a_threshold(raw: dict[str, Any]) -> None:
    del raw["review"]["spam"]


@pytest.mark.parametrize("damage", [without_sets, with_a_short_row, with_another_action, without_a_threshold])
def test_a_damaged_file_is_refused_by_name(kept: Path, run: Run, damage: Any) -> None:
    raw = json.loads(kept.read_text(encoding="utf8"))
    damage(raw)
    kept.write_text(json.dumps(raw), encoding="utf8")
    with pytest.raises(TrainingError, match=r"previous\.json: can't be read .* python -m training\.previous"):
        previous(run, kept)


def test_another_taxonomy_is_refused(kept: Path, run: Run) -> None:
    kept.write_text(kept.read_text(encoding="utf8").replace('"taxonomy": "1.0"', '"taxonomy": "0.9"'), encoding="utf8")
    with pytest.raises(TrainingError, match=r"is of taxonomy 0\.9"):
        previous(run, kept)


def test_the_command_names_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "previous.json"
    assert main(["--artefact", str(tmp_path / "none"), "--out", str(out)]) == 2
    assert "there is no artefact folder here" in capsys.readouterr().err
    assert not out.exists()


def test_the_kept_answers_are_of_the_comments_of_today(run: Run) -> None:
    before = previous(run)
    assert before and PREVIOUS.is_file()
    pair = compared(before, "own", run.own, run)
    assert len(pair.rows) == pair.of == len(run.own.rows)
