import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from serving.moderation.artefact import Artefact
from serving.moderation.reference import BUCKETS, Spread, stability_index
from serving.moderation.taxonomy import Taxonomy
from serving.web.metrics import new_metrics
from training.drift import FEWEST, by_chance, drift, main, read_metrics, reference_of
from training.errors import TrainingError

MIDDLES = [(low + high) / 2 for low, high in zip((0, *BUCKETS[:-1]), BUCKETS, strict=True)]


def saved(folder: Path, artefact: Artefact, spread: Spread, model: str = "") -> Path:
    """What the service's own metrics answer after comments with this spread."""
    metrics = new_metrics(model or artefact.id)
    places = {name: np.repeat(MIDDLES, counts) for name, counts in spread.counts.items()}
    metrics.count_records(
        {
            "action": "publish",
            "labels": [],
            "blocked_by": [],
            "probabilities": {name: found[i] for name, found in places.items()},
        }
        for i in range(spread.n)
    )
    path = folder / "metrics.txt"
    path.write_bytes(metrics.text())
    return path


def moved(spread: Spread, category: str, share: float) -> Spread:
    """The same, but that a share of the comments went from the lowest bucket to the highest, for one category."""
    counts = list(spread.counts[category])
    many = int(share * spread.n)
    counts[0] -= many
    counts[-1] += many
    return Spread(spread.n, spread.counts | {category: tuple(counts)})


def test_what_the_service_counted_is_read_back(tmp_path: Path, artefact: Artefact, taxonomy: Taxonomy) -> None:
    reference = reference_of(artefact)
    counted = read_metrics(saved(tmp_path, artefact, reference), artefact, taxonomy)
    assert counted.spread == reference
    assert counted.actions == {"publish": reference.n} and counted.since is not None
    found = drift(reference, counted.spread)
    assert {(each["index"], each["state"]) for each in found.values()} == {(0.0, "stable")}


def test_a_service_that_judged_nothing_yet(tmp_path: Path, artefact: Artefact, taxonomy: Taxonomy) -> None:
    counted = read_metrics(saved(tmp_path, artefact, Spread(0, {})), artefact, taxonomy)
    assert counted.spread.n == 0 and counted.since is None
    assert {each["state"] for each in drift(reference_of(artefact), counted.spread).values()} == {"few"}


@pytest.mark.parametrize(("share", "state"), [(0.0, "stable"), (0.05, "watch"), (0.2, "shifted")])
def test_a_shift_shows_in_its_own_category(taxonomy: Taxonomy, share: float, state: str) -> None:
    # (36 / 736) · ln(37) = 0.18 for the share of 0.05, whose 36 comments join the one in the highest bucket.
    reference = Spread(736, dict.fromkeys(taxonomy.category_ids, (600, 60, 30, 16, 10, 8, 5, 3, 2, 1, 1)))
    found = drift(reference, moved(reference, "sexual", share))
    assert found["sexual"]["state"] == state
    assert all(each["state"] == "stable" for name, each in found.items() if name != "sexual")


def test_few_comments_give_no_verdict_whatever_the_index(artefact: Artefact) -> None:
    reference = reference_of(artefact)
    few = Spread(20, {name: (0,) * (len(BUCKETS) - 1) + (20,) for name in reference.counts})
    assert {each["state"] for each in drift(reference, few).values()} == {"few"}


def test_chance_is_what_the_usual_approximation_says_where_buckets_are_full() -> None:
    mean, limit = by_chance((2000,) * 11, n=5000, categories=1)
    assert mean == pytest.approx(10 * (1 / 5000 + 1 / 22000), rel=0.05)
    assert limit == pytest.approx(18.307 * (1 / 5000 + 1 / 22000), rel=0.07)


def test_comments_that_did_not_shift_stay_under_the_limit_of_chance(artefact: Artefact) -> None:
    reference = reference_of(artefact)
    rng, above, trials = np.random.default_rng(1), 0, 40
    limits = {name: by_chance(counts, FEWEST, len(reference.counts))[1] for name, counts in reference.counts.items()}
    assert max(limits.values()) < 0.11  # why fewer than FEWEST comments get no verdict
    for _ in range(trials):
        drawn = {name: rng.multinomial(FEWEST, np.array(c) / sum(c)) for name, c in reference.counts.items()}
        above += any(stability_index(reference.counts[name], tuple(found)) > limits[name] for name, found in drawn.items())
    assert above <= 6


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<!doctype html><title>Aanmelden</title>", "Prometheus"),
        ('{"errors": [{"code": "forbidden"}]}', "Prometheus"),
        ("", "holds no hierniet_model_info"),
        ("python_info 1\n", "holds no hierniet_model_info"),
        ('hierniet_model_info{model="large@1"} 1\n', "is of model large@1, here is small@3"),
        ('hierniet_model_info{model="small@3"} 1\nhierniet_probability_bucket{category="spam",le="1.0"} 1\n', "categories"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, artefact: Artefact, taxonomy: Taxonomy, content: str, said: str) -> None:
    (tmp_path / "metrics.txt").write_text(content.replace("small@3", artefact.id), encoding="utf8")
    with pytest.raises(TrainingError, match=r"metrics\.txt") as caught:
        read_metrics(tmp_path / "metrics.txt", artefact, taxonomy)
    assert said.replace("small@3", artefact.id) in str(caught.value)


def test_other_buckets_and_bytes_are_refused(tmp_path: Path, artefact: Artefact, taxonomy: Taxonomy) -> None:
    path = saved(tmp_path, artefact, reference_of(artefact))
    path.write_text(path.read_text().replace('le="0.35"', 'le="0.4"'))
    with pytest.raises(TrainingError, match="other buckets"):
        read_metrics(path, artefact, taxonomy)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TrainingError, match="UTF-8"):
        read_metrics(path, artefact, taxonomy)


def test_the_command_exits_by_what_it_found(tmp_path: Path, artefact: Artefact, capsys: pytest.CaptureFixture[str]) -> None:
    def run(path: Path) -> tuple[int, Any, str]:
        code = main(["--metrics", str(path)])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    reference = reference_of(artefact)
    code, found, _ = run(saved(tmp_path, artefact, reference))
    assert code == 0 and found["n"] == reference.n and found["model"] == artefact.id
    code, found, _ = run(saved(tmp_path, artefact, moved(reference, "sexual", 0.3)))
    assert code == 1 and found["categories"]["sexual"]["state"] == "shifted"
    code, found, error = run(saved(tmp_path, artefact, reference, model="large@1"))
    assert code == 2 and found is None and error.startswith("drift: ") and "large@1" in error
    assert run(tmp_path / "weg.txt")[0] == 2
