"""Whether a comment is in another language than Dutch, which the model can't judge but gives a probability all the same."""

import re
from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from serving.moderation.text import HANDLE, LINK

# What is written under a Flemish town's posts. Few, because dialect looks like some language or other when there are many to choose from.
LANGUAGES = ("nl", "fr", "en", "de", "ar", "tr", "es", "it", "pl", "ro")
# With these, 3 in 1,000 of our own comments are taken for another language, and most of those are in one.
LEAST_WORDS = 4
LEAST_CONFIDENCE = 0.8
# Enough to tell, and a long text costs no more.
MOST_CHARACTERS = 1_000
_WORD = re.compile(r"[^\W\d_]+")


def other_language(text: str) -> bool:
    """Whether a normalised text is most likely in another language; never for less than LEAST_WORDS words.

    >>> other_language("Bande de voleurs, vous devriez tous démissionner")
    True
    >>> other_language("da zijn toch allemaal zakkenvullers eh")
    False
    """
    own = text.replace(HANDLE, " ").replace(LINK, " ")[:MOST_CHARACTERS]
    if len(_WORD.findall(own)) < LEAST_WORDS:
        return False
    language, confidence = _identifier().classify(own.casefold())
    return bool(language != "nl" and confidence >= LEAST_CONFIDENCE)


@cache
def _identifier() -> Any:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier
