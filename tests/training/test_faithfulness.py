"""On the bundled artefact: what is shown carries the decision, and more than words drawn by chance."""

from serving.moderation.moderator import Moderator
from serving.settings import ROOT
from training.faithfulness import faithfulness
from training.labels import read_labels


def test_the_probability_falls_without_what_is_shown(moderator: Moderator) -> None:
    comments = read_labels([ROOT / "data" / "comments" / "test.jsonl"], moderator.taxonomy)[::60]
    figures = faithfulness(moderator, comments)
    assert figures["n"] >= 15
    assert figures["fall_without_shown"]["value"] > 3 * figures["fall_without_random"]["value"]
    assert figures["lower_without_shown"]["value"] > 0.95


def test_where_nothing_is_reviewed_there_is_nothing_to_measure(moderator: Moderator) -> None:
    assert faithfulness(moderator, []) == {"n": 0}
