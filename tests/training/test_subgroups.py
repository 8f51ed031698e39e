import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.subgroups import (
    Groups,
    bias_aucs,
    comparison,
    drawn,
    largest_difference,
    shift_of,
    shifts,
    weighted_auc,
    weighted_mean,
    wrong_actions,
)


def of_two(action: list[str], violation: list[bool], score: list[float]) -> Groups:
    """Two groups of as many texts, each text a cluster of its own."""
    half = len(action) // 2
    first = np.arange(len(action)) < half
    return Groups(
        np.array(score), np.array(violation), np.array(action), np.arange(len(action)), {"een": first, "twee": ~first}
    )


def test_each_auc_compares_what_borkan_says() -> None:
    # Group "een": harmless .4, violation .9; the others: harmless .1 and violations .3 and .5.
    groups = Groups(
        np.array([0.4, 0.9, 0.1, 0.3, 0.5]),
        np.array([False, True, False, True, True]),
        np.array(["publish"] * 5),
        np.arange(5),
        {"een": np.array([True, True, False, False, False])},
    )
    found = bias_aucs(groups, "een", drawn(groups.cluster), fewest=1)
    assert found["subgroup_auc"]["value"] == 1
    assert found["bpsn_auc"]["value"] == 0.5  # .4 against .3 and .5
    assert found["bnsp_auc"]["value"] == 1  # .1 against .9
    assert (found["bpsn_auc"]["n"], found["harmless"]) == (2, 1)


def test_a_weighted_auc_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    truth, score = rng.random(200) < 0.4, rng.integers(0, 20, 200) / 20
    weight = rng.integers(0, 3, (4, 200)).astype(float)
    expected = [roc_auc_score(truth, score, sample_weight=row) for row in weight]
    assert weighted_auc(truth, score, weight) == pytest.approx(expected)
    assert np.isnan(weighted_auc(np.ones(200, bool), score, weight)).all()


def test_wrong_actions_are_counted_among_the_harmless_and_few_are_not_shown() -> None:
    groups = of_two(["review", "publish", "auto_hide", "publish", "publish", "review"], [False] * 5 + [True], [0.5] * 6)
    stopped = {"stopped": groups.action != "publish"}
    found = wrong_actions(groups, ~groups.violation, stopped, fewest=3)["stopped"]
    assert found["een"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["een"]["low"] == pytest.approx(0.0943, abs=1e-4)  # Clopper-Pearson of 2 in 3
    assert found["twee"] == {"value": None, "low": 0.0, "high": 1.0, "n": 2}


def test_a_text_of_two_groups_counts_in_both() -> None:
    both = np.array([True])
    groups = Groups(np.array([0.9]), ~both, np.array(["review"]), np.array([0]), {"een": both, "twee": both})
    found = wrong_actions(groups, ~groups.violation, {"stopped": both}, fewest=1)["stopped"]
    assert [found[name]["value"] for name in ("een", "twee")] == [1, 1]


def test_the_largest_difference_is_beyond_chance_only_where_there_is_enough() -> None:
    many = of_two(["review"] * 60 + ["publish"] * 60, [False] * 120, [0.5] * 120)
    found = comparison(many)["difference"]
    assert (found["most"], found["least"], found["value"], found["beyond_chance"]) == ("een", "twee", 1, True)
    few = of_two(["review"] + ["publish"] * 119, [False] * 120, [0.5] * 120)
    difference = comparison(few)["difference"]
    assert not difference["beyond_chance"]
    assert difference["low"] < 0 < difference["value"]


def test_five_mistakes_against_none_may_be_chance_and_six_may_not() -> None:
    # Drawn again and again, none stays none: the interval alone leaves out nought, though Fisher's test gives five to none 6 in 100.
    for wrong, said in ((5, False), (6, True)):
        found = comparison(of_two(["review"] * wrong + ["publish"] * (120 - wrong), [False] * 120, [0.5] * 120))["difference"]
        assert found["low"] > 0 and found["beyond_chance"] is said


def test_no_difference_is_none_beyond_chance() -> None:
    same = of_two(["publish"] * 120, [False] * 120, [0.5] * 120)
    assert comparison(same)["difference"]["beyond_chance"] is False
    assert comparison(same, fewest=61)["difference"] is None


def test_groups_of_the_same_frames_are_drawn_together() -> None:
    # Both groups are stopped in the same frames, so whatever is drawn, they do not differ.
    cluster = np.tile(np.arange(60), 2)
    action = np.where(cluster % 2 == 0, "review", "publish")
    first = np.arange(120) < 60
    groups = Groups(np.full(120, 0.5), np.zeros(120, bool), action, cluster, {"een": first, "twee": ~first})
    found = largest_difference(groups, action != "publish", ~groups.violation, drawn(cluster))
    assert found is not None
    assert (found["value"], found["low"], found["high"]) == (0, 0, 0)


def test_a_few_frames_tell_no_difference() -> None:
    cluster = np.arange(120) % 5
    first = np.arange(120) < 60
    groups = Groups(np.full(120, 0.5), np.zeros(120, bool), np.full(120, "publish"), cluster, {"een": first, "twee": ~first})
    assert comparison(groups)["difference"] is None


def test_a_shift_is_from_the_mean_of_the_frame() -> None:
    groups = Groups(
        np.array([0.2, 0.4, 0.8, 0.6]),
        np.zeros(4, bool),
        np.array(["publish"] * 4),
        np.array([0, 0, 1, 1]),
        {"een": np.array([True, False, True, False]), "twee": np.array([False, True, False, True])},
    )
    assert shift_of(groups) == pytest.approx([-0.1, 0.1, 0.1, -0.1])
    assert shifts(groups, drawn(groups.cluster), 1)["een"]["value"] == 0
    assert shifts(groups, drawn(groups.cluster), 3)["een"]["value"] is None


def test_whole_clusters_are_drawn() -> None:
    weight = drawn(np.array([0, 0, 1, 2, 2]))
    assert (weight[:, 0] == weight[:, 1]).all()
    assert (weight[:, 3] == weight[:, 4]).all()
    assert (weight[:, 0] + weight[:, 2] + weight[:, 3] == 3).all()
    assert np.isnan(weighted_mean(np.array([1.0]), np.zeros((1, 1)))).all()
