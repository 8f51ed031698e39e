"""What happens at which threshold, and how much work is it? By the shipped policy, and by its review thresholds moved."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from serving.moderation.policy import NEVER_HIDDEN
from training import coverage, workload
from training.evaluate import MIN_POSITIVES, action_figures
from training.files import read_json
from training.labels import LabelledComment
from training.report.words import number, percent, some
from training.run import Judged, Run
from training.truth import labelled, truth_of

# The channel that the answer is about; the page's tables have others.
COMMENTS_A_DAY, PREVALENCE = 200, 0.03


def figures(run: Run) -> dict[str, Any]:
    """Thresholds and certificates, and for the own test and the labelled real comments apart what they lead to."""
    records = read_json(run.moderator.artefact.path / "thresholds.json")
    found: dict[str, Any] = {
        "thresholds": {name: _threshold(run, name, records[name]) for name in run.taxonomy.category_ids},
        "any_violation": run.moderator.policy.any_violation,
        "options": records["options"],
        "own": _measured(run, run.own, list(run.own.rows)),
    }
    if run.real:
        has = labelled(run.real.rows)
        found["real_shares"] = workload.action_shares(run.real.decisions)
        if has.any():
            some = run.real.where(has)
            found["real"] = _measured(run, some, workload.as_labelled(some.rows))
    return found


def answer(figures: dict[str, Any]) -> tuple[str, str]:
    """Of real comments where there are any that are labelled, else of our own."""
    kind, where = ("echte", "real") if "real" in figures else ("zelf geschreven", "own")
    kinds = f"{kind} reactie", f"{kind} reacties"
    actions = figures[where]["actions"]
    looks = workload.looks_a_day(actions, COMMENTS_A_DAY, PREVALENCE)
    harmless, missed, hidden = actions["harmless_reviewed"], actions["violation_published"], actions["harmless_hidden"]
    if looks["value"] is None:
        return (
            hiding(figures),
            f"Hoeveel werk dat geeft, is niet te meten: er zijn te weinig {kinds[1]} met en zonder overtreding.",
        )
    wrongly = f" en wordt {percent(hidden)} ten onrechte verborgen" if hidden["value"] else ""
    return (
        f"{hiding(figures)} Van {some(harmless['n'], *kinds)} waar niets mis mee is, krijgt een medewerker er "
        f"{percent(harmless)} vergeefs te zien{wrongly}; van {some(missed['n'], 'overtreding', 'overtredingen')} blijft {percent(missed)} staan zonder "
        "dat iemand kijkt.",
        f"Komen er {COMMENTS_A_DAY} reacties per dag binnen en overtreden er {number(100 * PREVALENCE, 0)} op de 100 een regel, dan "
        f"zijn er ongeveer {ranged(looks)} per dag te bekijken: {ranged(workload.minutes(looks))} minuten, als één blik "
        f"{workload.SECONDS_A_LOOK} seconden duurt (een aanname).",
    )


def hiding(figures: dict[str, Any]) -> str:
    """Whether anything is hidden without a person."""
    on = sum(found["auto_hide"] is not None for found in figures["thresholds"].values())
    if not on:
        return "Het systeem verbergt niets uit zichzelf."
    return f"Automatisch verbergen staat aan voor {on} van de {len(figures['thresholds'])} categorieën."


def hides_from(found: dict[str, Any]) -> str:
    """From where one category is hidden automatically, or why it is not."""
    if found["never"]:
        return "nooit: een mens kijkt altijd"
    if found["auto_hide"] is not None:
        return f"vanaf {number(100 * found['auto_hide'], 0)} %"
    if found["certified"] is not None:
        return "staat uit in het beleid"
    return f"staat uit: er {'ontbreekt' if found['missing'] == 1 else 'ontbreken'} {some(found['missing'], 'label', 'labels')}"


def together(threshold: float | None) -> str:
    """What happens where no category reaches its own threshold."""
    if threshold is None:
        return "Haalt geen enkele categorie haar drempel, dan kijkt niemand omdat ze samen wel waarschijnlijk genoeg zijn."
    return (
        "Haalt geen enkele categorie haar drempel, dan kijkt toch eerst een medewerker zodra de kans dat er minstens één regel overtreden "
        f"is {number(100 * threshold, 0)} % haalt. Verborgen wordt daarvoor nooit iets."
    )


def limits(figures: dict[str, Any], names: dict[str, str]) -> str:
    """Which thresholds can't be raised as far as was tried, and why."""
    last = figures["own"]["moved"][-1]
    held = [f"“{names[name]}”" for name in last["at_limit"]]
    if not held:
        return "Elke drempel om na te kijken kan zo ver verlegd worden als in de tabel."
    return (
        f"Hoger kunnen deze drempels bijna niet: voor {len(held)} van de {len(names)} categorieën ({', '.join(held)}) mag de drempel om "
        "na te kijken nooit boven die liggen waarop het model de overtreding noemt, anders blijft staan wat het zelf fout noemt. "
        "In de tabel stopt hij daar, zoals in een beleidsbestand."
    )


