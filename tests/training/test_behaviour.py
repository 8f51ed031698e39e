"""The reader refuses what it can't use, judges by hand-computable rules, and the bundled groups are nobody's training data."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from serving.moderation.comment import Comment
from serving.moderation.decision import Decision, Reason
from serving.moderation.taxonomy import Taxonomy
from training.behaviour import Group, outcomes, read_behaviour
from training.errors import TrainingError
from training.labels import read_splits, text_key
from training.questions.robustness import BEHAVIOUR
from training.run import COMMENTS

MINIMUM = (
    '[[group]]\nid = "a"\nkind = "minimum"\ndescription = "Kritiek blijft"\nactions = ["publish"]\ntexts = ["Slecht beleid."]\n'
)
PAIRS = '[[group]]\nid = "b"\nkind = "invariance"\ndescription = "Groet"\npairs = [["Dag.", "Dag. Groetjes."]]\n'


def decision(taxonomy: Taxonomy, action: Any = "publish", labels: tuple[str, ...] = (), **probabilities: float) -> Decision:
    known = dict.fromkeys(taxonomy.category_ids, 0.0) | probabilities
    return Decision("1", action, labels, (), known, (), (), (), None, (), "m", "p", "1")


def problems(group: Group, *decisions: Decision, taxonomy: Taxonomy) -> tuple[str, ...]:
    answers = iter(decisions)
    (outcome,) = outcomes(group, lambda comment: next(answers), taxonomy)
    return outcome.problems


def test_the_bundled_groups_cover_what_a_town_meets(taxonomy: Taxonomy) -> None:
    groups = read_behaviour(BEHAVIOUR, taxonomy).groups
    texts = [text for group in groups for case in group.cases for text in case]
    assert 18 <= len(groups) <= 25 and 150 <= len(texts) <= 250
    found = {label for group in groups if group.kind == "minimum" for label in group.labels}
    assert found == set(taxonomy.category_ids), "each category has a group in which it must be found"
    assert min(len(group.cases) for group in groups) >= 6


def test_no_behaviour_text_stands_in_the_labelled_comments(taxonomy: Taxonomy) -> None:
    known = {text_key(comment.text) for split in read_splits(COMMENTS, taxonomy).values() for comment in split}
    groups = read_behaviour(BEHAVIOUR, taxonomy).groups
    assert not [text for group in groups for case in group.cases for text in case if text_key(text) in known]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "has no [[group]]"),
        ("[[group]\n", "can't be read as TOML"),
        (
            MINIMUM.replace('"minimum"', '"unit"'),
            "group 'a': kind 'unit' is unknown; use one of minimum, invariance, direction",
        ),
        (MINIMUM.replace('["publish"]', '["delete"]'), "actions names 'delete'; known are publish, review, auto_hide"),
        (MINIMUM.replace('["publish"]', '"publish"'), "actions must be a list"),
        (MINIMUM + 'labels = ["rude"]', "labels names 'rude'"),
        (MINIMUM + "label = []", "has the field 'label', which a group of kind minimum does not know; remove it"),
        (MINIMUM.replace('["Slecht beleid."]', "[]"), "texts is missing or empty"),
        (MINIMUM.replace('"Slecht beleid."', '" "'), "texts must be a list of strings that are not empty"),
        (MINIMUM.replace('["Slecht beleid."]', '"Slecht beleid."'), "texts must be a list"),
        (MINIMUM.replace('"Kritiek blijft"', '""'), "description must be a string that is not empty"),
        (MINIMUM + MINIMUM, "group 'a': stands twice"),
        (MINIMUM + MINIMUM.replace('"a"', '"c"').replace("Slecht", "SLECHT"), "group 'c': case 1 has the text of a 1"),
        (PAIRS.replace(', "Dag. Groetjes."', ""), "pair 1 must be a list of two strings"),
        (PAIRS.replace("invariance", "direction"), "category is missing or empty"),
        (PAIRS.replace("invariance", "direction") + 'category = "rude"', "category 'rude' is unknown"),
        ('[allowed]\nphones = ["zeven"]\n' + MINIMUM, "[allowed] phones: 'zeven'"),
        ("group = 3", "group must be a list of tables"),
    ],
)
def test_a_file_that_can_not_be_used_is_refused(tmp_path: Path, taxonomy: Taxonomy, content: str, said: str) -> None:
    path = tmp_path / "behaviour.toml"
    path.write_text(content, encoding="utf8")
    with pytest.raises(TrainingError) as refused:
        read_behaviour(path, taxonomy)
    assert said in str(refused.value) and str(path) in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(TrainingError, match=r"nergens\.toml"):
        read_behaviour(tmp_path / "nergens.toml", taxonomy)


def test_minimum_asks_for_action_and_labels(taxonomy: Taxonomy) -> None:
    stays = Group("a", "minimum", "", (("x",),), actions=("publish",), no_labels=("insult",))
    assert problems(stays, decision(taxonomy), taxonomy=taxonomy) == ()
    wrong = problems(stays, decision(taxonomy, "review", ("insult",)), taxonomy=taxonomy)
    assert wrong == ("aan een medewerker voorgelegd", "ten onrechte gevonden: scheldwoorden of grove beledigingen")
    found = Group("a", "minimum", "", (("x",),), actions=("review", "auto_hide"), labels=("threat",))
    assert problems(found, decision(taxonomy, "review", ("threat", "insult")), taxonomy=taxonomy) == ()
    assert problems(found, decision(taxonomy, "review"), taxonomy=taxonomy) == ("niet gevonden: bedreiging",)


def test_invariance_asks_for_the_same_action_and_close_probabilities(taxonomy: Taxonomy) -> None:
    group = Group("a", "invariance", "", (("x", "y"),))
    before = decision(taxonomy, threat=0.5)
    assert problems(group, before, decision(taxonomy, threat=0.36), taxonomy=taxonomy) == ()
    assert problems(group, before, decision(taxonomy, threat=0.7), taxonomy=taxonomy) == (
        "kans op bedreiging: eerst 50\xa0%, dan 70\xa0%",
    )
    (said,) = problems(group, before, replace(before, action="review"), taxonomy=taxonomy)
    assert said == "de eerste wordt gepubliceerd, de tweede aan een medewerker voorgelegd"


def test_direction_asks_for_a_rise_or_a_new_find_by_rule(taxonomy: Taxonomy) -> None:
    group = Group("a", "direction", "", (("x", "y"),), category="personal_data")
    before = decision(taxonomy, personal_data=0.2)
    assert problems(group, before, decision(taxonomy, personal_data=0.26), taxonomy=taxonomy) == ()
    flat = decision(taxonomy, "review", ("personal_data",), personal_data=0.2)
    assert problems(group, before, flat, taxonomy=taxonomy), "a label alone is no rise"
    by_rule = replace(flat, reasons=(Reason("personal_data", 0.2, 0.4, "rule", "", "", ""),))
    assert problems(group, before, by_rule, taxonomy=taxonomy) == ()
    assert problems(group, by_rule, by_rule, taxonomy=taxonomy), "found before already"


def test_every_text_of_a_case_is_asked(taxonomy: Taxonomy) -> None:
    asked: list[Comment] = []

    def decide(comment: Comment) -> Decision:
        asked.append(comment)
        return decision(taxonomy)

    list(outcomes(Group("a", "invariance", "", (("x", "y"), ("u", "v"))), decide, taxonomy))
    assert [comment.text for comment in asked] == ["x", "y", "u", "v"] and len({comment.id for comment in asked}) == 4
