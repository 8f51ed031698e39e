"""Calibration and thresholds, fitted on held-out labels with the scores that are served.

Probability: for each label a temperature, a weight of the n-gram score and a bias (Platt 1999; Guo et al. 2017).
Review: the lowest probability that any rule is broken that keeps within a stated budget of harmless comments.
Auto-hide: Learn-then-Test with fixed-sequence testing (Angelopoulos et al. 2021, arXiv:2110.01052).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import binom

from training.errors import TrainingError
from training.evaluate import any_violation

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Keeps a label with few positives from being fitted to them: as if one score more had been seen at its prior.
PRIOR_WEIGHT = 1e-3
# Where a category is named as a label: where F1 on held-out labels is best, between "more likely than not" and this.
DECISION = 0.5
LOWEST_DECISION = 0.25
# No review threshold is fitted below this: a probability under one in a hundred is noise.
LOWEST_REVIEW = 0.01
# A threat missed is worse than a threat looked at in vain, so a person looks from a quarter of the probability of others.
THREAT_FACTOR = 0.25


@dataclass(frozen=True)
class Certificate:
    """Outcome of certifying one category.

    `threshold` is None where nothing could be certified; then `hides` and `wrong` are those of the strictest threshold that
    could have been, and `missing` says how many more right hides there, without a wrong one, would certify it.
    """

    threshold: float | None
    hides: int
    wrong: int
    missing: int


@dataclass(frozen=True)
class CalibrateOptions:
    """`review_budget`: share of harmless held-out comments that a person may have to look at; others are shares too.

    Certificates hold where `prevalence` of all comments break a rule, a heated channel's share; 0 takes the held-out comments
    as they come, for a sample drawn from a channel as it is.
    """

    review_budget: float = 0.12
    precision: float = 0.95
    confidence: float = 0.95
    prevalence: float = 0.10

    def __post_init__(self) -> None:
        for name, value in (
            ("review-budget", self.review_budget),
            ("precision", self.precision),
            ("confidence", self.confidence),
        ):
            if not 0 < value < 1:
                raise TrainingError(f"--{name} {value}: must be a share above 0 and below 1, such as 0.95 for 95 %")
        if not 0 <= self.prevalence < 1:
            raise TrainingError(f"--prevalence {self.prevalence}: must be a share from 0 to below 1, such as 0.03 for 3 %")


def fit_platt(scores: Floats, present: Bools) -> tuple[float, float, float]:
    """Temperature, n-gram weight and bias of one label by maximum likelihood.

    `scores` holds the network's and the n-grams' score, shape (n, 2); `present` whether the label is there. Neither score
    can get a negative weight.

    >>> both = np.array([[-4.0, 0.0], [-2.0, 0.0], [2.0, 0.0], [4.0, 0.0]] * 50)
    >>> temperature, _, bias = fit_platt(both, np.array([False, True, False, True] * 50))
    >>> round(float(1 / (1 + np.exp(-(4 / temperature + bias)))), 1)
    0.7
    """

    def loss(parameters: Floats) -> float:
        logits = scores @ np.exp(parameters[:2]) + parameters[2]
        likelihood = np.mean(np.logaddexp(0, np.where(present, -logits, logits)))
        return float(likelihood + PRIOR_WEIGHT * float(parameters @ parameters))

    options = {"xatol": 1e-4, "fatol": 1e-8, "maxiter": 2000}
    network, ngrams, bias = minimize(loss, np.array([-0.7, -0.7, 0.0]), method="Nelder-Mead", options=options).x
    return float(np.exp(-network)), float(np.exp(ngrams)), float(bias)


def decision_threshold(probabilities: Floats, present: Bools, lowest: float, highest: float) -> float:
    """The threshold from `lowest` to `highest` with the best F1 for one label, shape (n,); the highest of equals.

    For calibrated probabilities the best threshold lies at half the F1 it reaches (Lipton et al. 2014), so below 0.5.
    """
    candidates = np.arange(highest, lowest - 1e-9, -0.01)
    found = probabilities[:, None] >= candidates
    f1 = 2 * (found & present[:, None]).sum(axis=0) / np.maximum(found.sum(axis=0) + present.sum(), 1)
    return float(round(candidates[int(np.argmax(f1))], 2))


def review_threshold(probabilities: Floats, harmless: Bools, decisions: Floats, factors: Floats, budget: float) -> float:
    """From which probability that any rule is broken a person looks first: the lowest that keeps within the budget.

    A person looks where that probability reaches it, where a category reaches its factor times it, and where one reaches its
    threshold in `decisions`: at most `budget` of the harmless comments, unless the last alone are more; then the threshold is 1.
    `probabilities` has shape (n, categories), `harmless` marks the comments without a label.
    """
    ours = probabilities[harmless]
    reached = np.maximum(any_violation(ours), (ours / factors).max(axis=1))
    highest = np.sort(np.where((ours >= decisions).any(axis=1), np.inf, reached))
    allowed = int(budget * len(ours))
    limit = highest[len(highest) - allowed - 1] if allowed < len(highest) else 0.0
    return float(np.clip(np.nextafter(limit, 2.0), LOWEST_REVIEW, 1.0))


def at_prevalence(violation: Bools, prevalence: float) -> NDArray[np.int64]:
    """Rows of a sample in which `prevalence` break a rule: all of the harmless, and violations drawn by chance alone.

    Written sets hold far more violations than a channel does, and a precision measured on them flatters.
    """
    harmless, violations = np.flatnonzero(~violation), np.flatnonzero(violation)
    wanted = round(len(harmless) * prevalence / (1 - prevalence))
    if not prevalence or wanted >= len(violations):
        return np.arange(len(violation))
    return np.sort(np.concatenate([harmless, np.random.default_rng(0).choice(violations, wanted, replace=False)]))


def certify(probabilities: Floats, right: Bools, precision: float, confidence: float) -> Certificate:
    """The lowest threshold at which precision is at least `precision`, with `confidence` after the search.

    Shapes (n,). Thresholds are tried from the strictest that could pass at all, each one letting more comments in;
    the sequence depends on probabilities only, never on `right`, and stops at the first failure, so the level holds
    without correction. One test: were precision just below the target, would so few wrong hides still be likely?
    """
    order = np.argsort(-probabilities)
    sorted_p, sorted_right = probabilities[order], right[order]
    fewest = int(np.ceil(np.log(1 - confidence) / np.log(precision)))
    best = Certificate(None, 0, 0, fewest)
    hides = fewest
    while hides <= len(sorted_p) and sorted_p[hides - 1] >= DECISION:
        tied = int(np.searchsorted(-sorted_p, -sorted_p[hides - 1], side="right"))
        wrong = int((~sorted_right[:tied]).sum())
        if not binom.cdf(wrong, tied, 1 - precision) <= 1 - confidence:
            break
        best = Certificate(float(sorted_p[tied - 1]), tied, wrong, 0)
        hides = max(tied + 1, int(tied * 1.1))
    if best.threshold is not None:
        return best
    hides = int((sorted_p[:fewest] >= DECISION).sum())
    wrong = int((~sorted_right[:hides]).sum())
    # At least one: with ties at the threshold the hides behind it decide too.
    return Certificate(None, hides, wrong, max(1, _hides_needed(wrong, precision, confidence) - hides))


def _hides_needed(wrong: int, precision: float, confidence: float) -> int:
    """The fewest hides of which `wrong` may be wrong and precision still be certified.

    >>> _hides_needed(0, 0.95, 0.95), _hides_needed(1, 0.95, 0.95)
    (59, 93)
    """
    hides = wrong
    while binom.cdf(wrong, hides, 1 - precision) > 1 - confidence:
        hides += 1
    return hides


def calibration_records(scores: Floats, labels: Bools, names: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """calibration.json from scores of shape (n, 2, labels) and labels of shape (n, labels)."""
    fitted = {name: fit_platt(scores[:, :, i], labels[:, i]) for i, name in enumerate(names)}
    return {name: dict(zip(("temperature", "ngrams", "bias"), values, strict=True)) for name, values in fitted.items()}


def calibrated(scores: Floats, records: dict[str, dict[str, float]]) -> Floats:
    """Probabilities of shape (n, labels) from scores of shape (n, 2, labels), labels in the order of the records."""
    weights = np.array([[1 / record["temperature"], record["ngrams"]] for record in records.values()]).T
    bias = np.array([record["bias"] for record in records.values()])
    return np.asarray(1 / (1 + np.exp(-((scores * weights).sum(axis=1) + bias))))


def threshold_records(
    probabilities: Floats,
    labels: Bools,
    borderline: Bools,
    categories: tuple[str, ...],
    signals: tuple[str, ...],
    options: CalibrateOptions,
    fresh: Bools | None = None,
) -> dict[str, Any]:
    """thresholds.json from calibrated probabilities and labels of shape (n, categories).

    Hiding a borderline comment counts as wrong even where it keeps the label: a person should have decided. Certified is on
    the `fresh` ones only (all, if it is None): those that the probabilities were not fitted on.
    """
    n = len(categories)
    harmless = ~labels.any(axis=1) & ~borderline
    decision = np.array([decision_threshold(probabilities[:, i], labels[:, i], LOWEST_DECISION, DECISION) for i in range(n)])
    factors = np.array([THREAT_FACTOR if category == "threat" else 1.0 for category in categories])
    threshold = review_threshold(probabilities, harmless, decision, factors, options.review_budget)
    review = np.clip(threshold * factors, LOWEST_REVIEW, decision)
    apart = np.arange(len(labels)) if fresh is None else np.flatnonzero(fresh)
    rows = apart[at_prevalence(np.any(labels, axis=1)[apart], options.prevalence)]
    records: dict[str, Any] = {signal: {"decision": DECISION} for signal in signals}
    for i, category in enumerate(categories):
        right = labels[:, i] & ~borderline
        certificate = certify(probabilities[rows, i], right[rows], options.precision, options.confidence)
        records[category] = {
            "decision": float(decision[i]),
            "review": float(review[i]),
            "auto_hide": certificate.threshold,
            "hides": certificate.hides,
            "wrong": certificate.wrong,
            "missing": certificate.missing,
        }
    records["any_violation"] = {"review": threshold}
    reviewed = (probabilities >= review).any(axis=1) | (any_violation(probabilities) >= threshold)
    records["options"] = {
        "review_budget": options.review_budget,
        "precision": options.precision,
        "confidence": options.confidence,
        "prevalence": options.prevalence,
        "certified_on": len(rows),
        "violations_there": float(np.any(labels[rows], axis=1).mean()),
        "n": len(labels),
        "harmless_reviewed": float(reviewed[harmless].mean()),
    }
    return records
