import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.moderation.detectors import DETECTORS, detect
from serving.moderation.finds import KINDS, Find
from tests.moderation.found import found

# Pieces that detectors look for, so that random strings of them come near to finds.
PIECES = st.sampled_from(
    ["0470", "12 34 56", "nul vier ", "zeventien", "een ", "@", " apenstaartje ", "gmail", ".com", "BE84 9952 5308 2959", "50.01.01-991.36",
     "0971.977.216", "btw ", "1-ABC-234", "plaat ", "ABC-123", "Kerkstraat ", "nummer 12 in de ", " bus 3", ", 9880 Aalter", "https://",
     "bit.ly/x", "t.me/", "www.", " . ", "[.]", "(at)", " punt ", "e\u0301", "\u200b", "4️⃣", "７", "👍🏽", "\n", "-", "/", "+", "ﷺ"]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=25).map("".join))
# Numbers and addresses in words, with few ordinary digits and signs or none, some of them broken.
_DIGITS = {
    "0": ["nul", "o", "O", "0"],
    "1": ["een", "één", "Ene"],
    "2": ["twee"],
    "3": ["drij"],
    "4": ["vier", "VIERE"],
    "7": ["zeven", "7"],
}
_NUMBERS = st.sampled_from(["0470123474", "092342142", "010111111", "0612341234", "+32470123474"])
_GAPS = st.sampled_from([" ", ", ", "-", "_", "  "])


@st.composite
def spelled(draw: st.DrawFn) -> str:
    number = draw(_NUMBERS)
    gap = draw(_GAPS)
    tokens = [draw(st.sampled_from(_DIGITS.get(digit, [digit]))) for digit in number]
    return draw(st.text(max_size=2)) + gap.join(tokens) + draw(st.text(max_size=2))


MAIL = st.lists(
    st.sampled_from(["jan", " punt ", "gmail", " at ", "-at-", "_at_", "(a)", "{at}", "\u00a0apestaart ", " arobase ", "telemail.be", "ſ", "K"]),
    min_size=3, max_size=9,
).map("".join)  # fmt: skip
# A third of a second at the most when this was written; what grows with the square or worse takes minutes.
MANY_SECONDS = 20.0


@given(spelled() | MAIL | TEXTS)
def test_a_text_without_the_sign_of_a_detector_has_no_find_of_it(text: str) -> None:
    for detector, sign in DETECTORS:
        assert sign.search(text) or not list(detector(text))


def test_a_number_of_ones_only_is_no_article() -> None:
    number = "+eenendertig een een eenendertig een een een eenentwintig"
    assert found(f"bel {number}") == [("telefoonnummer", number)]


@given(TEXTS)
def test_finds_lie_in_the_text_in_order_and_apart(text: str) -> None:
    finds = detect(text)
    assert all(0 <= find.start < find.end <= len(text) and find.kind in KINDS for find in finds)
    assert all(one.end <= next_one.start for one, next_one in itertools.pairwise(finds))


@given(
    st.sampled_from(["BE84 9952 5308 2959", "50.01.01-991.36", "0470 12 34 56", "an.fictief@telemail.be", "1-ABC-234"]),
    st.text(st.characters(categories=("L", "P", "Zs"))),
)
def test_lines_around_it_hide_no_find(data: str, line: str) -> None:
    assert data in [stretch for _, stretch in found(f"{line}\n{data}\n{line}")]


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "0", "@", ".", "-", " ", "+", "(", "é", "\u200b", "e\u0301", "０", "ﷺ", "a.", "a@", "a-", "a.a-", "1-", "1 ", "1.", "1/", "0 4 7 ",
     "0470123456 ", "0470 12 34 5 ", "BE", "BE68 5390 ", "een ", "nul vier ", "zeventien", "vier en ", "A ", "Ab'-", "Kerkstraat ", "Kerkstraat 1 ",
     "nummer 12 in de ", "van Kerkstraat 1 tot ", "ABC-123 ", "plaat ABC-123 ", "http://", "a.be", "a.be/", "t.me/x ", "(at)", "a(at)b ",
     "a apenstaartje b ", "jan punt ", " at gmail ", "[.]", " . ", "x / ", "85.07.30-033 28 ", "0403.019.261 ", "dossier ", "\n"],
)  # fmt: skip
def test_a_flood_of_anything_takes_no_flood_of_time(piece: str) -> None:
    started = time.perf_counter()
    detect((piece * 10_000)[:10_000])
    assert time.perf_counter() - started < MANY_SECONDS


def test_places_count_code_points_of_what_was_submitted() -> None:
    assert found("👍🏽 é bel ０４\u200b７０ 12 34 56!") == [("telefoonnummer", "０４\u200b７０ 12 34 56")]


def test_of_two_that_overlap_one_stays() -> None:
    assert found("BE84 9952 5308 2959") == [("rekeningnummer", "BE84 9952 5308 2959")]
    assert found("https://fictief.be/0470123456") == [("link", "https://fictief.be/0470123456")]
    assert found("an@fictief.be") == [("e-mailadres", "an@fictief.be")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_in_dutch_what_it_is_and_what_it_serves(kind: str) -> None:
    find = Find(3, 9, kind)
    assert find.reason.startswith("Dit ") and find.reason.endswith(".") and not any(map(str.isdigit, find.reason))
    assert find.category == ("spam" if find.hint else "personal_data")
