"""Which groups of people, parties or first names a text mentions: by the words that stand for each other in training
(`data/counterfactual.toml`) and by the groups of the bias frames (`data/bias/frames.toml`).

Words only: who is meant by "die van hiernaast" is not found, and Polen may be the country.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from training.augment import WordSet
from training.errors import TrainingError
from training.evaluate import Bools

# Texts that mention any of the groups, and those that mention none, to compare with.
ANY, NONE = "een groep, partij of voornaam", "geen groep, partij of voornaam"
MAJORITY = "Vlamingen, Nederlanders, witte mensen"
ORIGIN, INCOME, PARTY = "andere herkomst of taal", "inkomen of werk", "partij of overtuiging"
BODY = "handicap, gezondheid, uiterlijk"
MAJORITY_WORDS = frozenset(
    ("vlamingen", "een vlaming", "vlaming", "vlaamse", "belgen", "een belg", "nederlanders", "nederlander", "nederlandse",
     "nederlandstaligen", "een nederlandstalige", "witte mensen", "een witte persoon")
)  # fmt: skip
# What the words of a set, or of a criterion of the frames, are called for a reader; several may be one.
NAMES = {
    "nationals": ORIGIN, "national": ORIGIN, "national_adjective": ORIGIN, "newcomers": ORIGIN, "afkomst": ORIGIN,
    "huidskleur": ORIGIN, "nationaliteit": ORIGIN, "taal": ORIGIN,
    "believers": "geloof", "belief_adjective": "geloof", "beliefs": "geloof", "geloof": "geloof",
    "orientation": "geaardheid", "geaardheid": "geaardheid", "gender": "gender", "young_and_old": "leeftijd", "leeftijd": "leeftijd",
    "disability": BODY, "handicap": BODY, "gezondheid": BODY, "fysiek_kenmerk": BODY,
    "means": INCOME, "vermogen": INCOME, "sociale_afkomst": INCOME, "vakbond": INCOME,
    "parties_flemish": PARTY, "parties_dutch": PARTY, "politieke_overtuiging": PARTY,
    "burgerlijke_staat": "burgerlijke staat", "first_names": "voornaam",
}  # fmt: skip


def read_mentions(sets: Sequence[WordSet], frames: Path) -> dict[str, tuple[re.Pattern[str], ...]]:
    """Per group what finds a mention of it.

    Raises:
        TrainingError: the frames can't be read, or a set or criterion has no name in NAMES.
    """
    words: dict[str, set[str]] = {}
    patterns: dict[str, list[re.Pattern[str]]] = {}
    listed = [(s.name, s.words) for s in sets if not s.cased]
    for source, found in (*listed, *_of_frames(frames)):
        for word in map(str.casefold, found):
            words.setdefault(MAJORITY if word in MAJORITY_WORDS else _name(source), set()).add(word)
    for name, members in words.items():
        longest_first = "|".join(re.escape(word) for word in sorted(members, key=len, reverse=True))
        patterns[name] = [re.compile(rf"(?<![\w-])(?:{longest_first})(?![\w-])", re.IGNORECASE)]
    for cased in (s for s in sets if s.cased):
        patterns.setdefault(_name(cased.name), []).append(cased.pattern)
    return {name: tuple(found) for name, found in sorted(patterns.items())}


def mentioned(texts: Sequence[str], patterns: Mapping[str, tuple[re.Pattern[str], ...]]) -> dict[str, Bools]:
    """Per group whether each text mentions it, under ANY whether any and under NONE whether none; of shape (n,)."""
    found = {
        name: np.array([any(p.search(text) for p in of_group) for text in texts], bool) for name, of_group in patterns.items()
    }
    mentions: Bools = np.any(list(found.values()), axis=0)
    return found | {ANY: mentions, NONE: ~mentions}


def in_place_of(texts: Sequence[str], words: WordSet, others: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Each text that mentions a word of the set, with every one of `others` in its place: row, other, text."""
    for row, text in enumerate(texts):
        if words.pattern.search(text):
            for other in others:
                yield row, other, other.join(words.pattern.split(text))


def group_names(frames: Path) -> dict[str, str]:
    """The groups of the bias frames by id, as they are called in the plural.

    Raises:
        TrainingError: the frames can't be read.
    """
    return {str(group["id"]): str(group["plural"]) for group in _table(frames, "group")}


def party_names(frames: Path) -> dict[str, str]:
    """The parties of the bias frames by id, without "de lokale lijst", which is none in particular.

    Raises:
        TrainingError: the frames can't be read.
    """
    return {
        str(party["id"]): str(party["name"]) for party in _table(frames, "party_name") if party["id"] != "party_lokale_lijst"
    }


def _of_frames(path: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    for group in _table(path, "group"):
        yield str(group["criterion"]), (str(group["plural"]), str(group["singular"]))


def _table(path: Path, name: str) -> list[dict[str, Any]]:
    try:
        return list(tomllib.loads(path.read_text(encoding="utf8"))[name])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise TrainingError(f"{path}: can't be read as TOML with [[{name}]] tables ({error}); restore the file") from error


def _name(source: str) -> str:
    if source not in NAMES:
        raise TrainingError(f"{source!r} is a word set or criterion without a name for readers; give it one in mentions.NAMES")
    return NAMES[source]
