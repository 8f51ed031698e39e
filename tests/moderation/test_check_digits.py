import pytest

from tests.moderation.found import found

# Day counters, bank codes and ranges that are not in use; the check digits hold.


@pytest.mark.parametrize("number", ["BE84 9952 5308 2959", "be84995253082959", "BE84-9952-5308-2959", "BE 84 995-2530829-59"])
def test_an_iban_is_found(number: str) -> None:
    assert found(f"Stort op {number} aub") == [("rekeningnummer", number)]


@pytest.mark.parametrize("number", ["50.01.01-991.36", "50 01 01 991 36", "50010199136", "50.01.01/991-36", "78.45.12-997.14"])
def test_a_register_number_is_found(number: str) -> None:
    assert found(f"Mijn nummer is {number}, help") == [("rijksregisternummer", number)]


def test_a_bare_bis_number_needs_its_name() -> None:
    assert found("78451299714") == []
    assert found("bisnummer 78451299714") == [("rijksregisternummer", "78451299714")]


@pytest.mark.parametrize("text", ["BE 0971.977.216", "0971.977.216", "BE0971977216"])
def test_a_company_number_is_found(text: str) -> None:
    assert found(f"Dakwerken, {text}, gratis bestek") == [("ondernemingsnummer", text)]


def test_a_bare_company_number_needs_its_name() -> None:
    assert found("0971977216 meldingen") == []
    assert found("btw-nummer 0971977216") == [("ondernemingsnummer", "0971977216")]


def test_a_number_that_may_be_a_phones_is_a_phones_unless_named() -> None:
    # 0470.000.137 passes the check of company numbers too.
    assert found("bel 0470.000.137") == [("telefoonnummer", "0470.000.137")]
    assert found("KBO 0470.000.137") == [("ondernemingsnummer", "0470.000.137")]


@pytest.mark.parametrize(
    "text",
    [
        "BE84 9952 5308 2958 klopt niet",
        "50.01.01-991.37 klopt niet",
        "BE 0971.977.217 klopt niet",
        "mededeling +++900/8395/73007+++",
        "barcode 50010199136",
        "dossier 2024/123456, OMV_2024012345, 12345678901",
        "isbn 978-90-123-4567-8",
    ],
)
def test_what_only_looks_like_it_is_left(text: str) -> None:
    assert found(text) == []
