import pytest

from tests.moderation.found import found


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("1-ABC-234 staat er weer", "1-ABC-234"),
        ("diene Golf, 2-abc-234", "2-abc-234"),
        ("nummerplaat 1ABC234", "1ABC234"),
        ("met plaat 1 abc 234 reed hij weg", "1 abc 234"),
        ("een witte camionette 1 ABC 234", "1 ABC 234"),
        ("oldtimer met plaat ABC-123", "ABC-123"),
        ("mijn oude nummerplaat was 123-ABC", "123-ABC"),
    ],
)
def test_a_plate_is_found_by_form_or_by_name(text: str, plate: str) -> None:
    assert found(text) == [("nummerplaat", plate)]


@pytest.mark.parametrize(
    "text",
    [
        "formulier ABC-123 en XYZ-400",
        "lokaal 1 ABC 123",
        "de plaat weegt 120 kilo",
        "vlucht TUI-456, motor KTM-390",
        "route 2-ACE-4, onderdeel 1-AB-12, 1-2-3",
        "dossier A1-ABC-1234",
    ],
)
def test_a_code_is_no_plate(text: str) -> None:
    assert found(text) == []
