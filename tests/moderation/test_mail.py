import pytest

from tests.moderation.found import found


@pytest.mark.parametrize(
    "address",
    [
        "an.fictief+kermis@telemail.be",
        "AN.FICTIEF@TELEMAIL.BE",
        "jan punt fictief apenstaartje gmail punt com",
        "jan(at)telemail.be",
        "jan [at] telemail [punt] be",
        "jan.fictief @ gmail.com",
        "jan.fictief at gmail dot com",
        "jan_fictief apestaartje telenet.be",
        "an underscore fictief apenstaartje outlook punt com",
        "jan.fictief＠gmail．com",
        "jan.fictief@hotmail,com",
        "jan.fictief@gmail",
    ],
)
def test_an_address_is_found_in_signs_and_words(address: str) -> None:
    assert found(f"Mail naar {address} voor morgen") == [("e-mailadres", address)]


def test_the_sentence_may_go_on_with_a_dot_in_words() -> None:
    assert found("schrijf jan(at)telemail.be punt gedaan") == [("e-mailadres", "jan(at)telemail.be")]


@pytest.mark.parametrize(
    "text",
    [
        "@gebruiker en @jan.fictief zeiden het al",
        "het apenstaartje op mijn klavier is stuk",
        "3 broodjes @ 4 euro, morgen @ 14u aan de kerk",
        "at random gekozen, bent u at home, we kijken at live beelden, zaterdag @ live",
        "kus xx@xx",
    ],
)
def test_an_at_sign_alone_is_no_address(text: str) -> None:
    assert found(text) == []
