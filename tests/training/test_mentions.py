from pathlib import Path

import pytest

from training.augment import WORD_SETS, read_word_sets
from training.errors import TrainingError
from training.mentions import (
    ANY,
    MAJORITY,
    NONE,
    ORIGIN,
    PARTY,
    group_names,
    in_place_of,
    mentioned,
    party_names,
    read_mentions,
)

FRAMES = Path(__file__).resolve().parents[2] / "data" / "bias" / "frames.toml"
SETS = read_word_sets(WORD_SETS)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("Die Marokkanen van hiernaast zijn vriendelijk", {ORIGIN}),
        ("Vlamingen en WALEN", {MAJORITY, ORIGIN}),
        ("Ik ken een vrouw van hier", {"gender"}),
        ("Moslims stemmen ook op Groen", {"geloof", PARTY}),
        ("Het gras is groen en de polenta klaar", set()),
        ("Moslim-vrij", set()),
        ("Mensen met een handicap raken er niet in", {"handicap, gezondheid, uiterlijk"}),
    ],
)
def test_who_is_mentioned(text: str, groups: set[str]) -> None:
    found = {name for name, rows in mentioned([text], read_mentions(SETS, FRAMES)).items() if rows[0]}
    assert found == (groups | {ANY} if groups else {NONE})


def test_every_party_stands_in_the_place_of_one() -> None:
    (flemish,) = (words for words in SETS if words.name == "parties_flemish")
    found = list(in_place_of(["Ik stem N-VA", "Ik stem niet", "Weg met Groen en N-VA"], flemish, ["A", "B"]))
    assert found == [(0, "A", "Ik stem A"), (0, "B", "Ik stem B"), (2, "A", "Weg met A en A"), (2, "B", "Weg met B en B")]


def test_names_come_from_the_frames() -> None:
    assert group_names(FRAMES)["roma"] == "Roma"
    assert "N-VA" in party_names(FRAMES).values()
    assert "de lokale lijst" not in party_names(FRAMES).values()


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "frames.toml").write_text("[[group]]\n")
    with pytest.raises(TrainingError, match=r"frames\.toml: can't be read as TOML with \[\[party_name\]\]"):
        party_names(tmp_path / "frames.toml")
