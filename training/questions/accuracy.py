"""How often is it right? Per category, on our own test comments and on real ones, beside the n-gram baseline."""

from typing import Any

from training import evaluate
from training.report.words import percent
from training.run import Run


def figures(run: Run) -> dict[str, Any]:
    """Figures on the own test split and, where at hand, on real comments; the baseline's from the artefact's own training run."""
    metrics = run.moderator.artefact.metrics
    own = run.own
    found: dict[str, Any] = {
        "own": evaluate.own_figures(own.rows, own.probabilities, own.found, run.taxonomy),
        "actions": evaluate.action_figures(own.rows, own.decisions),
        "own_baseline": metrics["own_test_baseline"],
    }
    if run.real:
        found["real"] = evaluate.real_figures(run.real.rows, run.real.probabilities, run.real.found, run.taxonomy)
        found["real_baseline"] = metrics.get("real_baseline")
    return found


def answer(figures: dict[str, Any]) -> tuple[str, str]:
    hidden, missed = figures["actions"]["harmless_hidden"], figures["actions"]["threat_published"]
    return (
        f"Van {hidden['n']} reacties waar niets mis mee is, verbergt het systeem er {percent(hidden)} zonder dat iemand kijkt.",
        f"Van {missed['n']} bedreigingen blijft {percent(missed)} gewoon staan.",
    )
