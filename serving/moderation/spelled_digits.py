"""Digits as words, or with letters and signs among them: "nul vier zeven nul twaalf, vierendertig", "O47O x 12"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_UNITS = {
    "nul": 0, "een": 1, "één": 1, "eén": 1, "ene": 1, "twee": 2, "twie": 2, "drie": 3, "drij": 3, "vier": 4, "viere": 4, "vijf": 5,
    "vijve": 5, "zes": 6, "zesse": 6, "zeven": 7, "zeve": 7, "zevene": 7, "acht": 8, "achte": 8, "negen": 9, "negene": 9,
}  # fmt: skip
_TEENS = {
    "tien": 10, "elf": 11, "twaalf": 12, "dertien": 13, "veertien": 14, "vijftien": 15, "zestien": 16, "zeventien": 17,
    "achttien": 18, "achtien": 18, "negentien": 19,
}  # fmt: skip
_TENS = {
    "twintig": 20, "dertig": 30, "veertig": 40, "vijftig": 50, "zestig": 60, "zeventig": 70, "tachtig": 80, "tachentig": 80,
    "negentig": 90,
}  # fmt: skip
_WORDS: dict[str, str] = {
    **{word: str(value) for word, value in (*_UNITS.items(), *_TEENS.items(), *_TENS.items())},
    **{
        unit + link + ten: str(tens + value)
        for unit, value in _UNITS.items()
        if value
        for ten, tens in _TENS.items()
        for link in ("en", "ën")
    },
}
_LONGEST = max(map(len, _WORDS))
_BEGINNINGS = frozenset(word[:3] for word in _WORDS)
# "vier en veertig" as three words.
_APART = re.compile(rf"\b({'|'.join(sorted(_UNITS, key=len, reverse=True))})\s(?:en|ën)\s({'|'.join(_TENS)})\b")
_TOKEN = re.compile(rf"{_APART.pattern}|[^\W\d_]+|\d+", re.IGNORECASE)
_SEPARATOR = re.compile(r"[\s,./\-_*|:;()x~•+]{0,4}", re.IGNORECASE)
_ZEROES = re.compile(r"[oO]{1,3}")
# The article "een" may stand before or after a number without being part of it.
_ARTICLES = frozenset({"een", "één", "eén", "ene"})
# One of these stands in every run that is a number: of the article alone none consists, but of "eenendertig" one may.
NUMBER = re.compile(
    rf"\d|(?<![^\W\d_])(?:{'|'.join(sorted(_BEGINNINGS - _ARTICLES))}|(?:{'|'.join(sorted(_ARTICLES))})[^\W\d_]|"
    rf"{_ZEROES.pattern}(?![^\W\d_]))",
    re.IGNORECASE,
)
# To re.IGNORECASE these are i and s, to str.lower they are not.
_SMALL = str.maketrans("İıſ", "iis")


@dataclass(frozen=True)
class Digits:
    """One token read as digits; `plain` where it was written so."""

    start: int
    end: int
    digits: str
    plain: bool


def runs(text: str) -> Iterator[list[Digits]]:
    """Stretches of at least two tokens that read as digits, with no more than signs and spaces between.

    >>> [[token.digits for token in run] for run in runs("bel nul vier, 70 twee en twintig o3 of kom af")]
    [['0', '4', '70', '22', '0', '3']]
    """
    run: list[Digits] = []
    for token in _tokens(text):
        if run and not _SEPARATOR.fullmatch(text, run[-1].end, token.start):
            yield from _trimmed(run, text)
            run = []
        run.append(token)
    yield from _trimmed(run, text)


def _tokens(text: str) -> Iterator[Digits]:
    for match in _TOKEN.finditer(text):
        if match[1]:
            value = _TENS[_small(match[2])] + _UNITS[_small(match[1])]
            yield Digits(match.start(), match.end(), str(value), plain=False)
        elif match[0].isdigit():
            yield Digits(match.start(), match.end(), match[0], plain=True)
        elif _ZEROES.fullmatch(match[0]):
            yield Digits(match.start(), match.end(), "0" * len(match[0]), plain=False)
        elif digits := _spelled(_small(match[0])):
            yield Digits(match.start(), match.end(), digits, plain=False)


def _small(word: str) -> str:
    return word.translate(_SMALL).lower()


def _spelled(word: str) -> str:
    """The digits that a word is made of, wholly, longest number first; "" if there is anything else in it.

    >>> _spelled("nulvierzeventig"), _spelled("misschien")
    ('0470', '')
    """
    if word[:3] not in _BEGINNINGS:
        return ""
    digits = ""
    place = 0
    while place < len(word):
        ends = range(min(len(word), place + _LONGEST), place, -1)
        end = next((end for end in ends if word[place:end] in _WORDS), None)
        if end is None:
            return ""
        digits += _WORDS[word[place:end]]
        place = end
    return digits


def _trimmed(run: list[Digits], text: str) -> Iterator[list[Digits]]:
    first = 1 if run and text[run[0].start : run[0].end].lower() in _ARTICLES else 0
    last = len(run) - (1 if run and text[run[-1].start : run[-1].end].lower() in _ARTICLES else 0)
    if last - first > 1:
        yield run[first:last]
