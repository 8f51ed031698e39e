"""From text to the token windows that the network reads, the same in training and in serving."""

from dataclasses import dataclass

from tokenizers import Encoding, Tokenizer

from serving.moderation.text import normalise

# Tokens of the post or parent comment that are read beside the comment: enough for what it is about.
CONTEXT_TOKENS = 40
# More of a context than this is not even looked at: nobody pays for its length. 50 characters a token is more than Dutch has.
CONTEXT_CHARACTERS = 50 * CONTEXT_TOKENS
# One unknown word of this many characters may hold a sentence without spaces.
LONG_UNKNOWN = 30
# Windows of a long comment overlap by this many tokens, so that no clause is cut without being seen whole in one.
OVERLAP_TOKENS = 24
# Enough for the longest comment accepted in Dutch, at three characters a token and 96 tokens a window.
MAX_WINDOWS = 64
# [CLS] text [SEP] context [SEP]; RoBERTa's template uses one more.
SPECIAL_TOKENS = 4


@dataclass(frozen=True)
class Window:
    """One input of the network: three lists of the same length, at most the model's maximum, and the text they stand for."""

    text: str
    input_ids: list[int]
    attention_mask: list[int]
    token_type_ids: list[int]


@dataclass(frozen=True)
class Encoded:
    """A comment ready for the network, and its `text` normalised. `unknown_share` is 0 to 1; `cut_off` tells that the end was not
    read."""

    text: str
    windows: tuple[Window, ...]
    unknown_share: float
    cut_off: bool


def encode(tokenizer: Tokenizer, text: str, context: str | None, max_length: int) -> Encoded:
    """Encode a comment, with its context beside every window of it.

    A comment of more than one window is read in overlapping windows instead of being cut, since a violation may
    stand in its last clause; it is long enough to be understood without its context.
    """
    text = normalise(text)
    whole = tokenizer.encode(text, add_special_tokens=False)
    room = max_length - SPECIAL_TOKENS
    beside = (
        _head(tokenizer, normalise(context[:CONTEXT_CHARACTERS])) if context and len(whole) <= room - CONTEXT_TOKENS else None
    )
    pieces = _pieces(text, whole, room)
    read = pieces[:MAX_WINDOWS]
    encodings = [whole] if len(pieces) == 1 else [tokenizer.encode(piece, add_special_tokens=False) for piece in read]
    inputs_of_each = (tokenizer.post_process(encoding, beside) for encoding in encodings)
    windows = tuple(_window(piece, inputs, max_length) for piece, inputs in zip(read, inputs_of_each, strict=True))
    return Encoded(text, windows, _unknown_share(tokenizer, text, whole), len(pieces) > MAX_WINDOWS)


def _window(piece: str, inputs: Encoding, max_length: int) -> Window:
    return Window(piece, inputs.ids[:max_length], inputs.attention_mask[:max_length], inputs.type_ids[:max_length])


def _pieces(text: str, whole: Encoding, room: int) -> list[str]:
    """The text cut into overlapping stretches of at most `room` tokens."""
    if len(whole) <= room:
        return [text]
    offsets = whole.offsets
    starts = range(0, len(offsets) - OVERLAP_TOKENS, room - OVERLAP_TOKENS)
    return [text[offsets[start][0] : offsets[min(start + room, len(offsets)) - 1][1]] for start in starts]


def _head(tokenizer: Tokenizer, context: str) -> Encoding:
    """The first CONTEXT_TOKENS of a context."""
    whole = tokenizer.encode(context, add_special_tokens=False)
    if len(whole) <= CONTEXT_TOKENS:
        return whole
    # Read anew, not cut: the end of a word that is cut in two may be read as other tokens.
    return tokenizer.encode(context[: whole.offsets[CONTEXT_TOKENS - 1][1]], add_special_tokens=False)


def _unknown_share(tokenizer: Tokenizer, text: str, whole: Encoding) -> float:
    """Share of the characters of words that the vocabulary lacks; emoji and signs don't count as words.

    One long unknown word counts as the whole text: somebody left out the spaces, and nothing of it was read.
    """
    ids, unknown_id = whole.ids, _unknown_id(tokenizer)
    if unknown_id not in ids:
        return 0.0
    lengths = [
        (token == unknown_id, _word_length(text[start:end])) for token, (start, end) in zip(ids, whole.offsets, strict=True)
    ]
    unknown = [length for is_unknown, length in lengths if is_unknown]
    if max(unknown) >= LONG_UNKNOWN:
        return 1.0
    return sum(unknown) / max(sum(length for _, length in lengths), 1)


def _word_length(piece: str) -> int:
    """Letters and digits, those enclosed in circles and squares included: they spell words too."""
    return sum(sign.isalnum() or "\U0001f110" <= sign <= "\U0001f189" for sign in piece)


def _unknown_id(tokenizer: Tokenizer) -> int | None:
    for name in ("[UNK]", "<unk>"):
        if (found := tokenizer.token_to_id(name)) is not None:
            return int(found)
    return None
