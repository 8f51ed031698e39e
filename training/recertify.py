"""Fit thresholds anew on a municipality's own reviewed comments, and certify on them what may be hidden automatically:

    python -m training.recertify --artefact data/models/small --data reviewed.jsonl --out data/models/eigen --version 2+stad

The network stays as it is. Comments drawn from a channel by chance, and labelled every one, give certificates that hold there
(`--prevalence 0`). With `--calibrate` the probabilities are fitted anew too, which takes some hundreds of comments.
"""

import argparse
import dataclasses
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from serving.moderation.artefact import CHECKSUMS, FILES, Artefact, checksums, read_artefact
from serving.moderation.classifier import Classifier
from serving.moderation.errors import ModerationError
from serving.moderation.moderator import Moderator
from serving.moderation.policy import read_policy
from serving.moderation.reference import spread
from serving.moderation.taxonomy import Taxonomy, read_taxonomy
from serving.settings import POLICY, TAXONOMY
from training.calibrate import CalibrateOptions, calibrated, calibration_records, threshold_records
from training.cards import threshold_section
from training.errors import TrainingError
from training.evaluate import as_comments, predict
from training.files import new_folder, read_json, write_json
from training.labels import LabelError, LabelledComment, read_labels, text_key

_log = Console(stderr=True)
# Fewer say nothing: 59 right hides of one category alone are needed to certify it.
FEWEST_COMMENTS = 100
FEWEST_TO_CALIBRATE = 500


def served_scores(classifier: Classifier, comments: Sequence[LabelledComment]) -> NDArray[np.float64]:
    """Scores of the network and the n-grams as they are served, shape (n, 2, labels)."""
    return np.array([classifier.scores(c.text, c.context) for c in track(comments, "calibrating", console=_log)])


def fitted_records(
    scores: NDArray[np.float64],
    comments: Sequence[LabelledComment],
    taxonomy: Taxonomy,
    options: CalibrateOptions,
    calibration: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """calibration.json (fitted on half of them, unless it is given) and thresholds.json from the scores of labelled comments."""
    labels = np.array([[name in (*c.labels, *c.signals) for name in taxonomy.ids] for c in comments])
    fresh = None
    if calibration is None:
        # A certificate must not be tested on what the order of the comments was fitted on, so each has a half.
        fresh = np.array([int(text_key(c.text)[-1], 16) % 2 == 0 for c in comments])
        calibration = calibration_records(scores[~fresh], labels[~fresh], taxonomy.ids)
    categories = len(taxonomy.categories)
    thresholds = threshold_records(
        calibrated(scores, calibration)[:, :categories],
        labels[:, :categories],
        np.array([c.borderline or bool(c.either) for c in comments]),
        taxonomy.category_ids,
        taxonomy.signal_ids,
        options,
        fresh,
    )
    return {"calibration": calibration, "thresholds": thresholds}


def served_reference(folder: Path, comments: Sequence[LabelledComment], taxonomy: Taxonomy) -> dict[str, Any]:
    """How the probabilities of an artefact are spread as they are served, for a service to see its own drift away from it."""
    artefact = read_artefact(folder, taxonomy)
    moderator = Moderator(taxonomy, artefact, read_policy(POLICY, taxonomy, artefact))
    decisions = predict(moderator, as_comments(comments))
    return dataclasses.asdict(spread((decision.probabilities for decision in decisions), taxonomy.category_ids))


def recertify(
    artefact: Artefact,
    comments: Sequence[LabelledComment],
    taxonomy: Taxonomy,
    out: Path,
    version: str,
    options: CalibrateOptions,
    calibrate: bool,
) -> dict[str, Any]:
    """Write the artefact with thresholds of its own to `out`; returns them. With probabilities of its own, the reference for
    drift is taken again on the same comments: the old one is of other probabilities.

    Raises:
        TrainingError: too few comments, before anything is written.
    """
    fewest = FEWEST_TO_CALIBRATE if calibrate else FEWEST_COMMENTS
    if len(comments) < fewest:
        raise TrainingError(f"--data: holds {len(comments)} comments, and this takes at least {fewest}; label more first")
    kept = None if calibrate else read_json(artefact.path / "calibration.json")
    records = fitted_records(served_scores(Classifier(artefact), comments), comments, taxonomy, options, kept)
    with new_folder(out) as folder:
        for name in FILES:
            shutil.copyfile(artefact.path / name, folder / name)
        for stem, value in records.items():
            write_json(folder / f"{stem}.json", value)
        write_json(folder / "config.json", read_json(artefact.path / "config.json") | {"version": version})
        card = (folder / "MODEL_CARD.md").read_text(encoding="utf8")
        section = threshold_section(records["thresholds"], taxonomy)
        head = _head(artefact.id, version, len(comments), calibrate)
        (folder / "MODEL_CARD.md").write_text(f"{head}\n{section}\n{card}", encoding="utf8")
        write_json(folder / CHECKSUMS, checksums(folder))
        metrics = artefact.metrics | {"recertified": {"from": artefact.id, "comments": len(comments), "calibrated": calibrate}}
        if calibrate:
            metrics["reference"] = served_reference(folder, comments, taxonomy)
        write_json(folder / "metrics.json", metrics)
        write_json(folder / CHECKSUMS, checksums(folder))
    thresholds: dict[str, Any] = records["thresholds"]
    return thresholds


def _head(old: str, version: str, comments: int, calibrate: bool) -> str:
    """What the card of the new artefact begins with."""
    what = "Probabilities and thresholds" if calibrate else "Thresholds"
    title = f"# {what} of version {version}, fitted on {comments} comments of the municipality's own\n"
    if not calibrate:
        return title
    return f"""{title}
The spread of probabilities from which drift is measured (`reference` in metrics.json) was taken again on these comments. Figures
below the thresholds were measured with the probabilities of {old}.
"""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m training.recertify",
        description="Thresholds and certificates from own reviewed comments.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--artefact", type=Path, required=True, help="artefact folder to start from")
    parser.add_argument("--data", type=Path, action="append", required=True, help="reviewed comments; may be repeated")
    parser.add_argument("--out", type=Path, required=True, help="artefact folder to write")
    parser.add_argument("--version", required=True, help="version that decisions name")
    parser.add_argument("--calibrate", action="store_true", help="fit the probabilities anew too")
    for field in dataclasses.fields(CalibrateOptions):
        flag = f"--{field.name.replace('_', '-')}"
        parser.add_argument(flag, type=float, default=field.default, help=f"{field.name}, a share")
    raw = parser.parse_args(arguments)
    taxonomy = read_taxonomy(TAXONOMY)
    try:
        options = CalibrateOptions(**{f.name: getattr(raw, f.name) for f in dataclasses.fields(CalibrateOptions)})
        comments = read_labels(raw.data, taxonomy)
        thresholds = recertify(
            read_artefact(raw.artefact, taxonomy), comments, taxonomy, raw.out, raw.version, options, raw.calibrate
        )
    except LabelError as error:
        print(f"recertify: the labelled comments can't be used:\n{error}", file=sys.stderr)
        return 2
    except (TrainingError, ModerationError) as error:
        print(f"recertify: {error}", file=sys.stderr)
        return 2
    for name in taxonomy.category_ids:
        row = thresholds[name]
        hide = f"off, {row['missing']} right hides missing" if row["auto_hide"] is None else f"from {row['auto_hide']:.3f}"
        print(f"{name}: review from {row['review']:.3f}, hide {hide}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
