"""Has a channel shifted away from what the model was fitted on? From what the service's /metrics answered:

    curl -fsS -H "Authorization: Bearer $KEY" http://127.0.0.1:3000/metrics > metrics.txt
    python -m training.drift --metrics metrics.txt

prints JSON and exits with 1 when a category has shifted (for a cron job), 2 when the file can't be used. /metrics counts from
the start of the service; the artefact's own `reference` (metrics.json) is what its probabilities are compared with.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from serving.moderation.artefact import Artefact, read_artefact
from serving.moderation.errors import ModerationError
from serving.moderation.reference import BUCKETS, Spread, stability_index
from serving.moderation.taxonomy import Taxonomy, read_taxonomy
from serving.settings import SettingsError, read_settings
from training.errors import TrainingError

# What is usually read into a population stability index (Siddiqi 2006, Credit Risk Scorecards): a small and a real shift.
WATCH, SHIFT = 0.1, 0.25
# From here on what chance alone gives stays at WATCH or below (`by_chance`: 0.07 to 0.09 with the bundled reference's 736 comments).
FEWEST = 600
# How often chance alone may alarm, over all categories together.
ALARMS = 0.05
DRAWS = 2000
REMEDY = "save what GET /metrics of the running service answers, unchanged"


@dataclass(frozen=True)
class Counted:
    """What a service counted since it started: `model` gave the probabilities; `actions` by decision; `since` None before the
    first comment."""

    model: str
    spread: Spread
    actions: dict[str, int]
    since: datetime | None


def read_metrics(path: Path, artefact: Artefact, taxonomy: Taxonomy) -> Counted:
    """What /metrics answered, saved to a file.

    Raises:
        TrainingError: the file is no such answer, or one of another model, or of other buckets or categories; says which and the remedy.
    """
    samples = _samples(path)
    models = [sample.labels.get("model", "") for sample in samples["hierniet_model_info"]]
    if len(models) != 1:
        raise TrainingError(
            f"{path}: holds no hierniet_model_info, so it is not this service's /metrics, or an older one's; {REMEDY}"
        )
    if models[0] != artefact.id:
        what = f"is of model {models[0]}, here is {artefact.id}; their probabilities can't be compared"
        raise TrainingError(f"{path}: {what}; set HIERNIET_ARTEFACT to the artefact that the service serves")
    counts = _counts(path, samples["hierniet_probability_bucket"], taxonomy)
    sizes = {sum(counted) for counted in counts.values()}
    if len(sizes) > 1:
        raise TrainingError(f"{path}: hierniet_probability has not as many comments for each category; {REMEDY}")
    started = [sample.value for sample in samples["hierniet_probability_created"]]
    actions = {sample.labels["action"]: int(sample.value) for sample in samples["hierniet_decisions_total"]}
    since = datetime.fromtimestamp(min(started), UTC) if started else None
    return Counted(models[0], Spread(sizes.pop() if sizes else 0, counts), actions, since)


def reference_of(artefact: Artefact) -> Spread:
    """The spread that an artefact was made with.

    Raises:
        TrainingError: it has none, or one of other buckets.
    """
    found = artefact.metrics.get("reference")
    counts = {name: tuple(counted) for name, counted in found["counts"].items()} if found else {}
    if not found or any(len(counted) != len(BUCKETS) for counted in counts.values()):
        raise TrainingError(
            f"{artefact.path / 'metrics.json'}: holds no reference spread over the service's buckets; train anew"
        )
    return Spread(found["n"], counts)


def drift(reference: Spread, found: Spread) -> dict[str, dict[str, Any]]:
    """Per category the stability index, what chance alone would give, and the state.

    `expected` is its mean without any shift, `chance` what it then exceeds in none of the categories in 95 of 100 files.
    States: "few" (under FEWEST comments), "stable", "watch" (from 0.1), "shifted" (from 0.25); what chance explains is stable.
    """
    return {
        name: _category_drift(counts, found.counts.get(name), found.n, reference) for name, counts in reference.counts.items()
    }


def by_chance(reference: tuple[int, ...], n: int, categories: int) -> tuple[float, float]:
    """Mean and upper limit of the index between the reference and `n` comments that did not shift (parametric bootstrap).

    Both sides are drawn anew from the reference's shares, half a comment added to each bucket so that an empty one can fill. The
    usual approximation, chi-square of buckets - 1 times (1 / n + 1 / n reference) (Yurdakul & Naranjo 2020), needs five comments or
    more in every bucket, which rare categories have not. The limit is shared among `categories` (Bonferroni).
    """
    shares = (np.array(reference) + 0.5) / (sum(reference) + 0.5 * len(reference))
    rng = np.random.default_rng(0)
    before, now = (rng.multinomial(size, shares, DRAWS) for size in (sum(reference), n))
    drawn = [stability_index(tuple(b), tuple(f)) for b, f in zip(before, now, strict=True)]
    return float(np.mean(drawn)), float(np.quantile(drawn, 1 - ALARMS / categories))


def _category_drift(counts: tuple[int, ...], found: tuple[int, ...] | None, n: int, reference: Spread) -> dict[str, Any]:
    if not found or not n:
        return {"index": None, "expected": None, "chance": None, "state": "few"}
    index = stability_index(counts, found)
    expected, chance = by_chance(counts, n, len(reference.counts))
    state = "few" if n < FEWEST else "stable"
    if state == "stable" and index > max(WATCH, chance):
        state = "shifted" if index >= SHIFT else "watch"
    return {"index": round(index, 4), "expected": round(expected, 4), "chance": round(chance, 4), "state": state}


def _samples(path: Path) -> Mapping[str, list[Sample]]:
    """Every sample of the file, by name."""
    found: dict[str, list[Sample]] = defaultdict(list)
    try:
        for family in text_string_to_metric_families(path.read_text(encoding="utf8")):
            for sample in family.samples:
                found[sample.name].append(sample)
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: can't be read as UTF-8 text; {REMEDY}") from error
    except (ValueError, KeyError, IndexError) as error:
        raise TrainingError(f"{path}: is not in Prometheus' text format; {REMEDY}") from error
    return found


def _counts(path: Path, buckets: Iterable[Sample], taxonomy: Taxonomy) -> dict[str, tuple[int, ...]]:
    """Comments in each of BUCKETS, from cumulative counts: Prometheus counts what is at most an edge, the last edge being infinite."""
    cumulative: dict[str, dict[float, float]] = defaultdict(dict)
    for sample in buckets:
        cumulative[sample.labels.get("category", "")][float(sample.labels["le"])] = sample.value
    if not cumulative:
        return {}
    if set(cumulative) != set(taxonomy.category_ids):
        raise TrainingError(
            f"{path}: hierniet_probability is not of the categories {', '.join(taxonomy.category_ids)}; {REMEDY}"
        )
    counts = {}
    for name in taxonomy.category_ids:
        edges = cumulative[name]
        steps = np.diff([edges[edge] for edge in sorted(edges)], prepend=0.0)
        if tuple(sorted(edges)) != (*BUCKETS, float("inf")) or (steps < 0).any() or not np.isfinite(steps).all() or steps[-1]:
            raise TrainingError(
                f"{path}: hierniet_probability of {name} has other buckets than this version counts in; {REMEDY}"
            )
        counts[name] = tuple(map(int, steps[:-1]))
    return counts


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.drift", description="Say whether a channel has shifted.")
    parser.add_argument("--metrics", type=Path, required=True, help="what the service's /metrics answered, saved to a file")
    options = parser.parse_args(arguments)
    try:
        settings = read_settings()
        taxonomy = read_taxonomy(settings.taxonomy)
        artefact = read_artefact(settings.artefact, taxonomy)
        counted = read_metrics(options.metrics, artefact, taxonomy)
        found = drift(reference_of(artefact), counted.spread)
    except (ModerationError, SettingsError, TrainingError) as error:
        print(f"drift: {error}", file=sys.stderr)
        return 2
    print(json.dumps({"model": counted.model, "n": counted.spread.n, "fewest": FEWEST, "categories": found}, indent=1))
    return int(any(category["state"] == "shifted" for category in found.values()))


if __name__ == "__main__":
    sys.exit(main())
