import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.moderation.reading import read


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("０４７０", "0470"),
        ("0️⃣4️⃣7️⃣0️⃣", "0470"),
        ("⓪④⑦⓪ 𝟎𝟒𝟕𝟎 ٠٤٧٠", "0470 0470 0470"),
        ("04\u200b7\u00ad0\ufeff", "0470"),
        ("1–ABC—234", "1-ABC-234"),
        ("9\u00a0300", "9 300"),
        ("cafe\u0301", "café"),
        ("ﬁets 👍🏽", "fiets 👍🏽"),
        ("", ""),
    ],
)
def test_what_a_reader_sees_is_read(text: str, plain: str) -> None:
    assert read(text).text == plain


def test_places_are_those_of_the_submitted_text() -> None:
    text = "bel ０\u200b4️⃣7 nu"
    reading = read(text)
    start = reading.text.index("047")
    first, last = reading.submitted(start, start + 3)
    assert text[first:last] == "０\u200b4️⃣7"


def test_a_replacement_comes_from_its_whole_match() -> None:
    reading = read("bit[.]ly/x").rewritten(re.compile(r"\[\.\]"), lambda _: ".")
    assert reading.text == "bit.ly/x"
    assert reading.submitted(0, 6) == (0, 8)
    assert reading.submitted(3, 4) == (3, 6)


@given(st.text())
def test_every_character_comes_from_somewhere_in_order(text: str) -> None:
    reading = read(text)
    assert len(reading.text) == len(reading.starts) == len(reading.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(reading.starts, reading.ends, strict=True))
    assert list(reading.starts) == sorted(reading.starts)
    assert list(reading.ends) == sorted(reading.ends)


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_left_as_it_is(text: str) -> None:
    assert read(text).text == text
