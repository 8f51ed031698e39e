"""What stands around a find and says what it is."""

import re

_SENTENCE_END = re.compile(r"[.!?…]\s+(?=[A-Z])|\n")
_NUMBER = r"(?:nummers?|nr|num|no|n°)"
_REFERENCE = re.compile(
    r"\b(?:(?:ref|referentie|kenmerk|isbn|issn|ean|\w*code|dossier|factuur|polis|perceel|kavel|ticket|artikel)(?:[ -]?"
    + _NUMBER
    + r")?|"
    r"(?:aanslag|bestek|bestel|contract|halte|inventaris|kaart|klant|klanten|lid|lot|meldings?|meter|notitie|order|pakje|pakjes|pakket|"
    r"product|rol|serie|toestel|vergunnings?|volg|zaak|zendings?)[ -]?"
    + _NUMBER
    + r")\.?[\s:#=(\"'-]*(?:(?:is|was|met|van)\b[\s:#=(\"'-]*)?$"
)


def before(text: str, place: int, width: int) -> str:
    """What stands before a place in the same sentence, in small letters, at most `width` characters."""
    window = text[max(0, place - width) : place]
    ends = [match.end() for match in _SENTENCE_END.finditer(window)]
    return window[ends[-1] if ends else 0 :].casefold()


def after(text: str, place: int, width: int) -> str:
    """What follows a place in the same sentence, in small letters, at most `width` characters."""
    window = text[place : place + width]
    end = _SENTENCE_END.search(window)
    return window[: end.start() if end else len(window)].casefold()


def is_reference(text: str, place: int) -> bool:
    """Whether the words right before say that what begins here is the number of a file, a customer, a product.

    >>> is_reference("uw dossiernummer is 0470123456", 20), is_reference("bel over dit dossier naar 0470123456", 26)
    (True, False)
    """
    return bool(_REFERENCE.search(before(text, place, 50)))
