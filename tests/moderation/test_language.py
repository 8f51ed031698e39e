import json

import pytest

from serving.moderation.comment import Comment
from serving.moderation.language import other_language
from serving.moderation.moderator import Moderator
from serving.moderation.text import normalise
from serving.settings import ROOT


@pytest.mark.parametrize(
    "text",
    [
        "Encore des travaux dans la rue, merci le bourgmestre", "JE T'ATTENDS DEVANT CHEZ TOI CE SOIR", "what a joke this council is",
        "das ist doch eine Frechheit vom Bürgermeister", "kurwa mać co za burmistrz",
    ],
)  # fmt: skip
def test_another_language_is_seen_and_goes_to_a_person(moderator: Moderator, text: str) -> None:
    decision = moderator.decide(Comment("1", text))
    assert "other_language" in decision.blocked_by and decision.action == "review"


@pytest.mark.parametrize("text", ["nice", "what a joke", "@jan.p http @piet http", "👏👏👏👏👏", "trop is te veel"])
def test_a_few_words_say_nothing_of_a_language(text: str) -> None:
    assert not other_language(normalise(text))


def test_dialect_is_dutch() -> None:
    lines = (ROOT / "data" / "comments" / "dev.jsonl").read_text(encoding="utf8").splitlines()
    rows = [json.loads(line) for line in lines]
    taken = [row["register"] for row in rows if other_language(normalise(row["text"]))]
    assert len(taken) / len(rows) < 0.01
