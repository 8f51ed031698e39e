import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from serving.settings import read_settings
from training.metrics import as_json, rate
from training.questions import thresholds
from training.report.pictures import thresholds as pictures
from training.run import Run, RunOptions


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("run")
    real = folder / "real.jsonl"
    rows: list[dict[str, Any]] = [
        {"id": str(i), "text": f"Het zwembad is open om {i} uur", "imsypp_type": "appropriate"} for i in range(121)
    ]
    rows[0] |= {"labels": [], "either": []}
    rows[60] |= {"labels": ["insult"], "either": []}
    real.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf8")
    found = thresholds.figures(Run(RunOptions(out=folder, every=60, real=real), read_settings({})))
    return dict(json.loads(json.dumps(found, allow_nan=False)))


def test_each_set_stands_apart_with_its_n(figures: dict[str, Any]) -> None:
    assert (figures["real"]["n"], figures["real"]["violations"], figures["own"]["n"]) == (2, 1, 37)
    assert figures["real_shares"]["publish"]["n"] == 3
    assert sum(share["value"] for share in figures["own"]["shares"].values()) == pytest.approx(1, abs=1e-3)


def test_lower_review_thresholds_cost_looks_and_miss_less(figures: dict[str, Any]) -> None:
    moved = figures["own"]["moved"]
    looked = [row["actions"]["harmless_reviewed"]["value"] for row in moved]
    missed = [row["actions"]["violation_published"]["value"] for row in moved]
    assert looked == sorted(looked, reverse=True) and missed == sorted(missed) and looked[0] > looked[-1]
    (shipped,) = (row for row in moved if row["factor"] == 1)
    assert shipped["actions"] == figures["own"]["actions"] and not shipped["at_limit"]
    assert {"hate_speech", "insult"} <= set(moved[-1]["at_limit"]) and "threat" not in moved[-1]["at_limit"]


def test_where_nothing_is_certified_it_says_what_is_missing(figures: dict[str, Any]) -> None:
    found = figures["thresholds"]
    assert thresholds.hides_from(found["spam"]) == f"staat uit: er ontbreken {found['spam']['missing']} labels"
    assert thresholds.hides_from(found["threat"]) == "nooit: een mens kijkt altijd"
    assert thresholds.hides_from(found["spam"] | {"certified": 0.9, "auto_hide": 0.9}) == "vanaf 90 %"
    assert thresholds.hides_from(found["spam"] | {"certified": 0.9}) == "staat uit in het beleid"


def test_what_no_category_reaches_alone_is_told(figures: dict[str, Any]) -> None:
    assert "toch eerst een medewerker" in thresholds.together(figures["any_violation"])
    assert thresholds.together(0.323).endswith("is 32 % haalt. Verborgen wordt daarvoor nooit iets.")
    assert "dan kijkt niemand" in thresholds.together(None)


def test_the_answer_prefers_labelled_real_comments(figures: dict[str, Any]) -> None:
    first, second = thresholds.answer(figures)
    assert first.startswith("Het systeem verbergt niets uit zichzelf. Van 1 echte reactie waar") and "minuten" in second
    own = {key: value for key, value in figures.items() if not key.startswith("real")}
    assert "zelf geschreven reacties" in thresholds.answer(own)[0]


def test_the_answer_holds_where_some_are_hidden_or_nothing_could_be_measured(figures: dict[str, Any]) -> None:
    changed = deepcopy(figures)
    changed["thresholds"]["spam"]["auto_hide"] = 0.97
    changed["real"]["actions"]["harmless_hidden"] = as_json(rate(2, 100))
    first, _ = thresholds.answer(changed)
    assert "staat aan voor 1 van de 8 categorieën" in first and "ten onrechte verborgen" in first
    changed["real"]["actions"]["violation_published"] = as_json(rate(0, 0))
    assert "niet te meten" in thresholds.answer(changed)[1]


def test_the_limits_name_the_categories_or_say_there_are_none(figures: dict[str, Any]) -> None:
    names = {name: name for name in figures["thresholds"]}
    assert "“hate_speech”" in thresholds.limits(figures, names) and "“threat”" not in thresholds.limits(figures, names)
    free = deepcopy(figures)
    free["own"]["moved"][-1]["at_limit"] = []
    assert "zo ver verlegd" in thresholds.limits(free, names)


def test_pictures_are_drawn_from_small_and_empty_sets_too(figures: dict[str, Any], tmp_path: Path) -> None:
    sets = {"echt": figures["real"], "eigen": figures["own"]}
    names = {name: name for name in figures["thresholds"]}
    empty = {"echt": figures["real"] | {"precision": {}, "risk": [], "moved": []}}
    for i, given in enumerate((sets, empty)):
        for drawn in (
            pictures.trade_off({name: found["moved"] for name, found in given.items()}),
            pictures.precision(given, names, 0.95),
            pictures.risk({name: found["risk"] for name, found in given.items()}),
        ):
            drawn.savefig(tmp_path / f"{i}.svg")
            assert (tmp_path / f"{i}.svg").stat().st_size > 1000
