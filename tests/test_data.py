"""The labelled comments that come with the project keep their own rules."""

from collections import Counter
from pathlib import Path

import pytest

from serving.moderation.taxonomy import Taxonomy
from training.labels import SPLITS, LabelledComment, read_splits

COMMENTS = Path(__file__).resolve().parents[1] / "data" / "comments"


@pytest.fixture(scope="module")
def splits(taxonomy: Taxonomy) -> dict[str, list[LabelledComment]]:
    return read_splits(COMMENTS, taxonomy)


def test_every_category_and_signal_is_in_every_split(splits: dict[str, list[LabelledComment]], taxonomy: Taxonomy) -> None:
    for split in SPLITS:
        counts = Counter(label for comment in splits[split] for label in (*comment.labels, *comment.signals))
        assert not [label for label in taxonomy.ids if counts[label] < 10], split


def test_about_half_has_no_label(splits: dict[str, list[LabelledComment]]) -> None:
    comments = [comment for split in splits.values() for comment in split]
    assert 0.45 < sum(not comment.labels for comment in comments) / len(comments) < 0.55


def test_context_does_not_give_the_label_away(splits: dict[str, list[LabelledComment]]) -> None:
    comments = [comment for split in splits.values() for comment in split]
    labelled = [bool(comment.labels) for comment in comments if comment.context]
    assert len(labelled) > 0.2 * len(comments)
    assert 0.4 < sum(labelled) / len(labelled) < 0.6


def test_a_minimal_pair_is_two_comments_with_other_labels(splits: dict[str, list[LabelledComment]]) -> None:
    pairs: dict[str, list[LabelledComment]] = {}
    for comment in (comment for split in splits.values() for comment in split if comment.pair):
        pairs.setdefault(str(comment.pair), []).append(comment)
    assert pairs
    for name, members in pairs.items():
        assert len(members) == 2, name
        assert set(members[0].labels) != set(members[1].labels), name
