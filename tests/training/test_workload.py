from dataclasses import replace

import pytest

from serving.moderation.moderator import Moderator
from training.metrics import as_json, rate
from training.workload import as_labelled, looks_a_day, minutes, per_thousand, per_thousand_table, plus, times, with_review

ACTIONS = {
    "harmless_hidden": as_json(rate(0, 100)),
    "harmless_published": as_json(rate(90, 100)),
    "harmless_reviewed": as_json(rate(10, 100)),
    "violation_reviewed": as_json(rate(60, 100)),
    "violation_published": as_json(rate(40, 100)),
}


def test_per_thousand_is_the_rate_times_how_many_there_are() -> None:
    found = per_thousand(ACTIONS, 0.1)
    assert [found[name]["value"] for name in ("false_hides", "false_reviews", "right_reviews", "misses")] == [0, 90, 60, 40]
    assert found["false_hides"]["high"] == pytest.approx(900 * 0.0362, abs=0.1)
    assert found["misses"]["low"] == pytest.approx(100 * 0.3033, abs=0.1) and found["misses"]["n"] == 100
    assert list(per_thousand_table(ACTIONS)) == ["1%", "3%", "10%"]


def test_looks_and_minutes_a_day() -> None:
    looks = looks_a_day(ACTIONS, comments=200, prevalence=0.1)
    found = (looks["value"], minutes(looks)["value"], minutes(looks, seconds=60)["value"])
    assert found == pytest.approx((30, 10, 30))
    ends = per_thousand(ACTIONS, 0.1)
    assert looks["low"] == pytest.approx((ends["false_reviews"]["low"] + ends["right_reviews"]["low"]) / 5, abs=0.01)


def test_what_is_hidden_waits_for_a_look_too() -> None:
    hiding = ACTIONS | {"violation_reviewed": as_json(rate(20, 100)), "violation_hidden": as_json(rate(40, 100))}
    assert looks_a_day(hiding, comments=200, prevalence=0.1) == looks_a_day(ACTIONS, comments=200, prevalence=0.1)


def test_what_was_not_measured_stays_unmeasured() -> None:
    nothing = as_json(rate(0, 0))
    assert times(nothing, 3)["value"] is None
    assert plus(nothing, ACTIONS["harmless_reviewed"])["value"] is None


def test_review_moves_no_further_than_a_policy_file_may(moderator: Moderator) -> None:
    policy = replace(moderator.policy, any_violation=0.6)
    halved, doubled = with_review(policy, 0.5), with_review(policy, 2)
    for name, rule in policy.rules.items():
        assert halved.rules[name].review == rule.review / 2
        assert doubled.rules[name].review == min(2 * rule.review, rule.decision)
        assert halved.rules[name].auto_hide == rule.auto_hide
    assert (halved.any_violation, doubled.any_violation) == (0.3, 1.0)
    assert len({policy.id, halved.id, doubled.id}) == 3


def test_real_rows_become_labelled_comments() -> None:
    (comment,) = as_labelled(
        [{"id": "1", "text": "x", "labels": ["insult"], "either": ["bullying"], "imsypp_type": "offensive"}]
    )
    assert (comment.labels, comment.either, comment.signals) == (("insult",), ("bullying",), ())
