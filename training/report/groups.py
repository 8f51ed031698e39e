"""Groups of people in tables: what they are called, and how a figure about too few is shown."""

from collections.abc import Callable, Mapping
from typing import Any

from training.report.words import NOT_MEASURED, counted, number
from training.subgroups import FEWEST

# As they are called in a sentence; what is not here is called by its id, or by what the bias frames call it.
SPOKEN = {
    "politieke_overtuiging": "politieke overtuiging", "fysiek_kenmerk": "een fysiek kenmerk", "sociale_afkomst": "sociale afkomst",
    "burgerlijke_staat": "burgerlijke staat", "geaardheid": "seksuele geaardheid",
    "party_n_va": "N-VA", "party_vlaams_belang": "Vlaams Belang", "party_vooruit": "Vooruit", "party_cd_v": "cd&v",
    "party_anders": "Anders (Open Vld)", "party_groen": "Groen", "party_pvda": "PVDA",
    "party_team_fouad_ahidar": "Team Fouad Ahidar", "party_lokale_lijst": "“de lokale lijst”",
    "vlaams": "Vlaamse voornamen", "marokkaans": "Marokkaanse voornamen", "turks": "Turkse voornamen", "pools": "Poolse voornamen",
    "congolees": "Congolese voornamen", "joods": "Joodse voornamen", "chinees": "Chinese voornamen",
    "oekraiens": "Oekraïense voornamen",
    "standaard": "standaardtaal", "streektaal": "streektaal (vier dialecten samen)", "straattaal": "straattaal",
    "west_vlaams": "West-Vlaams", "oost_vlaams": "Oost-Vlaams", "antwerps": "Antwerps", "limburgs": "Limburgs",
    "brabants": "Brabants", "west-vlaams": "West-Vlaams", "oost-vlaams": "Oost-Vlaams",
    "nederlands_nl": "Nederlands uit Nederland", "nederlands-nl": "Nederlands uit Nederland",
    "forum": "forumtaal", "gemengd": "gemengd",
}  # fmt: skip
KINDS = {"identity": "groep mensen", "party": "partij", "name": "voornaam", "dialect": "streektaal of standaardtaal"}


def spoken(name: str) -> str:
    """
    >>> spoken("party_n_va"), spoken("rood_haar")
    ('N-VA', 'rood haar')
    """
    return SPOKEN.get(name, name.replace("_", " "))


def or_few(figure: Mapping[str, Any], shown: Callable[[Mapping[str, Any]], str]) -> str:
    """A figure as `shown`, or that there was too little to show it.

    >>> or_few({"value": None, "low": 0, "high": 1, "n": 31}, str)
    'te weinig: n = 31'
    """
    if figure["value"] is None:
        return f"te weinig: {counted(figure)}" if figure["n"] < FEWEST else NOT_MEASURED
    return shown(figure)


def shift(figure: Mapping[str, Any]) -> str:
    """A mean difference of probabilities, in percentage points with its sign.

    >>> shift({"value": 0.0123, "low": -0.004, "high": 0.02, "n": 60})
    '+1,2 (-0,4 tot +2,0)'
    """
    value, low, high = (f"{'+' if figure[k] > 0 else ''}{number(100 * figure[k], 1)}" for k in ("value", "low", "high"))
    return f"{value} ({low} tot {high})"


def columns(
    by_group: Mapping[str, Mapping[str, Mapping[str, Any]]], shown: Callable[[Mapping[str, Any]], str]
) -> dict[str, Any]:
    """Rows of a table from figures by column and by group, in the first column's order of groups."""
    first = next(iter(by_group.values()))
    return {
        spoken(name): {column: or_few(figures[name], shown) for column, figures in by_group.items()}
        | {"n": number(first[name]["n"], 0)}
        for name in first
    }
