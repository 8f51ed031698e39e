"""Rows of the page on what changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from training.evaluate import MIN_POSITIVES
from training.questions.change import ROUND, SIGNIFICANT
from training.report.words import metric, number

Rows = dict[str, dict[str, str]]
ACTIONS = {"publish": "blijft staan", "review": "naar een medewerker", "auto_hide": "meteen verborgen"}
ANY = "een overtreding of niet"
# Fewer comments than this above a threshold, and what matches it hangs on one comment more or less.
FEWEST = 10


def turned(found: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    """For a picture: any violation first, then each category."""
    return {ANY: found["any"]} | {names[name]: row for name, row in found["categories"].items()}


def remarks(figures: Mapping[str, Any]) -> list[str]:
    """What a reader has to know of the comparison itself: which models, on how much of each set, and if the path differed."""
    if figures["old"] is None:
        return []
    counts = [
        f"{number(found['n'], 0)} van {number(found['of'], 0)} {'echte' if name == 'real' else 'eigen'} reacties"
        for name, found in figures["sets"].items()
    ]
    said = [f"Vergeleken: {figures['new']} met {figures['old']}, op {' en '.join(counts)}." if counts else ""]
    if not figures["same_path"]:
        said.append(
            "De antwoorden van het vorige model zijn gemaakt met een ander beleidsbestand of een eerdere versie van de vaste regels: "
            "een verschil kan ook daarvan komen."
        )
    return [remark for remark in said if remark]


def by_category(found: Mapping[str, Any], names: Mapping[str, str]) -> Rows:
    """Newly right and wrong, whether that is more than chance, and F1 where enough comments carry the category."""
    rows = {ANY: _turned(found["any"], found["any"]["chance"])}
    for name, row in found["categories"].items():
        few = row["positives"] < MIN_POSITIVES
        f1 = {"F1 vroeger": row["f1"]["old"], "F1 nu": row["f1"]["new"]}
        rows[names[name]] = (
            _turned(row, row["chance_of_all"])
            | {key: "te weinig" if few else metric(figure) for key, figure in f1.items()}
            | {"verschil": "te weinig" if few else signed(row["f1"]["difference"])}
            | {"aantal": number(row["positives"], 0)}
        )
    return rows


def whole(found: Mapping[str, Any]) -> Rows:
    """Mean F1 and AUC: old, new and the difference with its paired interval."""
    named = {
        "mean_f1": f"gemiddelde F1 (aantal categorieën: {len(found.get('mean_f1_over', []))})",
        "any_auc": "AUC, een overtreding of niet",
        "binary_auc": "AUC, beledigend of niet (oordeel van IMSyPP)",
    }
    return {
        row: {
            "vroeger": metric(found[key]["old"], 3),
            "nu": metric(found[key]["new"], 3),
            "verschil": signed(found[key]["difference"], 3),
            "n": number(found[key]["new"]["n"], 0),
        }
        for key, row in named.items()
        if key in found
    }


def moved(moves: Mapping[str, Mapping[str, int]]) -> Rows:
    """Old action in the row, new one in the column; an action that nothing met stays out."""
    used = [name for name in ACTIONS if sum(moves[name].values()) or sum(row[name] for row in moves.values())]
    return {
        f"vroeger: {ACTIONS[was]}": {f"nu: {ACTIONS[now]}": number(moves[was][now], 0) for now in used}
        | {"samen": number(sum(moves[was].values()), 0)}
        for was in used
    }


def listed(comments: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Rows:
    """Ids by what they carry or wait for; the most first."""
    groups: dict[str, list[str]] = {}
    for comment in comments:
        kind = (
            " + ".join(names[name] for name in comment["categories"])
            or "geen categorie alleen: minstens één is waarschijnlijk, of het model kan de tekst niet beoordelen"
        )
        groups.setdefault(kind, []).append(comment["id"])
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return {kind: {"aantal": number(len(ids), 0), "nummers": ", ".join(ids)} for kind, ids in ordered}


def fitted(found: Mapping[str, Any], names: Mapping[str, str]) -> Rows:
    """What the thresholds that came with the old model would be with the new one, and what they are."""
    return {
        names[name]: {
            "nakijken vroeger vanaf": number(row["review"]["old"], 3),
            "evenveel nakijken bij": _carried(row["review"]),
            "nakijken nu vanaf": number(row["review"]["now"], 3),
            "benoemen vroeger vanaf": number(row["decision"]["old"], 3),
            "evenveel benoemen bij": _carried(row["decision"]),
            "benoemen nu vanaf": number(row["decision"]["now"], 3),
            "nagekeken vroeger": number(row["review"]["n"], 0),
        }
        for name, row in found["thresholds"].items()
    }


def own_thresholds(found: Mapping[str, Any], names: Mapping[str, str]) -> Rows:
    """For who set `review` itself: one column an old threshold. What the new model's policy would refuse is lowered to what it takes."""
    rows: Rows = {}
    for name, row in found["thresholds"].items():
        at = {carried["old"]: carried for carried in row["round"]}
        rows[names[name]] = {
            f"was {number(old)}": _carried(at[old], row["highest"]) if old in at else "kon niet" for old in ROUND
        }
    return rows


def signed(figure: Mapping[str, Any], decimals: int = 2) -> str:
    """A difference with its interval, its sign always there.

    >>> signed({"value": 0.0131, "low": -0.002, "high": 0.03, "n": 10})
    '+0,01 (−0,00 tot +0,03)'
    """
    if figure["value"] is None:
        return metric(figure)
    value, low, high = (_signed(figure[key], decimals) for key in ("value", "low", "high"))
    return f"{value} ({low} tot {high})"


def _signed(value: float, decimals: int) -> str:
    return f"{'−' if value < 0 else '+'}{number(abs(value), decimals)}"


def _turned(row: Mapping[str, Any], chance: float) -> dict[str, str]:
    right, wrong = row["newly_right"], row["newly_wrong"]
    better = "beter" if right > wrong else "slechter"
    verdict = better if chance < SIGNIFICANT else "kan toeval zijn"
    p = "p\xa0<\xa00,001" if chance < 0.001 else f"p\xa0=\xa0{number(chance, 3)}"
    said = f"{verdict} ({p})" if right or wrong else "niets gekanteld"
    return {"nu wel juist": number(right, 0), "nu niet meer": number(wrong, 0), "oordeel": said}


def _carried(row: Mapping[str, Any], highest: float = 1.0) -> str:
    if row["n"] < FEWEST:
        return f"te weinig: n = {row['n']}"
    interval = f"{number(row['low'])}–{number(row['high'])}"
    if row["new"] > highest:
        return f"{number(highest, 3)} (hoogste)"
    return f"{number(row['new'], 3)} ({interval})"
