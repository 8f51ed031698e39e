"""Groups of people in tables: what they are called, and how a figure about too few is shown."""

from collections.abc import Callable, Mapping
from typing import Any

from training.report import words
from training.report.words import NOT_MEASURED, counted, number, percent
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

WRONGS = {"stopped": "onschuldig, tegengehouden", "hidden": "onschuldig, verborgen", "missed": "overtreding, gepubliceerd"}
AUCS = {
    "bpsn_auc": "onschuldig tegenover andermans overtreding",
    "bnsp_auc": "overtreding tegenover andermans onschuld",
    "subgroup_auc": "binnen de groep",
}


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
    value, low, high = (_signed(figure[k]) for k in ("value", "low", "high"))
    return f"{value} ({low} tot {high})"


def of_n(figure: Mapping[str, Any]) -> str:
    """A rate with what it was measured on, where columns of one table have each their own n.

    >>> of_n({"value": 0.347, "low": 0.271, "high": 0.429, "n": 150})
    '34,7\\xa0% (27,1–42,9) van 150'
    """
    return f"{percent(figure)} van {number(figure['n'], 0)}"


def columns(
    by_group: Mapping[str, Mapping[str, Mapping[str, Any]]], shown: Callable[[Mapping[str, Any]], str]
) -> dict[str, Any]:
    """Rows of a table from figures by column and by group, in the first column's order; groups without any figure are left out."""
    first = next(iter(by_group.values()))
    kept = [name for name in first if any(figures[name]["value"] is not None for figures in by_group.values())]
    return {spoken(name): {column: or_few(figures[name], shown) for column, figures in by_group.items()} for name in kept}


def left_out(by_group: Mapping[str, Mapping[str, Any]]) -> str:
    """Which groups have too few texts for a figure, as a sentence; empty where every one has enough.

    >>> left_out({"joods": {"value": None, "n": 3}, "pools": {"value": 0.5, "n": 60}})
    'Te weinig om een cijfer te tonen (minder dan 50): Joodse voornamen (3).'
    """
    few = [f"{spoken(name)} ({number(found['n'], 0)})" for name, found in by_group.items() if found["value"] is None]
    return f"Te weinig om een cijfer te tonen (minder dan {FEWEST}): {', '.join(few)}." if few else ""


def wrongs(compared: Mapping[str, Any]) -> dict[str, Any]:
    """Rows of what `training.subgroups.comparison` found, the most often stopped first."""
    return columns({title: compared[kind] for kind, title in WRONGS.items()}, of_n)


def auc_rows(aucs: Mapping[str, Mapping[str, Any]], names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Rows of the three AUCs of each group; `names` are how groups are written where it is not by `spoken`."""
    return {
        (names or {}).get(name, spoken(name)): {title: or_few(found[metric], words.metric) for metric, title in AUCS.items()}
        | {"n": number(found["bpsn_auc"]["n"], 0), "onschuldig": number(found["harmless"], 0)}
        for name, found in aucs.items()
        if found["bpsn_auc"]["value"] is not None
    }


def gap_rows(gaps: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Rows of how much changes with nothing but the group, the kind of which most decisions change first."""
    order = sorted(gaps.items(), key=lambda item: -(item[1]["flips"]["value"] or 0))
    return {
        KINDS[kind]: {
            "andere beslissing": or_few(gap["flips"], percent),
            "kans verschuift gemiddeld": points(gap["mean_gap"]),
            "en hoogstens": points(gap["worst_gap"]),
            "n": number(gap["n"], 0),
            "zinnen": number(gap["frames"], 0),
        }
        for kind, gap in order
    }


def worst_rows(gaps: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Rows of the sentence of each kind that strays furthest; one that breaks a rule is not repeated."""
    return {
        KINDS[kind]: {
            "zin": gap["worst"]["frame"],
            "met": spoken(gap["worst"]["put_in"]),
            "verschuiving": points(gap["worst"]["shift"]),
            "tekst": gap["worst"]["text"] or "(overtreding, niet getoond)",
        }
        for kind, gap in gaps.items()
    }


def points(value: float) -> str:
    """A difference of probabilities, in percentage points."""
    return f"{number(100 * value, 1)} punt"


def sentences(compared: Mapping[str, Any]) -> dict[str, Any]:
    """Rows of the same sentences with something else in them, the highest probability first."""
    in_order = compared["shift"]
    rates = {title: {name: compared[kind][name] for name in in_order} for kind, title in WRONGS.items() if kind != "hidden"}
    return {
        spoken(name): {"verschuiving (procentpunt)": or_few(moved, shift)}
        | {title: or_few(by_group[name], of_n) for title, by_group in rates.items()}
        for name, moved in in_order.items()
    }


def swapped(compared: Mapping[str, Any]) -> dict[str, Any]:
    """Rows of comments with each party in turn, the highest probability first."""
    return {
        spoken(name): {"verschuiving (procentpunt)": shift(moved), "tegengehouden": or_few(compared["reviewed"][name], of_n)}
        for name, moved in compared["shift"].items()
    }


def registers(by_register: Mapping[str, Any]) -> dict[str, Any]:
    """Rows of kinds of Dutch, the lowest F1 first."""
    return {
        spoken(name): {"F1": or_few(f1, words.metric)}
        | {title: or_few(by_register[kind][name], of_n) for kind, title in WRONGS.items() if kind != "hidden"}
        for name, f1 in by_register["any_macro_f1"].items()
    }


def _signed(value: float) -> str:
    rounded = round(100 * value, 1)
    # What rounds to nothing has no sign.
    return f"{'+' if rounded > 0 else ''}{number(rounded or 0.0, 1)}"
