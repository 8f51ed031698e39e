"""The artefact: one folder with all that training learned, checked whole before anything of it is used.

    model.onnx         int8 network: input_ids, attention_mask[, token_type_ids] -> scores, one a label
    tokenizer.json     the fast tokenizer, vocabulary included
    config.json        name, version, label order, taxonomy version, maximum length, base model
    ngrams.npz         linear weights of hashed n-grams -> a second score, one a label
    calibration.json   per label: probability = sigmoid(score / temperature + ngrams * n-gram score + bias)
    thresholds.json    per label a decision threshold, per category also review and certified auto_hide, for any violation a review
                       threshold (probabilities)
    metrics.json       the measurements that the model card shows
    MODEL_CARD.md      the same for people
    checksums.json     SHA-256 of every file above

No file of it is executable or a pickle.
"""

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serving.moderation.errors import ArtefactError
from serving.moderation.taxonomy import Taxonomy

CHECKSUMS = "checksums.json"
# Tokens a window: shorter leaves no room beside a context, longer no encoder here reads.
SHORTEST, LONGEST = 64, 512
FILES = (
    "model.onnx", "ngrams.npz", "tokenizer.json", "config.json", "calibration.json",
    "thresholds.json", "metrics.json", "MODEL_CARD.md",
)  # fmt: skip


@dataclass(frozen=True)
class Calibration:
    """Per label, in label order: probability = sigmoid(score / temperature + ngrams * n-gram score + bias).

    Platt 1999 and Guo et al. 2017, with the n-gram score as a second input.
    """

    temperature: tuple[float, ...]
    ngrams: tuple[float, ...]
    bias: tuple[float, ...]


@dataclass(frozen=True)
class Thresholds:
    """Calibrated probabilities, 0 to 1. `auto_hide` is None where precision could not be certified.

    `decision` has every label, `review` and `auto_hide` the categories only. `any_violation` is the probability that at least one rule
    is broken from which a person looks first; None in an artefact from before it was fitted.
    """

    decision: dict[str, float]
    review: dict[str, float]
    auto_hide: dict[str, float | None]
    any_violation: float | None


@dataclass(frozen=True)
class Artefact:
    path: Path
    name: str
    version: str
    taxonomy: str
    labels: tuple[str, ...]
    max_length: int
    base_model: str
    calibration: Calibration
    thresholds: Thresholds
    metrics: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.name}@{self.version}"


def read_artefact(path: Path, taxonomy: Taxonomy) -> Artefact:
    """Read an artefact folder and check that it is whole and fits the taxonomy.

    Raises:
        ArtefactError: naming the file at fault, what is wrong with it and what to do.
    """
    _check_whole(path)
    config = _json(path / "config.json")
    labels = tuple(map(str, _value(config, "labels", list, path / "config.json")))
    taxonomy_version = _value(config, "taxonomy", str, path / "config.json")
    if labels != taxonomy.ids or taxonomy_version != taxonomy.version:
        raise ArtefactError(
            f"{path / 'config.json'}: was trained for taxonomy {taxonomy_version} with labels {', '.join(labels)}; the "
            f"taxonomy file is {taxonomy.version} with {', '.join(taxonomy.ids)}; "
            "use the taxonomy it was trained for, or retrain"
        )
    return Artefact(
        path=path,
        name=_value(config, "name", str, path / "config.json"),
        version=_value(config, "version", str, path / "config.json"),
        taxonomy=taxonomy_version,
        labels=labels,
        max_length=_max_length(config, path / "config.json"),
        base_model=_value(config, "base_model", str, path / "config.json"),
        calibration=_calibration(path / "calibration.json", labels),
        thresholds=_thresholds(path / "thresholds.json", taxonomy),
        metrics=_json(path / "metrics.json"),
    )


def checksums(path: Path) -> dict[str, str]:
    """SHA-256 of each file that an artefact consists of."""
    return {name: hashlib.sha256((path / name).read_bytes()).hexdigest() for name in FILES}


def _check_whole(path: Path) -> None:
    if not path.is_dir():
        raise ArtefactError(f"{path}: there is no artefact folder here; name one that training wrote")
    missing = [name for name in (*FILES, CHECKSUMS) if not (path / name).is_file()]
    if missing:
        raise ArtefactError(f"{path / missing[0]}: the file is missing; copy the artefact folder again, whole")
    expected = _json(path / CHECKSUMS)
    for name, found in checksums(path).items():
        if expected.get(name) != found:
            raise ArtefactError(
                f"{path / name}: does not match its checksum in {CHECKSUMS}, so it is damaged or was changed by hand; "
                "copy the artefact again, or train it anew"
            )


def _max_length(config: dict[str, Any], path: Path) -> int:
    value = _value(config, "max_length", int, path)
    if isinstance(value, bool) or not SHORTEST <= value <= LONGEST:
        raise ArtefactError(f"{path}: max_length is {value}, must lie from {SHORTEST} to {LONGEST}; train the artefact anew")
    return int(value)


def _calibration(path: Path, labels: tuple[str, ...]) -> Calibration:
    raw = _json(path)
    temperature, ngrams, bias = (
        tuple(_number(raw, label, key, path) for label in labels) for key in ("temperature", "ngrams", "bias")
    )
    if min(temperature) <= 0:
        raise ArtefactError(f"{path}: a temperature is not above 0; train the artefact anew")
    return Calibration(temperature, ngrams, bias)


def _thresholds(path: Path, taxonomy: Taxonomy) -> Thresholds:
    raw = _json(path)
    thresholds = Thresholds(
        decision={label: _number(raw, label, "decision", path) for label in taxonomy.ids},
        review={category: _number(raw, category, "review", path) for category in taxonomy.category_ids},
        auto_hide={
            category: None
            if _entry(raw, category, path).get("auto_hide") is None
            else _number(raw, category, "auto_hide", path)
            for category in taxonomy.category_ids
        },
        any_violation=_any_violation(raw, path),
    )
    for category in taxonomy.category_ids:
        decision, hide = thresholds.decision[category], thresholds.auto_hide[category]
        if not 0 < thresholds.review[category] <= decision <= (1.0 if hide is None else hide) <= 1:
            raise ArtefactError(f"{path}: {category!r} needs 0 < review <= decision <= auto_hide <= 1; train the artefact anew")
    return thresholds


def _any_violation(raw: dict[str, Any], path: Path) -> float | None:
    if "any_violation" not in raw:
        return None
    threshold = _number(raw, "any_violation", "review", path)
    if not 0 < threshold <= 1:
        raise ArtefactError(f"{path}: 'any_violation' needs 0 < review <= 1; train the artefact anew")
    return threshold


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ArtefactError(f"{path}: is not JSON; copy the artefact folder again, whole") from error
    if not isinstance(value, dict):
        raise ArtefactError(f"{path}: must hold a JSON object; copy the artefact folder again, whole")
    return value


def _value(raw: dict[str, Any], key: str, kind: type, path: Path) -> Any:
    if not isinstance(raw.get(key), kind):
        raise ArtefactError(f"{path}: needs {key!r} as a {kind.__name__}; train the artefact anew")
    return raw[key]


def _entry(raw: dict[str, Any], label: str, path: Path) -> dict[str, Any]:
    entry = raw.get(label)
    if not isinstance(entry, dict):
        raise ArtefactError(f"{path}: has no entry for label {label!r}; train the artefact anew")
    return entry


def _number(raw: dict[str, Any], label: str, key: str, path: Path) -> float:
    value = _entry(raw, label, path).get(key)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        raise ArtefactError(f"{path}: label {label!r} needs {key!r} as a finite number; train the artefact anew")
    return float(value)
