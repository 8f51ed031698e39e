import numpy as np
import pytest

from training.thresholds import carried, matched


def test_the_new_threshold_names_as_many() -> None:
    rng = np.random.default_rng(0)
    before = rng.random(1000)
    found = carried(0.8, before, before**2)
    assert found.n == found.new_n == int((before >= 0.8).sum())
    assert found.new == pytest.approx(0.64, abs=0.01)
    assert found.low is not None and found.high is not None and found.low <= 0.64 <= found.high


def test_what_no_comment_reached_can_not_be_carried_over() -> None:
    found = carried(0.9, np.array([0.1, 0.2]), np.array([0.1, 0.2]))
    assert (found.n, found.new, found.low, found.high) == (0, None, None, None)


def test_between_the_last_that_counts_and_the_first_that_does_not() -> None:
    before, after = np.array([0.9, 0.6, 0.1]), np.array([0.2, 0.4, 0.8])
    assert matched(0.5, before, after) == pytest.approx(0.3)
    assert matched(0.05, before, after) == pytest.approx(0.1)  # all count: halfway to nothing
    assert matched(0.95, before, after) == pytest.approx(0.9)  # none counts: halfway to certainty
