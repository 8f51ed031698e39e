"""Rows of the page on accuracy."""

from collections.abc import Mapping
from typing import Any

from training.evaluate import MIN_POSITIVES
from training.report.words import NOT_MEASURED, metric, number, percent

Rows = dict[str, dict[str, str]]
MODELS = {"": "dit model", "_previous": "vorig model", "_baseline": "woordenmodel"}
WHOLE = {
    "any_macro_f1": "een overtreding of niet, F1",
    "any_auc": "een overtreding of niet, AUC",
    "mean_f1": "gemiddelde F1 van de categorieën",
    "binary_macro_f1": "beledigend of niet (oordeel van IMSyPP), F1",
    "binary_auc": "beledigend of niet (oordeel van IMSyPP), AUC",
}


def by_category(found: Mapping[str, Any], names: Mapping[str, str]) -> Rows:
    """One row a category; no figure but the count where too few comments carry it."""
    return {names[name]: _category(row) for name, row in found["categories"].items()}


def f1_by_category(figures: Mapping[str, Any], kind: str, names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """For a picture: by model the F1 of each category that enough comments carry; a model that was not measured is left out."""
    usual = [name for name, row in figures[kind]["categories"].items() if row["positives"] >= MIN_POSITIVES]
    measured = {model: figures.get(kind + suffix) for suffix, model in MODELS.items()}
    return {
        model: {names[name]: found["categories"][name]["f1"] for name in usual} for model, found in measured.items() if found
    }


def beside(figures: Mapping[str, Any], kind: str) -> Rows:
    """The figures over the whole set: this model, the previous one and the baseline."""
    measured = {model: figures.get(kind + suffix) for suffix, model in MODELS.items()}
    return {
        row: {model: _whole(found, key) for model, found in measured.items()}
        for key, row in WHOLE.items()
        if key in figures[kind]
    }


def _whole(found: Mapping[str, Any] | None, key: str) -> str:
    if not found or key not in found or found[key]["value"] is None:
        return NOT_MEASURED
    # Which categories enough comments carry differs with how many comments are taken.
    over = f" ({len(found['mean_f1_over'])} cat.)" if key == "mean_f1" else ""
    return f"{metric(found[key])}, n = {number(found[key]['n'], 0)}{over}"


def any_violation(found: Mapping[str, Any]) -> Rows:
    """How often right about any violation at all."""
    rows = {
        "terecht aangeduid of terecht gelaten": found["any"]["right"],
        "overtredingen die het niet aanduidt": found["any"]["missed"],
        "onschuldige reacties die het wel aanduidt": found["any"]["named_harmless"],
        "wat het aanduidt en ook een overtreding is": found["any"]["precision"],
    }
    return {name: {"aandeel": percent(row), "van": _count(row["n"])} for name, row in rows.items()}


def confusions(found: Mapping[str, Any], names: Mapping[str, str], most: int = 5) -> Rows:
    """The worst pairs that enough comments speak of, and only where it went wrong at all."""
    worst = [pair for pair in found["confusion"] if pair["share"]["n"] >= MIN_POSITIVES and pair["share"]["value"]][:most]
    return {
        f"{names[pair['is']]} → {names[pair['named']]}": {
            "hoe vaak": percent(pair["share"]),
            "van": _count(pair["share"]["n"]),
        }
        for pair in worst
    }


def reliability(found: Mapping[str, Any], names: Mapping[str, str]) -> Rows:
    """All categories together, those where the model saw something, then each that enough comments carry."""
    pooled = found["reliability"]["pooled"]
    rows = {
        "alle samen": _reliability(pooled),
        "alle samen, kans van 5 % en meer": {
            "afwijking": percent(pooled["calibration_error_raised"]),
            "Brier-score": "",
            "wie altijd het gemiddelde zegt": "",
            "oordelen": _count(pooled["raised"]),
        },
    }
    for name, row in found["reliability"]["categories"].items():
        few = found["categories"][name]["positives"] < MIN_POSITIVES
        written = _reliability(row)
        rows[names[name]] = dict.fromkeys(written, "te weinig") | {"oordelen": written["oordelen"]} if few else written
    return rows


def _reliability(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "afwijking": percent(row["calibration_error"]),
        "Brier-score": metric(row["brier"], 3),
        "wie altijd het gemiddelde zegt": number(row["brier_of_share"], 3),
        "oordelen": _count(row["pairs"]),
    }


def _category(row: Mapping[str, Any]) -> dict[str, str]:
    few = row["positives"] < MIN_POSITIVES
    written = {
        "precisie": _of(row["precision"]),
        "recall": _of(row["recall"]),
        "F1": metric(row["f1"]),
        "gemiddelde precisie": metric(row["average_precision"]),
        "AUC": metric(row["auc"]),
    }
    return {"aantal": _count(row["positives"])} | (dict.fromkeys(written, "te weinig") if few else written)


def _of(share: Mapping[str, Any]) -> str:
    return f"{percent(share, 0)}, n = {number(share['n'], 0)}" if share["n"] else "nooit aangeduid"


def _count(n: int) -> str:
    return number(n, 0)
