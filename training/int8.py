"""What int8 costs: the served network beside the fp32 network it was made of."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from serving.moderation.artefact import Artefact
from serving.moderation.classifier import Classifier
from serving.moderation.encoding import encode
from serving.moderation.ngrams import read_ngrams
from serving.moderation.taxonomy import Taxonomy
from training.evaluate import own_figures
from training.finetune import Finetuned
from training.labels import LabelledComment
from training.network import scores_of


def int8_cost(
    finetuned: Finetuned, artefact: Artefact, comments: Sequence[LabelledComment], taxonomy: Taxonomy
) -> dict[str, Any]:
    """The figures of both networks on the same comments, each with the artefact's n-grams, calibration and thresholds.

    Calibration and thresholds were fitted on the int8 network's scores, which favours it a little. Returns the mean F1 of
    both, the difference between their probabilities (mean and largest, over comments and labels), the share of labels that
    are given by one and not by the other, and n.
    """
    classifier = Classifier(artefact)
    ngrams = read_ngrams(artefact.path / "ngrams.npz", len(artefact.labels))
    full, small = [], []
    for comment in comments:
        windows = encode(finetuned.tokenizer, comment.text, comment.context, artefact.max_length).windows
        linear = np.array([ngrams.scores(window.text) for window in windows])
        of_fp32 = scores_of(finetuned.network, windows, finetuned.token_types)
        of_int8 = np.array([classifier.window_scores(window) for window in windows])
        full.append(classifier.calibrated(np.stack([of_fp32, linear], axis=1)).max(axis=0))
        small.append(classifier.calibrated(np.stack([of_int8, linear], axis=1)).max(axis=0))
    fp32, int8 = (np.array(found)[:, : len(taxonomy.categories)] for found in (full, small))
    thresholds = np.array([artefact.thresholds.decision[category] for category in taxonomy.category_ids])
    difference = np.abs(fp32 - int8)
    return {
        "mean_f1": own_figures(comments, int8, int8 >= thresholds, taxonomy)["mean_f1"]["value"],
        "fp32_mean_f1": own_figures(comments, fp32, fp32 >= thresholds, taxonomy)["mean_f1"]["value"],
        "largest": float(difference.max()),
        "mean": float(difference.mean()),
        "flips": float(((fp32 >= thresholds) != (int8 >= thresholds)).mean()),
        "n": len(comments),
    }
