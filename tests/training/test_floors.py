from pathlib import Path

import pytest

from training.errors import TrainingError
from training.floors import Floor, breaches, read_floors

FIGURES = {"accuracy": {"f1": {"value": 0.8, "n": 10}, "auc": {"value": None}}}
INFINITE = float("inf")


@pytest.mark.parametrize(
    ("figure", "low", "high", "verdict"),
    [
        ("accuracy.f1.value", 0.8, INFINITE, "holds"),
        ("accuracy.f1.value", 0.81, INFINITE, "breached"),
        ("accuracy.f1.value", -INFINITE, 0.79, "breached"),
        ("accuracy.auc.value", 0.5, INFINITE, "not measured"),
        ("accuracy.real.f1.value", 0.5, INFINITE, "not measured"),
    ],
)
def test_a_floor_holds_is_breached_or_was_not_measured(figure: str, low: float, high: float, verdict: str) -> None:
    floor = Floor(figure, low, high, "want")
    assert floor.verdict(FIGURES) == verdict
    assert len(breaches(FIGURES, [floor])) == (verdict == "breached")


def test_a_floor_on_what_is_no_number_is_refused_by_name() -> None:
    with pytest.raises(TrainingError, match=r"accuracy\.f1: is no number"):
        breaches(FIGURES, [Floor("accuracy.f1", 0.5, INFINITE, "want")])


def test_a_breach_says_what_is_wrong_and_why() -> None:
    assert breaches(FIGURES, [Floor("accuracy.f1.value", 0.9, INFINITE, "te laag is te laag")]) == [
        "accuracy.f1.value is 0.8, must lie from 0.9 to inf: te laag is te laag"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[model]]\nfigure = "a"\nreason = "b"', r"floors.toml: \[\[model\]\] 1 \(a\): give low, high or both"),
        ('[[model]]\nfigure = "a"\nlow = 2\nhigh = 1\nreason = "b"', "low not above high"),
        ('[[model]]\nfigure = "a"\nlow = 2', "reason must be text"),
        ('[[model]]\nfigur = "a"\nlow = 2', "unknown entry 'figur'"),
        ("[[data]]\nlow = 1", r"needs a \[\[model\]\] table"),
    ],
)
def test_a_wrong_file_is_refused_with_the_remedy(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "floors.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=message):
        read_floors("model", path)


def test_the_shipped_floors_are_read_and_each_tells_why() -> None:
    assert len(read_floors("data")) >= 11 and all(len(floor.reason) > 20 for floor in read_floors("model"))
