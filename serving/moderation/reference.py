"""How probabilities are spread over a set of comments: what a channel's own spread is compared with, to see drift."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

# Upper edges. Narrow where most comments are: drift shows there long before it reaches a threshold.
BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.0)
# A share of nothing would make the index infinite.
LEAST_SHARE = 1e-4


@dataclass(frozen=True)
class Spread:
    """Per category how many of `n` comments had a probability in each of BUCKETS, upper edge included."""

    n: int
    counts: dict[str, tuple[int, ...]]


def spread(probabilities: Iterable[Mapping[str, float]], categories: tuple[str, ...]) -> Spread:
    """The spread of decisions' probabilities."""
    rows = [[found[category] for category in categories] for found in probabilities]
    places = np.searchsorted(BUCKETS, np.array(rows).reshape(-1, len(categories)))
    counts = [np.bincount(places[:, i], minlength=len(BUCKETS)) for i in range(len(categories))]
    return Spread(len(rows), {name: tuple(map(int, found)) for name, found in zip(categories, counts, strict=True)})


def stability_index(reference: tuple[int, ...], found: tuple[int, ...]) -> float:
    """Population stability index of counts over the same buckets: 0 is the same, above 0.25 is usually called a shift.

    >>> round(stability_index((50, 50), (50, 50)), 3), round(stability_index((90, 10), (50, 50)), 2)
    (0.0, 0.88)
    """
    before, now = (np.maximum(np.array(counts) / max(sum(counts), 1), LEAST_SHARE) for counts in (reference, found))
    return float(np.sum((now - before) * np.log(now / before)))
