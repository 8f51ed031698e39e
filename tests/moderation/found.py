"""What the detectors find, as a test wants to read it."""

from serving.moderation.allowed import NOTHING_ALLOWED, Allowed
from serving.moderation.detectors import detect


def found(text: str, allowed: Allowed = NOTHING_ALLOWED) -> list[tuple[str, str]]:
    """Kind and stretch of the text for each find."""
    return [(find.kind, text[find.start : find.end]) for find in detect(text, allowed)]
