"""Metrics with n and intervals."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, rankdata

Metric = Callable[[NDArray[Any], NDArray[Any]], float]
DRAWS = 500
BINS = 10


@dataclass(frozen=True)
class Figure:
    """A measurement with its 95 % interval and what it was measured on; `n` comments, or trials of a rate."""

    value: float
    low: float
    high: float
    n: int


def rate(hits: int, n: int) -> Figure:
    """A share with its exact interval (Clopper-Pearson).

    >>> rate(0, 100).high < 0.04
    True
    """
    if n == 0:
        return unmeasured(0)
    interval = binomtest(hits, n).proportion_ci(method="exact")
    return Figure(hits / n, float(interval.low), float(interval.high), n)


def unmeasured(n: int) -> Figure:
    """What stands where too little was there to measure, or to show: no value, and any is possible."""
    return Figure(float("nan"), 0.0, 1.0, n)


def bootstrap(metric: Metric, truth: NDArray[Any], found: NDArray[Any]) -> Figure:
    """A metric with its percentile interval over resampled comments (first axis); NaN where it can't be measured."""
    value = metric(truth, found)
    if np.isnan(value):
        return Figure(value, 0.0, 1.0, len(truth))
    rng = np.random.default_rng(0)
    draws = [_drawn(metric, truth, found, rng) for _ in range(DRAWS)]
    if np.isnan(draws).all():
        return Figure(value, 0.0, 1.0, len(truth))
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return Figure(value, float(low), float(high), len(truth))


def difference(metric: Metric, old: tuple[NDArray[Any], NDArray[Any]], new: tuple[NDArray[Any], NDArray[Any]]) -> Figure:
    """How much higher a metric is of `new` than of `old`, from -1 to 1, each (truth, found) of the same comments in the same order.

    Both are resampled together: what makes a comment hard for one makes it hard for the other, and falls away (paired bootstrap).
    """
    value = metric(*new) - metric(*old)
    n = len(new[0])
    if np.isnan(value):
        return Figure(value, -1.0, 1.0, n)
    rng = np.random.default_rng(0)
    drawn = (rng.integers(0, n, n) for _ in range(DRAWS))
    draws = [metric(new[0][rows], new[1][rows]) - metric(old[0][rows], old[1][rows]) for rows in drawn]
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return Figure(value, float(low), float(high), n)


def mcnemar(better: int, worse: int) -> float:
    """How likely chance alone parts `better + worse` changed comments so unevenly, or more so (exact, two-sided).

    >>> mcnemar(9, 1), mcnemar(0, 0)
    (0.021484375, 1.0)
    """
    return float(binomtest(better, better + worse).pvalue) if better + worse else 1.0


def holm(chances: Mapping[str, float]) -> dict[str, float]:
    """The same chances, raised since so many questions were asked at once (Holm 1979); in the given order.

    >>> holm({"a": 0.04, "b": 0.01, "c": 0.03})
    {'a': 0.06, 'b': 0.03, 'c': 0.06}
    """
    raised: dict[str, float] = {}
    highest = 0.0
    for k, name in enumerate(sorted(chances, key=lambda name: chances[name])):
        highest = max(highest, min(1.0, (len(chances) - k) * chances[name]))
        raised[name] = highest
    return {name: raised[name] for name in chances}


def f1(truth: NDArray[Any], found: NDArray[Any]) -> NDArray[np.float64]:
    """F1 of each column (or of the one there is), 0 where nothing is there and nothing found.

    Written out because the bootstrap calls it tens of thousands of times and scikit-learn's checks each call anew.
    """
    hits = (truth & found).sum(axis=0)
    return np.asarray(2 * hits / np.maximum(truth.sum(axis=0) + found.sum(axis=0), 1))


def macro_f1(truth: NDArray[Any], found: NDArray[Any]) -> float:
    return float((f1(truth, found) + f1(~truth, ~found)) / 2)


def mean_f1(truth: NDArray[Any], found: NDArray[Any]) -> float:
    """Mean F1 of the columns; NaN where there are none."""
    return float(np.mean(f1(truth, found))) if truth.shape[1] else float("nan")


def one_f1(truth: NDArray[Any], found: NDArray[Any]) -> float:
    return float(f1(truth, found))


def auc(truth: NDArray[Any], probability: NDArray[Any]) -> float:
    """How often a positive ranks above a negative, a tie counting half (Mann-Whitney); by ranks, fifteen times scikit-learn's speed."""
    present = np.asarray(truth, dtype=bool)
    positives = int(present.sum())
    negatives = len(present) - positives
    if not positives or not negatives:
        return float("nan")
    above = rankdata(probability)[present].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def average_precision(truth: NDArray[Any], probability: NDArray[Any]) -> float:
    """Precision at every threshold, weighted by the recall that it adds; written out for the bootstrap's sake, as F1 is."""
    if not truth.any():
        return float("nan")
    order = np.argsort(-probability, kind="stable")
    ranked = probability[order]
    # Equal probabilities cross a threshold together.
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    hits = np.cumsum(truth[order])[last]
    return float(np.sum(np.diff(hits, prepend=0) * hits / (last + 1)) / hits[-1])


def as_json(figure: Figure) -> dict[str, float | int | None]:
    """As JSON, which knows no NaN: None where there was nothing to measure."""
    rounded = {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(figure).items()}
    return {name: None if value != value else value for name, value in rounded.items()}


def expected_calibration_error(truth: NDArray[Any], probability: NDArray[Any]) -> float:
    """How far probabilities stray from the share that is there, over BINS bins of equal mass (Nixon et al. 2019); shapes (n,).

    >>> expected_calibration_error(np.array([False, True] * 50), np.full(100, 0.5))
    0.0
    """
    order = np.argsort(probability, kind="stable")
    bins = [rows for rows in np.array_split(order, BINS) if len(rows)]
    return float(sum(len(rows) * abs(truth[rows].mean() - probability[rows].mean()) for rows in bins) / len(truth))


def _drawn(metric: Metric, truth: NDArray[Any], found: NDArray[Any], rng: np.random.Generator) -> float:
    rows = rng.integers(0, len(truth), len(truth))
    if truth.ndim == 1 and len(np.unique(truth[rows])) < 2:
        return float("nan")
    return metric(truth[rows], found[rows])
