import json
from pathlib import Path
from typing import Any

import pytest

from serving.moderation.decision import ACTIONS
from serving.settings import read_settings
from training import metrics
from training import previous as previous_module
from training.questions import change
from training.report.pictures import change as pictures
from training.report.tables import change as tables
from training.run import Run, RunOptions


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(metrics, "DRAWS", 20)
    return Run(RunOptions(out=tmp_path, every=60), read_settings({}))


def without_previous(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """`previous` as it is where the file at `path` is kept (or is not there)."""
    monkeypatch.setattr(change, "previous", lambda run: previous_module.previous(run, path))


def test_the_models_are_compared_on_the_same_comments(run: Run) -> None:
    found = json.loads(json.dumps(change.figures(run), allow_nan=False))
    own = found["sets"]["own"]
    before = previous_module.previous(run)
    assert before and (found["old"], found["new"]) == (before.model, run.moderator.artefact.id)
    assert own["n"] == own["of"] == own["any"]["n"] == sum(sum(row.values()) for row in own["all"].values())
    harmless_to_review = sum(own["harmless"]["publish"][action] for action in ("review", "auto_hide"))
    assert len(own["newly_reviewed"]) == harmless_to_review
    published = own["violations"]["review"]["publish"] + own["violations"]["auto_hide"]["publish"]
    assert len(own["newly_published"]) == published
    assert "text" not in json.dumps(found)
    names = {category.id: category.name for category in run.taxonomy.categories}
    assert set(tables.by_category(own, names)) == {tables.ANY, *names.values()}
    for rows in (tables.whole(own), tables.moved(own["all"]), tables.fitted(own, names), tables.own_thresholds(own, names)):
        assert all(isinstance(cell, str) for cells in rows.values() for cell in cells.values())
    assert pictures.turned(tables.turned(own, names), own["any"]["n"], "reacties").axes


def test_a_town_is_never_told_a_threshold_that_its_policy_would_refuse(run: Run) -> None:
    own = change.figures(run)["sets"]["own"]
    for name, row in own["thresholds"].items():
        assert row["highest"] == run.moderator.policy.rules[name].decision
    row = {"highest": 0.3, "round": [{"old": 0.3, "n": 40, "new": 0.41, "low": 0.35, "high": 0.5, "new_n": 40}]}
    assert tables.own_thresholds({"thresholds": {"spam": row}}, {"spam": "Spam"})["Spam"]["was 0,30"] == "0,300 (hoogste)"


def test_without_a_previous_model_the_page_says_so(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_previous(monkeypatch, tmp_path / "none.json")
    found = change.figures(run)
    assert found["sets"] == {} and tables.remarks(found) == []
    assert change.answer(found) == ("Er is niets om mee te vergelijken: er is geen vorig model bewaard.", "")


def test_a_model_is_not_compared_with_itself(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = json.loads(previous_module.PREVIOUS.read_text(encoding="utf8")) | {"model": run.moderator.artefact.id}
    path = tmp_path / "previous.json"
    path.write_text(json.dumps(raw), encoding="utf8")
    without_previous(monkeypatch, path)
    found = change.figures(run)
    assert found["same_model"] and found["sets"] == {}
    assert "alleen wat dit model zelf antwoordde" in change.answer(found)[0]


def test_another_path_is_said(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = json.loads(previous_module.PREVIOUS.read_text(encoding="utf8")) | {"path": "other"}
    path = tmp_path / "previous.json"
    path.write_text(json.dumps(raw), encoding="utf8")
    without_previous(monkeypatch, path)
    found = change.figures(run)
    assert "een ander beleidsbestand of een eerdere versie" in tables.remarks(found)[1]


def moves(**counts: int) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {was: dict.fromkeys(ACTIONS, 0) for was in ACTIONS}
    table["publish"] |= counts
    return table


def compared(**found: Any) -> dict[str, Any]:
    return {"old": "small@2", "new": "small@3", "same_model": False, "same_path": True, "sets": found}


def labelled(chance: float) -> dict[str, Any]:
    turned = {"newly_right": 9, "newly_wrong": 1, "n": 50, "chance": chance}
    return {"any": turned, "harmless": moves(publish=28, review=2), "violations": moves(publish=1, review=19)}


def test_the_answer_says_whether_chance_would_do_it() -> None:
    first, second = change.answer(compared(own=labelled(0.02)))
    assert first == (
        "Van 50 geschreven testreacties ziet het nieuwe model er 9 nu wel juist en 1 niet meer: meer dan je door toeval verwacht."
    )
    assert second == (
        "Van 30 onschuldige reacties gaan er nu 2 naar een medewerker, vroeger 0; "
        "van 20 overtredingen blijft er nu 1 gewoon staan, vroeger 20."
    )
    assert "echte reacties" in change.answer(compared(own=labelled(0.02), real=labelled(0.5)))[0]
    assert "kan zijn" in change.answer(compared(own=labelled(0.5)))[0]
    still = labelled(1.0) | {"any": {"newly_right": 0, "newly_wrong": 0, "n": 1, "chance": 1.0}}
    assert (
        change.answer(compared(own=still))[0]
        == "Van 1 geschreven testreactie beoordeelt het nieuwe model er geen enkele anders."
    )


def test_the_answer_stays_true_where_nothing_can_be_said() -> None:
    assert "geen enkele reactie" in change.answer(compared())[0]
    assert "dragen geen labels" in change.answer(compared(real={"n": 5, "of": 5}))[0]
