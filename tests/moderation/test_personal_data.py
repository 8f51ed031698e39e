import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.moderation.personal_data import email_spans, find_personal_data, mask_personal_data

# The account and register numbers are the ones that banks and the government print as examples.


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("bel 0470 12 34 56", "bel 0000 00 00 00"),
        ("bel 0470/12.34.56 vanavond", "bel 0000/00.00.00 vanavond"),
        ("+32 470 12 34 56", "+00 000 00 00 00"),
        ("mail a.b+c@voorbeeld.be.", "mail naam@voorbeeld.be."),
        ("stort op BE68 5390 0754 7034 graag", "stort op BE00 0000 0000 0000 graag"),
        ("be68539007547034", "be00000000000000"),
        ("mijn nummer is 85.07.30-033 28", "mijn nummer is 00.00.00-000 00"),
        ("😀 bel 0470 12 34 56", "😀 bel 0000 00 00 00"),
    ],
)
def test_what_is_personal_is_masked(text: str, masked: str) -> None:
    assert mask_personal_data(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "bus 52 om 14.30 uur op 12/05/2026",
        "het kost 1.250,50 euro of 1250000 frank",
        "dossier 2024/123456, artikel 135 § 2",
        "9000 Gent, Stationsstraat 12",
        "BE68 5390 0754 7035 is geen geldig nummer",
        "score 3-2, opkomst 12 345 man",
        "@gebruiker en #hashtag",
        "",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert find_personal_data(text) == []


def test_offsets_count_code_points() -> None:
    (find,) = find_personal_data("👍🏽 é mail x@y.be")
    assert "👍🏽 é mail x@y.be"[find.start : find.end] == "x@y.be"


def test_a_flood_of_near_misses_is_read_in_linear_time() -> None:
    assert find_personal_data("BE68 5390 " * 1000) == []
    assert find_personal_data("a." * 5000 + "@") == []


@given(
    st.lists(
        st.sampled_from(
            ["0470 12 34 56", "BE68 5390 0754 7034", "a.b@x.be", "@", ".", " ", "é", "😀", "bus 3 ", "85.07.30-033 28"]
        )
    )
)
def test_masking_leaves_what_is_outside_the_finds(pieces: list[str]) -> None:
    text = "".join(pieces)
    masked = mask_personal_data(text)
    done = 0
    for find in find_personal_data(text):
        outside = text[done : find.start]
        assert masked.startswith(outside)
        found = text[find.start : find.end]
        masked = masked[len(outside) + (len("naam@voorbeeld.be") if find.kind == "e-mailadres" else len(found)) :]
        done = find.end
    assert masked == text[done:]


@given(st.text(st.sampled_from("ab.@-+_ é\n"), max_size=30))
def test_addresses_are_those_of_the_plain_pattern(text: str) -> None:
    """What training masks must not change; the pattern itself takes quadratic time."""
    plain = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
    assert list(email_spans(text)) == [match.span() for match in plain.finditer(text)]
