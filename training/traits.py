"""What mistakes have in common: traits of comments whose share of mistakes differs from that of the others by more than chance."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import fisher_exact

from training.evaluate import Bools
from training.labels import LabelledComment
from training.metrics import as_json, rate
from training.subgroups import FEWEST

CHANCE = 0.05
LENGTHS = ((1, 4), (5, 9), (10, 19), (20, 39), (40, None))


def traits_of(comment: LabelledComment) -> dict[str, str]:
    """Trait and value, in Dutch; of what is either so or not, only that it is so, since its opposite would tell the same twice."""
    words = len(comment.text.split())
    least, most = next(band for band in LENGTHS if words <= (band[1] or words))
    either = {"twijfelgeval": comment.borderline, "bericht erbij waarop het antwoordt": comment.context is not None}
    return {
        "taal": comment.register,
        "onderwerp": comment.topic.replace("_", " "),
        "lengte": f"{least} tot {most} woorden" if most else f"{least} woorden of meer",
        **{name: "ja" for name, so in either.items() if so},
    }


def standing_out(comments: Sequence[LabelledComment], among: Bools, wrong: Bools) -> dict[str, Any]:
    """Traits with another share of mistakes than the rest, by Fisher's exact test, corrected for how many were `looked_at` (Holm 1979).

    `found` has by trait and value the share of mistakes `with_it` and `without`, the least likely by chance first. Shapes (n,).
    """
    traits = [traits_of(comment) for comment in comments]
    values = sorted({pair for found in traits for pair in found.items()})
    tested = []
    for name, value in values:
        has = np.array([found.get(name) == value for found in traits]) & among
        without = among & ~has
        if has.sum() >= FEWEST and without.sum() >= FEWEST:
            table = [[int((group & wrong).sum()), int((group & ~wrong).sum())] for group in (has, without)]
            tested.append((float(fisher_exact(table).pvalue), name, value, table))
    return {"looked_at": len(tested), "found": [_row(*one) for one in _holm(tested)]}


def _holm(tested: list[tuple[float, str, str, list[list[int]]]]) -> list[tuple[str, str, list[list[int]]]]:
    """Those that stay below CHANCE together, tested from the least likely on."""
    kept = []
    for done, (p, name, value, table) in enumerate(sorted(tested)):
        if p > CHANCE / (len(tested) - done):
            break
        kept.append((name, value, table))
    return kept


def _row(name: str, value: str, table: list[list[int]]) -> dict[str, Any]:
    (hits, misses), (other_hits, other_misses) = table
    return {
        "trait": name,
        "value": value,
        "with_it": as_json(rate(hits, hits + misses)),
        "without": as_json(rate(other_hits, other_hits + other_misses)),
    }
