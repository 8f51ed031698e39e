"""The rule as a table: which probabilities, under which policy, lead to which action."""

from dataclasses import replace

import pytest

from serving.moderation.classifier import Scored
from serving.moderation.comment import Comment
from serving.moderation.decision import Decision, decide
from serving.moderation.finds import LINK, PHONE, REGISTER, Find
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


def decided(
    taxonomy: Taxonomy, policy: Policy, unjudged: tuple[str, ...] = (), finds: tuple[Find, ...] = (), **probabilities: float
) -> Decision:
    scored = Scored(dict.fromkeys(taxonomy.ids, 0.01) | probabilities, unjudged)
    return decide(Comment("1", "Stem niet op Groen!"), scored, policy, taxonomy, "model@1", finds=finds)


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
    decision = decided(taxonomy, policy, unjudged, (), **probabilities)
    assert (decision.action, decision.labels, decision.blocked_by) == (action, labels, blocked_by)


@pytest.mark.parametrize(
    ("probabilities", "action", "blocked_by"),
    [
        ({"insult": 0.2, "quarrel": 0.2}, "publish", ()),
        ({"insult": 0.29, "quarrel": 0.29}, "review", ("any_violation",)),
        ({"insult": 0.29, "quarrel": 0.29, "criticism": 0.9}, "review", ("any_violation",)),
        ({"insult": 0.3, "quarrel": 0.29}, "review", ()),
        ({"insult": 0.29, "quarrel": 0.29, "spam": 0.95}, "auto_hide", ()),
    ],
)
def test_categories_that_are_doubtful_together_need_a_person(
    taxonomy: Taxonomy, policy: Policy, probabilities: dict[str, float], action: str, blocked_by: tuple[str, ...]
) -> None:
    decision = decided(taxonomy, replace(policy, any_violation=0.45), (), (), **probabilities)
    assert (decision.action, decision.blocked_by) == (action, blocked_by)
    if blocked_by:
        assert (decision.labels, decision.reasons, decision.reply) == ((), (), None)
        assert decided(taxonomy, policy, (), (), **probabilities).action == "publish"


def test_a_reason_says_how_sure_and_from_where(taxonomy: Taxonomy, policy: Policy) -> None:
    (reason,) = decided(taxonomy, policy, insult=0.62).reasons
    assert (reason.category, reason.probability, reason.threshold) == ("insult", 0.62, REVIEW)
    assert "scheldwoorden" in reason.sentence and "62 %" in reason.sentence and "30 %" in reason.sentence
    assert "meer dan 99 % waarschijnlijk" in decided(taxonomy, policy, insult=0.9999).reasons[0].sentence
    (reason,) = decided(taxonomy, policy, spam=0.97).reasons
    assert reason.threshold == HIDE and "meteen verborgen" in reason.sentence


def test_a_blocked_hide_is_not_said_to_have_happened(taxonomy: Taxonomy, policy: Policy) -> None:
    for reason in decided(taxonomy, policy, insult=0.95, spam=0.95, criticism=0.9).reasons:
        assert reason.threshold == REVIEW and "kijkt eerst een medewerker" in reason.sentence


def test_the_reply_goes_with_a_broken_house_rule_only(taxonomy: Taxonomy, policy: Policy) -> None:
    assert decided(taxonomy, policy, insult=0.62).reply == taxonomy.reply["nl"]
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


def test_in_a_crisis_only_the_clearly_harmless_is_published(taxonomy: Taxonomy, policy: Policy) -> None:
    crisis = replace(policy, profile="crisis", publish_below=0.05)
    assert decided(taxonomy, crisis, insult=0.04).action == "publish"
    for probability in (0.05, 0.95):
        decision = decided(taxonomy, crisis, insult=probability)
        assert (decision.action, decision.blocked_by) == ("review", ("crisis",))
    assert decided(taxonomy, crisis, insult=0.05).policy == "proef@1+crisis"


