import pytest

from serving.moderation.addresses import normal_address
from tests.moderation.found import found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("hij woont Kerkstraat 12 bus 3", "Kerkstraat 12 bus 3"),
        ("Dorpsstraat 5, 9880 Aalter.", "Dorpsstraat 5, 9880 Aalter"),
        ("zij zit in de kapelstraat 41 alle dagen", "kapelstraat 41"),
        ("die van de Oude Heirweg 66 weeral", "Oude Heirweg 66"),
        ("Jan Frans Willemsstraat 7A, tweede bel", "Jan Frans Willemsstraat 7A"),
        ("Oude Baan 88 woont een zot", "Oude Baan 88"),
        ("op nummer 12 in de Kerkstraat", "nummer 12 in de Kerkstraat"),
        ("huisnummer 7 van de Jan Bloemenlaan zit die", "huisnummer 7 van de Jan Bloemenlaan"),
        ("in de Sint-Jansstraat 4 krijgen ze geen post", "Sint-Jansstraat 4"),
        ("hij trekt van het OCMW en rijdt met een Porsche, Scheldekaai 140", "Scheldekaai 140"),
        ("Vogelzang 22 bus 1 is van mij", "Vogelzang 22 bus 1"),
        ("thuis, Keiberg 9", "Keiberg 9"),
        ("Gentsesteenweg nr. 402 in Lindendorp", "Gentsesteenweg nr. 402 in Lindendorp"),
        ("de Vlasstroate 9 ligt ginder", "Vlasstroate 9"),
        ("ze wonen op Lindelaan 12 en 14", "Lindelaan 12"),
    ],
)
def test_a_street_with_a_house_number_is_found(text: str, address: str) -> None:
    assert found(text) == [("thuisadres", address)]


@pytest.mark.parametrize(
    "text",
    [
        "wegenwerken in de Kerkstraat",
        "de Kerkstraat 3 weken dicht",
        "in de Molenstraat 12 bomen gekapt, 3 nieuwe paaltjes",
        "in de Molenstraat 3 nieuwe paaltjes",
        "Dorpsstraat 50 km per uur, Dorpsstraat 14.30 uur, Veldstraat 24u",
        "Nieuwstraat 2025",
        "Kerkstraat 3-2 gewonnen",
        "een put ter hoogte van Kerkstraat 45, en t.h.v. Dorpsstraat 3",
        "sluikstort tegenover Molenweg 18",
        "van Dorpsstraat 1 tot Dorpsstraat 57",
        "Kerkstraat 1 tot 40 wordt heraangelegd",
        "het plangebied aan de Molenweg 18",
        "bibliotheek, Stationsstraat 30",
        "zaal De Kring, Dorpsstraat 88",
        "fietspad 2 meter, snelweg 4 uur dicht, allerlei 2 soorten",
        "lijn 58 bus 3, perron 12 bus 3",
        "in Neurenberg 2 dagen, en Neurenberg 1",
    ],
)
def test_a_street_or_a_spot_or_a_venue_is_not(text: str) -> None:
    assert found(text) == []


def test_one_form_for_all_spellings() -> None:
    same = normal_address("Sint-Jansstraat", "12 A", "03", ""), normal_address("SINT JANSSTRAAT", "12a", "3", "")
    assert same[0] == same[1]
