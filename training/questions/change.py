"""What is better and what is worse than with the previous model? On the same comments, along the same path and policy."""

from dataclasses import asdict
from typing import Any

import numpy as np

from training.evaluate import OFFENSIVE, Bools, any_violation
from training.metrics import auc
from training.paired import beside, changed, moved, paired
from training.previous import Answers, Compared, Previous, compared, path_of, previous
from training.report.words import number, some
from training.run import Run
from training.thresholds import carried
from training.truth import Truth, labelled, truth_of

# Thresholds that a town may have set itself; one above where the category is named would be refused by the policy.
ROUND = (0.05, 0.1, 0.2, 0.3, 0.4)
# A lower chance than this is called more than chance.
SIGNIFICANT = 0.05


def figures(run: Run) -> dict[str, Any]:
    """By set the changes; `old` is None where there is nothing to compare with, and `same_model` says if that is why."""
    before = previous(run)
    model = run.moderator.artefact.id
    found: dict[str, Any] = {"old": None, "new": model, "same_model": bool(before and before.model == model), "sets": {}}
    if before is None or found["same_model"]:
        return found
    sets = ({"real": run.real} if run.real else {}) | {"own": run.own}
    both = {name: compared(before, name, judged, run) for name, judged in sets.items()}
    return found | {
        "old": before.model,
        "policy": run.moderator.policy.id,
        "old_policy": before.policy,
        "same_path": before.path == path_of(run.settings),
        "sets": {name: _set(name, pair, before, run) for name, pair in both.items() if len(pair.rows)},
    }


def answer(figures: dict[str, Any]) -> tuple[str, str]:
    """First what is newly right and wrong, then what it costs readers and the town; on real comments where there are labelled ones."""
    if figures["old"] is None or not figures["sets"]:
        why = "bewaard is alleen wat dit model zelf antwoordde" if figures["same_model"] else "er is geen vorig model bewaard"
        if figures["old"] is not None:
            why = "geen enkele reactie die het vorige model beoordeelde, is onveranderd bewaard"
        return (f"Er is niets om mee te vergelijken: {why}.", "")
    name = next((name for name in ("real", "own") if figures["sets"].get(name, {}).get("any")), None)
    if name is None:
        return ("De vergeleken reacties dragen geen labels: wat beter of slechter werd, is niet te zeggen.", "")
    found = figures["sets"][name]
    kinds = ("echte reactie met ons label", "echte reacties met ons label")
    if name == "own":
        kinds = "geschreven testreactie", "geschreven testreacties"
    right, wrong = found["any"]["newly_right"], found["any"]["newly_wrong"]
    return (
        f"Van {some(found['any']['n'], *kinds)} {_turned(right, wrong, found['any']['chance'])}.",
        f"Van {_sentence(found['harmless'], 'review', ('onschuldige reactie', 'onschuldige reacties'), ('gaat', 'gaan'), 'naar een medewerker')}; "
        f"van {_sentence(found['violations'], 'publish', ('overtreding', 'overtredingen'), ('blijft', 'blijven'), 'gewoon staan')}.",
    )


def _turned(right: int, wrong: int, chance: float) -> str:
    if not right and not wrong:
        return "beoordeelt het nieuwe model er geen enkele anders"
    verdict = "meer dan je door toeval verwacht" if chance < SIGNIFICANT else "een verschil dat toeval kan zijn"
    return f"ziet het nieuwe model er {number(right, 0)} nu wel juist en {number(wrong, 0)} niet meer: {verdict}"


def _sentence(moves: dict[str, dict[str, int]], action: str, what: tuple[str, str], verbs: tuple[str, str], where: str) -> str:
    n = some(sum(sum(row.values()) for row in moves.values()), *what)
    now = sum(row[action] for row in moves.values())
    return f"{n} {verbs[now != 1]} er nu {number(now, 0)} {where}, vroeger {number(sum(moves[action].values()), 0)}"


def _set(name: str, pair: Compared, before: Previous, run: Run) -> dict[str, Any]:
    """`any` and what follows it stand only where comments carry labels; ids only of our own, which nobody wrote in earnest."""
    everything = np.ones(len(pair.rows), dtype=bool)
    found: dict[str, Any] = {
        "n": len(pair.rows),
        "of": pair.of,
        "all": moved(pair.old, pair.new, everything),
        "thresholds": _thresholds(pair, before, run),
    }
    if name == "real":
        found |= _binary(pair)
    known = labelled(pair.rows)
    if not known.any():
        return found
    truth = truth_of([row for row, has in zip(pair.rows, known, strict=True) if has], run.taxonomy)
    old, new = _where(pair.old, known), _where(pair.new, known)
    found |= paired(truth, old, new, run.taxonomy)
    found |= {"harmless": moved(old, new, truth.harmless), "violations": moved(old, new, truth.violation)}
    return found | (_lists(pair, truth) if name == "own" else {})


def _where(answers: Answers, rows: Bools) -> Answers:
    return Answers(answers.probabilities[rows], answers.found[rows], answers.actions[rows])


def _binary(pair: Compared) -> dict[str, Any]:
    """The binary task of the real comments, which all of them have an answer to."""
    offensive = np.array([row["imsypp_type"] in OFFENSIVE for row in pair.rows])
    right = [np.any(answers.found, axis=1) == offensive for answers in (pair.old, pair.new)]
    ranked = [(offensive, any_violation(answers.probabilities)) for answers in (pair.old, pair.new)]
    return {"binary": changed(right[0], right[1]), "binary_auc": beside(auc, ranked[0], ranked[1])}


def _lists(pair: Compared, truth: Truth) -> dict[str, Any]:
    """Harmless comments that newly wait for a person, with what they wait for; violations newly published, with what they are."""
    reviewed = truth.harmless & (pair.old.actions == "publish") & (pair.new.actions != "publish")
    published = truth.violation & (pair.old.actions != "publish") & (pair.new.actions == "publish")
    waits_for = [[reason.category for reason in decision.reasons] for decision in pair.decisions]
    return {
        "newly_reviewed": [{"id": pair.rows[k].id, "categories": waits_for[k]} for k in np.flatnonzero(reviewed).tolist()],
        "newly_published": [
            {"id": pair.rows[k].id, "categories": list(pair.rows[k].labels)} for k in np.flatnonzero(published).tolist()
        ],
    }


def _thresholds(pair: Compared, before: Previous, run: Run) -> dict[str, Any]:
    """By category: what the fitted thresholds and those a town may have set itself become; by the model alone, without its rules."""
    table: dict[str, Any] = {}
    for i, (name, rule) in enumerate(run.moderator.policy.rules.items()):
        was, now = pair.old.probabilities[:, i], pair.new.probabilities[:, i]
        fitted = {"review": before.review[name], "decision": before.decision[name]}
        table[name] = {
            "highest": rule.decision,
            "review": asdict(carried(fitted["review"], was, now)) | {"now": rule.review},
            "decision": asdict(carried(fitted["decision"], was, now)) | {"now": rule.decision},
            "round": [asdict(carried(old, was, now)) for old in ROUND if old <= fitted["decision"]],
        }
    return table
