import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from training.metrics import auc, average_precision, difference, holm, mcnemar, one_f1


def test_ranking_metrics_are_scikit_learns_with_ties_too() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        truth, probability = rng.random(60) < 0.3, rng.integers(0, 9, 60) / 9
        assert auc(truth, probability) == pytest.approx(roc_auc_score(truth, probability))
        assert average_precision(truth, probability) == pytest.approx(average_precision_score(truth, probability))


def test_ranking_says_nothing_of_one_class() -> None:
    assert np.isnan(auc(np.ones(5, dtype=bool), np.arange(5.0)))
    assert np.isnan(average_precision(np.zeros(5, dtype=bool), np.arange(5.0)))


def test_a_paired_difference_of_equals_is_nothing_at_all() -> None:
    rng = np.random.default_rng(0)
    truth, found = rng.random(200) < 0.5, rng.random(200) < 0.5
    same = difference(one_f1, (truth, found), (truth, found))
    assert (same.value, same.low, same.high, same.n) == (0, 0, 0, 200)


def test_a_paired_difference_is_narrower_than_two_apart_and_has_a_sign() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(400) < 0.5
    old = truth ^ (rng.random(400) < 0.3)
    new = old.copy()
    new[:40] = truth[:40]  # the same mistakes but for some of the first forty
    better = difference(one_f1, (truth, old), (truth, new))
    assert 0 < better.low < better.value < better.high < 0.08
    worse = difference(one_f1, (truth, new), (truth, old))
    assert worse.value == -better.value and worse.high < 0


def test_mcnemar_is_a_coin_thrown_for_each_changed_comment() -> None:
    assert mcnemar(5, 0) == pytest.approx(2 * 0.5**5)
    assert mcnemar(0, 5) == mcnemar(5, 0)
    assert mcnemar(7, 7) == 1


def test_holm_never_lowers_a_chance_nor_its_order() -> None:
    assert holm({"a": 0.9, "b": 0.5}) == {"a": 1.0, "b": 1.0}
    assert holm({"a": 0.001, "b": 0.02, "c": 0.9}) == pytest.approx({"a": 0.003, "b": 0.04, "c": 0.9})
