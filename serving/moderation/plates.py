"""Belgian number plates.

Today's form with its hyphens (1-ABC-234) is found wherever it stands. The same without hyphens, and the older forms
(ABC-123, 123-ABC), look like any code, so they count only where a word says that it is a plate.
"""

import re
from collections.abc import Iterator

from serving.moderation.cues import before
from serving.moderation.finds import PLATE, Candidate

_STRICT = re.compile(r"(?<![\w-])[1-9]-[A-Z]{3}-\d{3}(?![\w-])", re.IGNORECASE)
_TODAY = re.compile(r"(?<![\w-])[1-9QMO][ .-]?[A-Z]{3}[ .-]?\d{3}(?![\w-])", re.IGNORECASE)
_OLDER = re.compile(r"(?<![\w-])(?:[A-Z]{3}[ .-]?\d{3}|\d{3}[ .-]?[A-Z]{3})(?![\w-])", re.IGNORECASE)
_PLATE_CUE = re.compile(r"\b(?:(?:nummer|nr\.?|auto)?\s?(?:plaat|platen|plak|plaot|plate)|kenteken|immatriculatie)\b")
_VEHICLE_CUE = re.compile(
    r"\b(?:auto|wagen|camionette|bestelwagen|vrachtwagen|busje|moto|brommer|scooter|taxi|aanhangwagen|bmw|audi|mercedes|golf|"
    r"volkswagen|vw|renault|clio|ford|transit|fiat|peugeot|opel|volvo|toyota|citroen|citroën|skoda|seat|dacia|tesla|kia|hyundai)\b"
)
_CUE_WIDTH = 40


def find_plates(text: str) -> Iterator[Candidate]:
    """Plates in the strict form, then those that a word announces."""
    for match in _STRICT.finditer(text):
        yield _candidate(match)
    for match in _TODAY.finditer(text):
        words = before(text, match.start(), _CUE_WIDTH)
        if _PLATE_CUE.search(words) or (match[0].isupper() and _VEHICLE_CUE.search(words)):
            yield _candidate(match)
    for match in _OLDER.finditer(text):
        letters = re.sub(r"[^A-Za-z]", "", match[0])
        # In small letters it may be a word and a number ("de plaat weegt 120 kilo").
        if (letters.isupper() or "-" in match[0]) and _PLATE_CUE.search(before(text, match.start(), _CUE_WIDTH)):
            yield _candidate(match)


def _candidate(match: re.Match[str]) -> Candidate:
    return Candidate(match.start(), match.end(), PLATE, re.sub(r"[^A-Z0-9]", "", match[0].upper()))
