"""From text to the token windows that the network reads, the same in training and in serving."""

from dataclasses import dataclass

from tokenizers import Tokenizer

from serving.moderation.text import normalise

# Tokens of the post or parent comment that are read beside the comment: enough for what it is about.
CONTEXT_TOKENS = 40
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
    """A comment ready for the network. `unknown_share` is 0 to 1; `cut_off` tells that the end was not read."""

    windows: tuple[Window, ...]
    unknown_share: float
    cut_off: bool


def encode(tokenizer: Tokenizer, text: str, context: str | None, max_length: int) -> Encoded:
    """Encode a comment, with its context beside every window of it.

    A comment of more than one window is read in overlapping windows instead of being cut, since a violation may
    stand in its last clause; it is long enough to be understood without its context.
    """
    text = normalise(text)
    context = _head(tokenizer, normalise(context), CONTEXT_TOKENS) if context else None
    whole = tokenizer.encode(text, add_special_tokens=False)
    if context and len(whole.ids) > max_length - SPECIAL_TOKENS - CONTEXT_TOKENS:
        context = None
    pieces = _pieces(text, whole.offsets, max_length - SPECIAL_TOKENS)
    windows = tuple(_window(tokenizer, piece, context, max_length) for piece in pieces[:MAX_WINDOWS])
    return Encoded(windows, _unknown_share(tokenizer, text, whole.ids, whole.offsets), len(pieces) > MAX_WINDOWS)


def _window(tokenizer: Tokenizer, piece: str, context: str | None, max_length: int) -> Window:
    encoding = tokenizer.encode(piece, context)
    ids, mask, types = encoding.ids, encoding.attention_mask, encoding.type_ids
    return Window(piece, ids[:max_length], mask[:max_length], types[:max_length])


def _pieces(text: str, offsets: list[tuple[int, int]], room: int) -> list[str]:
    """The text cut into overlapping stretches of at most `room` tokens."""
    if len(offsets) <= room:
        return [text]
    starts = range(0, len(offsets) - OVERLAP_TOKENS, room - OVERLAP_TOKENS)
    return [text[offsets[start][0] : offsets[min(start + room, len(offsets)) - 1][1]] for start in starts]


def _head(tokenizer: Tokenizer, text: str, tokens: int) -> str:
    offsets = tokenizer.encode(text, add_special_tokens=False).offsets
    return text if len(offsets) <= tokens else text[: offsets[tokens - 1][1]]


def _unknown_share(tokenizer: Tokenizer, text: str, ids: list[int], offsets: list[tuple[int, int]]) -> float:
    """Share of the characters of words that the vocabulary lacks; emoji and signs don't count as words.

    One long unknown word counts as the whole text: somebody left out the spaces, and nothing of it was read.
    """
    unknown_id = _unknown_id(tokenizer)
    lengths = [(token == unknown_id, _word_length(text[start:end])) for token, (start, end) in zip(ids, offsets, strict=True)]
    unknown = [length for is_unknown, length in lengths if is_unknown]
    if max(unknown, default=0) >= LONG_UNKNOWN:
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
