"""What a policy costs: looks, minutes, wrong hides and misses, expected from measured rates.

Rates are the figures of `training.evaluate.action_figures` as JSON. An expected number is a rate times a number of comments, so
its interval is that of the rate (Clopper-Pearson); of a sum of two rates the ends are added, which is rather too wide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from serving.moderation.decision import ACTIONS, Decision
from serving.moderation.policy import Policy
from training.evaluate import PREVALENCES
from training.labels import LabelledComment
from training.metrics import as_json, rate

Rate = Mapping[str, Any]
# An assumption, no measurement: towns differ, and so do comments.
SECONDS_A_LOOK = 20
# What every review threshold is multiplied by. Each but 1 costs a decision on every comment; most thresholds can't go above 1.
FACTORS = (0.25, 0.5, 1.0, 2.0)


def action_shares(decisions: Sequence[Decision]) -> dict[str, Rate]:
    """Share of each action among decisions."""
    return {action: as_json(rate(sum(d.action == action for d in decisions), len(decisions))) for action in ACTIONS}


def with_review(policy: Policy, factor: float) -> Policy:
    """The policy with every review threshold times `factor`, under a version of its own.

    Never above where the category is named: a policy file that asks for more is refused, since what the model says breaks a
    rule would be published all the same.
    """
    rules = {name: replace(rule, review=min(rule.review * factor, rule.decision)) for name, rule in policy.rules.items()}
    together = None if policy.any_violation is None else min(policy.any_violation * factor, 1.0)
    return replace(policy, rules=rules, any_violation=together, version=f"{policy.version}+review*{factor:g}")


def per_thousand(actions: Mapping[str, Rate], prevalence: float) -> dict[str, Rate]:
    """Expected number per 1,000 comments of which a share `prevalence` breaks a rule."""
    violations, harmless = 1000 * prevalence, 1000 * (1 - prevalence)
    return {
        "false_hides": times(actions["harmless_hidden"], harmless),
        "false_reviews": times(actions["harmless_reviewed"], harmless),
        "right_reviews": times(actions["violation_reviewed"], violations),
        "misses": times(actions["violation_published"], violations),
    }


def per_thousand_table(actions: Mapping[str, Rate]) -> dict[str, dict[str, Rate]]:
    """`per_thousand` by prevalence, "1%" to "10%"."""
    return {f"{prevalence:.0%}": per_thousand(actions, prevalence) for prevalence in PREVALENCES}


def looks_a_day(actions: Mapping[str, Rate], comments: int, prevalence: float) -> Rate:
    """Comments that a person has to look at a day, rightly or in vain, where `comments` a day come in: all that are not published,
    since what is hidden waits for a person too."""
    harmless, violation = rest(actions["harmless_published"]), rest(actions["violation_published"])
    return times(plus(times(harmless, 1 - prevalence), times(violation, prevalence)), comments)


def minutes(looks: Rate, seconds: float = SECONDS_A_LOOK) -> Rate:
    """What so many looks take at `seconds` each."""
    return times(looks, seconds / 60)


def times(figure: Rate, factor: float) -> dict[str, Any]:
    """A figure times a number, its interval too; n stays what the rate was measured on."""
    ends = {end: None if figure[end] is None else figure[end] * factor for end in ("value", "low", "high")}
    return {**ends, "n": figure["n"]}


def rest(figure: Rate) -> dict[str, Any]:
    """The share of everything else, with its interval."""
    ends = {end: None if figure[end] is None else round(1 - figure[end], 4) for end in ("value", "low", "high")}
    return {"value": ends["value"], "low": ends["high"], "high": ends["low"], "n": figure["n"]}


def plus(one: Rate, other: Rate) -> dict[str, Any]:
    """The sum of two figures of different comments; nothing where one was not measured."""
    known = one["value"] is not None and other["value"] is not None
    ends = {end: one[end] + other[end] if known else None for end in ("value", "low", "high")}
    return {**ends, "n": one["n"] + other["n"]}


def as_labelled(rows: Sequence[Mapping[str, Any]]) -> list[LabelledComment]:
    """Rows of real comments that carry our labels, as what `action_figures` takes."""
    return [
        LabelledComment(
            id=row["id"], text=row["text"], labels=tuple(row["labels"]), signals=tuple(row.get("signals", ())),
            borderline=bool(row.get("borderline")), context=None, writer="", topic="", register="forum", source="",
            either=tuple(row["either"]),
        )
        for row in rows
    ]  # fmt: skip
