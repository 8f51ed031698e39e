"""What more labels would buy: figures on the own test and on real comments after 25, 50 and 100 % of the training labels.

    python -m training.curve --data data/comments [--real FILE] [--external FOLDER --corpus FOLDER] [--base-model FOLDER --work FOLDER]

The n-gram baseline, and with --base-model a fine-tuned encoder without n-grams beside it, so that the two can be compared.
Decision thresholds are fitted on dev each time. Prints one JSON line a point.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from serving.moderation.encoding import encode
from serving.moderation.errors import ModerationError
from serving.moderation.taxonomy import Taxonomy, read_taxonomy
from serving.settings import TAXONOMY
from training import evaluate
from training.baseline import fit_baseline, truth_of
from training.calibrate import decision_threshold
from training.errors import TrainingError
from training.external import EXTERNAL, read_external
from training.finetune import Finetuned, FinetuneOptions, finetune
from training.labels import LabelError, LabelledComment, measured_on, read_splits
from training.network import scores_of

SHARES = (0.25, 0.5, 1.0)
Judge = Callable[[Sequence[tuple[str, str | None]]], tuple[NDArray[np.float64], NDArray[np.bool_]]]


def points(
    fit: Callable[[Sequence[LabelledComment]], Judge],
    splits: dict[str, list[LabelledComment]],
    real: Sequence[dict[str, Any]],
    taxonomy: Taxonomy,
) -> Iterator[dict[str, Any]]:
    """The figures at each share of the training comments; each share holds the smaller ones."""
    order = np.random.default_rng(0).permutation(len(splits["train"]))
    for share in SHARES:
        train = [splits["train"][k] for k in order[: round(share * len(order))]]
        judge = fit(train)
        own = evaluate.own_figures(splits["test"], *judge([(c.text, c.context) for c in splits["test"]]), taxonomy)
        point = {"comments": len(train), "own_test": {key: own[key] for key in ("mean_f1", "any_macro_f1", "any_auc")}}
        if real:
            figures = evaluate.real_figures(real, *judge([(row["text"], None) for row in real]), taxonomy)
            point["real"] = {key: value for key, value in figures.items() if key != "categories"}
        yield point


def baseline_judge(train: Sequence[LabelledComment], dev: Sequence[LabelledComment], taxonomy: Taxonomy) -> Judge:
    baseline = fit_baseline(train, dev, taxonomy)
    return lambda texts: baseline.judge([text for text, _ in texts])


def encoder_judge(
    options: FinetuneOptions, train: Sequence[LabelledComment], dev: Sequence[LabelledComment], taxonomy: Taxonomy, work: Path
) -> Judge:
    """A fine-tuned encoder alone; its checkpoints are kept in `work`, one folder a number of comments."""
    finetuned = finetune(options, train, taxonomy, work / str(len(train)))
    probabilities, truth = (
        _probabilities(finetuned, [(c.text, c.context) for c in dev], options, taxonomy),
        truth_of(dev, taxonomy) > 0,
    )
    thresholds = [decision_threshold(probabilities[:, i], truth[:, i], 0.05, 0.95) for i in range(truth.shape[1])]

    def judge(texts: Sequence[tuple[str, str | None]]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        found = _probabilities(finetuned, texts, options, taxonomy)
        return found, found >= np.array(thresholds)

    return judge


def _probabilities(
    finetuned: Finetuned, texts: Sequence[tuple[str, str | None]], options: FinetuneOptions, taxonomy: Taxonomy
) -> NDArray[np.float64]:
    """Of shape (n, categories); of a long comment the first window is read."""
    windows = [encode(finetuned.tokenizer, text, context, options.max_length).windows[0] for text, context in texts]
    scores = scores_of(finetuned.network, windows, finetuned.token_types)[:, : len(taxonomy.categories)]
    return np.asarray(1 / (1 + np.exp(-scores.astype(np.float64))))


def main(arguments: list[str] | None = None) -> int:
    raw = _parser().parse_args(arguments)
    taxonomy = read_taxonomy(TAXONOMY)
    try:
        splits = read_splits(raw.data, taxonomy)
        real = evaluate.read_real(raw.real) if raw.real else []
        if raw.corpus:
            apart = measured_on(splits, [row["text"] for row in real])
            splits["train"] += read_external(raw.external, raw.corpus, taxonomy, apart)
        fits: dict[str, Callable[[Sequence[LabelledComment]], Judge]] = {
            "n-gram baseline": lambda train: baseline_judge(train, splits["dev"], taxonomy)
        }
        if raw.base_model:
            options = FinetuneOptions(raw.base_model, raw.epochs, raw.learning_rate, max_length=raw.max_length)
            fits["encoder"] = lambda train: encoder_judge(options, train, splits["dev"], taxonomy, raw.work)
        for name, fit in fits.items():
            for point in points(fit, splits, real, taxonomy):
                print(json.dumps({"model": name, **point}), flush=True)
    except (LabelError, TrainingError, ModerationError, OSError) as error:
        print(f"curve: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.curve", description="Figures against the number of labels.")
    parser.add_argument("--data", type=Path, required=True, help="folder with train.jsonl, dev.jsonl and test.jsonl")
    parser.add_argument("--real", type=Path, help="real comments with IMSyPP types, for evaluation only")
    parser.add_argument("--external", type=Path, default=EXTERNAL, help="labels of real comments to learn from too")
    parser.add_argument("--corpus", type=Path, help="folder with the texts of those comments; left out when not given")
    parser.add_argument("--base-model", help="encoder to fine-tune too: a local folder or a hub id")
    parser.add_argument("--work", type=Path, default=Path(".curve-run"), help="folder of checkpoints")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--learning-rate", type=float, default=4e-4)
    parser.add_argument("--max-length", type=int, default=96)
    return parser


if __name__ == "__main__":
    sys.exit(main())
