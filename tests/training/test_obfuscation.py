import random

import pytest

from serving.moderation.text import normalise
from training.obfuscation import CASES, DISGUISES, TYPOS, Change, changed

CHANGES = {**DISGUISES, **TYPOS}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_leaves_the_word_changed_and_not_empty(name: str) -> None:
    for seed in range(20):
        found = CHANGES[name]("smeerlap", random.Random(seed))
        assert found
        assert found != "smeerlap" or name == "neighbour_key"


@pytest.mark.parametrize("change", [DISGUISES["zero_width"]], ids=["zero_width"])
def test_what_shows_nothing_is_undone_before_the_model_reads(change: Change) -> None:
    assert normalise(change("smeerlap", random.Random(0))) == "smeerlap"


def test_as_many_words_change_as_asked() -> None:
    text = "deze zin heeft precies zeven lange woorden"
    for share, words in ((0.0, 1), (0.5, 3), (1.0, 6)):
        new = changed(text, DISGUISES["stars"], share, random.Random(0)).split()
        assert sum(a != b for a, b in zip(text.split(), new, strict=True)) == words


def test_a_text_without_long_words_stays() -> None:
    assert changed("a b 12345 👍", DISGUISES["leet"], 1.0, random.Random(0)) == "a b 12345 👍"


def test_casing() -> None:
    assert CASES["capitals"]("Wat?") == "WAT?"
