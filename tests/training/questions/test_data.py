import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from serving.moderation.taxonomy import Taxonomy
from serving.settings import read_settings
from training.errors import TrainingError
from training.labels import LabelledComment
from training.quality import kappa
from training.questions import data
from training.report.pictures.data import counts
from training.report.tables import data as learned
from training.run import Run, RunOptions

PLAIN = LabelledComment("1", "Dag", (), (), False, None, "w1", "t1", "standaard", "geschreven")
INSULT = replace(PLAIN, id="2", labels=("insult",), writer="w2")


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return data.figures(Run(RunOptions(out=tmp_path_factory.mktemp("data"), every=60), read_settings({})))


def test_figures_are_json_and_no_split_shares_a_writer(figures: dict[str, Any], taxonomy: Taxonomy) -> None:
    json.dumps(figures, allow_nan=False)
    assert figures["comments"] == sum(split["comments"] for split in figures["splits"].values())
    assert figures["shared"] == {"writer": 0, "topic": 0, "pair": 0}
    assert set(figures["categories"]) == set(taxonomy.category_ids)
    assert figures["real_diversity"] is None


def test_it_can_be_shown(figures: dict[str, Any]) -> None:
    names = {name: name for name in figures["categories"]}
    assert len(learned.categories(figures["categories"], names)) == len(names)
    assert list(learned.diversity(figures["diversity"], None)) == ["onze eigen reacties"]
    assert "een huisregel, welke ook" in learned.agreement(figures["agreement"], names)
    assert learned.external({}) == {} and learned.external_categories({}) == {}
    counts({"eigen": {"insult": 3}, "echt": {}})


def test_a_writer_in_two_splits_would_show() -> None:
    assert data.shared({"train": [PLAIN, PLAIN], "test": [INSULT]}) == {"writer": 0, "topic": 1, "pair": 0}


def test_shares_count_what_one_of_two_readers_gave() -> None:
    found = data.by_field([PLAIN, replace(PLAIN, either=("spam",)), INSULT], "writer")
    assert [(name, figure["value"], figure["n"]) for name, figure in found.items()] == [("w1", 0.5, 2), ("w2", 1.0, 1)]


def test_none_is_both_largest_and_smallest() -> None:
    few = data.ends({str(i): i for i in range(13)})
    assert (len(few["largest"]), list(few["smallest"]), few["values"]) == (10, ["10", "11", "12"], 13)
    assert data.ends({"a": 1})["smallest"] == {}


def test_kappa_is_that_of_the_data_check_and_nothing_is_not_measured() -> None:
    rng = np.random.default_rng(0)
    writer, reader = rng.random(300) < 0.3, rng.random(300) < 0.3
    assert data.kappa_of(writer, reader) == pytest.approx(kappa(list(writer), list(reader)), abs=1e-3)
    assert np.isnan(data.kappa_of(np.zeros(3, bool), np.zeros(3, bool)))


def test_labels_of_real_texts_are_counted_and_a_broken_file_is_named(tmp_path: Path, taxonomy: Taxonomy) -> None:
    rows = [
        {"sha1": "a", "labels": ["spam"], "readers": 2},
        {"sha1": "b", "labels": [], "either": ["threat"]},
        {"sha1": "c", "labels": []},
    ]
    (tmp_path / "jensen_comments.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = data.external(tmp_path, taxonomy)["jensen_comments"]
    assert (found["texts"], found["read_twice"], found["violation"]["n"]) == (3, 1, 3)
    assert (found["categories"]["spam"], found["categories"]["threat"], found["categories"]["insult"]) == (1, 1, 0)
    (tmp_path / "blogs.jsonl").write_text("{}")
    with pytest.raises(TrainingError, match=r"blogs\.jsonl:1"):
        data.external(tmp_path, taxonomy)


def test_the_answer_says_whether_real_texts_were_learned_from(figures: dict[str, Any]) -> None:
    first, _ = data.answer(figures)
    unmeasured = {data.ANY: {"value": None, "low": 0.0, "high": 1.0, "n": 3}}
    assert data.answer(figures | {"agreement": unmeasured})[1].endswith("is hier niet gemeten.")
    assert "met een taalmodel geschreven" in first
    for none in ({"train": None, "dev": None}, {"train": 0, "dev": 0}):
        assert "Uit echte teksten leerde dit model niet" in data.answer(figures | {"trained_on_real": none})[1]
    assert "24.061 echte teksten" in data.answer(figures | {"trained_on_real": {"train": 24061, "dev": 736}})[1]
