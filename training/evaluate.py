"""How good a moderator is: metrics with n and intervals, through the served classifier and policy.

python -m training.evaluate --data data/comments/test.jsonl            our labels
python -m training.evaluate --real comments.jsonl                      real comments, IMSyPP types, evaluation only
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from serving.moderation.comment import Comment
from serving.moderation.decision import Decision, any_of
from serving.moderation.errors import ModerationError
from serving.moderation.moderator import Moderator, load_moderator
from serving.moderation.policy import Policy
from serving.moderation.taxonomy import Taxonomy
from serving.settings import SettingsError, read_settings
from training.errors import TrainingError
from training.labels import LabelError, LabelledComment, read_labels
from training.metrics import (
    Figure,
    as_json,
    auc,
    average_precision,
    bootstrap,
    expected_calibration_error,
    macro_f1,
    mean_f1,
    one_f1,
    rate,
)

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
# Below this many positives a category's figure says little, so it stays out of a mean over categories.
MIN_POSITIVES = 14
# Shares of all comments that break a rule, from a calm channel to a heated one.
PREVALENCES = (0.01, 0.03, 0.10)
OFFENSIVE = ("offensive", "violent")


def predict(moderator: Moderator, comments: Sequence[Comment], policy: Policy | None = None) -> list[Decision]:
    """The served decision on each comment, by the moderator's policy unless another is given; on all cores, with a progress
    bar on stderr."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        decisions = threads.map(lambda comment: moderator.decide(comment, policy), comments)
        return list(track(decisions, "scoring", total=len(comments), console=_console()))


def any_violation(probabilities: Floats) -> Floats:
    """The probability that any rule is broken, shape (n,), from those of the categories, shape (n, categories)."""
    return np.array([any_of(row) for row in probabilities])


def own_figures(comments: Sequence[LabelledComment], probabilities: Floats, found: Bools, taxonomy: Taxonomy) -> dict[str, Any]:
    """Figures on our labels from probabilities and found labels, both of shape (n, categories).

    `found` is what was decided (`labels_of` the served decisions), never a threshold of the evaluation's own.
    A label that one of two readers gave (`either`) counts as right both ways.
    """
    both = _matrix([comment.labels for comment in comments], taxonomy)
    one = _matrix([comment.either for comment in comments], taxonomy)
    truth = np.where(one, found, both)
    usual = both.sum(axis=0) >= MIN_POSITIVES
    clear = both.any(axis=1) | ~one.any(axis=1)
    return {
        "categories": {
            name: category_figures(both[:, i], one[:, i], probabilities[:, i], found[:, i])
            for i, name in enumerate(taxonomy.category_ids)
        },
        "mean_f1": as_json(bootstrap(mean_f1, truth[:, usual], found[:, usual])),
        "mean_f1_over": [name for name, keep in zip(taxonomy.category_ids, usual, strict=True) if keep],
        "any_macro_f1": as_json(bootstrap(macro_f1, np.any(truth, axis=1), np.any(found, axis=1))),
        "any_auc": as_json(bootstrap(auc, np.any(both, axis=1)[clear], any_violation(probabilities)[clear])),
        "calibration_error": as_json(_calibration_error(both, one, probabilities)),
        "named_precision_at": prevalence_table(np.any(both, axis=1)[clear], np.any(found, axis=1)[clear]),
    }


def category_figures(both: Bools, one: Bools, probability: Floats, found: Bools) -> dict[str, Any]:
    """Precision, recall, F1, average precision and AUC of one category, each with its interval; shapes (n,).

    What one of two readers gave is right both ways for F1, as on the real comments, and left out of the others.
    """
    clear = ~one
    right = int((both & found & clear).sum())
    return {
        "positives": int(both.sum()),
        "precision": as_json(rate(right, int((found & clear).sum()))),
        "recall": as_json(rate(right, int((both & clear).sum()))),
        "f1": as_json(bootstrap(one_f1, np.where(one, found, both), found)),
        "average_precision": as_json(bootstrap(average_precision, both[clear], probability[clear])),
        "auc": as_json(bootstrap(auc, both[clear], probability[clear])),
    }


