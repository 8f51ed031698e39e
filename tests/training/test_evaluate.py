from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import f1_score

from serving.moderation.taxonomy import Taxonomy
from training.evaluate import own_figures, prevalence_table, real_figures
from training.labels import LabelledComment
from training.metrics import bootstrap, expected_calibration_error, f1, rate


def comment(number: int, *labels: str) -> LabelledComment:
    return LabelledComment(str(number), f"tekst {number}", labels, (), False, None, "w", "t", "standaard", "geschreven")


def test_f1_is_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    truth, found = rng.random((50, 3)) < 0.3, rng.random((50, 3)) < 0.4
    assert f1(truth, found) == pytest.approx(f1_score(truth, found, average=None))
    assert f1(np.zeros((5, 1), dtype=bool), np.zeros((5, 1), dtype=bool)) == 0


def test_a_rate_has_its_exact_interval() -> None:
    figure = rate(5, 100)
    assert (figure.value, figure.n) == (0.05, 100)
    assert (figure.low, figure.high) == pytest.approx((0.0164, 0.1128), abs=1e-4)
    assert (rate(0, 0).low, rate(0, 0).high) == (0.0, 1.0)


def test_a_bootstrap_interval_holds_the_value() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(300) < 0.5
    figure = bootstrap(lambda t, f: float((t == f).mean()), truth, truth ^ (rng.random(300) < 0.1))
    assert figure.low < figure.value < figure.high < 1


def test_own_figures_count_what_was_found(taxonomy: Taxonomy) -> None:
    comments = [comment(i, *(["insult"] if i < 20 else [])) for i in range(40)]
    probabilities = np.full((40, 8), 0.1)
    probabilities[:15, 1] = 0.9  # 15 of the 20 insults
    probabilities[20:25, 1] = 0.9  # and 5 that are none
    figures = own_figures(comments, probabilities, probabilities >= 0.5, taxonomy)
    insult = figures["categories"]["insult"]
    assert (insult["positives"], insult["precision"]["value"], insult["recall"]["value"]) == (20, 0.75, 0.75)
    assert insult["precision"]["n"] == 20
    assert figures["mean_f1"]["value"] == 0.75  # the only category with enough positives
    assert figures["categories"]["spam"]["precision"]["value"] is None  # nothing found: not a number, not zero


def test_what_one_reader_gave_says_nothing_about_ranking(taxonomy: Taxonomy) -> None:
    comments = [comment(i, *(["spam"] if i < 20 else [])) for i in range(40)]
    comments += [replace(comment(i), either=("spam",)) for i in range(40, 60)]
    probabilities = np.zeros((60, 8))
    probabilities[:20, 5], probabilities[40:, 5] = 0.9, 0.6
    spam = own_figures(comments, probabilities, probabilities >= 0.5, taxonomy)["categories"]["spam"]
    assert (spam["positives"], spam["precision"]["n"], spam["recall"]["n"]) == (20, 20, 20)
    assert spam["f1"]["value"] == spam["average_precision"]["value"] == 1


def test_precision_falls_with_prevalence() -> None:
    truth = np.arange(100) < 50
    found = (np.arange(100) < 40) | (np.arange(100) >= 95)
    # 80 % of violations found, 10 % of harmless ones: at 10 %, 0.08 of 0.08 + 0.09
    assert prevalence_table(truth, found) == {"1%": 0.0748, "3%": 0.1983, "10%": 0.4706}
    # Without violations nothing can be said, and nothing that is no JSON either.
    assert set(prevalence_table(truth[~truth], found[~truth]).values()) == {None}


def test_what_one_annotator_gave_counts_as_right_both_ways(taxonomy: Taxonomy) -> None:
    rows = [
        {"imsypp_type": "offensive", "labels": ["insult"], "either": ["bullying"]},
        {"imsypp_type": "appropriate", "labels": [], "either": ["bullying"]},
        {"imsypp_type": "appropriate", "labels": [], "either": []},
    ]
    probabilities = np.array([[0, 0.9, 0.9, 0, 0, 0, 0, 0], [0, 0, 0.9, 0, 0, 0, 0, 0], [0.0] * 8])
    figures = real_figures(rows, probabilities, probabilities >= 0.5, taxonomy)
    assert figures["any_macro_f1"]["value"] == 1
    assert figures["harmless_named"] == {"value": 0.0, "low": 0.0, "high": 0.975, "n": 1}
    assert figures["categories"]["bullying"]["f1"]["value"] == 1


def test_calibration_error_is_the_gap_between_probability_and_share() -> None:
    rng = np.random.default_rng(0)
    probability = rng.random(20_000)
    honest = rng.random(20_000) < probability
    assert expected_calibration_error(honest, probability) < 0.02
    assert expected_calibration_error(honest, probability**3) > 0.1
