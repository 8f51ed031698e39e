"""Whether the words that are shown carry the decision: what becomes of the probability without them.

    python -m training.faithfulness --data data/comments/test.jsonl [--every 5]

After DeYoung et al. 2020 (comprehensiveness and sufficiency), with as many words drawn by chance beside it; through the served
decision path. Prints one JSON object.
"""

import argparse
import json
import random
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from serving.moderation.comment import Comment
from serving.moderation.decision import Decision
from serving.moderation.errors import ModerationError
from serving.moderation.moderator import Moderator, load_moderator
from serving.settings import SettingsError, read_settings
from training.labels import LabelError, LabelledComment, read_labels
from training.metrics import as_json, bootstrap, rate


@dataclass(frozen=True)
class Row:
    """One reviewed category of one comment: its probability whole, without what is shown, without as many words drawn by
    chance, and of what is shown alone; the threshold from which a person looks."""

    whole: float
    without: float
    without_random: float
    alone: float
    threshold: float


def faithfulness(moderator: Moderator, comments: Sequence[LabelledComment], seed: int = 0) -> dict[str, Any]:
    """How far probabilities fall, with intervals over categories of comments, and what finding the words costs.

    `explained` is the share of reviewed categories for which some words, and not all, are shown; the other figures are of these.
    """
    rng = random.Random(seed)
    rows: list[Row] = []
    seconds = {"decide": 0.0, "explain": 0.0}
    reviewed = categories = 0
    for labelled in track(comments, "explaining", console=Console(stderr=True)):
        comment = Comment(labelled.id, labelled.text, labelled.context)
        started = time.perf_counter()
        plain = moderator.decide(comment)
        seconds["decide"] += time.perf_counter() - started
        if not plain.reasons:
            continue
        reviewed += 1
        started = time.perf_counter()
        explained = moderator.decide(comment, with_spans=True)
        seconds["explain"] += time.perf_counter() - started
        categories += sum(reason.found_by == "model" for reason in explained.reasons)
        rows += _rows(moderator, comment, explained, rng)
    if not rows:
        return {"n": 0}
    return _figures(rows) | {
        "n": len(rows),
        "explained": as_json(rate(len(rows), categories)),
        "comments": reviewed,
        "milliseconds_to_decide": round(1000 * seconds["decide"] / len(comments), 2),
        "milliseconds_to_explain": round(1000 * seconds["explain"] / reviewed, 2),
    }


def _rows(moderator: Moderator, comment: Comment, decision: Decision, rng: random.Random) -> list[Row]:
    words = [(match.start(), match.end()) for match in re.finditer(r"\S+", comment.text)]
    rows = []
    for reason in (reason for reason in decision.reasons if reason.found_by == "model"):
        shown = [
            word
            for word in words
            if any(s.start < word[1] and word[0] < s.end for s in decision.spans if s.category == reason.category)
        ]
        if not shown or len(shown) == len(words):
            continue
        drawn = rng.sample(words, len(shown))
        others = [word for word in words if word not in shown]

        def left(blanked: list[tuple[int, int]], category: str = reason.category) -> float:
            text = comment.text
            for start, end in blanked:
                text = text[:start] + " " * (end - start) + text[end:]
            return moderator.decide(Comment(comment.id, text, comment.context)).probabilities[category]

        rows.append(Row(reason.probability, left(shown), left(drawn), left(others), reason.threshold))
    return rows


def _figures(rows: Sequence[Row]) -> dict[str, Any]:
    def mean(values: Sequence[float]) -> dict[str, Any]:
        found = np.array(values)
        return as_json(bootstrap(lambda _, drawn: float(drawn.mean()), np.zeros((len(found), 1)), found))

    return {
        "fall_without_shown": mean([row.whole - row.without for row in rows]),
        "fall_without_random": mean([row.whole - row.without_random for row in rows]),
        "fall_to_shown_alone": mean([row.whole - row.alone for row in rows]),
        "below_threshold_without_shown": as_json(rate(sum(row.without < row.threshold for row in rows), len(rows))),
        "below_threshold_without_random": as_json(rate(sum(row.without_random < row.threshold for row in rows), len(rows))),
        "lower_without_shown": as_json(rate(sum(row.without < row.whole for row in rows), len(rows))),
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m training.faithfulness", description="Whether the words shown carry the decision."
    )
    parser.add_argument("--data", type=Path, required=True, help="labelled comments, JSON lines")
    parser.add_argument("--every", type=int, default=1, help="take one comment in so many")
    raw = parser.parse_args(arguments)
    try:
        settings = read_settings()
        moderator = load_moderator(settings.taxonomy, settings.artefact, settings.policy)
        comments = read_labels([raw.data], moderator.taxonomy)[:: max(1, raw.every)]
    except (LabelError, ModerationError, SettingsError) as error:
        print(f"faithfulness: {error}", file=sys.stderr)
        return 2
    print(json.dumps(faithfulness(moderator, comments), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
