from dataclasses import replace
from pathlib import Path

import pytest

from serving.moderation.comment import Comment
from serving.settings import read_settings
from training.errors import TrainingError
from training.run import Run, RunOptions
from training.workload import with_review

COMMENTS = [
    Comment("1", "Ik weet waar ge woont, ik kom vanavond uw ramen inslaan"),
    Comment("2", "Wanneer is het zwembad open?"),
]


def test_another_policy_decides_apart_and_is_kept_apart(tmp_path: Path) -> None:
    run = Run(RunOptions(out=tmp_path), read_settings({}))
    policy = run.moderator.policy
    strict = replace(policy, rules={name: replace(rule, review=1e-9) for name, rule in policy.rules.items()})
    own = run.judge(COMMENTS, COMMENTS).decisions
    other = run.judge(COMMENTS, COMMENTS, strict).decisions
    assert [decision.action for decision in own] == ["review", "publish"]
    assert [decision.action for decision in other] == ["review", "review"]
    kept = sorted((tmp_path / "decisions").iterdir())
    assert len(kept) == 2
    # Read back: by the same policy made anew, as in another process.
    assert run.judge(COMMENTS, COMMENTS, replace(strict)).decisions == other
    assert sorted((tmp_path / "decisions").iterdir()) == kept
    run.judge(COMMENTS, COMMENTS, with_review(policy, 0.5))
    assert len(list((tmp_path / "decisions").iterdir())) == 3


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"weg\.jsonl.*reviewed decisions"):
        RunOptions(out=tmp_path, reviewed=tmp_path / "weg.jsonl")
