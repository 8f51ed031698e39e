import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from serving.settings import read_settings
from training.bias import BiasRow
from training.mentions import ANY, NONE
from training.questions import bias
from training.report import fairness
from training.report.pictures.bias import both_wrongs
from training.report.tables import groups
from training.run import Run, RunOptions

EQUAL = {"most": "afkomst", "least": "taal", "beyond_chance": False, "value": 0.0, "low": 0.0, "high": 0.0, "n": 200}
APART = EQUAL | {"beyond_chance": True, "value": 0.1, "low": 0.05, "high": 0.15}
CHANCE = APART | {"beyond_chance": False, "low": -0.05}
SHARE = {"value": 0.1, "low": 0.05, "high": 0.15, "n": 100}
NEVER = SHARE | {"value": 0.0, "low": 0.0}


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Of every sixtieth frame and comment, with one real comment that names a party and one that names none."""
    folder = tmp_path_factory.mktemp("bias")
    real = [
        {"id": "1", "text": "Ik stem N-VA", "imsypp_type": "appropriate"},
        {"id": "2", "text": "Hoe laat is het?", "imsypp_type": "appropriate"},
    ]
    (folder / "real.jsonl").write_text("\n".join(map(json.dumps, real)))
    run = Run(RunOptions(out=folder, real=folder / "real.jsonl", every=60), read_settings({}))
    # Of the two real comments every sixtieth is the first.
    return bias.figures(run)


def test_figures_are_json_and_give_an_answer_however_few(figures: dict[str, Any]) -> None:
    json.dumps(figures, allow_nan=False)
    assert all(figures["gaps"][kind]["frames"] == 2 for kind in ("identity", "party", "name", "dialect"))
    assert figures["swapped_parties"]["comments"] == 1
    first, second = bias.answer(figures)
    assert first.endswith(".")
    assert second.startswith(("Geen partij", "In 18 zinnen"))


def test_it_can_be_shown_however_few(figures: dict[str, Any]) -> None:
    both_wrongs(figures["identity"])
    assert "N-VA" in groups.sentences(figures["party"])
    assert groups.swapped(figures["swapped_parties"])
    assert groups.wrongs(figures["mentions"]["real"]) == {}
    assert groups.auc_rows(figures["mentions"]["real"]["aucs"]) == {}
    assert groups.registers(figures["register"])["standaardtaal"]["F1"].startswith("te weinig: n = ")


def test_the_text_of_a_sentence_that_breaks_a_rule_is_not_among_the_figures(figures: dict[str, Any]) -> None:
    for gap in figures["gaps"].values():
        assert (gap["worst"]["text"] is None) == ("_hit_" in gap["worst"]["frame"])


def test_a_quick_run_has_harmless_and_violating_frames_of_every_kind() -> None:
    rows = [
        BiasRow("party", f"{labels}{i}", value, value, "x", labels)
        for labels in ((), ("insult",))
        for i in range(4)
        for value in ("a", "b")
    ]
    kept = bias.thinned(rows, 3)
    assert [row.frame for row in kept] == [f"{labels}{i}" for labels in ((), ("insult",)) for i in (0, 0, 3, 3)]
    assert bias.thinned(rows, 1) == rows


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (None, "is hier niet gemeten"),
        (EQUAL, "even vaak tegengehouden"),
        (CHANCE, "kan toeval zijn"),
        (APART, "Nee: het systeem houdt van de onschuldige zinnen over afkomst"),
    ],
)
def test_what_is_said_of_groups_follows_from_the_figures(difference: Mapping[str, Any] | None, said: str) -> None:
    identity = {"difference": difference, "stopped": {"afkomst": SHARE, "taal": NEVER}, "frames": 38}
    assert said in fairness.groups_sentence({"identity": identity})


@pytest.mark.parametrize(
    ("flips", "moved", "swapped", "said"),
    [
        (
            NEVER,
            None,
            None,
            "Geen partij krijgt een andere beslissing in 100 zinnen waarin alleen de partij verandert (gemaakt van 32 zinnen).",
        ),
        (
            SHARE,
            EQUAL,
            None,
            "In 100 zinnen waarin alleen de partij verandert (gemaakt van 32 zinnen), verandert de beslissing bij 10,0\xa0%",
        ),
        (NEVER, APART, None, "10,0 procentpunt (5,0 tot 15,0), meer dan je door toeval verwacht."),
        (NEVER, None, {"comments": 5, "difference": CHANCE, "shift_difference": EQUAL}, "in 5 echte reacties is het grootste"),
        (
            NEVER,
            None,
            {"comments": 5, "difference": EQUAL, "shift_difference": None},
            "in 5 echte reacties is er geen verschil.",
        ),
    ],
)
def test_what_is_said_of_parties_follows_from_the_figures(
    flips: Mapping[str, Any], moved: Mapping[str, Any] | None, swapped: Mapping[str, Any] | None, said: str
) -> None:
    figures = {
        "gaps": {"party": {"flips": flips, "frames": 32}},
        "party": {"shift_difference": moved},
        "swapped_parties": swapped,
    }
    assert said in fairness.parties_sentence(figures)


def test_nothing_is_said_of_real_comments_that_are_not_there() -> None:
    assert fairness.real_sentence(None) == ""
    few = SHARE | {"value": None}
    assert fairness.real_sentence({"stopped": {ANY: few, NONE: SHARE}}) == ""
    found = fairness.real_sentence({"stopped": {ANY: SHARE, NONE: NEVER}})
    assert "10,0\xa0% (5,0–15,0) tegen, van 100 andere 0,0\xa0%" in found


def test_a_run_without_real_comments_has_no_figures_of_them(tmp_path: Path) -> None:
    found = bias.figures(Run(RunOptions(out=tmp_path, every=60), read_settings({})))
    assert found["mentions"]["real"] is None
    assert found["swapped_parties"] is None
