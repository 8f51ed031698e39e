import numpy as np
import pytest

from training.calibrate import (
    CalibrateOptions,
    at_prevalence,
    calibrated,
    certify,
    decision_threshold,
    fit_platt,
    review_threshold,
    threshold_records,
)
from training.errors import TrainingError
from training.evaluate import any_violation


def sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


def test_platt_finds_the_weights_that_made_the_labels() -> None:
    rng = np.random.default_rng(1)
    scores = rng.normal(0, 3, (20_000, 2))
    present = rng.random(20_000) < sigmoid(scores[:, 0] / 2 + 0.8 * scores[:, 1] - 0.5)
    temperature, ngrams, bias = fit_platt(scores, present)
    assert temperature == pytest.approx(2, rel=0.1)
    assert ngrams == pytest.approx(0.8, rel=0.1)
    assert bias == pytest.approx(-0.5, abs=0.1)


def test_platt_of_a_label_that_never_occurs_stays_finite() -> None:
    scores = np.stack([np.linspace(-3, 3, 100), np.linspace(-3, 3, 100)], axis=1)
    temperature, ngrams, bias = fit_platt(scores, np.zeros(100, dtype=bool))
    assert np.isfinite([temperature, ngrams, bias]).all() and temperature > 0
    assert sigmoid(np.array([bias]))[0] < 0.2


def test_calibrated_is_what_the_records_say() -> None:
    records = {"a": {"temperature": 2.0, "ngrams": 0.5, "bias": 1.0}, "b": {"temperature": 1.0, "ngrams": 0.0, "bias": 0.0}}
    scores = np.array([[[4.0, 0.0], [2.0, 9.0]]])
    assert calibrated(scores, records) == pytest.approx(np.array([[sigmoid(np.array(4.0)), 0.5]]))


def test_the_decision_threshold_has_the_best_f1_within_its_bounds() -> None:
    probabilities = np.array([0.9, 0.45, 0.41, 0.39, 0.1])
    present = np.array([True, True, True, False, False])
    assert decision_threshold(probabilities, present, 0.35, 0.5) == 0.41
    assert decision_threshold(probabilities, present, 0.44, 0.5) == 0.45
    assert decision_threshold(probabilities, np.zeros(5, dtype=bool), 0.35, 0.5) == 0.5


@pytest.mark.parametrize("budget", [0.01, 0.05, 0.2])
def test_review_keeps_within_its_budget_and_uses_it(budget: float) -> None:
    rng = np.random.default_rng(2)
    probabilities = rng.random((1000, 8)) * 0.1
    harmless = np.arange(1000) < 600
    factors = np.array([1.0] * 7 + [0.25])
    threshold = review_threshold(probabilities, harmless, np.ones(8), factors, budget)
    looked_at = (any_violation(probabilities) >= threshold) | np.any(probabilities >= threshold * factors, axis=1)
    assert budget - 0.01 < looked_at[harmless].mean() <= budget
    one_by_one = np.any(probabilities >= threshold, axis=1)
    assert one_by_one[harmless].mean() < looked_at[harmless].mean()


def test_what_is_named_counts_for_the_budget_and_is_always_looked_at() -> None:
    """Ten of a hundred harmless comments are named; a budget of 12 leaves room for two that are not."""
    probabilities = np.concatenate([np.full(10, 0.9), np.linspace(0.3, 0.01, 90)])[:, None]
    harmless = np.ones(100, dtype=bool)
    threshold = review_threshold(probabilities, harmless, np.array([0.5]), np.ones(1), 0.12)
    assert (probabilities[:, 0] >= threshold).sum() == 12
    assert review_threshold(probabilities, harmless, np.array([0.5]), np.ones(1), 0.05) == 1.0


def test_review_is_never_above_the_threshold_of_the_label_and_a_threat_needs_less() -> None:
    rng = np.random.default_rng(4)
    probabilities = rng.random((2000, 2)) * 0.6
    labels = probabilities > rng.random((2000, 2))
    records = threshold_records(
        probabilities, labels, np.zeros(2000, dtype=bool), ("insult", "threat"), ("criticism",), CalibrateOptions()
    )
    together = records["any_violation"]["review"]
    assert records["insult"]["review"] == min(together, records["insult"]["decision"])
    assert records["threat"]["review"] == min(together / 4, records["threat"]["decision"])
    reviewed = np.any(probabilities >= [records[name]["review"] for name in ("insult", "threat")], axis=1)
    reviewed |= any_violation(probabilities) >= together
    assert records["options"]["harmless_reviewed"] == pytest.approx(reviewed[~np.any(labels, axis=1)].mean())


@pytest.mark.parametrize("wrong", [{"precision": 95}, {"confidence": 1.0}, {"review_budget": 0.0}])
def test_a_percentage_is_no_share(wrong: dict[str, float]) -> None:
    with pytest.raises(TrainingError, match="must be a share above 0 and below 1"):
        CalibrateOptions(**wrong)


