from typing import Any

import pytest

from serving.moderation.allowed import Allowed, read_allowed
from serving.moderation.errors import PolicyError
from tests.moderation.found import found

TABLE = {
    "phones": ["09 300 00 11", "0800 12 345"],
    "emails": ["info@fictief.be", "@lindendorp.be"],
    "ibans": ["be84 9952 5308 2959"],
    "companies": ["BE 0971.977.216"],
    "domains": ["https://www.lindendorp.be/", "t.me/lindendorp"],
    "addresses": ["Markt 1, 9999 Lindendorp", "Dorpsstraat 5"],
}


@pytest.mark.parametrize(
    "text",
    [
        "bel +32 9 300 00 11 of 09/300.00.11",
        "mail Info@Fictief.be of burgerzaken@LINDENDORP.be of info apenstaartje fictief punt be",
        "BE84-9952-5308-2959, btw 0971977216",
        "www.lindendorp.be/kermis, loket.lindendorp.be en https://t.me/lindendorp/12",
        "hij woont Markt 1 of Dorpsstraat 5, 9999 Lindendorp",
    ],
)
def test_the_municipalitys_own_data_are_no_find(text: str) -> None:
    assert found(text)
    assert found(text, read_allowed(TABLE)) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bel 09 300 00 12", "telefoonnummer"),
        ("mail info@nepfictief.be", "e-mailadres"),
        ("mail info@fictief.be.nep.com", "e-mailadres"),
        ("kijk op neplindendorp.be", "link"),
        ("kom op t.me/lindendorpers", "uitnodigingslink"),
        ("hij woont Markt 1, 8888 Elders", "thuisadres"),
        ("hij woont Dorpsstraat 5 bus 2", "thuisadres"),
        ("hij woont Dorpsstraat 55", "thuisadres"),
    ],
)
def test_what_only_resembles_them_is(text: str, kind: str) -> None:
    assert [find[0] for find in found(text, read_allowed(TABLE))] == [kind]


def test_an_empty_table_allows_nothing() -> None:
    assert read_allowed({}) == Allowed()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"phones": "09 300 00 11"}, "[allowed] phones must be a list of strings"),
        ({"phones": [9]}, "[allowed] phones must be a list of strings"),
        ({"telefoon": []}, "unknown key 'telefoon'"),
        ({"phones": ["1700"]}, "[allowed] phones: '1700' is not a phone number"),
        ({"emails": ["lindendorp"]}, "[allowed] emails: 'lindendorp' is not"),
        ({"ibans": ["BE84 9952 5308 2958"]}, "valid check digits"),
        ({"companies": ["0971.977.217"]}, "valid check digits"),
        ({"domains": ["lindendorp"]}, "[allowed] domains: 'lindendorp' is not a domain"),
        ({"addresses": ["Markt"]}, "[allowed] addresses: 'Markt' is not a street with a house number"),
    ],
)
def test_what_cant_be_used_is_named_with_its_remedy(table: dict[str, Any], said: str) -> None:
    with pytest.raises(PolicyError) as error:
        read_allowed(table)
    assert said in str(error.value)
