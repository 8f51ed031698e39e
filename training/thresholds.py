"""Which threshold of a new model does what a threshold of the old one did: for who set numbers in a policy file."""

from dataclasses import dataclass

import numpy as np

from training.evaluate import Floats
from training.metrics import DRAWS

# Written in a policy file with so many decimals.
DECIMALS = 3


@dataclass(frozen=True)
class Carried:
    """`old` threshold, reached by `n` of the old model's probabilities; `new` is reached by as many of the new one's.

    `low` to `high` is the 95 % interval of `new` over resampled comments. `new_n` counts how many reach it once rounded, which
    can differ by ties.
    """

    old: float
    n: int
    new: float | None
    low: float | None
    high: float | None
    new_n: int


def carried(old: float, before: Floats, after: Floats) -> Carried:
    """Quantile matching on the same comments, probabilities of shape (n,); None where no comment reached the old threshold.

    >>> carried(0.5, np.array([0.1, 0.2, 0.6, 0.9]), np.array([0.2, 0.1, 0.3, 0.4])).new
    0.25
    """
    n = int((before >= old).sum())
    if not n:
        return Carried(old, 0, None, None, None, 0)
    new = matched(old, before, after)
    rng = np.random.default_rng(0)
    drawn = (rng.integers(0, len(before), len(before)) for _ in range(DRAWS))
    low, high = np.percentile([matched(old, before[rows], after[rows]) for rows in drawn], [2.5, 97.5])
    new = round(new, DECIMALS)
    return Carried(old, n, new, round(float(low), DECIMALS), round(float(high), DECIMALS), int((after >= new).sum()))


def matched(old: float, before: Floats, after: Floats) -> float:
    """Halfway between the lowest probability that still counts and the highest that no longer does."""
    n = int((before >= old).sum())
    ranked = np.concatenate([[1.0], np.sort(after)[::-1], [0.0]])
    return float((ranked[n] + ranked[n + 1]) / 2)
