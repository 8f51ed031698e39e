"""The text as a reader takes it, each character tied to where it came from.

Numbers are disguised with full-width or keycap digits, with characters that show nothing, with words. Detectors read the
plain form; what they find is given back where it stands in the text as submitted.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from serving.moderation.text import visible

# A character with the marks on it, unless it is a plain one without: accents, variation selectors, the box around a keycap digit.
_CLUSTER = re.compile(r"(?s)[^\x00-\x7f][\u0300-\u036f\ufe0e\ufe0f\u20e3]*|[\x00-\x7f][\u0300-\u036f\ufe0e\ufe0f\u20e3]+")
_MARKS = re.compile(r"[\ufe0e\ufe0f\u20e3]")
# More accents on one letter than any spelling has are decoration, and costly to put in order.
_MOST_ACCENTS = 3


@dataclass(frozen=True)
class Reading:
    """`starts` and `ends` say for each character of `text` from which code points of the submitted text it was read."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def submitted(self, start: int, end: int) -> tuple[int, int]:
        """Where a non-empty stretch of `text` stands in the submitted text.

        >>> read("bel ０４\\u200b７０").submitted(4, 8)
        (4, 9)
        """
        return self.starts[start], self.ends[end - 1]

    def rewritten(self, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> "Reading":
        """The reading with every match replaced; each character of a replacement comes from the whole match."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            if match.start() == match.end():
                continue
            new = replace(match)
            start, end = self.submitted(*match.span())
            pieces += [self.text[done : match.start()], new]
            starts += [*self.starts[done : match.start()], *[start] * len(new)]
            ends += [*self.ends[done : match.start()], *[end] * len(new)]
            done = match.end()
        if not done:
            return self
        return Reading("".join([*pieces, self.text[done:]]), (*starts, *self.starts[done:]), (*ends, *self.ends[done:]))


def read(text: str) -> Reading:
    """Fold digits of any script or shape, letters of any width, and dashes to the plain ones; drop what shows nothing.

    >>> read("𝟎４7️⃣⓪ – ｇｍ\\u00adａｉｌ").text
    '0470 - gmail'
    """
    reading = Reading(text, range(len(text)), range(1, len(text) + 1))
    return reading if text.isascii() else reading.rewritten(_CLUSTER, lambda cluster: _plain(cluster[0]))


def _plain(cluster: str) -> str:
    if cluster.isascii():
        return cluster
    folded = unicodedata.normalize("NFKC", _MARKS.sub("", cluster)[: 1 + _MOST_ACCENTS])
    if not visible(folded) and not folded.isspace():
        return ""
    return "".join(map(_plain_character, folded))


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    if character.isdigit():
        return str(unicodedata.digit(character))
    return "-" if unicodedata.category(character) == "Pd" else character
