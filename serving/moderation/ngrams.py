"""The linear part of the classifier: weights of character and word n-grams, hashed.

On Dutch comments a linear model of n-grams is strong where a small encoder is weak (odd spelling, rare abuse, dialect), so
calibration weighs both. TF-IDF as usual, (1 + log count) * idf, scaled to length 1; words and pairs of words apart from
runs of characters, which would drown them.
"""

import zipfile
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from serving.moderation.errors import ArtefactError

# The lower half is for words and pairs of words, the upper for runs of characters.
BUCKETS = 2**19
HALF = BUCKETS // 2
CHARACTERS = range(2, 6)
# Words whose runs of characters are kept at hand; 10 MiB at most.
KEPT_WORDS = 16_384
# With the signs around it: a thousand signs after a word must not fill the memory.
LONGEST_KEPT = 20
_SIGNS = ".,!?:;…\"'()"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ngrams:
    """`idf` has shape (BUCKETS,), `weights` (BUCKETS, labels), `bias` (labels,).

    The runs of characters of `common` words, with signs around them or not, are kept at hand from one comment to the next, since
    most words of a comment are such. Those of another word never are: it may be a name, and nothing of a comment is kept.
    """

    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    common: frozenset[str] = frozenset()

    def scores(self, text: str) -> Floats:
        """Raw scores of a normalised comment in label order; its context is not read."""
        buckets, counts = ngram_counts(text, self.common)
        values = tf_idf(buckets, counts, self.idf)
        return np.asarray(values @ self.weights.take(buckets, axis=0) + self.bias, dtype=np.float64)


def ngram_counts(text: str, common: frozenset[str] = frozenset()) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Buckets of the n-grams of a normalised text, each once, and how often each occurs."""
    words = text.casefold().split()
    hashes = [crc32(gram.encode()) % HALF for gram in (*words, *map(" ".join, pairwise(words)))]
    for word in words:
        at_hand = len(word) <= LONGEST_KEPT and word.strip(_SIGNS) in common
        hashes += (_kept_runs(word) if at_hand else _runs(word)).tolist()
    counts = Counter(hashes)
    return np.fromiter(counts.keys(), np.int64, len(counts)), np.fromiter(counts.values(), np.float32, len(counts))


def _runs(word: str) -> NDArray[np.int32]:
    """The bucket of every run of characters in a word, its edges included."""
    padded = f" {word} "
    last = len(padded) + 1
    runs = (padded[i : i + n] for n in CHARACTERS for i in range(max(1, last - n)))
    return np.fromiter((HALF + crc32(run.encode()) % HALF for run in runs), np.int32)


_kept_runs = lru_cache(KEPT_WORDS)(_runs)


def tf_idf(buckets: NDArray[np.int64], counts: NDArray[np.float32], idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """Values of the buckets, each half scaled to length 1; those of words come first, as `ngram_counts` gives them."""
    values = (1 + np.log(counts)) * idf.take(buckets)
    words = np.count_nonzero(buckets < HALF)
    for half in (values[:words], values[words:]):
        half /= np.sqrt(half @ half) or 1.0
    return np.asarray(values, dtype=np.float32)


def read_ngrams(path: Path, labels: int, common: frozenset[str] = frozenset()) -> Ngrams:
    """Read the weights of an artefact.

    Raises:
        ArtefactError: the file can't be read or is of another model.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            idf, weights, bias = (stored[name].astype(np.float32) for name in ("idf", "weights", "bias"))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ArtefactError(f"{path}: can't be read as n-gram weights; train the artefact anew") from error
    if (idf.shape, weights.shape, bias.shape) != ((BUCKETS,), (BUCKETS, labels), (labels,)):
        raise ArtefactError(f"{path}: its weights are not for {labels} labels; train the artefact anew")
    if not all(np.isfinite(values).all() for values in (idf, weights, bias)):
        raise ArtefactError(f"{path}: holds a weight that is no number; train the artefact anew")
    return Ngrams(idf, weights, bias, common)
