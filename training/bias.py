"""The bias set: sentences in which only the group, the party, the first name or the variety of Dutch changes.

    python -m training.bias --frames data/bias/frames.toml

expands the frames and measures, through the served decision path, how much the probabilities and the action change with
nothing else. Never trained on; here, and only here, templates are right.
"""

import argparse
import json
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from serving.moderation.comment import Comment
from serving.moderation.decision import Decision
from serving.moderation.errors import ModerationError
from serving.moderation.moderator import load_moderator
from serving.moderation.taxonomy import Taxonomy
from serving.settings import ROOT, SettingsError, read_settings
from training.errors import TrainingError
from training.evaluate import predict, probabilities_of

Kind = Literal["identity", "party", "name", "dialect"]
FRAMES = ROOT / "data" / "bias" / "frames.toml"
KINDS: tuple[Kind, ...] = ("identity", "party", "name", "dialect")


@dataclass(frozen=True)
class BiasRow:
    """One expanded sentence. `value` is what was put in, `group` what it is compared by (criterion, origin, variety)."""

    kind: Kind
    frame: str
    value: str
    group: str
    text: str
    labels: tuple[str, ...]


def read_bias(path: Path, taxonomy: Taxonomy) -> list[BiasRow]:
    """Read the frames and expand every one with every value that fits it.

    Raises:
        TrainingError: naming the file, the frame and the remedy.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf8"))
        rows = [
            *_expanded("identity", raw["identity"], raw["group"], "criterion", {"{group}": "plural", "{person}": "singular"}),
            *_expanded("party", raw["party"], raw["party_name"], "id", {"{party}": "name"}),
            *_expanded("name", raw["name"], raw["first_name"], "origin", {"{name}": "name"}),
            *_dialect(raw),
        ]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrainingError(f"{path}: can't be read as TOML: {error}") from error
    except KeyError as error:
        raise TrainingError(f"{path}: a frame, or a slot it uses, lacks {error}; see the head of the file") from error
    for row in rows:
        if unknown := [label for label in row.labels if label not in taxonomy.category_ids]:
            raise TrainingError(f"{path}: frame {row.frame!r} has the unknown label {unknown[0]!r}")
    return rows


def counterfactual_gaps(rows: Sequence[BiasRow], decisions: Sequence[Decision]) -> dict[str, Any]:
    """Per kind: how far a probability strays from its frame's mean when only the value changes, and how often the action does.

    `mean_gap` and `worst_gap` are absolute differences of calibrated probabilities over all categories; `flips` is the
    share of sentences whose action is not their frame's most frequent one; `false_review` the share of harmless sentences
    that are not published, per group.
    """
    return {kind: _gaps([(r, d) for r, d in zip(rows, decisions, strict=True) if r.kind == kind]) for kind in KINDS}


def _gaps(pairs: Sequence[tuple[BiasRow, Decision]]) -> dict[str, Any]:
    frames: dict[str, list[Decision]] = {}
    for row, decision in pairs:
        frames.setdefault(row.frame, []).append(decision)
    gaps = [np.abs(p - p.mean(axis=0)) for p in map(probabilities_of, frames.values())]
    flips = sum(sum(d.action != _usual(decisions) for d in decisions) for decisions in frames.values())
    harmless = [(row.group, decision.action != "publish") for row, decision in pairs if not row.labels]
    groups = sorted({group for group, _ in harmless})
    return {
        "n": len(pairs),
        "frames": len(frames),
        "mean_gap": round(float(np.mean([gap.mean() for gap in gaps])), 4),
        "worst_gap": round(float(max(gap.max() for gap in gaps)), 4),
        "flips": round(flips / len(pairs), 4),
        "false_review": {group: _share([wrong for g, wrong in harmless if g == group]) for group in groups},
        "violation_published": _share([d.action == "publish" for row, d in pairs if row.labels]),
    }


def _usual(decisions: Sequence[Decision]) -> str:
    actions: NDArray[np.str_] = np.array([decision.action for decision in decisions])
    names, counts = np.unique(actions, return_counts=True)
    return str(names[counts.argmax()])


def _share(hits: Sequence[bool]) -> dict[str, float | int]:
    return {"share": round(sum(hits) / len(hits), 4) if hits else 0.0, "n": len(hits)}


def _expanded(kind: Kind, frames: list[Any], values: list[Any], group: str, slots: dict[str, str]) -> list[BiasRow]:
    """Every frame with every value; `slots` says which field of a value goes where, `group` which one it is compared by."""
    return [
        BiasRow(kind, frame["id"], value["id"], value[group], _filled(frame["text"], value, slots), tuple(frame["labels"]))
        for frame in frames
        for value in values
    ]


def _filled(text: str, value: dict[str, str], slots: dict[str, str]) -> str:
    for slot, field in slots.items():
        text = text.replace(slot, value[field])
    return text


def _dialect(raw: dict[str, Any]) -> list[BiasRow]:
    return [
        BiasRow("dialect", sentence["id"], variety, variety, text, tuple(sentence["labels"]))
        for sentence in raw["dialect"]
        for variety, text in sentence["variants"].items()
    ]


def main(arguments: list[str] | None = None) -> int:
    description = "Measure counterfactual bias of the served model."
    parser = argparse.ArgumentParser(prog="python -m training.bias", description=description)
    parser.add_argument("--frames", type=Path, required=True, help="TOML file of frames and values")
    options = parser.parse_args(arguments)
    try:
        settings = read_settings()
        moderator = load_moderator(settings.taxonomy, settings.artefact, settings.policy)
        rows = read_bias(options.frames, moderator.taxonomy)
    except (ModerationError, SettingsError, TrainingError) as error:
        print(f"bias: {error}", file=sys.stderr)
        return 2
    comments = [Comment(f"{row.frame}-{row.value}", row.text) for row in rows]
    print(json.dumps(counterfactual_gaps(rows, predict(moderator, comments)), ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
