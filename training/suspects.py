"""The comments whose labels a model finds most doubtful, for a person to settle.

    python -m training.suspects --data data/comments --settled data/audit/settled.jsonl --out suspects.jsonl

The n-gram baseline judges every comment by what it learnt from other writers (grouped cross-validation), and cleanlab compares
that with the labels (confident learning, Northcutt et al. 2021). A comment that was settled before, with the labels it still
has, is not listed again. What the model finds odd is often right and merely rare, so nothing is ever changed by itself.
"""

import argparse
import json
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cleanlab.multilabel_classification.filter import find_label_issues
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from serving.moderation.taxonomy import Taxonomy, read_taxonomy
from serving.settings import TAXONOMY
from training.baseline import baseline_pipeline, probabilities_of, truth_of
from training.errors import TrainingError
from training.files import new_file
from training.labels import LabelError, LabelledComment, read_splits

FOLDS = 5
# cleanlab marks one in six of our comments, most of them hard rather than wrong; so many of them people look at.
LOOKED_AT = 0.05
_log = Console(stderr=True)


@dataclass(frozen=True)
class Suspect:
    """A comment with doubtful labels, and the probability (not calibrated) that the model gives each category."""

    comment: LabelledComment
    probabilities: dict[str, float]


def find_suspects(comments: Sequence[LabelledComment], taxonomy: Taxonomy) -> list[Suspect]:
    """Comments whose labels are likely wrong, the most doubtful first, at most LOOKED_AT of all.

    Those that readers disagreed on are left out: their doubt is in the labels already.
    """
    probabilities = out_of_fold(comments, taxonomy)
    known = [{*comment.labels, *comment.either} for comment in comments]
    labels = [[i for i, name in enumerate(taxonomy.category_ids) if name in names] for names in known]
    # cleanlab knows no comment without a label, so that is a class of its own.
    none = probabilities.shape[1]
    with_none = np.hstack([probabilities, 1 - probabilities.max(axis=1, keepdims=True)])
    ranked = find_label_issues([given or [none] for given in labels], with_none, return_indices_ranked_by="self_confidence")
    found = [k for k in ranked if not comments[k].either][: round(LOOKED_AT * len(comments))]
    return [
        Suspect(comments[k], dict(zip(taxonomy.category_ids, probabilities[k].round(3).tolist(), strict=True))) for k in found
    ]


def out_of_fold(comments: Sequence[LabelledComment], taxonomy: Taxonomy) -> NDArray[np.float64]:
    """Probabilities of shape (n, categories), each by a model that saw nothing of the comment's writer."""
    writers = [comment.writer for comment in comments]
    if len(set(writers)) < FOLDS:
        raise TrainingError(f"comments of {len(set(writers))} writers: cross-validation takes at least {FOLDS}")
    probabilities = np.zeros((len(comments), len(taxonomy.category_ids)))
    # By the writer's own name, so that a comment more or fewer does not deal everybody anew and raise other doubts.
    fold_of = np.array([zlib.crc32(writer.encode("utf8")) % FOLDS for writer in writers])
    for fold in track(sorted(set(fold_of.tolist())), "cross-validation", console=_log):
        judge = np.flatnonzero(fold_of == fold).tolist()
        train = [comments[k] for k in np.flatnonzero(fold_of != fold).tolist()]
        model = baseline_pipeline().fit([comment.text for comment in train], truth_of(train, taxonomy))
        probabilities[judge] = probabilities_of(model, [comments[k].text for k in judge])
    return probabilities


def read_settled(path: Path) -> dict[str, set[str]]:
    """By comment id the labels that a person settled on."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]
        return {row["id"]: {*row["labels"], *row.get("either", [])} for row in rows}
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise TrainingError(f"{path}: is not JSON lines with id and labels; restore the file") from error


def open_suspects(suspects: Sequence[Suspect], settled: dict[str, set[str]]) -> list[Suspect]:
    """Those that nobody settled, or whose labels were changed since."""
    return [s for s in suspects if settled.get(s.comment.id) != {*s.comment.labels, *s.comment.either}]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.suspects", description="List comments with doubtful labels.")
    parser.add_argument("--data", type=Path, required=True, help="folder with train.jsonl, dev.jsonl and test.jsonl")
    parser.add_argument("--settled", type=Path, required=True, help="what people settled before, JSON lines with id and labels")
    parser.add_argument("--out", type=Path, required=True, help="file to write the list to, JSON lines with the texts")
    options = parser.parse_args(arguments)
    taxonomy = read_taxonomy(TAXONOMY)
    try:
        comments = [comment for split in read_splits(options.data, taxonomy).values() for comment in split]
        suspects = find_suspects(comments, taxonomy)
        still_open = open_suspects(suspects, read_settled(options.settled))
    except (LabelError, TrainingError, OSError) as error:
        print(f"suspects: {error}", file=sys.stderr)
        return 2
    with new_file(options.out) as beside:
        beside.write_text("".join(_line(suspect) for suspect in still_open), encoding="utf8")
    share = len(suspects) / len(comments)
    print(
        f"{len(suspects)} of {len(comments)} comments are doubtful ({share:.1%}), {len(still_open)} not settled yet: {options.out}"
    )
    return 0


def _line(suspect: Suspect) -> str:
    comment = suspect.comment
    row = {"id": comment.id, "text": comment.text, "context": comment.context, "labels": comment.labels}
    return json.dumps({**row, "probabilities": suspect.probabilities}, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
