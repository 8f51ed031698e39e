"""The rule as a table: which probabilities, under which policy, lead to which action."""

import pytest

from serving.moderation.classifier import Scored
from serving.moderation.decision import Decision, decide
from serving.moderation.policy import CriticismShield, Policy, Rule
from serving.moderation.taxonomy import Taxonomy

HIDE = 0.9
REVIEW = 0.3


@pytest.fixture
def policy(taxonomy: Taxonomy) -> Policy:
    rules = {name: Rule(0.5, REVIEW, HIDE) for name in taxonomy.category_ids}
    rules["threat"] = Rule(0.5, 0.15, None)
    shield = CriticismShield(0.3, frozenset({"insult", "bullying", "quarrel"}))
    return Policy("proef", "1", rules, dict.fromkeys(taxonomy.signal_ids, 0.5), shield)


def decided(taxonomy: Taxonomy, policy: Policy, unjudged: tuple[str, ...] = (), **probabilities: float) -> Decision:
    scored = Scored(dict.fromkeys(taxonomy.ids, 0.01) | probabilities, unjudged)
    return decide("1", scored, policy, taxonomy, "model@1")


@pytest.mark.parametrize(
    ("probabilities", "unjudged", "action", "labels", "blocked_by"),
    [
        ({}, (), "publish", (), ()),
        ({"insult": 0.29}, (), "publish", (), ()),
        ({"insult": 0.30}, (), "review", (), ()),
        ({"insult": 0.89}, (), "review", ("insult",), ()),
        ({"insult": 0.90}, (), "auto_hide", ("insult",), ()),
        ({"insult": 0.95, "criticism": 0.29}, (), "auto_hide", ("insult",), ()),
        ({"insult": 0.95, "criticism": 0.30}, (), "review", ("insult",), ("criticism_shield",)),
        ({"bullying": 0.95, "criticism": 0.9}, (), "review", ("bullying",), ("criticism_shield",)),
        ({"quarrel": 0.95, "criticism": 0.9}, (), "review", ("quarrel",), ("criticism_shield",)),
        ({"hate_speech": 0.95, "criticism": 0.9}, (), "auto_hide", ("hate_speech",), ()),
        ({"spam": 0.95, "insult": 0.95, "criticism": 0.9}, (), "review", ("insult", "spam"), ("criticism_shield",)),
        ({"spam": 0.95, "insult": 0.6, "criticism": 0.9}, (), "auto_hide", ("insult", "spam"), ()),
        ({"criticism": 0.99}, (), "publish", (), ()),
        ({"threat": 0.14}, (), "publish", (), ()),
        ({"threat": 0.15}, (), "review", (), ("never_hidden_automatically",)),
        ({"threat": 0.99}, (), "review", ("threat",), ("never_hidden_automatically",)),
        ({"threat": 0.99, "hate_speech": 0.95}, (), "review", ("hate_speech", "threat"), ("never_hidden_automatically",)),
        ({"threat": 0.4, "spam": 0.95}, (), "review", ("spam",), ("never_hidden_automatically",)),
        ({}, ("not_dutch",), "review", (), ("not_dutch",)),
        ({"spam": 0.99}, ("cut_off",), "review", ("spam",), ("cut_off",)),
    ],
)
def test_the_rule(
    taxonomy: Taxonomy, policy: Policy, probabilities: dict[str, float], unjudged: tuple[str, ...],
    action: str, labels: tuple[str, ...], blocked_by: tuple[str, ...],
) -> None:  # fmt: skip
    decision = decided(taxonomy, policy, unjudged, **probabilities)
    assert (decision.action, decision.labels, decision.blocked_by) == (action, labels, blocked_by)


def test_a_reason_says_how_sure_and_from_where(taxonomy: Taxonomy, policy: Policy) -> None:
    (reason,) = decided(taxonomy, policy, insult=0.62).reasons
    assert (reason.category, reason.probability, reason.threshold) == ("insult", 0.62, REVIEW)
    assert "scheldwoorden" in reason.sentence and "62 %" in reason.sentence and "30 %" in reason.sentence
    (reason,) = decided(taxonomy, policy, spam=0.97).reasons
    assert reason.threshold == HIDE and "meteen verborgen" in reason.sentence


def test_a_blocked_hide_is_not_said_to_have_happened(taxonomy: Taxonomy, policy: Policy) -> None:
    for reason in decided(taxonomy, policy, insult=0.95, spam=0.95, criticism=0.9).reasons:
        assert reason.threshold == REVIEW and "kijkt eerst een medewerker" in reason.sentence


def test_the_reply_goes_with_a_broken_house_rule_only(taxonomy: Taxonomy, policy: Policy) -> None:
    assert decided(taxonomy, policy, insult=0.62).reply == taxonomy.reply
    assert decided(taxonomy, policy, insult=0.4).reply is None
    assert decided(taxonomy, policy, threat=0.9).reply is None


def test_escalation(taxonomy: Taxonomy, policy: Policy) -> None:
    assert decided(taxonomy, policy, insult=0.9).escalate_to == ()
    assert decided(taxonomy, policy, threat=0.9).escalate_to == ("communicatieverantwoordelijke", "diensthoofd", "politie")
    assert decided(taxonomy, policy, hate_speech=0.9, threat=0.9).escalate_to[-1] == "unia"
    legal = decided(taxonomy, policy, legal_matter=0.9)
    assert legal.action == "publish" and legal.signals == ("legal_matter",) and "diensthoofd" in legal.escalate_to


def test_the_record_has_the_fields_of_the_contract(taxonomy: Taxonomy, policy: Policy) -> None:
    record = decided(taxonomy, policy).as_record()
    assert list(record) == [
        "id", "action", "labels", "signals", "probabilities", "reasons", "spans", "escalate_to", "reply", "blocked_by",
        "model", "policy", "taxonomy",
    ]  # fmt: skip
    assert tuple(record["probabilities"]) == taxonomy.category_ids
