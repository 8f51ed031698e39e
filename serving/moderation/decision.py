"""The decision: what happens to a comment, and why, in words a resident or a court can read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from serving.moderation.classifier import Scored
from serving.moderation.comment import Comment
from serving.moderation.finds import EMAIL, PHONE, Find
from serving.moderation.policy import NEVER_HIDDEN, Policy
from serving.moderation.taxonomy import Taxonomy
from serving.moderation.text import normalise

Action = Literal["publish", "review", "auto_hide"]
ACTIONS: tuple[Action, ...] = get_args(Action)
# How an advertiser wants to be reached: in what the model takes for spam it breaks no other rule.
ADVERTISED = (PHONE, EMAIL)
HOUSE_RULE = (
    "Huisregel “{name}” van het Hier Niet-initiatief (https://hierniet.be/), gevolgd in de gedragscode van de gemeente."
)
ESCALATION = "Geen huisregel: volgens de gedragscode van de gemeente gaat een bedreiging altijd eerst naar een mens."


@dataclass(frozen=True)
class Reason:
    """Why a category counts: its probability and the threshold it met, and what a statement of reasons has to say in Dutch.

    After article 17(3) of the Digital Services Act: `sentence` tells the facts, that a machine found them, how sure it is and
    what follows; `ground` the rule relied on; `redress` who may look again. What is `found_by` a rule (a phone number, say) counts
    whatever the model's probability; it never hides.
    """

    category: str
    probability: float
    threshold: float
    found_by: Literal["model", "rule"]
    sentence: str
    ground: str
    redress: str


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
        # Not dataclasses.asdict, which copies to any depth and takes as long as the policy itself.
        return vars(self) | {
            "probabilities": dict(self.probabilities),
            "reasons": [dict(vars(reason)) for reason in self.reasons],
            "spans": [dict(vars(span)) for span in self.spans],
        }


def decide(
    comment: Comment,
    scored: Scored,
    policy: Policy,
    taxonomy: Taxonomy,
    model: str,
    spans: Sequence[Span] = (),
    finds: Sequence[Find] = (),
) -> Decision:
    """Apply a policy to probabilities and finds. The only place where a threshold meets a probability."""
    probabilities = {category: scored.probabilities[category] for category in taxonomy.category_ids}
    named = [name for name, p in probabilities.items() if p >= policy.rules[name].decision]
    by_rule = {find.category for find in finds if not find.hint and not ("spam" in named and find.kind in ADVERTISED)}
    labels = tuple(name for name in probabilities if name in named or name in by_rule)
    signals = tuple(name for name in taxonomy.signal_ids if scored.probabilities[name] >= policy.signals[name])
    by_model = reviewed_categories(scored, policy)
    to_review = [name for name in probabilities if name in by_model or name in by_rule]
    hiding = [name for name, p in probabilities.items() if _reaches(p, policy.rules[name].auto_hide)]
    blocked_by = _blocked_by(comment, scored, hiding, to_review, policy)
    action: Action = "publish"
    if hiding and not blocked_by:
        action = "auto_hide"
    elif to_review or blocked_by:
        action = "review"
    hidden = hiding if action == "auto_hide" else []
    broken = any(taxonomy.category(name).house_rule for name in labels)
    return Decision(
        id=comment.id,
        action=action,
        labels=labels,
        signals=signals,
        probabilities=probabilities,
        reasons=tuple(
            _reason(taxonomy, name, probabilities[name], policy, hidden, name in by_model, finds) for name in to_review
        ),
        spans=(*_found(finds, to_review), *spans),
        escalate_to=_escalate_to(taxonomy, labels, signals),
        reply=taxonomy.reply[policy.reply_language] if broken else None,
        blocked_by=blocked_by,
        model=model,
        policy=policy.id,
        taxonomy=taxonomy.version,
    )


def any_of(probabilities: Iterable[float]) -> float:
    """The probability that at least one of several categories applies, as if they came independently: 1 - product of (1 - p).

    The highest of them says too little. On comments that the model was not fitted on this is better calibrated and ranks real
    comments better; figures in `training/LOG.md`.

    >>> any_of([0.5, 0.5])
    0.75
    """
    any_so_far = 0.0
    for probability in probabilities:
        any_so_far += probability * (1 - any_so_far)
    return any_so_far


def reviewed_categories(scored: Scored, policy: Policy) -> list[str]:
    """The categories for which a person looks first, in the order of the policy's rules."""
    return [name for name, rule in policy.rules.items() if scored.probabilities[name] >= rule.review]


