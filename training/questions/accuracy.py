"""How often is it right? Per category, on real comments and on our own, beside the previous model and the n-gram baseline."""

from typing import Any

import numpy as np

from training import evaluate
from training.confusion import confusion
from training.metrics import as_json, rate
from training.previous import Previous, compared, previous
from training.reliability import reliability
from training.report.words import percent, some
from training.run import Judged, Run
from training.truth import labelled, truth_of

BASELINES = {"own": "own_test_baseline", "adversarial": "adversarial_baseline", "real": "real_baseline"}


def figures(run: Run) -> dict[str, Any]:
    """By set (`real` only where some carry our labels) the figures of this model, of the previous one and of the baseline.

    The baseline's are from the artefact's own training run, on all comments of the set whatever `every` says.
    """
    before = previous(run)
    sets: dict[str, Judged] = {"own": run.own, "adversarial": run.adversarial}
    if run.real and labelled(run.real.rows).any():
        sets["real"] = run.real
    found: dict[str, Any] = {}
    for name, judged in sets.items():
        found[name] = _figures(name, judged, run)
        found[f"{name}_baseline"] = run.moderator.artefact.metrics.get(BASELINES[name])
        found[f"{name}_previous"] = _previous(name, judged, before, run)
    return found


def answer(figures: dict[str, Any]) -> tuple[str, str]:
    """About a violation of any kind: on real comments where there are any, else on our own; then what that costs the harmless."""
    kinds, name = (("echte reactie", "echte reacties"), "real")
    if "real" not in figures:
        kinds, name = ("geschreven testreactie", "geschreven testreacties"), "own"
    right, missed, wrong = (figures[name]["any"][key] for key in ("right", "missed", "named_harmless"))
    if right["value"] is None:
        return (f"Er zijn te weinig {kinds[1]} om te zeggen hoe vaak het model gelijk heeft.", "")
    return (
        f"Bij {percent(right, 0)} van {some(right['n'], *kinds)} zegt het model terecht of ze een regel breken.",
        f"Het mist {_of(missed, 'overtreding', 'overtredingen')} en duidt {_of(wrong, 'onschuldige reactie', 'onschuldige reacties')} ten onrechte aan.",
    )


def _of(share: dict[str, Any], one: str, more: str) -> str:
    return f"{percent(share, 0)} van {some(share['n'], one, more)}" if share["n"] else f"niets van de {more} (er zijn er geen)"


def _figures(name: str, judged: Judged, run: Run) -> dict[str, Any]:
    known = labelled(judged.rows)
    truth = truth_of([row for row, has in zip(judged.rows, known, strict=True) if has], run.taxonomy)
    probabilities, found = judged.probabilities[known], judged.found[known]
    measure = evaluate.real_figures if name == "real" else evaluate.own_figures
    return measure(judged.rows, judged.probabilities, judged.found, run.taxonomy) | {
        "any": _any(truth.violation, truth.harmless, np.any(found, axis=1)),
        "reliability": reliability(truth, probabilities, run.taxonomy),
        "confusion": confusion(truth, found, run.taxonomy),
    }


def _any(violation: evaluate.Bools, harmless: evaluate.Bools, named: evaluate.Bools) -> dict[str, Any]:
    """Of comments on which readers agree that they break a rule, or none; shapes (n,)."""
    missed, wrong = int((violation & ~named).sum()), int((harmless & named).sum())
    clear = int((violation | harmless).sum())
    return {
        "right": as_json(rate(clear - missed - wrong, clear)),
        "missed": as_json(rate(missed, int(violation.sum()))),
        "named_harmless": as_json(rate(wrong, int(harmless.sum()))),
        "precision": as_json(rate(int((violation & named).sum()), int(((violation | harmless) & named).sum()))),
    }


def _previous(name: str, judged: Judged, before: Previous | None, run: Run) -> dict[str, Any] | None:
    """The same figures of the previous model, on the comments of the set that it judged too."""
    if before is None:
        return None
    both = compared(before, name, judged, run)
    if not len(both.rows) or not labelled(both.rows).any():
        return None
    measure = evaluate.real_figures if name == "real" else evaluate.own_figures
    return measure(both.rows, both.old.probabilities, both.old.found, run.taxonomy)
