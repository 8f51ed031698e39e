import json
from dataclasses import replace
from pathlib import Path

import pytest

from serving.moderation.taxonomy import Taxonomy
from training.errors import TrainingError
from training.labels import LabelledComment, read_labels
from training.suspects import Suspect, find_suspects, main, open_suspects, out_of_fold, read_settled

COMMENTS = Path(__file__).resolve().parents[2] / "data" / "comments"


@pytest.fixture(scope="module")
def spam_and_none(taxonomy: Taxonomy) -> list[LabelledComment]:
    """Comments that a model of few words can tell apart."""
    comments = [c for c in read_labels([COMMENTS / "train.jsonl"], taxonomy) if not c.either and not c.borderline]
    return [c for c in comments if c.labels == ("spam",)][:400] + [c for c in comments if not c.labels][:400]


# only spam and nothing, so six categories stay empty
@pytest.mark.filterwarnings("ignore:Label not")
def test_wrong_labels_are_found(spam_and_none: list[LabelledComment], taxonomy: Taxonomy) -> None:
    wrong = {comment.id for comment in spam_and_none[:400:20]}
    mislabelled = [replace(c, labels=()) if c.id in wrong else c for c in spam_and_none]
    suspects = [suspect.comment.id for suspect in find_suspects(mislabelled, taxonomy)]
    found = len(wrong & set(suspects))
    # By chance a list this long would hold `expected` of them.
    expected = len(wrong) * len(suspects) / len(mislabelled)
    assert found >= max(10, 3 * expected), (found, expected, len(suspects))


def test_no_comment_is_judged_by_its_own_writer(spam_and_none: list[LabelledComment], taxonomy: Taxonomy) -> None:
    with pytest.raises(TrainingError, match="1 writers: cross-validation takes at least 5"):
        out_of_fold([replace(c, writer="w") for c in spam_and_none[:10]], taxonomy)


def test_what_a_person_settled_is_not_listed_again_until_its_labels_change(spam_and_none: list[LabelledComment]) -> None:
    comment = spam_and_none[0]
    settled = {comment.id: {"spam"}}
    assert open_suspects([Suspect(comment, {})], settled) == []
    assert open_suspects([Suspect(replace(comment, labels=("insult",)), {})], settled)


def test_the_command_writes_the_list(spam_and_none: list[LabelledComment], tmp_path: Path) -> None:
    for split in ("train", "dev", "test"):
        lines = (COMMENTS / f"{split}.jsonl").read_text(encoding="utf8").splitlines()
        step = len(lines) // 150
        (tmp_path / f"{split}.jsonl").write_text("\n".join(lines[::step]) + "\n", encoding="utf8")
    (tmp_path / "settled.jsonl").write_text("")
    where = ["--data", str(tmp_path), "--settled", str(tmp_path / "settled.jsonl"), "--out", str(tmp_path / "out.jsonl")]
    assert main(where) == 0
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf8").splitlines()]
    assert rows
    assert set(rows[0]) == {"id", "text", "context", "labels", "probabilities"}
    (tmp_path / "settled.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert main(where) == 0
    assert (tmp_path / "out.jsonl").read_text() == ""


def test_a_broken_file_of_settled_comments_is_named(tmp_path: Path) -> None:
    (tmp_path / "settled.jsonl").write_text("[]\n")
    with pytest.raises(TrainingError, match=r"settled\.jsonl: is not JSON lines"):
        read_settled(tmp_path / "settled.jsonl")
