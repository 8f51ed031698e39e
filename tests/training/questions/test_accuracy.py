import json
from pathlib import Path
from typing import Any

import pytest

from serving.settings import read_settings
from training import metrics
from training.metrics import as_json, rate
from training.questions import accuracy
from training.report.tables import accuracy as tables
from training.run import Run, RunOptions


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Measured once, on every sixtieth comment and some real ones, of which one in two carries labels."""
    folder = tmp_path_factory.mktemp("accuracy")
    real = folder / "real.jsonl"
    rows: list[dict[str, Any]] = []
    for k in range(480):
        text, kind = ("Wat een smeerlap", "offensive") if k % 3 == 0 else (f"Mooi zo, nummer {k}", "appropriate")
        labels = {"labels": ["insult"] if k % 3 == 0 else [], "either": []} if k % 120 == 0 else {}
        rows.append({"id": str(k), "text": text, "imsypp_type": kind} | labels)
    real.write_text("\n".join(map(json.dumps, rows)), encoding="utf8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "DRAWS", 20)
        run = Run(RunOptions(out=folder, every=60, real=real), read_settings({}))
        measured: dict[str, Any] = json.loads(json.dumps(accuracy.figures(run), allow_nan=False))
    return measured


def test_every_set_stands_beside_the_previous_model_and_the_baseline(figures: dict[str, Any]) -> None:
    for name in ("own", "adversarial", "real"):
        assert figures[name]["reliability"]["pooled"]["pairs"] > 0
        assert len(figures[name]["confusion"]) == 56
        assert figures[f"{name}_baseline"]["any_auc"]["n"] > 60
    assert figures["own_previous"]["any_macro_f1"]["n"] == figures["own"]["any_macro_f1"]["n"]
    assert figures["real_previous"] is None  # comments that the previous model never saw
    assert figures["real"]["any"]["right"]["n"] == 4


def test_any_violation_is_right_missed_or_named_without_reason(figures: dict[str, Any]) -> None:
    found = figures["own"]["any"]
    wrong = found["missed"]["value"] * found["missed"]["n"] + found["named_harmless"]["value"] * found["named_harmless"]["n"]
    assert found["right"]["n"] == found["missed"]["n"] + found["named_harmless"]["n"]
    assert round(found["right"]["value"] * found["right"]["n"] + wrong) == found["right"]["n"]


def test_every_table_can_be_written(figures: dict[str, Any]) -> None:
    names = {name: name for name in figures["own"]["categories"]}
    for kind in ("own", "real", "adversarial"):
        assert set(tables.by_category(figures[kind], names)) == set(names)
        assert tables.beside(figures, kind)["gemiddelde F1 van de categorieën"]["dit model"]
        assert "alle samen" in tables.reliability(figures[kind], names)
        assert len(tables.confusions(figures[kind], names)) <= 5
    assert tables.by_category(figures["real"], names)["spam"]["F1"] == "te weinig"
    assert tables.beside(figures, "real")["een overtreding of niet, AUC"]["vorig model"] == "niet gemeten"
    assert set(tables.f1_by_category(figures, "real", names)) == {"dit model", "woordenmodel"}


def sentences(right: tuple[int, int], missed: tuple[int, int], wrong: tuple[int, int]) -> str:
    shares = {"right": right, "missed": missed, "named_harmless": wrong}
    found = {"any": {name: as_json(rate(*share)) for name, share in shares.items()}}
    return " ".join(accuracy.answer({"own": found}))


def test_the_answer_stays_a_sentence_whatever_was_measured() -> None:
    assert "van 100 geschreven testreacties" in sentences((90, 100), (4, 40), (6, 60))
    assert "van 1 overtreding en" in sentences((60, 61), (0, 1), (1, 60))
    assert "er zijn er geen" in sentences((60, 60), (0, 0), (0, 60))
    assert sentences((0, 0), (0, 0), (0, 0)).startswith("Er zijn te weinig")


def test_real_comments_come_first(figures: dict[str, Any]) -> None:
    assert "echte reacties" in accuracy.answer(figures)[0]


def test_it_can_be_measured_without_real_comments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "DRAWS", 5)
    found = accuracy.figures(Run(RunOptions(out=tmp_path, every=400), read_settings({})))
    assert "real" not in found
    json.dumps(found, allow_nan=False)
