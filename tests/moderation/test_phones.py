import pytest

from tests.moderation.found import found


@pytest.mark.parametrize(
    "number",
    [
        "0470 12 34 56",
        "0470/12.34.56",
        "0470/12/34/56",
        "+32 (0)470 12 34 56",
        "0032470123456",
        "09 300 00 11",
        "(09) 300 00 11",
        "+31 6 12345678",
        "06 12 34 56 78",
        "+32 vier zeven nul twaalf 34 56",
        "0 4 7 0 1 2 3 4 5 6",
        "0470x12x34x56",
        "0470, 12, 34, 56",
        "O47O 12 34 56",
        "０４７０　１２　３４　５６",
        "0️⃣4️⃣7️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣",
        "04\u200b70 12\u200b34 56",
        "nul vier zeven nul twaalf vierendertig zesenvijftig",
        "nul vier 70, 12 vierendertig 56",
    ],
)
def test_a_subscribers_number_is_found_in_any_disguise(number: str) -> None:
    assert found(f"Bel mij op {number} of kom langs") == [("telefoonnummer", number)]


@pytest.mark.parametrize("text", ["0470 12 34 56 14.30 uur", "voor een kaart 0470 12 34 56", "info over de werf 0470 12 34 56"])
def test_what_stands_beside_a_number_does_not_hide_it(text: str) -> None:
    assert found(text) == [("telefoonnummer", "0470 12 34 56")]


@pytest.mark.parametrize(
    "text",
    [
        "bel 112 of 1700, of 0800 12 345, of 078 15 00 00",
        "uw klantnummer is 0486112233",
        "ref. 0470123456",
        "0 1 2 3 4 5 6 7 8 9",
        "zaterdag 01.02.2024 om 14.30 uur, 12 34 56 frank",
        "nul op tien, een twee drie vier hoedje van papier",
        "06-12-2023 07.30 uur, 06-12-2023 07",
        "+12 345 stappen, 0,0470123456 euro",
        "lotto: 04 07 12 34 38 45 reserve 06",
    ],
)
def test_other_numbers_are_left(text: str) -> None:
    assert found(text) == []
