"""The pipeline from labels to decision, on small data and on locally made encoders of two families."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from serving.moderation.comment import Comment
from serving.moderation.moderator import load_moderator
from serving.moderation.taxonomy import Taxonomy
from serving.settings import POLICY, TAXONOMY
from tests.training.encoders import bert, modernbert, roberta
from training.labels import SPLITS, read_splits
from training.train import main

pytestmark = pytest.mark.slow

COMMENTS = Path(__file__).resolve().parents[2] / "data" / "comments"


@pytest.fixture(scope="module")
def small_data(tmp_path_factory: pytest.TempPathFactory, taxonomy: Taxonomy) -> Path:
    """The first comments of every split, enough for each category to occur."""
    folder = tmp_path_factory.mktemp("comments")
    for split, count in zip(SPLITS, (400, 200, 200), strict=True):
        lines = (COMMENTS / f"{split}.jsonl").read_text(encoding="utf8").splitlines()
        (folder / f"{split}.jsonl").write_text("\n".join(lines[:count]) + "\n", encoding="utf8")
    read_splits(folder, taxonomy)
    return folder


def arguments(base: Path, data: Path, out: Path, *more: str) -> list[str]:
    return ["--base-model", str(base), "--data", str(data), "--out", str(out), "--epochs", "1", *more]


@pytest.mark.parametrize("family", [bert, roberta, modernbert], ids=["bert", "roberta", "modernbert"])
def test_from_labels_to_a_decision(family: object, small_data: Path, tmp_path: Path) -> None:
    base = family(tmp_path / "base", small_data)  # type: ignore[operator]
    out = tmp_path / "tiny"
    assert main(arguments(base, small_data, out, "--version", "7")) == 0
    moderator = load_moderator(TAXONOMY, out, POLICY)
    assert (out / "ngrams.npz").stat().st_size > 1000
    decision = moderator.decide(Comment("1", "Wat een kloteweer " * 60, "Morgen storm"))
    assert decision.model == "tiny@7"
    assert all(0 < probability < 1 for probability in decision.probabilities.values())
    metrics = moderator.artefact.metrics
    assert metrics["comments"] == {"train": 400, "dev": 200, "test": 200}
    assert metrics["int8"]["largest"] < 0.1
    card = (out / "MODEL_CARD.md").read_text(encoding="utf8")
    assert f"{metrics['own_test']['mean_f1']['value']:.3f}" in card
    assert "Not measured in this run." in card


def test_runs_are_taken_up_and_another_is_not_mixed_in(
    small_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, work = bert(tmp_path / "base", small_data), tmp_path / "work"
    again = arguments(base, small_data, tmp_path / "tiny", "--work", str(work), "--runs", "2")
    assert main(again) == 0
    first = (tmp_path / "tiny" / "model.onnx").read_bytes()
    checkpoints = [work / run / "checkpoint-13" / "model.safetensors" for run in ("run-1", "run-2")]
    assert checkpoints[0].read_bytes() != checkpoints[1].read_bytes()
    shutil.rmtree(tmp_path / "tiny")
    assert main(again) == 0  # nothing is trained again: the finished epochs are read back
    assert (tmp_path / "tiny" / "model.onnx").read_bytes() == first
    assert main([*again, "--seed", "1"]) == 2
    assert "holds a run with other options" in capsys.readouterr().err


def test_a_leak_stops_before_anything_is_written(small_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = Path(shutil.copytree(small_data, tmp_path / "data"))
    line = (data / "train.jsonl").read_text(encoding="utf8").splitlines()[0]
    with (data / "test.jsonl").open("a", encoding="utf8") as file:
        file.write(line + "\n")
    assert main(arguments(tmp_path, data, tmp_path / "tiny")) == 2
    assert "test.jsonl:201: text: also stands in train.jsonl" in capsys.readouterr().err
    assert not (tmp_path / "tiny").exists()


def test_a_base_model_that_is_none_stops_with_a_sentence(
    small_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "base").mkdir()
    assert main(arguments(tmp_path / "base", small_data, tmp_path / "tiny")) == 2
    assert f"--base-model {tmp_path / 'base'}" in capsys.readouterr().err
    assert not (tmp_path / "tiny").exists()


def test_two_processes_share_the_work_and_one_writes(small_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "tiny"
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m", "training.train"]
    ran = subprocess.run(
        [*launch, *arguments(bert(tmp_path / "base", small_data), small_data, out), "--agreement", "0.5"],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    # 400 comments in batches of 32 by two processes: 7 steps, where one process takes 13.
    assert (tmp_path / ".tiny-run" / "run-1" / "checkpoint-7").is_dir()
    assert load_moderator(TAXONOMY, out, POLICY).artefact.metrics["comments"]["train"] == 400
