"""The texts that the encoder is pre-trained on: a list with weights and licences, and a reader of each.

The list is a TOML file with one `[[corpus]]` table for each text: name, file, weight, register, source, licence. A file is
`.txt` or `.txt.xz` (one item a line) in the corpus folder, or `.jsonl` (labelled comments) beside the list itself. A text whose
words should be whole in the vocabulary, though it is short, gets a higher `vocabulary_weight`; one that is closest to what
the encoder is for gets a higher `decay_weight`.
"""

import json
import lzma
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from serving.moderation.errors import ModerationError
from serving.moderation.tables import read_toml
from serving.moderation.text import normalise
from training.errors import TrainingError
from training.external import as_shown
from training.schedule import Schedule


@dataclass(frozen=True)
class Corpus:
    """One text. It is drawn from in proportion to its length times `weight`, at the end of training times `decay_weight`.

    What is read while the learning rate falls stays best (Hu et al. 2024), as in going on with the task's own text
    (Gururangan et al. 2020).
    """

    name: str
    path: Path
    weight: float
    decay_weight: float
    vocabulary_weight: float
    register: str
    source: str
    licence: str


def read_corpora(listing: Path, folder: Path) -> tuple[Corpus, ...]:
    """The corpora of a list, their files looked for in `folder`.

    Raises:
        TrainingError: the list is wrong, or one of its files is missing or empty; every missing file is named.
    """
    try:
        tables = read_toml(listing, "corpora", ModerationError)["corpus"]
        corpora = tuple(_corpus(table, listing, folder) for table in tables)
    except (ModerationError, KeyError, TypeError, ValueError) as error:
        raise TrainingError(
            f"{listing}: every [[corpus]] needs name, file, weight (a positive number), register, source and licence ({error})"
        ) from error
    missing = [str(c.path) for c in corpora if not c.path.is_file() or c.path.stat().st_size == 0]
    if missing:
        raise TrainingError(
            f"{listing}: missing or empty: {', '.join(missing)}; give the whole corpus folder or drop them from the list"
        )
    return corpora


def read_texts(corpus: Corpus) -> Iterator[str]:
    """The items of a corpus as the model will read text: normalised, HTML undone, user names and links masked.

    Raises:
        TrainingError: the file is not what its name says, or holds nothing to read.
    """
    found = False
    try:
        for line in _lines(corpus.path):
            if text := normalise(as_shown(line)):
                found = True
                yield text
    except (OSError, lzma.LZMAError, EOFError) as error:
        raise TrainingError(f"{corpus.path}: can't be read as xz-compressed text; fetch it again") from error
    except UnicodeDecodeError as error:
        raise TrainingError(f"{corpus.path}: is not UTF-8 (byte {error.start}); convert it") from error
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise TrainingError(f"{corpus.path}: is not JSON lines with a text each; restore it") from error
    if not found:
        raise TrainingError(f"{corpus.path}: holds no text; fetch it again or drop it from the list")


def weights_at(corpora: Sequence[Corpus], schedule: Schedule, step: int) -> dict[str, float]:
    """The weight that each text is drawn by at a step: its own, and from the end of the plateau on that of the decay."""
    decays = step >= schedule.plateau_end
    return {corpus.name: corpus.decay_weight if decays else corpus.weight for corpus in corpora}


def sample(corpora: Sequence[Corpus], characters: int, seed: int = 0) -> Iterator[str]:
    """Texts to learn a vocabulary from: of each corpus a share that follows its weight, about `characters` in all."""
    rng = random.Random(seed)
    # A compressed byte is worth about four characters.
    sizes = [c.path.stat().st_size * (4 if c.path.suffix == ".xz" else 1) * c.vocabulary_weight for c in corpora]
    for corpus, size in zip(corpora, sizes, strict=True):
        wanted = characters * size / sum(sizes)
        share = wanted / (size / corpus.vocabulary_weight)
        for text in read_texts(corpus):
            # More than all of it: a text comes back as often as its weight asks.
            for _ in range(int(share) + (rng.random() < share % 1)):
                yield text


def _corpus(table: dict[str, object], listing: Path, folder: Path) -> Corpus:
    weight = float(str(table["weight"]))
    decay_weight, vocabulary_weight = (float(str(table.get(name, weight))) for name in ("decay_weight", "vocabulary_weight"))
    weights = (weight, decay_weight, vocabulary_weight)
    if min(weights) <= 0:
        raise ValueError(f"weight {min(weights)}")
    file = str(table["file"])
    path = (listing.parent if file.endswith(".jsonl") else folder) / file
    return Corpus(str(table["name"]), path, *weights, str(table["register"]), str(table["source"]), str(table["licence"]))


def _lines(path: Path) -> Iterator[str]:
    if path.suffix == ".xz":
        with lzma.open(path, "rt", encoding="utf8") as lines:
            yield from lines
    else:
        with path.open(encoding="utf8") as lines:
            yield from (json.loads(line)["text"] for line in lines) if path.suffix == ".jsonl" else lines
