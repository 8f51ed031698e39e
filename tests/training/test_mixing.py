import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from serving.moderation.comment import Comment
from training.errors import TrainingError
from training.evaluate import Bools
from training.labels import LabelledComment
from training.mixing import EVERYDAY, among, mixed, read_mixing, replaced
from training.questions.robustness import MIXED, MIXING

TABLES = {"french": {"maar": "mais"}, "english": {"maar": "but"}, "emoji": {"varken": "🐷"}}


def comment(text: str, *labels: str, either: tuple[str, ...] = ()) -> LabelledComment:
    return LabelledComment(text, text, labels, (), False, None, "w", "t", "standaard", "s", either=either)


def test_only_whole_words_are_replaced_in_any_case() -> None:
    assert replaced("MAAR een maarschalk, maar.", TABLES["french"]) == "mais een maarschalk, mais."
    assert replaced("niets hier", TABLES["french"]) == "niets hier"


def test_emoji_come_among_the_words_and_take_none_away() -> None:
    words = [f"woord{i}" for i in range(10)]
    text = among(" ".join(words), 0.3, random.Random(1))
    assert "".join(c for c in text if c not in EVERYDAY).split() == words
    assert sum(c in EVERYDAY for c in text) == 3
    assert sum(c in EVERYDAY for c in among("kort", 0.3, random.Random(1))) == 1


def test_each_kind_is_measured_on_what_it_changes() -> None:
    comments = [
        comment("vuil varken", "insult"),
        comment("maar goed", either=("insult",)),
        comment("maar ja"),
        comment("niets"),
        comment("varken!", "insult"),
    ]

    def judge(asked: Sequence[Comment]) -> Bools:
        return np.array([["varken" in comment.text] for comment in asked])

    rows = {row["kind"]: row for row in mixed(judge, comments, TABLES)}
    assert set(rows) == set(MIXED)
    # Read by two readers apart, "maar goed" is left out.
    assert {kind: row["kept"]["n"] for kind, row in rows.items()} == {
        "emoji_after": 4, "emoji_among": 4, "emoji_for_word": 2, "french": 1, "english": 1,
    }  # fmt: skip
    # Both insults are found before and none after: F1 of violations falls from 1 to 0, of the harmless stays 0 without any.
    assert rows["emoji_for_word"]["before"]["value"] == 0.5 and rows["emoji_for_word"]["after"]["value"] == 0
    assert rows["emoji_for_word"]["kept"]["value"] == 0
    assert rows["emoji_after"]["kept"]["value"] == 1


def test_nothing_to_change_is_not_measured() -> None:
    rows = mixed(lambda asked: np.zeros((len(asked), 1), dtype=bool), [comment("niets"), comment("iets", "insult")], TABLES)
    assert {row["kind"]: row["kept"]["value"] for row in rows if row["kind"] in ("french", "english")} == {
        "french": None,
        "english": None,
    }


def test_the_bundled_lists_are_read() -> None:
    assert all(len(words) > 20 for words in read_mixing(MIXING).values())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[french", "can't be read as TOML"),
        ("[french]\na = 'b'", "must have the tables french, english, emoji"),
        ("[french]\na = 'a'\n[english]\n[emoji]", "[french] 'a' must be another string"),
        ("[french]\na = 3\n[english]\n[emoji]", "[french] 'a' must be another string"),
        ("[french]\nMaar = 'mais'\n[english]\n[emoji]", "[french] 'Maar' must be written in lower case"),
        ("[french]\n[english]\n[emoji]", "[french] is empty"),
        ("french = 'a'\n[english]\n[emoji]", "[french] is empty"),
    ],
)
def test_lists_that_can_not_be_used_are_refused(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "mixing.toml"
    path.write_text(content, encoding="utf8")
    with pytest.raises(TrainingError) as refused:
        read_mixing(path)
    assert said in str(refused.value) and str(path) in str(refused.value)
