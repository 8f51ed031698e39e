"""The baseline that every report shows beside the transformer: a linear model on character and word n-grams."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from serving.moderation.taxonomy import Taxonomy
from serving.moderation.text import normalise
from training.labels import LabelledComment


def fit_baseline(comments: Sequence[LabelledComment], taxonomy: Taxonomy) -> Pipeline:
    """Fit one logistic regression a category on the normalised text, without its context."""
    features = make_union(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
    )
    model = make_pipeline(features, OneVsRestClassifier(LogisticRegression(C=10, class_weight="balanced", max_iter=1000)))
    truth = np.array([[name in comment.labels for name in taxonomy.category_ids] for comment in comments], dtype=int)
    return model.fit([normalise(comment.text) for comment in comments], truth)


def baseline_probabilities(model: Pipeline, texts: Sequence[str]) -> NDArray[np.float64]:
    """Probabilities of shape (n, categories)."""
    return np.asarray(model.predict_proba([normalise(text) for text in texts]))