def ranged(figure: Mapping[str, Any], decimals: int = 0) -> str:
    """An expected number with its interval.

    >>> ranged({"value": 21.4, "low": 16.2, "high": 27.9})
    '21 (16–28)'
    """
    if figure["value"] is None:
        return "niet gemeten"
    value, low, high = (number(figure[end], decimals) for end in ("value", "low", "high"))
    return f"{value} ({low}–{high})"


def _threshold(run: Run, name: str, record: dict[str, Any]) -> dict[str, Any]:
    rule = run.moderator.policy.rules[name]
    kept = {key: record[key] for key in ("hides", "wrong", "missing")}
    chosen = {"decision": rule.decision, "review": rule.review, "auto_hide": rule.auto_hide}
    return {**chosen, "certified": record["auto_hide"], "never": name in NEVER_HIDDEN, **kept}


def _measured(run: Run, judged: Judged, comments: list[LabelledComment]) -> dict[str, Any]:
    truth = truth_of(comments, run.taxonomy)
    policy = run.moderator.policy
    actions = action_figures(comments, judged.decisions)
    clear = truth.clear
    wrong = (np.any(judged.found, axis=1) != truth.violation)[clear]
    certain = coverage.certainty(judged.decisions, policy)[clear]
    prevalence = read_json(run.moderator.artefact.path / "thresholds.json")["options"]["prevalence"] or PREVALENCE
    return {
        "n": len(comments),
        "clear": int(clear.sum()),
        "violations": int(truth.violation.sum()),
        "shares": workload.action_shares(judged.decisions),
        "actions": actions,
        "per_thousand": workload.per_thousand_table(actions),
        "moved": [_moved(run, judged, comments, factor) for factor in workload.FACTORS],
        "precision": {
            name: coverage.precision_curve(truth, i, judged.probabilities[:, i], prevalence)
            for i, name in enumerate(run.taxonomy.category_ids)
            if truth.both[:, i].sum() >= MIN_POSITIVES
        },
        "positives": dict(zip(run.taxonomy.category_ids, map(int, truth.both.sum(axis=0)), strict=True)),
        "precision_at_prevalence": prevalence,
        "risk": coverage.risk_curve(wrong, certain),
        "collaboration": coverage.collaboration(wrong, certain),
    }


def _moved(run: Run, judged: Judged, comments: list[LabelledComment], factor: float) -> dict[str, Any]:
    """What the policy does with its review thresholds times `factor`; decided again, by the one path that decides.

    Decided again from the text and kept, rather than from kept probabilities: those lack what else a decision needs (signals,
    what the model can't judge, what rules find), and a second copy of that would be a second decision path.
    """
    policy = run.moderator.policy
    moved = workload.with_review(policy, factor)
    decisions = judged.decisions if factor == 1 else run.judge(judged.rows, judged.comments, moved).decisions
    actions = action_figures(comments, decisions)
    at_limit = [name for name, rule in moved.rules.items() if rule.review < policy.rules[name].review * factor]
    looks = workload.looks_a_day(actions, COMMENTS_A_DAY, PREVALENCE)
    return {"factor": factor, "at_limit": at_limit, "actions": actions, "looks": looks, "minutes": workload.minutes(looks)}
