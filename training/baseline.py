"""The baseline that every report shows beside the transformer: a linear model on character and word n-grams."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from serving.moderation.taxonomy import Taxonomy
from serving.moderation.text import normalise
from training.calibrate import decision_threshold
from training.labels import LabelledComment

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Baseline:
    """A fitted linear model and, per category in order, the probability from which it names the category."""

    model: Pipeline
    thresholds: Floats

    def judge(self, texts: Sequence[str]) -> tuple[Floats, NDArray[np.bool_]]:
        """Probabilities and found labels, both of shape (n, categories)."""
        probabilities = probabilities_of(self.model, texts)
        return probabilities, probabilities >= self.thresholds


def fit_baseline(train: Sequence[LabelledComment], dev: Sequence[LabelledComment], taxonomy: Taxonomy) -> Baseline:
    """Fit one logistic regression a category on the normalised text, without its context, and its thresholds on dev."""
    model = baseline_pipeline().fit([comment.text for comment in train], truth_of(train, taxonomy))
    probabilities, present = probabilities_of(model, [comment.text for comment in dev]), truth_of(dev, taxonomy).astype(bool)
    # Its probabilities are not calibrated, so its thresholds are searched over the whole range.
    thresholds = [decision_threshold(probabilities[:, i], present[:, i], 0.05, 0.95) for i in range(present.shape[1])]
    return Baseline(model, np.array(thresholds))


def baseline_pipeline() -> Pipeline:
    """Texts as they come to one probability a category; not fitted yet."""
    features = make_union(
        TfidfVectorizer(preprocessor=_plain, analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
        TfidfVectorizer(preprocessor=_plain, ngram_range=(1, 2), min_df=2, sublinear_tf=True),
    )
    return make_pipeline(features, OneVsRestClassifier(LogisticRegression(C=10, class_weight="balanced", max_iter=1000)))


def truth_of(comments: Sequence[LabelledComment], taxonomy: Taxonomy) -> NDArray[np.int64]:
    """Whether each comment has each category, as 0 and 1, of shape (n, categories)."""
    return np.array([[name in comment.labels for name in taxonomy.category_ids] for comment in comments], dtype=np.int64)


def probabilities_of(model: Pipeline, texts: Sequence[str]) -> Floats:
    """Of shape (n, categories)."""
    return np.asarray(model.predict_proba(list(texts)))


def _plain(text: str) -> str:
    return normalise(text).lower()
