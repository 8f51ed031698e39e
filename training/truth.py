"""What people say of comments, as arrays: what both readers gave, and what one of the two gave."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from serving.moderation.taxonomy import Taxonomy
from training.evaluate import Bools


@dataclass(frozen=True)
class Truth:
    """Of n comments, both of shape (n, categories). What one of two readers gave (`one`) is right both ways."""

    both: Bools
    one: Bools

    @property
    def violation(self) -> Bools:
        return np.asarray(np.any(self.both, axis=1))

    @property
    def harmless(self) -> Bools:
        """What no reader found anything in; a comment on which the two differ is neither this nor a violation."""
        return np.asarray(~np.any(self.both, axis=1) & ~np.any(self.one, axis=1))

    @property
    def clear(self) -> Bools:
        return self.violation | self.harmless

    def judging(self, found: Bools) -> Bools:
        """The truth to hold `found` against: what one reader gave agrees with whatever was found."""
        return np.where(self.one, found, self.both)


def truth_of(rows: Sequence[Any], taxonomy: Taxonomy) -> Truth:
    """From LabelledComments, or from rows of real comments, all with labels and either."""
    given = [(row["labels"], row["either"]) if isinstance(row, dict) else (row.labels, row.either) for row in rows]
    shape = (len(given), len(taxonomy.category_ids))
    both, one = ([[name in labels[k] for name in taxonomy.category_ids] for labels in given] for k in (0, 1))
    return Truth(np.array(both, dtype=bool).reshape(shape), np.array(one, dtype=bool).reshape(shape))


def labelled(rows: Sequence[Any]) -> Bools:
    """Which rows people labelled, shape (n,): all of ours, some of the real ones."""
    return np.array([not isinstance(row, dict) or "labels" in row for row in rows], dtype=bool)
