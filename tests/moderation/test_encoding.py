import pytest
from tokenizers import Tokenizer

from serving.moderation.encoding import CONTEXT_CHARACTERS, CONTEXT_TOKENS, MAX_WINDOWS, encode
from serving.settings import ARTEFACT

MAX_LENGTH = 128


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(ARTEFACT / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def test_a_short_comment_is_one_window(tokenizer: Tokenizer) -> None:
    encoded = encode(tokenizer, "De bus komt te laat", None, MAX_LENGTH)
    (window,) = encoded.windows
    assert len(window.input_ids) == len(window.attention_mask) == len(window.token_type_ids) < 20
    assert not encoded.cut_off


def test_context_is_told_from_the_text(tokenizer: Tokenizer) -> None:
    (window,) = encode(tokenizer, "Eindelijk", "Het zwembad gaat open", MAX_LENGTH).windows
    assert set(window.token_type_ids) == {0, 1}


def test_of_a_context_only_its_beginning_is_looked_at(tokenizer: Tokenizer) -> None:
    context = "Het zwembad gaat open. " * 90
    assert len(context) > CONTEXT_CHARACTERS
    whole, more = (encode(tokenizer, "Eindelijk", text, MAX_LENGTH) for text in (context, context + "kanker " * 1000))
    assert whole.windows == more.windows


def test_a_long_context_never_pushes_the_text_out(tokenizer: Tokenizer) -> None:
    (window,) = encode(tokenizer, "Eindelijk", "zwembad " * 500, MAX_LENGTH).windows
    assert sum(window.token_type_ids) == CONTEXT_TOKENS + 1
    assert window.input_ids[1] == encode(tokenizer, "Eindelijk", None, MAX_LENGTH).windows[0].input_ids[1]


def test_every_word_of_a_long_comment_is_read(tokenizer: Tokenizer) -> None:
    words = [f"woord{i}" for i in range(300)]
    encoded = encode(tokenizer, " ".join(words), "Over iets", MAX_LENGTH)
    assert len(encoded.windows) > 1 and not encoded.cut_off
    assert all(len(window.input_ids) <= MAX_LENGTH for window in encoded.windows)
    read = " ".join(tokenizer.decode(window.input_ids) for window in encoded.windows).replace(" ", "")
    assert all(word in read for word in words)


def test_beyond_the_last_window_it_says_so(tokenizer: Tokenizer) -> None:
    encoded = encode(tokenizer, "? " * 5000, None, 64)
    assert encoded.cut_off and len(encoded.windows) == MAX_WINDOWS


@pytest.mark.parametrize("text", ["👍", "?!", "", "𒀀𒀁"])
def test_texts_without_words_are_encoded(tokenizer: Tokenizer, text: str) -> None:
    assert encode(tokenizer, text, None, MAX_LENGTH).windows


@pytest.mark.parametrize("context", [None, "zwembad " * 50])
@pytest.mark.parametrize("length", [10, 10_000])
def test_the_shortest_allowed_windows_work(tokenizer: Tokenizer, context: str | None, length: int) -> None:
    windows = encode(tokenizer, ("de bus " * length)[:length], context, 64).windows
    assert windows and all(0 < len(window.input_ids) <= 64 for window in windows)


@pytest.mark.parametrize("text", ["Dag iksteekuwhuisinbrand" + "alsgenogeensdurft" * 6, "🅸🅺 🅼🅰🅰🅺"])
def test_words_that_can_not_be_read_are_unknown(tokenizer: Tokenizer, text: str) -> None:
    assert encode(tokenizer, text, None, MAX_LENGTH).unknown_share > 0.5


def test_unknown_words_count_and_emoji_do_not(tokenizer: Tokenizer) -> None:
    assert encode(tokenizer, "🛖🛖🛖", None, MAX_LENGTH).unknown_share == 0
    assert encode(tokenizer, "ꙮꙮ ꙮꙮ", None, MAX_LENGTH).unknown_share == 1
