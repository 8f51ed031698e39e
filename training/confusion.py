"""Which category is taken for which."""

from typing import Any

from serving.moderation.taxonomy import Taxonomy
from training.evaluate import MIN_POSITIVES, Bools
from training.metrics import as_json, rate
from training.truth import Truth


def confusion(truth: Truth, found: Bools, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """Of the comments that are `is` and not `named`, how often `named` is named all the same; every pair, the worst first.

    Comments where one of two readers gave either of the two are left out. A pair with fewer than MIN_POSITIVES comments
    stands at the end: such a share says little.
    """
    pairs: list[dict[str, Any]] = []
    for a, there in enumerate(taxonomy.category_ids):
        for b, named in enumerate(taxonomy.category_ids):
            among = truth.both[:, a] & ~truth.both[:, b] & ~truth.one[:, a] & ~truth.one[:, b]
            if a != b:
                share = as_json(rate(int((found[:, b] & among).sum()), int(among.sum())))
                pairs.append({"is": there, "named": named, "share": share})
    return sorted(pairs, key=lambda pair: (pair["share"]["n"] < MIN_POSITIVES, -(pair["share"]["value"] or 0)))
