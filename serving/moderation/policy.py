"""The policy: what a municipality decides about probabilities, read from a TOML file and checked against an artefact."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serving.moderation.artefact import Artefact
from serving.moderation.errors import PolicyError
from serving.moderation.tables import read_toml
from serving.moderation.taxonomy import Taxonomy

NEVER_HIDDEN = ("threat",)
# A shield that only works where the model is sure of the criticism would not be one.
MAX_SHIELD_THRESHOLD = 0.5
_KEYS = {"name", "version", "taxonomy", "criticism_shield", "category"}


@dataclass(frozen=True)
class Rule:
    """Calibrated probabilities from which something happens; `auto_hide` is None where it is off.

    `decision` is where the category is named as a label.
    """

    decision: float
    review: float
    auto_hide: float | None


@dataclass(frozen=True)
class CriticismShield:
    """From this probability of `criticism` on, nothing is hidden for these categories without a person."""

    threshold: float
    categories: frozenset[str]


@dataclass(frozen=True)
class Policy:
    """`signals` holds the probability from which each signal is named."""

    name: str
    version: str
    rules: dict[str, Rule]
    signals: dict[str, float]
    criticism_shield: CriticismShield

    @property
    def id(self) -> str:
        return f"{self.name}@{self.version}"


def read_policy(path: Path, taxonomy: Taxonomy, artefact: Artefact) -> Policy:
    """Read a policy and settle its thresholds with those that the artefact was fitted and certified for.

    Raises:
        PolicyError: naming the file, the entry and the remedy.
    """
    raw = read_toml(path, "policy", PolicyError)
    _check_shape(raw, path, taxonomy)
    rules = {category: _rule(category, raw["category"][category], path, artefact) for category in taxonomy.category_ids}
    return Policy(
        name=raw["name"],
        version=raw["version"],
        rules=rules,
        signals={signal: artefact.thresholds.decision[signal] for signal in taxonomy.signal_ids},
        criticism_shield=_shield(raw["criticism_shield"], path),
    )


def _check_shape(raw: dict[str, Any], path: Path, taxonomy: Taxonomy) -> None:
    for key, kind in (("name", str), ("version", str), ("taxonomy", str), ("criticism_shield", dict), ("category", dict)):
        if not isinstance(raw.get(key), kind):
            raise PolicyError(f"{path}: needs {key!r} as a {kind.__name__}")
    if unknown := sorted(set(raw) - _KEYS):
        raise PolicyError(f"{path}: unknown key {unknown[0]!r}; known keys are {', '.join(sorted(_KEYS))}")
    if raw["taxonomy"] != taxonomy.version:
        raise PolicyError(f"{path}: is for taxonomy {raw['taxonomy']}, in use is {taxonomy.version}; review and update it")
    if missing := [name for name in taxonomy.category_ids if name not in raw["category"]]:
        raise PolicyError(f"{path}: [category.{missing[0]}] is missing; every category needs its rule")
    shielded = raw["criticism_shield"].get("categories")
    named = [*raw["category"], *(shielded if isinstance(shielded, list) else [])]
    if unknown := [name for name in named if name not in taxonomy.category_ids]:
        raise PolicyError(f"{path}: {unknown[0]!r} is no category; they are {', '.join(taxonomy.category_ids)}")


def _shield(raw: dict[str, Any], path: Path) -> CriticismShield:
    where = f"{path}: [criticism_shield]"
    if set(raw) != {"threshold", "categories"}:
        raise PolicyError(f"{where} needs exactly 'threshold' and 'categories'")
    if not isinstance(raw["categories"], list):
        raise PolicyError(f"{where} categories must be a list of category ids")
    if missing := sorted({"insult", "bullying", "quarrel"} - set(raw["categories"])):
        raise PolicyError(f"{where} must name {missing[0]!r}: criticism is never hidden for it without a person")
    threshold = _probability(raw["threshold"], f"{where} threshold")
    if threshold > MAX_SHIELD_THRESHOLD:
        raise PolicyError(f"{where} threshold = {threshold} is looser than {MAX_SHIELD_THRESHOLD}; lower it")
    return CriticismShield(threshold, frozenset(raw["categories"]))


def _rule(category: str, raw: Any, path: Path, artefact: Artefact) -> Rule:
    where = f"{path}: [category.{category}]"
    if not isinstance(raw, dict) or set(raw) != {"review", "auto_hide"}:
        raise PolicyError(f"{where} needs exactly 'review' and 'auto_hide'")
    decision = artefact.thresholds.decision[category]
    fitted = artefact.thresholds.review[category]
    review = fitted if raw["review"] == "fitted" else _probability(raw["review"], f"{where} review", "fitted")
    if review > decision:
        raise PolicyError(
            f"{where} review = {review} is above {decision}, from where the comment is said to break the rule: "
            "it would be published all the same; lower it"
        )
    return Rule(decision, review, _auto_hide(category, raw["auto_hide"], where, review, artefact))


def _auto_hide(category: str, wanted: Any, where: str, review: float, artefact: Artefact) -> float | None:
    certified = artefact.thresholds.auto_hide[category]
    if wanted is False:
        return None
    if category in NEVER_HIDDEN:
        raise PolicyError(f"{where} auto_hide must be false: a person has to see it at once")
    if wanted == "certified":
        return None if certified is None else max(certified, review)
    threshold = _probability(wanted, f"{where} auto_hide", "certified")
    if certified is None:
        raise PolicyError(f"{where} auto_hide = {threshold}: nothing is certified for {artefact.id}; use 'certified' or false")
    if threshold < certified:
        raise PolicyError(f"{where} auto_hide = {threshold} is looser than the certified {certified}; raise it")
    if threshold < review:
        raise PolicyError(f"{where} auto_hide = {threshold} is below review = {review}; raise it")
    return threshold


def _probability(value: Any, where: str, word: str = "") -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
        wanted = f"{word!r} or a number" if word else "a number"
        raise PolicyError(f"{where} must be {wanted} above 0 and up to 1, found {value!r}")
    return float(value)
