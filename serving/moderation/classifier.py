"""The classifier: an artefact's network and n-grams, from a comment to calibrated probabilities. Runs without torch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from serving.moderation.artefact import Artefact
from serving.moderation.encoding import Encoded, Window, encode
from serving.moderation.errors import ArtefactError
from serving.moderation.language import other_language
from serving.moderation.ngrams import read_ngrams
from serving.moderation.text import latin_share

# Above this share of unknown word pieces, or below this share of Latin letters, a probability means nothing.
MAX_UNKNOWN_SHARE = 0.5
MIN_LATIN_SHARE = 0.5


@dataclass(frozen=True)
class Scored:
    """Calibrated probabilities by label id, and why the model may be unable to judge (blocker codes, often none)."""

    probabilities: dict[str, float]
    unjudged: tuple[str, ...]


class Classifier:
    """Thread-safe; every comment is run on its own, one window at a time.

    Dynamic int8 quantisation scales activations by the whole batch, so the same comment would get slightly other
    probabilities in other company. One at a time, the service and the offline scorer agree to the last bit, and
    nothing is spent on padding (batching gains this model about a tenth).
    """

    def __init__(self, artefact: Artefact) -> None:
        self.artefact = artefact
        self._tokenizer = _tokenizer(artefact)
        self._session = _session(artefact)
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._ngrams = read_ngrams(artefact.path / "ngrams.npz", len(artefact.labels), frozenset(self._tokenizer.get_vocab()))
        self._temperature = np.array(artefact.calibration.temperature)
        self._ngram_weight = np.array(artefact.calibration.ngrams)
        self._bias = np.array(artefact.calibration.bias)
        _check_outputs(self._session, artefact)
        self._check_vocabulary()

    def score(self, text: str, context: str | None = None) -> Scored:
        """Probabilities of one comment; a long one gets, per label, the highest of its windows."""
        return self.score_all([(text, context)])[0]

    def score_all(self, comments: Sequence[tuple[str, str | None]]) -> list[Scored]:
        """`score` of several texts with their contexts, in order.

        Step by step for all of them: a run of the network drives everything else out of the processor's caches, which made
        the steps between two runs take almost twice as long.
        """
        encoded = [encode(self._tokenizer, text, context, self.artefact.max_length) for text, context in comments]
        unjudged = [_unjudged(each) for each in encoded]
        highest = [self.calibrated(scores).max(axis=0) for scores in self._scores(encoded)]
        return [
            Scored(dict(zip(self.artefact.labels, probabilities.tolist(), strict=True)), codes)
            for probabilities, codes in zip(highest, unjudged, strict=True)
        ]

    def calibrated(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities of shape (n, labels) from raw scores of the network and of the n-grams, shape (n, 2, labels)."""
        together = scores[:, 0] / self._temperature + scores[:, 1] * self._ngram_weight + self._bias
        return np.asarray(1 / (1 + np.exp(-together)))

    def scores(self, text: str, context: str | None = None) -> NDArray[np.float64]:
        """Raw scores of the network and of the n-grams, shape (2, labels): what calibration is fitted on.

        Of a long comment, per label, the highest of its windows.
        """
        [scores] = self._scores([encode(self._tokenizer, text, context, self.artefact.max_length)])
        return np.asarray(scores.max(axis=0))

    def _scores(self, encoded: Sequence[Encoded]) -> list[NDArray[np.float64]]:
        """Of each comment (windows, 2, labels). The n-grams are of the window too: in a whole long comment one clause would drown."""
        linear = [[self._ngrams.scores(window.text) for window in each.windows] for each in encoded]
        network = [[self.window_scores(window) for window in each.windows] for each in encoded]
        return [np.stack(both, axis=1) for both in zip(network, linear, strict=True)]

    def window_scores(self, window: Window) -> NDArray[np.float64]:
        """Raw scores of one window of a comment, in label order."""
        feed = {name: np.array([getattr(window, name)], dtype=np.int64) for name in self._inputs}
        output = self._session.run(None, feed)
        return np.asarray(output[0][0], dtype=np.float64)

    def _check_vocabulary(self) -> None:
        """Run the highest token id once: a network of another vocabulary has no embedding for it."""
        highest = self._tokenizer.get_vocab_size() - 1
        try:
            self.window_scores(Window("", [highest], [1], [0]))
        except Exception as error:  # onnxruntime's own exceptions share no public base class
            raise ArtefactError(
                f"{self.artefact.path / 'tokenizer.json'}: has more tokens than model.onnx has embeddings for; the two are of "
                "different models, train the artefact anew"
            ) from error


def _unjudged(encoded: Encoded) -> tuple[str, ...]:
    codes = {
        "other_alphabet": latin_share(encoded.text) < MIN_LATIN_SHARE,
        "other_language": other_language(encoded.text),
        "mostly_unknown": encoded.unknown_share > MAX_UNKNOWN_SHARE,
        "cut_off": encoded.cut_off,
    }
    return tuple(code for code, holds in codes.items() if holds)


def _tokenizer(artefact: Artefact) -> Tokenizer:
    path = artefact.path / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises a bare Exception
        raise ArtefactError(f"{path}: is not a tokenizer that can be read; train the artefact anew") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _session(artefact: Artefact) -> onnxruntime.InferenceSession:
    path = artefact.path / "model.onnx"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # requests run beside each other; one comment is too small to split
    options.inter_op_num_threads = 1
    try:
        # Fusing skip connection and layer norm costs int8 models a quarter of their speed on current runtimes.
        return onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
        )
    except Exception as error:  # onnxruntime's own exceptions share no public base class
        raise ArtefactError(f"{path}: is not a network that can be run; train the artefact anew") from error


def _check_outputs(session: onnxruntime.InferenceSession, artefact: Artefact) -> None:
    found = session.get_outputs()[0].shape[-1]
    if found != len(artefact.labels):
        raise ArtefactError(
            f"{artefact.path / 'model.onnx'}: gives {found} scores a comment, config.json names {len(artefact.labels)} "
            "labels; the two are of different models, train the artefact anew"
        )
