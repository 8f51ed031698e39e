"""How people type: words disguised from a filter, and haste. To learn from (`training.finetune`) and to measure against.

Every function takes one word and a random generator. What only shows nothing on a screen (zero-width characters, look-alike
widths) is undone by `serving.moderation.text.normalise` and still listed, since a test of it should stay at no loss.
"""

import random
import re
from collections.abc import Callable

Change = Callable[[str, random.Random], str]
SHORTEST_WORD = 4

_LEET = {"a": "4@", "e": "3€", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9"}
_LOOKALIKE = dict(zip("aeopcxyiuk", "аеорсхуіυк", strict=True))
_KEYS = ("azertyuiop", "qsdfghjklm", "wxcvbn")  # Belgian keyboards
_VOWELS = "aeiouy"
_WORD = re.compile(r"\w+", re.UNICODE)


def leet(word: str, rng: random.Random) -> str:
    return _some(word, rng, lambda c: rng.choice(_LEET[c.lower()]) if c.lower() in _LEET else c)


def stars(word: str, rng: random.Random) -> str:
    vowels = [i for i, c in enumerate(word) if c.lower() in _VOWELS and i > 0] or [len(word) // 2]
    place = rng.choice(vowels)
    return word[:place] + rng.choice(["*", "*", "#", "."]) + word[place + 1 :]


def spaced(word: str, rng: random.Random) -> str:
    return rng.choice([" ", " ", ".", "-", "_"]).join(word)


def stretched(word: str, rng: random.Random) -> str:
    vowels = [i for i, c in enumerate(word) if c.lower() in _VOWELS] or [len(word) - 1]
    place = rng.choice(vowels)
    return word[:place] + word[place] * rng.randint(2, 5) + word[place + 1 :]


def lookalike(word: str, rng: random.Random) -> str:
    return _some(word, rng, lambda c: _LOOKALIKE.get(c, c))


def zero_width(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word))
    return word[:place] + rng.choice("\u200b\u200c\u2060\u00ad") + word[place:]


def vowelless(word: str, rng: random.Random) -> str:
    """klootzak -> kltzk; the first letter stays."""
    return word[0] + "".join(c for c in word[1:] if c.lower() not in _VOWELS)


def split(word: str, rng: random.Random) -> str:
    place = rng.randrange(2, len(word) - 1) if len(word) > SHORTEST_WORD else 2
    return word[:place] + rng.choice([" ", "-", "/"]) + word[place:]


def swapped(word: str, rng: random.Random) -> str:
    place = rng.choice([i for i in range(len(word) - 1) if word[i] != word[i + 1]] or [0])
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def dropped(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word))
    return word[:place] + word[place + 1 :]


def neighbour_key(word: str, rng: random.Random) -> str:
    def beside(c: str) -> str:
        row = next((row for row in _KEYS if c in row), None)
        return c if row is None else row[min(len(row) - 1, row.index(c) + 1)]

    place = rng.randrange(len(word))
    return word[:place] + beside(word[place].lower()) + word[place + 1 :]


DISGUISES: dict[str, Change] = {
    "leet": leet, "stars": stars, "spaced": spaced, "stretched": stretched, "lookalike": lookalike, "zero_width": zero_width,
    "vowelless": vowelless, "split": split,
}  # fmt: skip
TYPOS: dict[str, Change] = {"swapped": swapped, "dropped": dropped, "neighbour_key": neighbour_key}
CASES: dict[str, Callable[[str], str]] = {"capitals": str.upper, "lower_case": str.lower}


def changed(text: str, change: Change, share: float, rng: random.Random) -> str:
    """The text with that share (0 to 1) of its words of four letters and more changed, at least one; as it is if it has none.

    >>> changed("wat een sukkel", stretched, 0.1, random.Random(1))
    'wat een suuuukkel'
    """
    places = [match.span() for match in _WORD.finditer(text) if len(match[0]) >= SHORTEST_WORD and match[0].isalpha()]
    if not places:
        return text
    chosen = rng.sample(places, max(1, round(share * len(places))))
    for start, end in sorted(chosen, reverse=True):
        text = text[:start] + change(text[start:end], rng) + text[end:]
    return text


def _some(word: str, rng: random.Random, change: Callable[[str], str]) -> str:
    """Each letter that can be changed with a chance of two thirds, and at least one of them."""
    able = [i for i, c in enumerate(word) if change(c) != c]
    chosen = {i for i in able if rng.random() < 2 / 3} or set(able[:1])
    return "".join(change(c) if i in chosen else c for i, c in enumerate(word))
