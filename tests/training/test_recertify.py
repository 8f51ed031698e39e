from pathlib import Path

import pytest

from serving.moderation.artefact import read_artefact
from serving.moderation.comment import Comment
from serving.moderation.moderator import load_moderator
from serving.moderation.reference import spread
from serving.moderation.taxonomy import Taxonomy
from serving.settings import ARTEFACT, POLICY, TAXONOMY
from training.evaluate import as_comments
from training.labels import read_labels
from training.recertify import main

DEV = Path(__file__).resolve().parents[2] / "data" / "comments" / "dev.jsonl"


def arguments(data: Path, out: Path, *more: str) -> list[str]:
    return ["--artefact", str(ARTEFACT), "--data", str(data), "--out", str(out), "--version", "2+stad", *more]


def test_own_comments_give_own_thresholds_and_leave_the_model_alone(
    tmp_path: Path, taxonomy: Taxonomy, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "eigen"
    assert main(arguments(DEV, out, "--review-budget", "0.02", "--prevalence", "0")) == 0
    assert capsys.readouterr().out.count("review from") == len(taxonomy.categories)
    strict, bundled = load_moderator(TAXONOMY, out, POLICY), load_moderator(TAXONOMY, ARTEFACT, POLICY)
    assert strict.artefact.version == "2+stad"
    comment = Comment("1", "Wat een onnozele kieken daar op dat gemeentehuis")
    assert strict.decide(comment).probabilities == bundled.decide(comment).probabilities
    assert strict.artefact.thresholds != bundled.artefact.thresholds
    assert strict.artefact.metrics.get("reference") == bundled.artefact.metrics.get("reference")
    assert "Thresholds of version 2+stad, fitted on 1096 comments" in (out / "MODEL_CARD.md").read_text(encoding="utf8")


def test_probabilities_are_fitted_anew_only_when_asked(tmp_path: Path) -> None:
    some = tmp_path / "some.jsonl"
    some.write_text("".join(DEV.open(encoding="utf8").readlines()[::2]), encoding="utf8")
    assert main(arguments(some, tmp_path / "eigen", "--calibrate")) == 0
    own = (tmp_path / "eigen" / "calibration.json").read_text()
    assert own != (ARTEFACT / "calibration.json").read_text()
    # What drift is measured from is of these probabilities now, and the card says so.
    moderator = load_moderator(TAXONOMY, tmp_path / "eigen", POLICY)
    comments = read_labels([some], moderator.taxonomy)
    probabilities = [moderator.decide(comment).probabilities for comment in as_comments(comments)]
    found = spread(probabilities, moderator.taxonomy.category_ids)
    metrics = moderator.artefact.metrics
    assert metrics["reference"] == {"n": len(comments), "counts": {name: list(row) for name, row in found.counts.items()}}
    assert metrics["recertified"] == {
        "from": read_artefact(ARTEFACT, moderator.taxonomy).id,
        "comments": len(comments),
        "calibrated": True,
    }
    assert "`reference` in metrics.json) was taken again" in (tmp_path / "eigen" / "MODEL_CARD.md").read_text(encoding="utf8")


def test_too_few_comments_are_refused_before_anything_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("".join(DEV.open(encoding="utf8").readlines()[:99]), encoding="utf8")
    assert main(arguments(few, tmp_path / "eigen")) == 2
    assert "--data: holds 99 comments, and this takes at least 100" in capsys.readouterr().err
    assert not (tmp_path / "eigen").exists()
