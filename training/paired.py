"""Two models on the same comments: what one gets right and the other not, and whether chance alone would do that."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from serving.moderation.decision import ACTIONS
from serving.moderation.taxonomy import Taxonomy
from training.evaluate import MIN_POSITIVES, Bools, any_violation
from training.metrics import as_json, auc, bootstrap, difference, holm, mcnemar, mean_f1, one_f1, unmeasured
from training.previous import Answers
from training.truth import Truth


def paired(truth: Truth, old: Answers, new: Answers, taxonomy: Taxonomy) -> dict[str, Any]:
    """Any violation and each category: comments newly right and newly wrong with McNemar's test (Holm over the categories), and
    old, new and difference of mean F1 and of AUC, with paired intervals. All of the same n comments."""
    usual = truth.both.sum(axis=0) >= MIN_POSITIVES
    names = [name for name, keep in zip(taxonomy.category_ids, usual, strict=True) if keep]
    was, now = ((truth.judging(answers.found)[:, usual], answers.found[:, usual]) for answers in (old, new))
    violation, clear = truth.violation[truth.clear], truth.clear
    ranked = [(violation, any_violation(answers.probabilities)[clear]) for answers in (old, new)]
    return {
        "any": changed(_right_any(truth, old.found), _right_any(truth, new.found)),
        "categories": _categories(truth, old.found, new.found, taxonomy),
        "mean_f1": beside(mean_f1, was, now),
        "mean_f1_over": names,
        "any_auc": beside(auc, ranked[0], ranked[1]),
    }


def changed(was_right: Bools, is_right: Bools) -> dict[str, Any]:
    """Comments newly right and newly wrong; shapes (n,). `chance`: how likely chance alone parts them so unevenly."""
    right, wrong = int((~was_right & is_right).sum()), int((was_right & ~is_right).sum())
    return {"newly_right": right, "newly_wrong": wrong, "n": len(is_right), "chance": round(mcnemar(right, wrong), 6)}


def beside(metric: Any, old: tuple[NDArray[Any], NDArray[Any]], new: tuple[NDArray[Any], NDArray[Any]]) -> dict[str, Any]:
    """A metric of the old and of the new answers, each (truth, found), and how much higher the new one's is."""
    if not len(new[0]):
        nothing = as_json(unmeasured(0))
        return {"old": nothing, "new": nothing, "difference": nothing}
    return {
        "old": as_json(bootstrap(metric, *old)),
        "new": as_json(bootstrap(metric, *new)),
        "difference": as_json(difference(metric, old, new)),
    }


def moved(old: Answers, new: Answers, among: Bools) -> dict[str, dict[str, int]]:
    """How many comments went from one action to the other: old action, then new."""
    return {was: {now: int(((old.actions == was) & (new.actions == now) & among).sum()) for now in ACTIONS} for was in ACTIONS}


def _right_any(truth: Truth, found: Bools) -> Bools:
    """What one of two readers gave is right both ways, as in the macro-F1 of any violation."""
    return np.asarray(np.any(truth.judging(found), axis=1) == np.any(found, axis=1))


def _categories(truth: Truth, was: Bools, now: Bools, taxonomy: Taxonomy) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for i, name in enumerate(taxonomy.category_ids):
        sides = [(truth.judging(found)[:, i], found[:, i]) for found in (was, now)]
        right = [side[0] == side[1] for side in sides]
        found[name] = changed(right[0], right[1]) | {
            "positives": int(truth.both[:, i].sum()),
            "f1": beside(one_f1, sides[0], sides[1]),
        }
    raised = holm({name: row["chance"] for name, row in found.items()})
    return {name: row | {"chance_of_all": round(raised[name], 6)} for name, row in found.items()}