@pytest.mark.parametrize("prevalence", [0.03, 0.1, 0.4])
def test_a_sample_at_a_prevalence_keeps_the_harmless_and_draws_violations(prevalence: float) -> None:
    violation = np.arange(1000) < 500
    rows = at_prevalence(violation, prevalence)
    assert (~violation[rows]).sum() == 500
    assert violation[rows].mean() == pytest.approx(prevalence, abs=0.002)


def test_a_harmless_borderline_comment_counts_against_a_certificate() -> None:
    """200 right hides and, as sure, 40 borderline comments without a label, whose hiding a person should have decided."""
    probabilities = np.concatenate([np.full((240, 1), 0.99), np.full((2000, 1), 0.01)])
    labels = np.arange(2240)[:, None] < 200
    borderline = (np.arange(2240) >= 200) & (np.arange(2240) < 240)
    given = {"categories": ("spam",), "signals": (), "options": CalibrateOptions(prevalence=0.08)}
    assert threshold_records(probabilities, labels, borderline, **given)["spam"]["auto_hide"] is None  # type: ignore[arg-type]
    clear = np.zeros(2240, dtype=bool)
    clean = np.where(np.arange(2240)[:, None] < 200, 0.99, 0.01)
    assert threshold_records(clean, labels, clear, **given)["spam"]["auto_hide"] == 0.99  # type: ignore[arg-type]


def test_more_violations_than_there_are_can_not_be_drawn() -> None:
    violation = np.arange(1000) < 10
    assert len(at_prevalence(violation, 0.1)) == len(at_prevalence(violation, 0.0)) == 1000


def test_a_prevalence_is_a_share() -> None:
    with pytest.raises(TrainingError, match=r"--prevalence 3: must be a share"):
        CalibrateOptions(prevalence=3)


def test_certified_needs_59_right_hides_for_95_of_100() -> None:
    probabilities = np.linspace(0.99, 0.9, 58)
    assert certify(probabilities, np.ones(58, dtype=bool), 0.95, 0.95).threshold is None
    assert certify(probabilities, np.ones(58, dtype=bool), 0.95, 0.95).missing == 1
    enough = np.linspace(0.99, 0.9, 59)
    certificate = certify(enough, np.ones(59, dtype=bool), 0.95, 0.95)
    assert certificate.threshold == pytest.approx(0.9)
    assert (certificate.hides, certificate.missing) == (59, 0)


def test_a_wrong_hide_at_the_top_says_how_many_right_ones_would_make_up_for_it() -> None:
    right = np.arange(400) != 3
    certificate = certify(np.linspace(0.99, 0.6, 400), right, 0.95, 0.95)
    assert (certificate.threshold, certificate.hides, certificate.wrong, certificate.missing) == (None, 59, 1, 34)


def test_no_more_hides_are_wrong_than_there_are() -> None:
    certificate = certify(np.linspace(0.7, 0.1, 200), np.zeros(200, dtype=bool), 0.95, 0.95)
    assert (certificate.threshold, certificate.hides) == (None, 59)
    few = certify(np.linspace(0.6, 0.0, 200), np.zeros(200, dtype=bool), 0.95, 0.95)
    assert few.wrong == few.hides < 59


def test_the_search_stops_where_precision_gives_way() -> None:
    probabilities = np.linspace(0.99, 0.5, 1000)
    right = np.arange(1000) < 400
    certificate = certify(probabilities, right, 0.95, 0.95)
    assert certificate.threshold is not None
    assert 300 < certificate.hides < 440
    assert certificate.wrong / certificate.hides < 0.05


def test_nothing_below_the_decision_threshold_is_certified() -> None:
    assert certify(np.full(500, 0.4), np.ones(500, dtype=bool), 0.95, 0.95).threshold is None


def test_equal_probabilities_are_hidden_together_or_not_at_all() -> None:
    probabilities = np.concatenate([np.full(100, 0.95), np.full(100, 0.8)])
    right = np.concatenate([np.ones(100, dtype=bool), np.arange(100) < 50])
    certificate = certify(probabilities, right, 0.95, 0.95)
    assert (certificate.threshold, certificate.hides) == (0.95, 100)


@pytest.mark.slow
def test_a_certificate_is_wrong_no_more_often_than_it_says() -> None:
    """Were true precision below the target everywhere, at most one in twenty searches may certify anything."""
    rng = np.random.default_rng(3)
    certified = 0
    for _ in range(400):
        probabilities = rng.uniform(0.5, 1, 400)
        certified += certify(probabilities, rng.random(400) < 0.945, 0.95, 0.95).threshold is not None
    assert certified / 400 < 0.09
