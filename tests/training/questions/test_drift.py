import json
from pathlib import Path
from typing import Any

import pytest

from serving.settings import read_settings
from tests.training.test_drift import moved, saved
from training.drift import reference_of
from training.questions import drift
from training.report.pictures import drift as pictures
from training.run import Run, RunOptions


def measured(folder: Path, **options: Any) -> dict[str, Any]:
    run = Run(RunOptions(out=folder, every=60, **options), read_settings({}))
    return dict(json.loads(json.dumps(drift.figures(run), allow_nan=False)))


def test_without_files_it_says_how_to_get_one(tmp_path: Path) -> None:
    figures = measured(tmp_path)
    first, second = drift.answer(figures)
    assert "nog niet te zeggen" in first and "nog geen beoordelingen gegeven" in second
    assert "curl" in drift.how_to(figures) and "/metrics" in drift.how_to(figures)
    assert list(drift.row(figures, "spam")) == ["door toeval hoogstens, bij 600 reacties"]
    assert pictures.spreads({"nu": figures["reference"]}, figures["names"], figures["buckets"]).axes


def test_a_shifted_channel_with_reviews(tmp_path: Path) -> None:
    artefact = Run(RunOptions(out=tmp_path), read_settings({})).moderator.artefact
    metrics = saved(tmp_path, artefact, moved(reference_of(artefact), "sexual", 0.2))
    reviewed = tmp_path / "reviewed.jsonl"
    line = {"date": "2026-11-02", "action": "review", "labels": ["insult"]}
    rows = [line | {"id": str(i), "reviewed": [] if i < 4 else ["insult"]} for i in range(10)]
    reviewed.write_text("\n".join(map(json.dumps, rows)), encoding="utf8")
    figures = measured(tmp_path, metrics=metrics, reviewed=reviewed)
    first, second = drift.answer(figures)
    assert (
        first.startswith("Wat binnenkomt, verschilt van ")
        and "seksuele" in first
        and "Bedreiging" not in first
        and "736 reacties" in first
    )
    assert "van 10 nagekeken reacties was er met 40,0\xa0%" in second and "verborgen" not in second
    assert drift.row(figures, "sexual")["oordeel"] == "verschoven" and drift.row(figures, "spam")["verschuiving"] == "0,00"
    assert drift.overturned_cell(figures["reviewed"]["weeks"]["2026-W45"]["auto_hide"]) == ""
    assert "sinds" in drift.how_to(figures) and figures["channel"]["actions"]["publish"]["value"] == 1
    drawn = pictures.weeks({"nagekeken": {week: found["review"] for week, found in figures["reviewed"]["weeks"].items()}})
    assert [label.get_text() for label in drawn.axes[0].get_xticklabels()] == ["2026\nweek 45"]


@pytest.mark.parametrize(
    ("n", "states", "said"),
    [
        (0, ["few"] * 2, "telde 0 reacties"),
        (1, ["few"] * 2, "telde 1 reactie,"),
        (499, ["few"] * 2, "pas vanaf 500"),
        (600, ["stable"] * 2, "Niet dat het te merken is: "),
        (600, ["watch", "watch"], "let op bij “Haatspraak” en “Spam”"),
        (600, ["shifted", "watch"], "afgesteld is voor “Haatspraak”, gemeten op 600 reacties; of dat nieuw is,"),
    ],
)
def test_the_answer_is_true_for_any_state(n: int, states: list[str], said: str) -> None:
    names = {"hate_speech": "Haatspraak", "spam": "Spam"}
    categories = {name: {"state": state} for name, state in zip(names, states, strict=True)}
    figures = {"names": names, "limits": {"fewest": 500}, "channel": {"n": n, "categories": categories}}
    assert said in drift.answer(figures)[0]


def test_reviews_of_published_comments_only_are_said_to_be_that() -> None:
    none = {"value": None, "n": 0}
    figures = {"limits": {"fewest": 500}, "reviewed": {"n": 3, "all": {"review": none, "auto_hide": none}}}
    assert "geen enkele nagekeken of verborgen" in drift.answer(figures)[1]


def test_reviews_of_hidden_comments_only_make_a_sentence_too() -> None:
    none, hide = {"value": None, "n": 0}, {"value": 1.0, "low": 0.025, "high": 1.0, "n": 1}
    figures = {"limits": {"fewest": 500}, "reviewed": {"n": 1, "all": {"review": none, "auto_hide": hide}}}
    assert (
        drift.answer(figures)[1]
        == "Volgens de medewerkers: van 1 verborgen reactie was er met 100,0\xa0% (2,5–100,0) niets mis."
    )
