import numpy as np

from serving.moderation.taxonomy import Taxonomy
from training.confusion import confusion
from training.reliability import bins, brier, reliability
from training.truth import Truth


def test_bins_of_equal_size_say_what_was_said_and_what_was_so() -> None:
    found = bins(np.arange(40) % 2 == 0, np.repeat([0.1, 0.9], 20))
    assert [row["there"]["n"] for row in found] == [4] * 10
    assert [row["probability"] for row in found] == [0.1] * 5 + [0.9] * 5
    assert {row["there"]["value"] for row in found} == {0.5}
    assert bins(np.array([]), np.array([])) == []


def test_who_always_gives_the_share_gets_the_score_to_beat(taxonomy: Taxonomy) -> None:
    both = np.zeros((40, 8), dtype=bool)
    both[:10, 1] = True
    found = reliability(Truth(both, np.zeros_like(both)), np.full((40, 8), 0.25), taxonomy)
    insult = found["categories"]["insult"]
    assert insult["brier"]["value"] == insult["brier_of_share"] == 0.1875
    assert insult["pairs"] == 40
    assert found["pooled"]["raised"] == 320
    assert found["pooled"]["calibration_error"]["value"] > 0.2  # in seven categories nothing was there


def test_what_readers_differ_on_is_left_out(taxonomy: Taxonomy) -> None:
    one = np.zeros((20, 8), dtype=bool)
    one[:5] = True
    found = reliability(Truth(np.zeros_like(one), one), np.zeros((20, 8)), taxonomy)
    assert found["pooled"]["pairs"] == 15 * 8
    assert found["pooled"]["raised"] == 0 and found["pooled"]["bins"] == []
    assert found["pooled"]["calibration_error_raised"]["value"] is None


def test_brier_of_nothing_is_no_number() -> None:
    assert np.isnan(brier(np.array([]), np.array([])))


def test_confusion_counts_only_what_is_the_one_and_not_the_other(taxonomy: Taxonomy) -> None:
    both, one, found = (np.zeros((30, 8), dtype=bool) for _ in range(3))
    both[:20, 1] = True  # insults
    both[0, 2] = one[1, 2] = True  # the first is bullying too, on the second readers differ
    found[:11, 2] = True
    worst = confusion(Truth(both, one), found, taxonomy)[0]
    assert (worst["is"], worst["named"]) == ("insult", "bullying")
    assert (worst["share"]["value"], worst["share"]["n"]) == (0.5, 18)  # 9 of 18


def test_confusion_puts_what_says_little_last(taxonomy: Taxonomy) -> None:
    both = np.zeros((30, 8), dtype=bool)
    both[:3, 0], both[10:30, 1] = True, True
    found = np.zeros_like(both)
    found[:3, 5] = found[10:12, 4] = True
    ordered = confusion(Truth(both, np.zeros_like(both)), found, taxonomy)
    assert (ordered[0]["is"], ordered[0]["named"], ordered[0]["share"]["value"]) == ("insult", "personal_data", 0.1)
    assert len(ordered) == 56
