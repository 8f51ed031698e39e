"""The words that weigh most, on a model of which they are known and on the bundled one."""

from collections.abc import Mapping

import pytest

from serving.moderation.comment import Comment
from serving.moderation.explanation import MOST_SPANS, MOST_WORDS, explain
from serving.moderation.moderator import Moderator

LEAST = 0.3


class Words:
    """A model that knows some words; counts how often it is asked."""

    def __init__(self, weights: Mapping[str, float], together: frozenset[str] = frozenset()) -> None:
        self.weights, self.together, self.asked = weights, together, 0

    def __call__(self, text: str) -> dict[str, float]:
        self.asked += 1
        words = set(text.split())
        any_of_them = 0.9 if words & self.together else 0.0
        return {"insult": max(0.01, any_of_them, sum(self.weights.get(word, 0.0) for word in words))}


def shown(text: str, model: Words) -> list[str]:
    return [text[span.start : span.end] for span in explain(text, model, {"insult": LEAST})]


def test_the_word_that_carries_it_is_shown_where_it_stands() -> None:
    text = "👍🏽 jij bent een dwaas hoor"
    assert shown(text, Words({"dwaas": 0.8})) == ["dwaas"]


@pytest.mark.parametrize("typed", ["“dwaas!”", "dwaas...", "(dwaas),"])
def test_the_signs_around_a_word_are_not_shown(typed: str) -> None:
    assert shown(f"jij bent een {typed} hoor", Words({typed: 0.8})) == ["dwaas"]


def test_words_that_hide_each_other_are_both_shown() -> None:
    assert set(shown("een dwaas en een ezel dus", Words({}, frozenset({"dwaas", "ezel"})))) == {"dwaas", "ezel"}


def test_of_words_that_add_up_the_heavier_comes_first() -> None:
    assert shown("wat een ezel en dwaas", Words({"ezel": 0.3, "dwaas": 0.5})) == ["dwaas", "ezel"]


def test_a_single_word_carries_all_of_it() -> None:
    assert shown("dwaas", Words({"dwaas": 0.8})) == ["dwaas"]


def test_what_does_not_reach_its_threshold_is_not_explained() -> None:
    assert shown("gewoon een vraag", Words({})) == []


def test_a_long_text_is_asked_about_in_stretches() -> None:
    model = Words({"dwaas": 0.8})
    text = " ".join(["woord"] * 700 + ["dwaas"] + ["woord"] * 700)
    spans = explain(text, model, {"insult": LEAST})
    assert [text[span.start : span.end] for span in spans] == ["dwaas"]
    assert model.asked < 20 * MOST_WORDS


def test_no_more_is_shown_than_can_be_read() -> None:
    words = [f"w{i}" for i in range(12)]
    assert len(shown(" ".join(words), Words(dict.fromkeys(words, 0.08)))) <= MOST_SPANS


@pytest.mark.parametrize(
    "text", ["Wat een achterlijke kut burgemeester zijt gij toch", "Ik weet waar ge woont, ik sla u kapot vanavond"]
)
def test_without_what_is_shown_the_bundled_model_is_less_sure(moderator: Moderator, text: str) -> None:
    decision = moderator.decide(Comment("1", text), with_spans=True)
    assert decision.spans
    for category in {span.category for span in decision.spans}:
        left = text
        for span in decision.spans:
            if span.category == category:
                left = left[: span.start] + " " * (span.end - span.start) + left[span.end :]
        assert moderator.decide(Comment("1", left)).probabilities[category] < decision.probabilities[category]