@pytest.mark.parametrize(
    ("names", "action"), [(("Groen",), "review"), (("GROEN",), "review"), (("Groe",), "auto_hide"), ((), "auto_hide")]
)
def test_before_elections_nothing_about_a_party_is_hidden_without_a_person(
    taxonomy: Taxonomy, policy: Policy, names: tuple[str, ...], action: str
) -> None:
    elections = replace(policy, profile="sperperiode", names=names)
    assert decided(taxonomy, elections, spam=0.95).action == action
    assert decided(taxonomy, elections).action == "publish"
    assert decided(taxonomy, replace(elections, profile="standaard"), spam=0.95).action == "auto_hide"


def test_a_reason_holds_what_a_statement_of_reasons_needs(taxonomy: Taxonomy, policy: Policy) -> None:
    asking = replace(policy, objections="Vraag een medewerker om opnieuw te kijken.", reply_language="fr")
    decision = decided(taxonomy, asking, insult=0.62, threat=0.6)
    insult, threat = decision.reasons
    assert "Scheldwoorden" in insult.ground and "hierniet.be" in insult.ground and insult.redress == asking.objections
    assert threat.ground.startswith("Geen huisregel")
    assert decision.reply == taxonomy.reply["fr"]


def test_a_phone_number_goes_to_a_person_whatever_the_model_thinks(taxonomy: Taxonomy, policy: Policy) -> None:
    decision = decided(taxonomy, policy, finds=(Find(3, 9, PHONE),))
    assert (decision.action, decision.labels) == ("review", ("personal_data",))
    (reason,) = decision.reasons
    assert reason.found_by == "rule" and reason.sentence.startswith("Dit lijkt een telefoonnummer. Een vaste regel")
    (span,) = decision.spans
    assert (span.start, span.end, span.category, span.weight) == (3, 9, "personal_data", 1.0)


def test_what_a_rule_and_the_model_both_see_is_one_reason(taxonomy: Taxonomy, policy: Policy) -> None:
    (reason,) = decided(taxonomy, policy, finds=(Find(3, 9, PHONE), Find(12, 20, PHONE)), personal_data=0.95).reasons
    assert reason.found_by == "model" and reason.sentence.count("telefoonnummer.") == 1 and "95 %" in reason.sentence


def test_the_number_in_an_advertisement_is_the_advertisers(taxonomy: Taxonomy, policy: Policy) -> None:
    finds = (Find(3, 9, PHONE), Find(12, 20, REGISTER))
    assert decided(taxonomy, policy, finds=finds[:1], spam=0.6).labels == ("spam",)
    assert decided(taxonomy, policy, finds=finds, spam=0.6).labels == ("personal_data", "spam")
    assert decided(taxonomy, policy, finds=finds[:1], spam=0.4).labels == ("personal_data",)


def test_a_link_alone_is_published_and_shown_where_the_model_sees_spam(taxonomy: Taxonomy, policy: Policy) -> None:
    link = (Find(0, 8, LINK),)
    alone = decided(taxonomy, policy, finds=link)
    assert (alone.action, alone.labels, alone.spans) == ("publish", (), ())
    spam = decided(taxonomy, policy, finds=link, spam=0.6)
    assert [span.category for span in spam.spans] == ["spam"] and "link naar een andere website" in spam.reasons[0].sentence


@pytest.mark.parametrize(
    "text", ["Vlaams  Belang liegt", "#VlaamsBelang", "N\u2011VA weg ermee", "n va", "Gr0en!", "gro\u200ben"]
)
def test_a_party_is_recognised_however_it_is_typed(taxonomy: Taxonomy, policy: Policy, text: str) -> None:
    elections = replace(policy, profile="sperperiode", names=("Vlaams Belang", "N-VA", "Groen"))
    scored = Scored(dict.fromkeys(taxonomy.ids, 0.01) | {"spam": 0.95}, ())
    for comment in (Comment("1", text), Comment("1", "Schandalig", context=text)):
        assert decide(comment, scored, elections, taxonomy, "model@1").action == "review"


def test_what_a_hidden_comment_is_not_hidden_for_promises_no_look_first(taxonomy: Taxonomy, policy: Policy) -> None:
    decision = decided(taxonomy, policy, finds=(Find(3, 9, PHONE),), hate_speech=0.95, insult=0.6)
    assert decision.action == "auto_hide"
    assert all("zou op zichzelf" in reason.sentence for reason in decision.reasons if reason.category != "hate_speech")
