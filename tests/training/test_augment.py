import random
from pathlib import Path

import pytest

from training.augment import WORD_SETS, augmented, read_word_sets, swapped_mentions
from training.errors import TrainingError


def test_the_shipped_sets_swap_groups_parties_and_names() -> None:
    sets = read_word_sets(WORD_SETS)
    for text in (
        "Weg met de Walen",
        "Bij N-VA en Groen ruziën ze",
        "Ja, Fatima heeft gelijk",
        "die POLEN weer",
        "Joodse buren",
    ):
        found = {swapped_mentions(text, sets, random.Random(seed)) for seed in range(5)}
        assert text not in found
        assert len(found) > 1


def test_what_is_no_mention_stays() -> None:
    sets = read_word_sets(WORD_SETS)
    text = "Groen op het plein! Vooruit dan maar; de jansens, een polenta en mijn armen"
    assert swapped_mentions(text, sets, random.Random(0)) == text


def test_nothing_changes_without_a_share_and_a_mention() -> None:
    assert augmented("gewoon een zin", (), 0.0, random.Random(0)) == "gewoon een zin"


def test_a_full_share_changes_most_comments() -> None:
    text = "Gewoon een zin van enkele woorden"
    assert sum(augmented(text, (), 1.0, random.Random(seed)) != text for seed in range(50)) > 40


def test_a_set_without_words_is_named(tmp_path: Path) -> None:
    (tmp_path / "sets.toml").write_text("[[set]]\nname = 'a'\ncased = true\n")
    with pytest.raises(TrainingError, match=r"sets\.toml: needs a \[\[set\]\] with name, cased and words"):
        read_word_sets(tmp_path / "sets.toml")
