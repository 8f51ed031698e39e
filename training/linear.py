"""Fit the linear part of the classifier: one logistic regression a label on hashed n-grams."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from serving.moderation.ngrams import BUCKETS, Ngrams, ngram_counts, tf_idf
from serving.moderation.taxonomy import Taxonomy
from serving.moderation.text import normalise
from training.labels import LabelledComment

# Weights smaller than this change no probability that anyone sees; as zeros the file packs to a fraction.
NEGLIGIBLE = 0.01


def fit_ngrams(comments: Sequence[LabelledComment], taxonomy: Taxonomy) -> Ngrams:
    """Idf from the comments, and weights for every label, categories and signals alike."""
    counted = [ngram_counts(normalise(comment.text)) for comment in comments]
    documents = np.bincount(np.concatenate([buckets for buckets, _ in counted]), minlength=BUCKETS)
    # An n-gram of one comment teaches nothing about others.
    idf = np.where(documents > 1, np.log((1 + len(comments)) / (1 + documents)) + 1, 0.0).astype(np.float32)
    matrix = _matrix(counted, idf)
    weights, bias = np.zeros((BUCKETS, len(taxonomy.ids))), np.zeros(len(taxonomy.ids))
    for i, name in enumerate(track(taxonomy.ids, "n-grams", console=Console(stderr=True))):
        present = np.array([name in (*comment.labels, *comment.signals) for comment in comments])
        if present.any() and not present.all():
            model = LogisticRegression(C=10, class_weight="balanced", solver="liblinear", random_state=0).fit(matrix, present)
            weights[:, i], bias[i] = model.coef_[0], model.intercept_[0]
    weights[np.abs(weights) < NEGLIGIBLE] = 0.0
    return Ngrams(idf.astype(np.float16), weights.astype(np.float16), bias.astype(np.float32))


def write_ngrams(path: Path, ngrams: Ngrams) -> None:
    np.savez_compressed(path, idf=ngrams.idf, weights=ngrams.weights, bias=ngrams.bias)


def _matrix(counted: Sequence[tuple[np.ndarray, np.ndarray]], idf: np.ndarray) -> csr_matrix:
    """TF-IDF rows as `Ngrams.scores` makes them; shape (comments, BUCKETS)."""
    rows = [tf_idf(buckets, counts, idf) for buckets, counts in counted]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in counted)])
    return csr_matrix((np.concatenate(rows), np.concatenate([b for b, _ in counted]), ends), shape=(len(rows), BUCKETS))
