"""Which words weigh most: found by leaving them out and asking the model again.

Occlusion (Zeiler & Fergus 2014; Li et al. 2016, representation erasure) is faithful by what it measures: a word is shown because the
probability falls without it, through the very network, n-grams and calibration that decided. Attention and gradients would be cheaper
and say less; a gradient needs torch.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from serving.moderation.decision import Span

# More words than this are first left out in stretches, and only the heaviest stretches word by word.
MOST_WORDS = 24
STRETCHES_OPENED = 2
# Of a longer text only the part of about so many characters that alone has the highest probability is looked into: every question
# about all of it would cost as much as judging it.
MOST_CHARACTERS_READ = 400
# A word without an end is cut, so that a text without spaces has words too.
LONGEST_WORD = 40
# Questions asked of the model for one comment at most, over all categories.
MOST_QUESTIONS = 80
# A word counts if it takes so much of the way down to the threshold, and so much of what the heaviest word takes.
LEAST_WEIGHT = 0.05
LEAST_OF_HEAVIEST = 0.4
LEAST_ALONE = 0.3
# In log-odds: just above its threshold every word would seem to decide.
SHORTEST_WAY = 0.5
MOST_SPANS = 5
# Words that say the same hide each other: left out one by one neither counts, so what is left is asked again.
ROUNDS = 3

Probabilities = Callable[[str], Mapping[str, float]]


class _EnoughError(Exception):
    """No more questions may be asked."""


@dataclass(frozen=True)
class _Piece:
    """A stretch of the text, in code points, end exclusive."""

    start: int
    end: int


def explain(text: str, probabilities: Probabilities, thresholds: Mapping[str, float]) -> tuple[Span, ...]:
    """Spans of the words that carry each category of `thresholds`, in the order found within a category.

    `probabilities` gives the calibrated probability of every category for a changed text. `thresholds` is from where each
    category counts: words are looked for until the probability without them is below it. A span's weight, 0 to 1, is how much of
    the way down to the threshold, in log-odds, goes when it is left out after those before it: 1 where it decides alone.
    """
    known: dict[str, Mapping[str, float]] = {}

    def asked(changed: str) -> Mapping[str, float]:
        if changed not in known:
            if len(known) >= most_questions:
                raise _EnoughError
            known[changed] = probabilities(changed)
        return known[changed]

    # Choosing the part of a long text is asked once for all categories.
    most_questions = MOST_QUESTIONS + len(_parts(_words(text)))
    found: list[Span] = []
    with suppress(_EnoughError):
        for category, least in thresholds.items():
            found += _spans(text, category, least, asked)
    return tuple(found)


def _spans(text: str, category: str, least: float, probabilities: Probabilities) -> list[Span]:
    found: list[Span] = []
    left = _heaviest_part(text, category, probabilities)
    for _ in range(ROUNDS):
        if len(found) == MOST_SPANS or not left.strip():
            break
        before = probabilities(left)[category]
        if before < least:
            break
        heaviest = _heaviest(left, category, before, least, probabilities) or _alone(left, category, before, probabilities)
        for piece, weight in heaviest[: MOST_SPANS - len(found)]:
            shown = _shown(text, piece)
            found.append(Span(shown.start, shown.end, category, round(weight, 4)))
            left = _without(left, piece)
    return found


def _heaviest_part(text: str, category: str, probabilities: Probabilities) -> str:
    """The text with all but its heaviest part blanked out."""
    parts = _parts(_words(text))
    if len(parts) < 2:
        return text
    heaviest = max(parts, key=lambda part: probabilities(text[part.start : part.end])[category])
    return " " * heaviest.start + text[heaviest.start : heaviest.end]


def _parts(words: Sequence[_Piece]) -> list[_Piece]:
    """Stretches of words of at most MOST_CHARACTERS_READ characters, each beginning in the middle of the one before."""
    parts: list[_Piece] = []
    first = 0
    while first < len(words):
        last = first
        while last + 1 < len(words) and words[last + 1].end - words[first].start <= MOST_CHARACTERS_READ:
            last += 1
        parts.append(_Piece(words[first].start, words[last].end))
        if last == len(words) - 1:
            break
        first = max(first + 1, (first + last + 1) // 2)
    return parts


def _heaviest(
    text: str, category: str, before: float, least: float, probabilities: Probabilities
) -> list[tuple[_Piece, float]]:
    """Words whose absence lowers the log-odds enough, with their weight; the heaviest first."""
    words = _words(text)
    if len(words) > MOST_WORDS:
        stretches = sorted(_stretches(words), key=lambda stretch: _left_of(text, stretch, category, probabilities))
        words = [w for w in words if any(s.start <= w.start < s.end for s in stretches[:STRETCHES_OPENED])]
    way = max(_log_odds(before) - _log_odds(least), SHORTEST_WAY)
    drops = {w: _log_odds(before) - _log_odds(_left_of(text, w, category, probabilities)) for w in words}
    enough = max(LEAST_WEIGHT * way, LEAST_OF_HEAVIEST * max(drops.values()))
    heavy = sorted((word for word in words if drops[word] >= enough), key=lambda word: -drops[word])
    return [(word, min(1.0, drops[word] / way)) for word in heavy]


def _alone(text: str, category: str, before: float, probabilities: Probabilities) -> list[tuple[_Piece, float]]:
    """The word that alone has most of the probability, with the share: for where another says the same and nothing goes without it."""
    words = _words(text)[:MOST_WORDS]
    alone = {word: probabilities(text[word.start : word.end])[category] for word in words}
    heaviest = max(words, key=alone.__getitem__)
    return [(heaviest, min(1.0, alone[heaviest] / before))] if alone[heaviest] / before >= LEAST_ALONE else []


def _words(text: str) -> list[_Piece]:
    return [_Piece(match.start(), match.end()) for match in re.finditer(rf"\S{{1,{LONGEST_WORD}}}", text)]


def _left_of(text: str, piece: _Piece, category: str, probabilities: Probabilities) -> float:
    rest = _without(text, piece)
    return probabilities(rest)[category] if rest.strip() else 0.0


def _shown(text: str, piece: _Piece) -> _Piece:
    """The word without the signs around it; signs alone, an emoji for one, stay as they are."""
    inside = re.search(r"\w(?:.*\w)?", text[piece.start : piece.end], re.DOTALL)
    return _Piece(piece.start + inside.start(), piece.start + inside.end()) if inside else piece


def _stretches(words: Sequence[_Piece]) -> Iterator[_Piece]:
    """At most MOST_WORDS / 2 stretches of as many words each."""
    size = math.ceil(len(words) / (MOST_WORDS // 2))
    for start in range(0, len(words), size):
        part = words[start : start + size]
        yield _Piece(part[0].start, part[-1].end)


def _without(text: str, piece: _Piece) -> str:
    """The text with a piece blanked out, so that places in it stay what they were."""
    return text[: piece.start] + " " * (piece.end - piece.start) + text[piece.end :]


def _log_odds(probability: float) -> float:
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))
