"""Can a probability be believed: where the model says 70 %, is it so in 70 of 100 cases?"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from serving.moderation.taxonomy import Taxonomy
from training.evaluate import Floats
from training.metrics import BINS, Metric, as_json, bootstrap, expected_calibration_error, rate
from training.truth import Truth

# Below this probability nearly every pair of comment and category is rightly dismissed, which says little of the rest.
RAISED = 0.05


def reliability(truth: Truth, probabilities: Floats, taxonomy: Taxonomy) -> dict[str, Any]:
    """Of every pair of comment and category that readers agreed on, pooled and per category; comments are resampled whole."""
    agreed = np.where(truth.one, np.nan, truth.both.astype(float))
    return {
        "pooled": _figures(agreed, probabilities) | _raised(agreed, probabilities),
        "categories": {name: _figures(agreed[:, [i]], probabilities[:, [i]]) for i, name in enumerate(taxonomy.category_ids)},
    }


def bins(truth: NDArray[Any], probability: Floats) -> list[dict[str, Any]]:
    """BINS groups of equal size by rising probability: the mean probability of each, and the share that is there; shapes (n,)."""
    order = np.argsort(probability, kind="stable")
    groups = [rows for rows in np.array_split(order, BINS) if len(rows)]
    return [
        {
            "probability": round(float(probability[rows].mean()), 4),
            "there": as_json(rate(int(truth[rows].sum()), len(rows))),
        }
        for rows in groups
    ]


def brier(truth: NDArray[Any], probability: Floats) -> float:
    """The mean squared distance of probability and truth (Brier 1950): 0 is perfect.

    >>> brier(np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    0.25
    """
    return float(np.mean((probability - truth) ** 2)) if len(truth) else float("nan")


def _figures(agreed: Floats, probabilities: Floats) -> dict[str, Any]:
    """`agreed` holds NaN where readers differ; shapes (n, k)."""
    known = ~np.isnan(agreed)
    share = float(agreed[known].mean()) if known.any() else None
    return {
        "pairs": int(known.sum()),
        "brier": as_json(bootstrap(_of_known(brier), agreed, probabilities)),
        # Of who always gives the share that is there: what a Brier score has to beat.
        "brier_of_share": None if share is None else round(share * (1 - share), 4),
        "calibration_error": as_json(bootstrap(_of_known(expected_calibration_error), agreed, probabilities)),
    }


def _raised(agreed: Floats, probabilities: Floats) -> dict[str, Any]:
    """The same error and the bins where the model saw something. Per category too few for it: drawing anew adds noise, which this
    error counts as error, so that on a hundred pairs its interval no longer holds the value."""
    raised = ~np.isnan(agreed) & (probabilities >= RAISED)
    error = bootstrap(_of_known(expected_calibration_error), np.where(raised, agreed, np.nan), probabilities)
    return {
        "raised": int(raised.sum()),
        "calibration_error_raised": as_json(error),
        "bins": bins(agreed[raised], probabilities[raised]),
    }


def _of_known(metric: Metric) -> Metric:
    """The metric over what is not NaN in the truth; NaN where nothing is known."""

    def of_known(truth: Floats, probability: Floats) -> float:
        known = ~np.isnan(truth)
        return metric(truth[known], probability[known]) if known.any() else float("nan")

    return of_known
