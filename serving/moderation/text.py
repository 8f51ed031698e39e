"""What happens to a text before the tokenizer sees it, in training and in serving alike."""

import re
import unicodedata

# Characters that show nothing: zero-width and joining marks, bidirectional controls, soft hyphen, variation
# selectors, tags. Residents use them to cut a slur in two; phones put them into emoji.
_INVISIBLE_CHARACTERS = ("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
                         "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff")  # fmt: skip
_CONTROL_CHARACTERS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_INVISIBLE = re.compile(f"[{_INVISIBLE_CHARACTERS}]")
_CONTROL = re.compile(f"[{_CONTROL_CHARACTERS}]")
# A character that shows; a regular expression in JavaScript too, for descriptions of what is taken.
VISIBLE = rf"[^\s{_CONTROL_CHARACTERS}{_INVISIBLE_CHARACTERS}]"
_LINK = re.compile(r"https?://\S+|www\.\S+|\[(?:link|url)\]|\((?:link|url)\)|<url>", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w.])@\w[\w.]*|\[handle\]|@?-\*-\*-\*-", re.IGNORECASE)
_REPEAT = re.compile(r"(\D)\1{3,}")
_COMBINING = re.compile(r"([\u0300-\u036f])[\u0300-\u036f]+")
_SPACE = re.compile(r"\s+")
# Four or more single letters with the same sign between them: "k a n k e r", "h.o.e.r".
_SPELLED_OUT = re.compile(r"(?<!\w)[^\W\d_](?:([ ._\-*])[^\W\d_])(?:\1[^\W\d_]){2,}(?!\w)")
# One or two figures or signs where a letter belongs, small letters on both sides: "h0er", "v33l", "g€ld"; not "b2b",
# "covid19", "H5N1", "mp3speler", nor 1 and 8, which stand for too much ("radio1debat", "w8en").
_FIGURES = re.compile(r"(?<=[a-z\u00e0-\u00ff])(?<!mp)[03457€$]{1,2}(?=[a-z\u00e0-\u00ff])")
_FIGURE_LETTERS = str.maketrans("03457€$", "oeastes")
_WORD = re.compile(r"\w+(?:[€$]\w+)*")
# Cyrillic and Greek letters that look like Latin ones.
_LOOKALIKES = str.maketrans("аеорсхуіѕјԁһӏкмтвнАЕОРСХУІЅЈКМТВНαοινκρτυ", "aeopcxyisjdhlkmtbhAEOPCXYISJKMTBHaoivkptu")
# Without one of these no word is disguised; most texts have none.
_DISGUISE = re.compile(f"[{''.join(map(chr, [*_FIGURE_LETTERS, *_LOOKALIKES]))}]")

SHORTEST_DISGUISED = 4
LINK = "http"
HANDLE = "@user"


def visible(text: str) -> bool:
    """Whether anything in the text would show on a screen.

    >>> visible(" \\u200b\\n"), visible("👍")
    (False, True)
    """
    return re.search(VISIBLE, text) is not None


def normalise(text: str) -> str:
    """The form of a text that the model reads.

    Compatibility forms are folded (NFKC), invisible characters dropped, links and user names masked (who is tagged
    must not decide), runs of four or more of one character cut to three, and words undone that are spelled out or hold
    figures or look-alikes of another alphabet for letters. Case, accents and spelling stay: the artefact's tokenizer
    decides about those.

    >>> normalise("ｋut\\u200bweer!!!!!!! @Jan.P zie https://example.org/x")
    'kutweer!!! @user zie http'
    >>> normalise("wat een h0еr, e c h t")
    'wat een hoer, echt'
    """
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFKC", _COMBINING.sub(r"\1", text))))
    text = _SPACE.sub(" ", _HANDLE.sub(HANDLE, _LINK.sub(LINK, text))).strip()
    text = _SPELLED_OUT.sub(lambda found: found[0].replace(found[1], ""), text)
    if _DISGUISE.search(text):
        text = _WORD.sub(_undisguised, text)
    # Last: what was spelled out or folded may repeat.
    return _REPEAT.sub(r"\1\1\1", text)


def _undisguised(found: re.Match[str]) -> str:
    word = found[0]
    if not word.isascii() and re.search("[a-zA-Z]", word):
        word = word.translate(_LOOKALIKES)
    if len(word) < SHORTEST_DISGUISED or word[0].isdigit():
        return word
    return _FIGURES.sub(lambda figures: figures[0].translate(_FIGURE_LETTERS), word)


def latin_share(text: str) -> float:
    """Share of the letters that belong to the Latin alphabet, 0 to 1; 1 for a text without letters.

    Of normalised text; the masks of links and user names don't count.
    """
    if text.isascii():
        return 1.0
    text = text.replace(HANDLE, "").replace(LINK, "")
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return 1.0
    return sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters) / len(letters)
