import pytest

from serving.moderation.spelled_digits import runs


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("nul vier zeven nul twaalf vierendertig", [["0", "4", "7", "0", "12", "34"]]),
        ("tweeëntwintig drieëndertig achtien", [["22", "33", "18"]]),
        ("vier en veertig vijf en vijftig", [["44", "55"]]),
        ("nulvierzeventig TWAALF", [["0470", "12"]]),
        ("O47O x 12 . oo", [["0", "47", "0", "12", "00"]]),
        ("een nul vier een", [["0", "4"]]),
        ("geen misschien, gedacht, tienden", []),
        ("zeven mensen en 4 honden", []),
        ("12 en 34", []),
        ("vıer en dertig, VİJF en zeſtıg", [["34", "65"]]),
    ],
)
def test_tokens_read_as_digits_are_strung_together(text: str, groups: list[list[str]]) -> None:
    assert [[token.digits for token in run] for run in runs(text)] == groups
