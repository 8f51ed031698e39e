"""The decision: what happens to a comment, and why, in words a resident or a court can read."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from serving.moderation.classifier import Scored
from serving.moderation.policy import NEVER_HIDDEN, Policy, Rule
from serving.moderation.taxonomy import Taxonomy

Action = Literal["publish", "review", "auto_hide"]


@dataclass(frozen=True)
class Reason:
    """Why a category counts: its probability and the threshold it met, with one Dutch sentence."""

    category: str
    probability: float
    threshold: float
    sentence: str


@dataclass(frozen=True)
class Span:
    """Where in the submitted text a category shows: Unicode code points, end exclusive; weight 0 to 1."""

    start: int
    end: int
    category: str
    weight: float


@dataclass(frozen=True)
class Decision:
    id: str
    action: Action
    labels: tuple[str, ...]
    signals: tuple[str, ...]
    probabilities: dict[str, float]
    reasons: tuple[Reason, ...]
    spans: tuple[Span, ...]
    escalate_to: tuple[str, ...]
    reply: str | None
    blocked_by: tuple[str, ...]
    model: str
    policy: str
    taxonomy: str

    def as_record(self) -> dict[str, Any]:
        """The decision as plain JSON values."""
        return asdict(self)


def decide(comment_id: str, scored: Scored, policy: Policy, taxonomy: Taxonomy, model: str) -> Decision:
    """Apply a policy to probabilities. The only place where a threshold meets a probability."""
    probabilities = {category: scored.probabilities[category] for category in taxonomy.category_ids}
    labels = tuple(name for name, p in probabilities.items() if p >= policy.rules[name].decision)
    signals = tuple(name for name in taxonomy.signal_ids if scored.probabilities[name] >= policy.signals[name])
    to_review = [name for name, p in probabilities.items() if p >= policy.rules[name].review]
    hiding = [name for name, p in probabilities.items() if _reaches(p, policy.rules[name].auto_hide)]
    blocked_by = _blocked_by(scored, hiding, to_review, policy)
    action: Action = "publish"
    if hiding and not blocked_by:
        action = "auto_hide"
    elif to_review or blocked_by:
        action = "review"
    return Decision(
        id=comment_id,
        action=action,
        labels=labels,
        signals=signals,
        probabilities=probabilities,
        reasons=tuple(
            _reason(taxonomy, name, probabilities[name], policy.rules[name], name in hiding and action == "auto_hide")
            for name in to_review
        ),
        spans=(),
        escalate_to=_escalate_to(taxonomy, labels, signals),
        reply=taxonomy.reply if any(taxonomy.category(name).house_rule for name in labels) else None,
        blocked_by=blocked_by,
        model=model,
        policy=policy.id,
        taxonomy=taxonomy.version,
    )


def _reaches(probability: float, threshold: float | None) -> bool:
    return threshold is not None and probability >= threshold


def _blocked_by(scored: Scored, hiding: list[str], to_review: list[str], policy: Policy) -> tuple[str, ...]:
    """Codes of what puts a person in between, whatever else would hide the comment."""
    codes = list(scored.unjudged)
    criticism = scored.probabilities["criticism"] >= policy.criticism_shield.threshold
    if criticism and set(hiding) & policy.criticism_shield.categories:
        codes.append("criticism_shield")
    if any(name in NEVER_HIDDEN for name in to_review):
        codes.append("never_hidden_automatically")
    return tuple(codes)


def _reason(taxonomy: Taxonomy, name: str, probability: float, rule: Rule, hidden: bool) -> Reason:
    threshold = rule.auto_hide if hidden and rule.auto_hide is not None else rule.review
    what_happens = "wordt ze meteen verborgen" if hidden else "kijkt eerst een medewerker"
    sure = f"Het model acht dat {probability:.0%} waarschijnlijk; vanaf {threshold:.0%} {what_happens}."
    return Reason(name, probability, threshold, f"{taxonomy.category(name).sentence} {sure}".replace("%", " %"))


def _escalate_to(taxonomy: Taxonomy, labels: tuple[str, ...], signals: tuple[str, ...]) -> tuple[str, ...]:
    """Routes of every label and signal, in the order of the taxonomy's escalation list."""
    wanted = {route for category in taxonomy.categories if category.id in labels for route in category.escalate_to}
    wanted |= {route for signal in taxonomy.signals if signal.id in signals for route in signal.escalate_to}
    return tuple(route for route in taxonomy.escalation if route in wanted)