def prevalence_table(truth: Bools, found: Bools) -> dict[str, float | None]:
    """Precision of what is found where violations are 1, 3 or 10 % of all comments; a balanced set flatters it. None where
    nothing is found, or the set lacks violations or harmless comments.

    From the rates at which violations and harmless comments are found: tpr * p / (tpr * p + fpr * (1 - p)).
    """
    if truth.all() or not truth.any():
        return dict.fromkeys((f"{p:.0%}" for p in PREVALENCES), None)
    true_rate, false_rate = float(found[truth].mean()), float(found[~truth].mean())
    found_at = {p: true_rate * p + false_rate * (1 - p) for p in PREVALENCES}
    return {f"{p:.0%}": round(true_rate * p / share, 4) if share else None for p, share in found_at.items()}


def action_figures(comments: Sequence[LabelledComment], decisions: Sequence[Decision]) -> dict[str, Any]:
    """What the policy does: shares of the actions, false hides and missed threats."""
    actions = np.array([decision.action for decision in decisions])
    harmless = np.array([not comment.labels and not comment.either for comment in comments])
    violation = np.array([bool(comment.labels) for comment in comments])
    threat = np.array(["threat" in comment.labels for comment in comments])
    criticism = np.array(["criticism" in comment.signals for comment in comments]) & harmless

    def share(action: str, among: Bools) -> dict[str, float | int | None]:
        return as_json(rate(int((actions[among] == action).sum()), int(among.sum())))

    return {
        "harmless_hidden": share("auto_hide", harmless),
        "harmless_reviewed": share("review", harmless),
        "harmless_published": share("publish", harmless),
        "criticism_hidden": share("auto_hide", criticism),
        "violation_hidden": share("auto_hide", violation),
        "violation_reviewed": share("review", violation),
        "violation_published": share("publish", violation),
        "threat_published": share("publish", threat),
    }


def real_figures(rows: Sequence[dict[str, Any]], probabilities: Floats, found: Bools, taxonomy: Taxonomy) -> dict[str, Any]:
    """Figures on real comments: the binary task on all of them, our labels where two annotators gave them.

    A label that one of the two gave (`either`) counts as right both ways.
    """
    offensive = np.array([row["imsypp_type"] in OFFENSIVE for row in rows])
    any_rule = any_violation(probabilities)
    labelled = np.array(["labels" in row for row in rows])
    figures = {
        "binary_macro_f1": as_json(bootstrap(macro_f1, offensive, np.any(found, axis=1))),
        "binary_auc": as_json(bootstrap(auc, offensive, any_rule)),
    }
    if not labelled.any():
        return figures
    ours = [row for row, has in zip(rows, labelled, strict=True) if has]
    found = found[labelled]
    both = _matrix([row["labels"] for row in ours], taxonomy)
    one = _matrix([row["either"] for row in ours], taxonomy)
    truth = np.where(one, found, both)
    usual = both.sum(axis=0) >= MIN_POSITIVES
    harmless = ~both.any(axis=1) & ~one.any(axis=1)
    clear = both.any(axis=1) | ~one.any(axis=1)
    return figures | {
        "any_macro_f1": as_json(bootstrap(macro_f1, np.any(truth, axis=1), np.any(found, axis=1))),
        "mean_f1": as_json(bootstrap(mean_f1, truth[:, usual], found[:, usual])),
        "mean_f1_over": [name for name, keep in zip(taxonomy.category_ids, usual, strict=True) if keep],
        "categories": {
            name: category_figures(both[:, i], one[:, i], probabilities[labelled][:, i], found[:, i])
            for i, name in enumerate(taxonomy.category_ids)
        },
        "any_auc": as_json(bootstrap(auc, np.any(both, axis=1)[clear], any_rule[labelled][clear])),
        "calibration_error": as_json(_calibration_error(both, one, probabilities[labelled])),
        "harmless_named": as_json(rate(int(found[harmless].any(axis=1).sum()), int(harmless.sum()))),
    }


