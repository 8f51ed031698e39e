"""Rows of the tables of what the model learned from."""

from collections.abc import Mapping
from typing import Any

from training.report.tables.groups import or_few, spoken
from training.report.words import metric, number, percent, share

SPLITS = {
    "train": "om uit te leren", "dev": "om drempels op af te stellen", "test": "om op te meten",
    "adversarial": "om op te meten: geschreven om het model te misleiden",
}  # fmt: skip
SOURCES = {
    "jensen_comments": "reacties onder een Nederlands videokanaal (2021)",
    "reactionair_comments": "reacties van lezers op een uiterst rechtse essaysite",
    "party_tweets": "tweets van Nederlandse partijen",
    "opensubtitles_xed": "dialogen uit ondertitels van films",
    "reactionair_articles": "artikels van een uiterst rechtse essaysite",
    "kamer_belgie_2024_26": "verslagen van de Belgische Kamer",
    "bolcom_reviews": "boekbesprekingen",
    "blogs_nl_small": "blogs",
}


def splits(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        SPLITS.get(name, name): {
            "reacties": number(split["comments"], 0),
            "schrijvers": number(split["writers"], 0),
            "onderwerpen": number(split["topics"], 0),
            "breekt een huisregel": percent(split["violation"]),
        }
        for name, split in found.items()
    }


def categories(found: Mapping[str, Mapping[str, int]], names: Mapping[str, str]) -> dict[str, Any]:
    """The most frequent first; `names` are the taxonomy's."""
    return {
        names[category]: {"alle": number(sum(by_split.values()), 0)}
        | {SPLITS.get(split, split): number(count, 0) for split, count in by_split.items()}
        for category, by_split in found.items()
    }


def shares(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Per register, topic, writer or group that is mentioned; a share of fewer than fifty comments is not shown."""
    return {
        spoken(name): {
            "reacties": number(figure["n"], 0),
            "breekt een huisregel": or_few({**figure, "value": figure["value"] if figure["n"] >= 50 else None}, percent),
        }
        for name, figure in found.items()
    }


def agreement(found: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> dict[str, Any]:
    """The lowest kappa first."""
    return {
        names.get(name, "een huisregel, welke ook"): {"kappa": metric(figure), "reacties": number(figure["n"], 0)}
        for name, figure in found.items()
    }


def external(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        SOURCES.get(name, name): {
            "teksten": number(source["texts"], 0),
            "twee keer gelezen": number(source["read_twice"], 0),
            "breekt een huisregel": percent(source["violation"]),
        }
        for name, source in found.items()
    }


def external_categories(found: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """How many real texts have each category, over all sources."""
    names = next(iter(found.values()))["categories"] if found else {}
    return {name: sum(source["categories"][name] for source in found.values()) for name in names}


def diversity(own: Mapping[str, float], real: Mapping[str, float] | None) -> dict[str, Any]:
    titles = {"1": "verschillende woorden", "2": "verschillende woordparen", "3": "verschillende reeksen van drie"}
    sets = {"onze eigen reacties": own, "echte reacties": real}
    return {name: {title: number(values[size], 0) for size, title in titles.items()} for name, values in sets.items() if values}


def facts(figures: Mapping[str, Any]) -> dict[str, Any]:
    """What else there is to know of the own comments."""
    words = figures["words"]
    shown = {
        "twijfelgeval: ervaren lezers kunnen verschillen": percent(figures["borderline"]),
        "met het bericht of de reactie waarop geantwoord wordt": percent(figures["context"]),
        "geschreven om een vorig model te misleiden": percent(figures["against_model"]),
        "korter dan 20 woorden": share(words["under_20_share"]),
        "één tot vier woorden": number(words["one_to_four"], 0),
        "zestig woorden of meer": number(words["sixty_and_more"], 0),
        "schrijvers, onderwerpen en paren in meer dan één deel": " / ".join(number(n, 0) for n in figures["shared"].values()),
    }
    return {name: {"eigen reacties": value} for name, value in shown.items()}
