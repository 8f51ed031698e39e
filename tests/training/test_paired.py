import numpy as np
import pytest

from serving.moderation.taxonomy import Taxonomy
from training.paired import moved, paired
from training.previous import Answers
from training.truth import Truth


def answers(found: np.ndarray, *actions: str) -> Answers:
    return Answers(np.where(found, 0.9, 0.1), found, np.array(actions or ["publish"] * len(found)))


def test_what_turned_is_counted_and_tested(taxonomy: Taxonomy) -> None:
    both = np.zeros((40, 8), dtype=bool)
    both[:20, 1] = True
    old, new = both.copy(), both.copy()
    old[:8, 1] = False  # eight insults were missed, none is now
    new[30, 5] = True  # and one harmless comment is called spam
    found = paired(Truth(both, np.zeros_like(both)), answers(old), answers(new), taxonomy)
    assert (found["any"]["newly_right"], found["any"]["newly_wrong"], found["any"]["n"]) == (8, 1, 40)
    assert found["any"]["chance"] == pytest.approx(2 * 10 / 2**9, abs=1e-6)  # one or none of nine, both sides
    insult, spam = found["categories"]["insult"], found["categories"]["spam"]
    assert (insult["newly_right"], insult["newly_wrong"]) == (8, 0)
    assert insult["chance_of_all"] == pytest.approx(8 * insult["chance"], abs=1e-5)
    assert (spam["newly_right"], spam["newly_wrong"]) == (0, 1)
    assert found["mean_f1_over"] == ["insult"]
    assert found["mean_f1"]["difference"]["value"] == pytest.approx(0.25)  # 12 of 20 found, F1 0.75; then all
    assert found["any_auc"]["difference"]["value"] > 0


def test_what_one_reader_gave_turns_nothing(taxonomy: Taxonomy) -> None:
    one = np.zeros((30, 8), dtype=bool)
    one[:, 2] = True
    old, new = np.zeros_like(one), one.copy()
    found = paired(Truth(np.zeros_like(one), one), answers(old), answers(new), taxonomy)
    assert (found["any"]["newly_right"], found["any"]["newly_wrong"]) == (0, 0)
    assert found["mean_f1"]["difference"]["value"] is None  # no category that enough comments carry
    assert found["any_auc"]["difference"]["value"] is None


def test_actions_moved_from_old_to_new() -> None:
    blank = np.zeros((4, 8), dtype=bool)
    old, new = (
        answers(blank, "publish", "publish", "review", "review"),
        answers(blank, "review", "publish", "publish", "review"),
    )
    table = moved(old, new, np.array([True, True, True, False]))
    assert table["publish"] == {"publish": 1, "review": 1, "auto_hide": 0}
    assert table["review"] == {"publish": 1, "review": 0, "auto_hide": 0}
