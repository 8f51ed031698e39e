"""What happens to a text before the tokenizer sees it, in training and in serving alike."""

import re
import unicodedata

# Characters that show nothing: zero-width and joining marks, bidirectional controls, soft hyphen, variation
# selectors, tags. Residents use them to cut a slur in two; phones put them into emoji.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
                        "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]")  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINK = re.compile(r"https?://\S+|www\.\S+|\[(?:link|url)\]|\((?:link|url)\)|<url>", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w.])@\w[\w.]*|\[handle\]|@?-\*-\*-\*-", re.IGNORECASE)
_REPEAT = re.compile(r"(\D)\1{3,}")
_COMBINING = re.compile(r"([\u0300-\u036f])[\u0300-\u036f]+")
_SPACE = re.compile(r"\s+")

LINK = "http"
HANDLE = "@user"


def visible(text: str) -> bool:
    """Whether anything in the text would show on a screen.

    >>> visible(" \\u200b\\n"), visible("👍")
    (False, True)
    """
    return bool(_SPACE.sub("", _CONTROL.sub("", _INVISIBLE.sub("", text))))


def normalise(text: str) -> str:
    """The form of a text that the model reads.

    Compatibility forms are folded (NFKC), invisible characters dropped, links and user names masked (who is tagged
    must not decide), and runs of four or more of one character cut to three. Case, accents and spelling stay: the
    artefact's tokenizer decides about those.

    >>> normalise("ｋut\\u200bweer!!!!!!! @Jan.P zie https://example.org/x")
    'kutweer!!! @user zie http'
    """
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFKC", _COMBINING.sub(r"\1", text))))
    text = _HANDLE.sub(HANDLE, _LINK.sub(LINK, text))
    text = _REPEAT.sub(r"\1\1\1", text)
    return _SPACE.sub(" ", text).strip()


def latin_share(text: str) -> float:
    """Share of the letters that belong to the Latin alphabet, 0 to 1; 1 for a text without letters.

    Of normalised text; the masks of links and user names don't count.
    """
    text = text.replace(HANDLE, "").replace(LINK, "")
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return 1.0
    return sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters) / len(letters)
