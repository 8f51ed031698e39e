"""What is left of accuracy when the same comments are disguised, mistyped or cased otherwise, through the served decision path.

    python -m training.robustness --data data/comments/test.jsonl

For each kind of change and each share of changed words: macro-F1 of any violation, and how much of that on the clean text is kept.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from serving.moderation.comment import Comment
from serving.moderation.errors import ModerationError
from serving.moderation.moderator import Moderator, load_moderator
from serving.settings import SettingsError, read_settings
from training.evaluate import Bools, labels_of, predict
from training.labels import LabelError, LabelledComment, read_labels
from training.metrics import Figure, as_json, bootstrap, macro_f1, unmeasured
from training.obfuscation import CASES, DISGUISES, TYPOS, changed

SHARES = (0.15, 0.3, 0.6)
# The labels found in comments by the served decision, shape (n, categories).
Judge = Callable[[Sequence[Comment]], Bools]


def robustness(judge: Judge, comments: Sequence[LabelledComment], seed: int = 1) -> list[dict[str, Any]]:
    """One row for the clean text and one for each kind and share; `kept` is macro-F1 over that of the clean text.

    Comments that readers disagreed on are left out.
    """
    clear = [comment for comment in comments if not comment.either]
    truth = np.array([bool(comment.labels) for comment in clear])
    rows: list[dict[str, Any]] = []
    clean = None
    for kind, share, change in _changes(seed):
        asked = [Comment(c.id, change(c.text), c.context) for c in clear]
        found = np.any(judge(asked), axis=1)
        clean = found if clean is None else clean
        measured = {"any_macro_f1": macro_f1_of(truth, found), "kept": kept(truth, clean, found)}
        rows.append({"kind": kind, "share": share} | {name: as_json(figure) for name, figure in measured.items()})
    return rows


def macro_f1_of(truth: Bools, found: Bools) -> Figure:
    """Macro-F1 of any violation, not measured on no comments; shapes (n,)."""
    return bootstrap(macro_f1, truth, found) if len(truth) else unmeasured(0)


def kept(truth: Bools, before: Bools, after: Bools) -> Figure:
    """Macro-F1 after a change over that before it, a comment's two versions resampled together; may be above 1; shapes (n,)."""

    def share(truth: Bools, found: Bools) -> float:
        clean = macro_f1(truth, found[:, 0])
        return macro_f1(truth, found[:, 1]) / clean if clean else float("nan")

    return bootstrap(share, truth, np.column_stack([before, after]))


def served(moderator: Moderator) -> Judge:
    """What a moderator finds."""
    return lambda asked: labels_of(predict(moderator, asked), moderator.taxonomy)


def _changes(seed: int) -> list[tuple[str, float, Callable[[str], str]]]:
    rng = random.Random(seed)
    plain: list[tuple[str, float, Callable[[str], str]]] = [("none", 0.0, lambda text: text)]
    cases = [(kind, 1.0, change) for kind, change in CASES.items()]
    words = [
        (kind, share, lambda text, change=change, share=share: changed(text, change, share, rng))
        for kind, change in (*DISGUISES.items(), *TYPOS.items())
        for share in SHARES
    ]
    return [*plain, *cases, *words]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.robustness", description="Accuracy on disguised comments.")
    parser.add_argument("--data", type=Path, required=True, help="labelled comments, JSON lines")
    parser.add_argument("--every", type=int, default=1, help="take every k-th comment only")
    options = parser.parse_args(arguments)
    if options.every < 1:
        parser.error(f"--every {options.every}: must be 1 or more")
    try:
        settings = read_settings()
        moderator = load_moderator(settings.taxonomy, settings.artefact, settings.policy)
        comments = read_labels([options.data], moderator.taxonomy)[:: options.every]
    except (ModerationError, SettingsError, LabelError) as error:
        print(f"robustness: {error}", file=sys.stderr)
        return 2
    print(json.dumps(robustness(served(moderator), comments), ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
