"""What is gained by leaving only part of the comments to the machine: precision, errors and accuracy, most certain first.

Nothing is decided here. Whether a comment is said to break a rule stands in its decision; probabilities only order comments.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from serving.moderation.decision import Decision
from serving.moderation.policy import Policy
from training.evaluate import Bools, Floats
from training.metrics import Figure, as_json, rate
from training.truth import Truth

# Shares of a category's comments that a threshold lets in.
COVERAGES = tuple(k / 10 for k in range(1, 11))
# Shares of all comments that are left to the machine.
LEFT = tuple(k / 20 for k in range(1, 21))
# Shares of all comments that a person reviews.
REVIEWED = (0.0, 0.01, 0.05, 0.10, 0.15)


def precision_curve(truth: Truth, category: int, probability: Floats, prevalence: float) -> list[dict[str, Any]]:
    """Precision of one category where its threshold lets in 10, 20 … 100 % of its own comments; `probability` has shape (n,).

    Coverage is a share of the category's own comments: of all comments it would say more of how a set was put together than of
    a channel. Precision is that on a channel where `prevalence` of all comments break a rule, in the set's own mixture:
    p * right / violations against p * found / violations + (1 - p) * found harmless / harmless. Its interval takes both kinds of
    wrong finds at their Clopper-Pearson ends together, so it is rather too wide; `n` is what was found in the set.
    """
    positive = truth.both[:, category]
    other = truth.violation & ~positive & ~truth.one[:, category]
    own = np.sort(probability[positive])[::-1]
    curve = []
    for coverage in COVERAGES if len(own) else ():
        threshold = own[int(np.ceil(round(coverage * len(own), 9))) - 1]
        right = int((own >= threshold).sum())
        wrong = [rate(int((probability[kind] >= threshold).sum()), int(kind.sum())) for kind in (other, truth.harmless)]
        violations = len(own) + int(other.sum())
        hits = prevalence * right / violations
        # What is found in vain, as a share of all comments, per end of the interval.
        weights = (prevalence * int(other.sum()) / violations, 1 - prevalence)
        value, low, high = (
            hits / (hits + sum(w * _zero_if_none(getattr(r, end)) for w, r in zip(weights, wrong, strict=True)))
            for end in ("value", "high", "low")
        )
        found = right + sum(int((probability[kind] >= threshold).sum()) for kind in (other, truth.harmless))
        curve.append({"coverage": right / len(own), "threshold": float(threshold), **as_json(Figure(value, low, high, found))})
    return curve


def certainty(decisions: Sequence[Decision], policy: Policy) -> Floats:
    """How far each decision is from turning, in log-odds: the distance of its nearest category to where that is named; shape (n,).

    Nearest is the category that is furthest above its threshold or least below it. What a fixed rule found has no such distance and
    counts as least certain: a person looks at it whatever the model says.
    """
    thresholds = np.array([policy.rules[name].decision for name in policy.rules])
    probabilities = np.array([[decision.probabilities[name] for name in policy.rules] for decision in decisions])
    margins = (_log_odds(probabilities) - _log_odds(thresholds)).max(axis=1)
    by_rule = np.array([any(reason.found_by == "rule" for reason in decision.reasons) for decision in decisions])
    return np.where(by_rule, 0.0, np.abs(margins))


def risk_curve(wrong: Bools, certain: Floats) -> list[dict[str, Any]]:
    """Error rate among the share of decisions left to the machine, most certain first (risk-coverage curve; El-Yaniv & Wiener
    2010); both of shape (n,)."""
    ordered = wrong[np.argsort(-certain, kind="stable")]
    sizes = [max(1, round(share * len(ordered))) for share in LEFT] if len(ordered) else []
    return [{"left": k / len(ordered), "risk": as_json(rate(int(ordered[:k].sum()), k))} for k in sizes]


def collaboration(wrong: Bools, certain: Floats) -> list[dict[str, Any]]:
    """Accuracy of machine and person together, where a person reviews the least certain share and is always right.

    Oracle-Model Collaborative Accuracy (Kivlichan et al. 2021, arXiv:2107.04212): (n - errors among what is not reviewed) / n.
    The interval is that of the error rate among what is not reviewed. `by_chance` is what the same share reviewed without any
    order would give on average.
    """
    n = len(wrong)
    ordered = wrong[np.argsort(certain, kind="stable")]
    found = []
    for share in REVIEWED if n else ():
        k = round(share * n)
        left = rate(int(ordered[k:].sum()), n - k)
        kept = (n - k) / n
        together = Figure(1 - kept * left.value, 1 - kept * left.high, 1 - kept * left.low, n)
        by_chance = round(1 - kept * float(wrong.mean()), 4)
        found.append({"reviewed": share, "accuracy": as_json(together), "by_chance": by_chance})
    return found


def _zero_if_none(share: float) -> float:
    """The share of a kind that the set does not hold is not a number; it weighs nothing."""
    return 0.0 if np.isnan(share) else share


def _log_odds(probabilities: Floats) -> Floats:
    clipped = np.clip(probabilities, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(clipped / (1 - clipped)))
