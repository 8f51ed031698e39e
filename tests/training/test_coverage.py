from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from serving.moderation.comment import Comment
from serving.moderation.moderator import Moderator
from training.coverage import certainty, collaboration, precision_curve, risk_curve
from training.metrics import rate
from training.truth import Truth


def truth(rows: Sequence[Sequence[int]]) -> Truth:
    both = np.array(rows, dtype=bool)
    return Truth(both, np.zeros_like(both))


def test_precision_is_that_of_a_channel_where_so_many_break_a_rule() -> None:
    # Ten of the category, ten violations of another, twenty harmless; at the lowest own probability, 0.5, one other and two harmless.
    found = precision_curve(
        truth([[1, 0]] * 10 + [[0, 1]] * 10 + [[0, 0]] * 20),
        0,
        np.array([0.95] * 5 + [0.5] * 5 + [0.6] + [0.1] * 9 + [0.7] * 2 + [0.1] * 18),
        prevalence=0.1,
    )
    assert [point["coverage"] for point in found] == [0.5] * 5 + [1.0] * 5
    assert (found[0]["value"], found[0]["threshold"], found[0]["n"]) == (1.0, 0.95, 5)
    # 0.1 * 10/20 right, 0.1 * 1/20 of another rule, 0.9 * 2/20 harmless
    assert found[-1]["value"] == pytest.approx(0.05 / (0.05 + 0.005 + 0.09), abs=1e-4)
    assert (found[-1]["low"], found[-1]["n"]) < (found[-1]["value"], 14) and found[-1]["high"] > found[-1]["value"]


def test_precision_without_other_violations_or_without_positives() -> None:
    found = precision_curve(truth([[1, 0]] * 2 + [[0, 0]] * 8), 0, np.array([0.9] * 2 + [0.1] * 8), 0.1)
    assert found[-1]["value"] == found[-1]["high"] == 1.0 and found[-1]["low"] < 0.5
    assert precision_curve(truth([[0, 0]] * 8), 0, np.full(8, 0.1), 0.1) == []


def test_what_one_reader_gave_is_neither_right_nor_wrong() -> None:
    both = np.array([[True, False]] * 2 + [[False, True]] * 2)
    one = np.array([[False, False]] * 2 + [[True, False]] * 2)
    assert precision_curve(Truth(both, one), 0, np.full(4, 0.9), 0.1)[-1]["n"] == 2


def test_the_least_certain_are_reviewed_first_and_a_person_is_right() -> None:
    wrong, certain = np.arange(100) < 20, np.arange(100, dtype=float)
    found = {row["reviewed"]: row for row in collaboration(wrong, certain)}
    assert [found[share]["accuracy"]["value"] for share in (0.0, 0.01, 0.05, 0.1, 0.15)] == [0.8, 0.81, 0.85, 0.9, 0.95]
    assert found[0.1]["by_chance"] == 0.82 and found[0.1]["accuracy"]["n"] == 100
    # The share reviewed is right for sure; only what is left can be wrong.
    assert found[0.15]["accuracy"]["low"] == pytest.approx(1 - 0.85 * rate(5, 85).high, abs=1e-4)
    assert collaboration(np.array([], dtype=bool), np.array([])) == []


def test_risk_grows_as_less_certain_decisions_are_left_to_the_machine() -> None:
    found = risk_curve(np.arange(100) < 20, np.arange(100, dtype=float))
    assert [found[k]["risk"]["value"] for k in (0, 15, 17, 19)] == [0.0, 0.0, pytest.approx(10 / 90, abs=1e-4), 0.2]
    assert found[-1]["left"] == 1.0 and found[0]["risk"]["n"] == 5
    assert risk_curve(np.array([], dtype=bool), np.array([])) == []


def test_certainty_is_the_distance_to_the_nearest_category_s_threshold(moderator: Moderator) -> None:
    policy, plain = moderator.policy, moderator.decide(Comment("1", "Wanneer is het zwembad open?"))
    thresholds = {name: rule.decision for name, rule in policy.rules.items()}
    at = replace(plain, probabilities=dict.fromkeys(thresholds, 0.001) | {"spam": thresholds["spam"]})
    below = replace(plain, probabilities=dict.fromkeys(thresholds, 0.001))
    spam = moderator.decide(Comment("2", "Verdien 5000 euro per week, klik op http://geld.example"))
    by_rule = replace(spam, reasons=(replace(spam.reasons[0], found_by="rule"),))
    found = certainty([at, below, by_rule], policy)
    assert found[0] == pytest.approx(0, abs=1e-9) and found[1] > 5 and found[2] == 0