def read_real(path: Path) -> list[dict[str, Any]]:
    """Real comments to evaluate on, JSON lines with id, text and imsypp_type; some with labels and either.

    Raises:
        TrainingError: naming the file, the line and the remedy.
    """
    rows = []
    try:
        lines = path.read_text(encoding="utf8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: can't be read as UTF-8 text; give an existing file of real comments") from error
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            complete = all(isinstance(row[field], str) for field in ("id", "text", "imsypp_type"))
            complete = complete and ("labels" in row) == ("either" in row)
        except (json.JSONDecodeError, KeyError, TypeError):
            complete = False
        if not complete:
            raise TrainingError(
                f"{path}:{number}: needs id, text and imsypp_type as text, and labels and either both or neither"
            )
        rows.append(row)
    return rows


def probabilities_of(decisions: Sequence[Decision]) -> Floats:
    """Calibrated probabilities of shape (n, categories)."""
    return np.array([list(decision.probabilities.values()) for decision in decisions])


def labels_of(decisions: Sequence[Decision], taxonomy: Taxonomy) -> Bools:
    """Whether each category is among a decision's labels; shape (n, categories)."""
    return _matrix([decision.labels for decision in decisions], taxonomy)


def as_comments(comments: Sequence[LabelledComment]) -> list[Comment]:
    return [Comment(comment.id, comment.text, comment.context) for comment in comments]


def _matrix(names: Sequence[Sequence[str]], taxonomy: Taxonomy) -> Bools:
    """Whether each category is among each comment's names; shape (n, categories)."""
    return np.array([[category in row for category in taxonomy.category_ids] for row in names])


def _calibration_error(both: Bools, one: Bools, probabilities: Floats) -> Figure:
    """Over every pair of comment and category that readers agreed on; shapes (n, categories), comments resampled whole."""
    truth = np.where(one, np.nan, both.astype(float))

    def pooled(truth: Floats, probability: Floats) -> float:
        agreed = ~np.isnan(truth)
        return expected_calibration_error(truth[agreed], probability[agreed])

    return bootstrap(pooled, truth, probabilities)


def _console() -> Any:
    from rich.console import Console

    return Console(stderr=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description="Measure the served model.")
    parser.add_argument("--data", type=Path, help="labelled comments, JSON lines")
    parser.add_argument("--real", type=Path, help="real comments with IMSyPP types, JSON lines, for evaluation only")
    options = parser.parse_args(arguments)
    if not (options.data or options.real):
        parser.error("give --data, --real or both")
    try:
        settings = read_settings()
        moderator = load_moderator(settings.taxonomy, settings.artefact, settings.policy)
        print(json.dumps(_measure(moderator, options.data, options.real), ensure_ascii=False, indent=1))
    except (ModerationError, SettingsError, LabelError, TrainingError, OSError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    return 0


def _measure(moderator: Moderator, data: Path | None, real: Path | None) -> dict[str, Any]:
    figures: dict[str, Any] = {"model": moderator.artefact.id, "policy": moderator.policy.id}
    if data:
        comments = read_labels([data], moderator.taxonomy)
        decisions = predict(moderator, as_comments(comments))
        found = labels_of(decisions, moderator.taxonomy)
        figures["own"] = own_figures(comments, probabilities_of(decisions), found, moderator.taxonomy)
        figures["actions"] = action_figures(comments, decisions)
    if real:
        rows = read_real(real)
        decisions = predict(moderator, [Comment(row["id"], row["text"]) for row in rows])
        found = labels_of(decisions, moderator.taxonomy)
        figures["real"] = real_figures(rows, probabilities_of(decisions), found, moderator.taxonomy)
    return figures


if __name__ == "__main__":
    sys.exit(main())
