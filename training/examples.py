"""Example comments as a page may show them: the words that weigh marked, personal data masked."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from serving.moderation.allowed import NOTHING_ALLOWED, Allowed
from serving.moderation.decision import Span
from serving.moderation.detectors import detect
from serving.moderation.finds import Find


def pieces(text: str, spans: Sequence[Span] = (), allowed: Allowed = NOTHING_ALLOWED) -> list[dict[str, Any]]:
    """The text in pieces of `text` and `categories` (those whose spans cover it, none for most), in order.

    What a detector finds as personal data is replaced by its kind, whole: "[telefoonnummer]".

    >>> pieces("bel 0470 12 34 56!", [Span(0, 3, "threat", 1.0)])[:2]
    [{'text': 'bel', 'categories': ['threat']}, {'text': ' [telefoonnummer]!', 'categories': []}]
    """
    masked = [find for find in detect(text, allowed) if find.category == "personal_data"]
    places = [(span.start, span.end) for span in spans] + [(find.start, find.end) for find in masked]
    edges = {0, len(text), *(edge for place in places for edge in place)}
    found: list[dict[str, Any]] = []
    for start, end in pairwise(sorted(edges)):
        shown = _shown(text, start, end, masked)
        categories = list(dict.fromkeys(span.category for span in spans if span.start <= start and end <= span.end))
        blank = found and not found[-1]["text"].strip()
        if found and found[-1]["categories"] == categories:
            found[-1]["text"] += shown
        elif blank and categories and len(found) > 1 and found[-2]["categories"] == categories:
            # Words that follow each other say their category once.
            found[-2]["text"] += found.pop()["text"] + shown
        elif shown:
            found.append({"text": shown, "categories": categories})
    return found


def _shown(text: str, start: int, end: int, masked: Sequence[Find]) -> str:
    """A stretch as it is shown: of what is masked its kind, where it begins."""
    for find in masked:
        if find.start <= start and end <= find.end:
            return f"[{find.kind}]" if start == find.start else ""
    return text[start:end]