def _reaches(probability: float, threshold: float | None) -> bool:
    return threshold is not None and probability >= threshold


def _blocked_by(comment: Comment, scored: Scored, hiding: list[str], to_review: list[str], policy: Policy) -> tuple[str, ...]:
    """Codes of what puts a person in between, whatever else would publish or hide the comment."""
    codes = list(scored.unjudged)
    if not to_review and _reaches(any_of(scored.probabilities[name] for name in policy.rules), policy.any_violation):
        codes.append("any_violation")
    criticism = scored.probabilities["criticism"] >= policy.criticism_shield.threshold
    if criticism and set(hiding) & policy.criticism_shield.categories:
        codes.append("criticism_shield")
    if any(name in NEVER_HIDDEN for name in to_review):
        codes.append("never_hidden_automatically")
    if policy.profile == "sperperiode" and hiding and _mentions(comment, policy.names):
        codes.append("sperperiode")
    if policy.profile == "crisis" and any(_reaches(scored.probabilities[name], policy.publish_below) for name in policy.rules):
        codes.append("crisis")
    return tuple(codes)


def _mentions(comment: Comment, names: tuple[str, ...]) -> bool:
    """Whether a name stands in the text or in what it answers, as a word, in any case and with any sign or none between its
    parts: too many finds cost a person a look, too few a hide."""
    read = normalise(f"{comment.text} {comment.context or ''}").casefold()
    return any(re.search(_name_pattern(name), read) for name in names)


def _name_pattern(name: str) -> str:
    parts = re.findall(r"\w+", normalise(name).casefold())
    joined = r"[\W_]*".join(map(re.escape, parts))
    return rf"(?<!\w){joined}(?!\w)" if parts else r"(?!)"


def _reason(
    taxonomy: Taxonomy,
    name: str,
    probability: float,
    policy: Policy,
    hidden: Sequence[str],
    by_model: bool,
    finds: Sequence[Find],
) -> Reason:
    """`hidden` holds the categories that a hidden comment is hidden for, none where it is not hidden."""
    rule, category = policy.rules[name], taxonomy.category(name)
    threshold = rule.auto_hide if name in hidden and rule.auto_hide is not None else rule.review
    # Of a comment that is hidden for another rule, nobody looks first for this one.
    looks = "zou op zichzelf eerst een medewerker kijken" if hidden else "kijkt eerst een medewerker"
    what_happens = "wordt ze meteen verborgen" if name in hidden else looks
    sentences = list(dict.fromkeys(find.reason for find in finds if find.category == name))
    if by_model:
        sure = f"Het model acht dat {_percent(probability)} waarschijnlijk; vanaf {_percent(threshold)} {what_happens}."
        sentences = [category.sentence, *sentences, sure]
    else:
        sentences.append(f"Een vaste regel herkende dit, niet het model; daarvoor {looks}.")
    ground = HOUSE_RULE.format(name=category.name) if category.house_rule else ESCALATION
    found_by: Literal["model", "rule"] = "model" if by_model else "rule"
    return Reason(name, probability, threshold, found_by, " ".join(sentences), ground, policy.objections)


def _found(finds: Sequence[Find], to_review: Sequence[str]) -> Iterator[Span]:
    """What was found by rule, where its category counts; what only hints at one is shown when something else made it count."""
    return (Span(find.start, find.end, find.category, 1.0) for find in finds if find.category in to_review)


def _percent(probability: float) -> str:
    """Never 100 %: no model is sure."""
    return "meer dan 99 %" if probability >= 0.995 else f"{probability:.0%}".replace("%", " %")


def _escalate_to(taxonomy: Taxonomy, labels: tuple[str, ...], signals: tuple[str, ...]) -> tuple[str, ...]:
    """Routes of every label and signal, in the order of the taxonomy's escalation list."""
    wanted = {route for category in taxonomy.categories if category.id in labels for route in category.escalate_to}
    wanted |= {route for signal in taxonomy.signals if signal.id in signals for route in signal.escalate_to}
    return tuple(route for route in taxonomy.escalation if route in wanted)
