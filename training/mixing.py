"""What is left of accuracy when emoji and words of other languages are mixed in, on the comments where that changes something.

The lists are data/mixing.toml's, small and made for this.
"""

import random
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from serving.moderation.comment import Comment
from training.errors import TrainingError
from training.labels import LabelledComment
from training.metrics import as_json
from training.robustness import Judge, kept, macro_f1_of

TABLES = ("french", "english", "emoji")
# Everyday ones that break no rule by themselves.
EVERYDAY = "🙂😂👍🤔🎉🌳☀😅🙏🚲"
SHARE_AMONG = 0.3
Tables = Mapping[str, Mapping[str, str]]


def read_mixing(path: Path) -> Tables:
    """Words and what stands for them, by table.

    Raises:
        TrainingError: naming the file, the table and the remedy.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrainingError(f"{path}: can't be read as TOML: {error}") from error
    if set(raw) != set(TABLES):
        raise TrainingError(f"{path}: must have the tables {', '.join(TABLES)} and no other, found {', '.join(raw) or 'none'}")
    for table, words in raw.items():
        if not isinstance(words, dict) or not words:
            raise TrainingError(f"{path}: [{table}] is empty or no table; give at least one word and what stands for it")
        for word, other in words.items():
            if word != word.lower():
                raise TrainingError(f"{path}: [{table}] {word!r} must be written in lower case; it is found in any case")
            if not isinstance(other, str) or not other.strip() or other == word:
                raise TrainingError(f"{path}: [{table}] {word!r} must be another string that is not empty")
    return raw


def mixed(judge: Judge, comments: Sequence[LabelledComment], tables: Tables, seed: int = 1) -> list[dict[str, Any]]:
    """One row a kind, measured on the comments that it changes: macro-F1 of any violation `before` and `after`, and what is `kept`.

    Comments that readers disagreed on are left out.
    """
    clear = [comment for comment in comments if not comment.either]
    before = np.any(judge(_asked(clear, lambda text: text)), axis=1)
    truth = np.array([bool(comment.labels) for comment in clear])
    rows = []
    for kind, change in _changes(tables, seed).items():
        asked = _asked(clear, change)
        moved = np.array([c.text != new.text for c, new in zip(clear, asked, strict=True)])
        after = (
            np.any(judge([comment for comment, has in zip(asked, moved, strict=True) if has]), axis=1)
            if moved.any()
            else moved[:0]
        )
        rows.append(
            {
                "kind": kind,
                "before": as_json(macro_f1_of(truth[moved], before[moved])),
                "after": as_json(macro_f1_of(truth[moved], after)),
                "kept": as_json(kept(truth[moved], before[moved], after)),
            }
        )
    return rows


def replaced(text: str, words: Mapping[str, str]) -> str:
    """The text with every whole word or expression of a table replaced, longest first.

    >>> replaced("Maar ja, dus maart", {"maar": "mais", "maar ja": "mais bon", "dus": "du coup"})
    'mais bon, du coup maart'
    """
    longest = sorted(words, key=len, reverse=True)
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)"
    return re.sub(pattern, lambda match: words[match[0].lower()], text, flags=re.IGNORECASE)


def among(text: str, share: float, rng: random.Random) -> str:
    """The text with an everyday emoji after that share (0 to 1) of its words, at least one."""
    words = text.split(" ")
    after = set(rng.sample(range(len(words)), max(1, round(share * len(words)))))
    return " ".join(f"{word} {rng.choice(EVERYDAY)}" if i in after else word for i, word in enumerate(words))


def _changes(tables: Tables, seed: int) -> dict[str, Callable[[str], str]]:
    rng = random.Random(seed)
    return {
        "emoji_after": lambda text: f"{text} {rng.choice(EVERYDAY)}{rng.choice(EVERYDAY)}",
        "emoji_among": lambda text: among(text, SHARE_AMONG, rng),
        "emoji_for_word": lambda text: replaced(text, tables["emoji"]),
        "french": lambda text: replaced(text, tables["french"]),
        "english": lambda text: replaced(text, tables["english"]),
    }


def _asked(comments: Sequence[LabelledComment], change: Callable[[str], str]) -> list[Comment]:
    return [Comment(comment.id, change(comment.text), comment.context) for comment in comments]
