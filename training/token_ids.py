"""From texts to token ids on disk: done once, kept beside the checkpoints of a pre-training run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from tokenizers import Tokenizer

from training.corpora import Corpus, read_texts, sample
from training.files import new_file
from training.recycle import learn_vocabulary

_log = Console(stderr=True)
CHARACTERS_FOR_VOCABULARY = 60_000_000
# Of an article; what comes after is more of the same.
LONGEST_ITEM = 4000


def vocabulary(path: Path, corpora: Sequence[Corpus], size: int) -> Tokenizer:
    """The tokenizer in `path`, learned from the texts if it is not there yet."""
    if not path.exists():
        with _log.status("learning the vocabulary"), new_file(path) as beside:
            learn_vocabulary(sample(corpora, CHARACTERS_FOR_VOCABULARY), size).save(str(beside))
    return Tokenizer.from_file(str(path))


def token_ids(folder: Path, corpus: Corpus, tokenizer: Tokenizer) -> Any:
    """Token ids of a corpus, items one after the other with an end mark each; shape (tokens,), on disk.

    A text that grew since is cut anew; the vocabulary stays.
    """
    path = folder / f"{corpus.name}-{corpus.path.stat().st_size}.npy"
    if not path.exists():
        texts = [text[:LONGEST_ITEM] for text in read_texts(corpus)]
        pieces = []
        for i in track(range(0, len(texts), 1000), corpus.name, console=_log, transient=True):
            pieces += [np.array(encoding.ids[1:], np.uint16) for encoding in tokenizer.encode_batch(texts[i : i + 1000])]
        with new_file(path) as beside, beside.open("wb") as file:
            np.save(file, np.concatenate(pieces))
    return np.load(path, mmap_mode="r")
