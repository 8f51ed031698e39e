"""Other versions of a labelled comment that keep its labels, drawn anew each time it is read in training.

A word disguised or mistyped, another casing, or another group, party or name in the place of one that is mentioned.
"""

import random
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from serving.settings import ROOT
from training.errors import TrainingError
from training.obfuscation import CASES, DISGUISES, TYPOS, changed

WORD_SETS = ROOT / "data" / "counterfactual.toml"
# Of the words of a comment that is disguised or mistyped.
WORDS_CHANGED = (0.1, 0.4)


@dataclass(frozen=True)
class WordSet:
    """Words that may stand for each other, and what finds one of them in a text."""

    name: str
    words: tuple[str, ...]
    cased: bool
    pattern: re.Pattern[str]


def read_word_sets(path: Path) -> tuple[WordSet, ...]:
    """Sets of words that may stand for each other.

    Raises:
        TrainingError: the file can't be read, or a set lacks words.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf8"))["set"]
        return tuple(_word_set(str(table["name"]), tuple(table["words"]), bool(table["cased"])) for table in tables)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise TrainingError(f"{path}: needs a [[set]] with name, cased and words for each set of words ({error})") from error


def _word_set(name: str, words: tuple[str, ...], cased: bool) -> WordSet:
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    before = r"(?<!^)(?<![.!?…] )(?<![\w-])" if cased else r"(?<![\w-])"
    return WordSet(name, words, cased, re.compile(rf"{before}(?:{longest_first})(?![\w-])", 0 if cased else re.IGNORECASE))


def swapped_mentions(text: str, sets: tuple[WordSet, ...], rng: random.Random) -> str:
    """Every group, party or name of a set in another one's place; the same word gets the same one everywhere.

    >>> polen = _word_set("nationals", ("polen", "walen"), False)
    >>> swapped_mentions("De Polen? Niets tegen polen.", (polen,), random.Random(0))
    'De Walen? Niets tegen walen.'
    """
    for words in sets:
        chosen: dict[str, str] = {}

        def other(match: re.Match[str], words: WordSet = words, chosen: dict[str, str] = chosen) -> str:
            found = match[0]
            another = [word for word in words.words if word.casefold() != found.casefold()]
            new = chosen.setdefault(found.casefold(), rng.choice(another))
            if words.cased or not found[0].isupper():
                return new
            return new.upper() if found.isupper() else new[0].upper() + new[1:]

        text = words.pattern.sub(other, text)
    return text


def augmented(text: str, sets: tuple[WordSet, ...], share: float, rng: random.Random) -> str:
    """The text with its mentions swapped half the time and, with the chance `share`, typed in another way."""
    if rng.random() < 0.5:
        text = swapped_mentions(text, sets, rng)
    if rng.random() >= share:
        return text
    way = rng.random()
    if way < 0.2:
        return rng.choice(list(CASES.values()))(text)
    kinds: list[Callable[[str, random.Random], str]] = list((DISGUISES if way < 0.6 else TYPOS).values())
    return changed(text, rng.choice(kinds), rng.uniform(*WORDS_CHANGED), rng)
