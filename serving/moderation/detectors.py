"""Personal data and links found by rule, beside the model: the one entry to all detectors."""

import re
from collections.abc import Callable, Iterator

from serving.moderation.addresses import find_addresses
from serving.moderation.allowed import NOTHING_ALLOWED, Allowed
from serving.moderation.check_digits import find_company_numbers, find_ibans, find_register_numbers
from serving.moderation.finds import Candidate, Find
from serving.moderation.links import DISGUISED, find_links, undisguised
from serving.moderation.mail import AT, find_emails
from serving.moderation.phones import find_phones
from serving.moderation.plates import find_plates
from serving.moderation.reading import Reading, read
from serving.moderation.spelled_digits import NUMBER

Detector = Callable[[str], Iterator[Candidate]]
_DIGIT = re.compile(r"\d")
# Where two finds overlap, that of the earlier detector stays: an account number holds what may pass for a phone number, a link holds
# numbers that are nobody's. Beside each what any find of its kind holds: a text without it need not be looked through.
DETECTORS: tuple[tuple[Detector, re.Pattern[str]], ...] = (
    (find_emails, AT),
    (find_ibans, _DIGIT),
    (find_links, re.compile(r"\.")),
    (find_register_numbers, _DIGIT),
    (find_company_numbers, _DIGIT),
    (find_phones, NUMBER),
    (find_plates, _DIGIT),
    (find_addresses, _DIGIT),
)


def detect(text: str, allowed: Allowed = NOTHING_ALLOWED) -> tuple[Find, ...]:
    """Every find in a submitted text in its order, none overlapping another, without the municipality's own contact data.

    Takes time linear in the text's length.

    >>> [(find.kind, find.category) for find in detect("bel nul vier zeven nul 12 34 56 of klik bit.ly/abc")]
    [('telefoonnummer', 'personal_data'), ('verkorte link', 'spam')]
    """
    reading = read(text).rewritten(DISGUISED, undisguised)
    kept = _without_overlaps(reading, len(text))
    return tuple(Find(*reading.submitted(found.start, found.end), found.kind) for found in kept if not allowed.covers(found))


def _without_overlaps(reading: Reading, length: int) -> list[Candidate]:
    taken = bytearray(length)
    kept: list[Candidate] = []
    for detector, sign in DETECTORS:
        for found in detector(reading.text) if sign.search(reading.text) else ():
            start, end = reading.submitted(found.start, found.end)
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                kept.append(found)
    return sorted(kept, key=lambda found: found.start)
