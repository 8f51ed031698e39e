"""The policy: what a municipality decides about probabilities, read from a TOML file and checked against an artefact.

    python -m serving.moderation.policy check FILE...

prints what each file decides, or what is wrong with it, where and how to mend it. `data/policies/standaard.toml` explains the entries.
"""

import argparse
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from serving.moderation.allowed import NOTHING_ALLOWED, Allowed, read_allowed
from serving.moderation.artefact import Artefact, read_artefact
from serving.moderation.errors import ModerationError, PolicyError
from serving.moderation.policy_file import PolicyFile
from serving.moderation.taxonomy import Language, Taxonomy, read_taxonomy

Profile = Literal["standaard", "crisis", "sperperiode"]
NEVER_HIDDEN = ("threat",)
# A shield that only works where the model is sure of the criticism would not be one.
MAX_SHIELD_THRESHOLD = 0.5
# Below this probability in every category a comment passes for clearly harmless at most.
MAX_PUBLISH_BELOW = 0.2
DATA = Path(__file__).resolve().parents[2] / "data"
_NEEDED: dict[str, type] = {"name": str, "version": str, "taxonomy": str, "criticism_shield": dict, "category": dict}
_OPTIONAL_TEXTS = ("profile", "reply_language", "objections")
_OPTIONAL_TABLES = ("any_violation", "crisis", "sperperiode", "escalation", "allowed")
_ANY_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


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
    """`signals` holds the probability from which each signal is named; `contacts` whom an escalation route reaches here.
    `any_violation` is the probability that at least one rule is broken from which a person looks first; None where it is off.

    Profile `crisis`: whatever reaches `publish_below` in any category waits for a person. Profile `sperperiode`: what
    mentions one of `names` is not hidden without a person. `allowed` holds the municipality's own contact data. `objections` tells in Dutch how a decision can be looked at again.
    """

    name: str
    version: str
    rules: dict[str, Rule]
    signals: dict[str, float]
    criticism_shield: CriticismShield
    any_violation: float | None = None
    profile: Profile = "standaard"
    publish_below: float | None = None
    names: tuple[str, ...] = ()
    reply_language: Language = "nl"
    objections: str = ""
    contacts: dict[str, str] = field(default_factory=dict)
    allowed: Allowed = NOTHING_ALLOWED

    @property
    def id(self) -> str:
        """Name, version and, where it is not the usual one, the profile: what a decision was taken by."""
        profile = "" if self.profile == "standaard" else f"+{self.profile}"
        return f"{self.name}@{self.version}{profile}"


def read_policy(path: Path, taxonomy: Taxonomy, artefact: Artefact) -> Policy:
    """Read a policy and settle its thresholds with those that the artefact was fitted and certified for.

    Raises:
        PolicyError: naming the file, the line, the entry and the remedy.
    """
    file = PolicyFile(path)
    _check_shape(file, taxonomy)
    raw = file.raw
    return Policy(
        name=raw["name"],
        version=raw["version"],
        rules={category: _rule(category, file, artefact) for category in taxonomy.category_ids},
        signals={signal: artefact.thresholds.decision[signal] for signal in taxonomy.signal_ids},
        criticism_shield=_shield(file),
        any_violation=_any_violation(file, artefact),
        profile=_one_of(file, "profile", get_args(Profile), "standaard"),
        publish_below=_publish_below(file),
        names=_names(file),
        reply_language=_one_of(file, "reply_language", get_args(Language), "nl"),
        objections=raw.get("objections", ""),
        contacts=_contacts(file, taxonomy),
        allowed=_allowed(file),
    )


def _check_shape(file: PolicyFile, taxonomy: Taxonomy) -> None:
    raw = file.raw
    optional: dict[str, type] = {**dict.fromkeys(_OPTIONAL_TEXTS, str), **dict.fromkeys(_OPTIONAL_TABLES, dict)}
    for key, kind in _NEEDED.items():
        if not isinstance(raw.get(key), kind):
            raise file.error(f"needs {key!r} as a {kind.__name__}", *(("", key) if kind is str else (key,)))
    for key, kind in optional.items():
        if key in raw and not isinstance(raw[key], kind):
            raise file.error(f"{key!r} must be a {kind.__name__}", "", key)
    if unknown := sorted(set(raw) - set(_NEEDED) - set(optional)):
        known = ", ".join(sorted({*_NEEDED, *optional}))
        table = unknown[0] if isinstance(raw[unknown[0]], dict) else ""
        raise file.error(f"unknown key {unknown[0]!r}; known keys are {known}", table, unknown[0])
    if not _ANY_NAME.fullmatch(raw["name"]):
        raise file.error(f"name {raw['name']!r} must be small letters, digits, - and _, at most 64", "", "name")
    if raw["taxonomy"] != taxonomy.version:
        what = f"is for taxonomy {raw['taxonomy']}, in use is {taxonomy.version}; review and update it"
        raise file.error(what, "", "taxonomy")
    if missing := [name for name in taxonomy.category_ids if name not in raw["category"]]:
        raise file.error(f"[category.{missing[0]}] is missing; every category needs its rule")
    every = ", ".join(taxonomy.category_ids)
    if unknown := [name for name in raw["category"] if name not in taxonomy.category_ids]:
        raise file.error(f"{unknown[0]!r} is no category; they are {every}", f"category.{unknown[0]}")
    shielded = raw["criticism_shield"].get("categories")
    named = shielded if isinstance(shielded, list) else []
    if unknown := [name for name in named if name not in taxonomy.category_ids]:
        raise file.error(f"{unknown[0]!r} is no category; they are {every}", "criticism_shield", "categories")


def _shield(file: PolicyFile) -> CriticismShield:
    raw, table = file.raw["criticism_shield"], "criticism_shield"
    if set(raw) != {"threshold", "categories"}:
        raise file.error("needs exactly 'threshold' and 'categories'", table)
    if not isinstance(raw["categories"], list):
        raise file.error("categories must be a list of category ids", table, "categories")
    if missing := sorted({"insult", "bullying", "quarrel"} - set(raw["categories"])):
        raise file.error(f"must name {missing[0]!r}: criticism is never hidden for it without a person", table, "categories")
    threshold = file.probability(table, "threshold")
    if threshold > MAX_SHIELD_THRESHOLD:
        raise file.error(f"threshold = {threshold} is looser than {MAX_SHIELD_THRESHOLD}; lower it", table, "threshold")
    return CriticismShield(threshold, frozenset(raw["categories"]))


def _rule(category: str, file: PolicyFile, artefact: Artefact) -> Rule:
    raw, table = file.raw["category"][category], f"category.{category}"
    if not isinstance(raw, dict) or set(raw) != {"review", "auto_hide"}:
        raise file.error("needs exactly 'review' and 'auto_hide'", table)
    decision = artefact.thresholds.decision[category]
    fitted = artefact.thresholds.review[category]
    review = fitted if raw["review"] == "fitted" else file.probability(table, "review", "'fitted'")
    if review > decision:
        what = f"review = {review} is above {decision}, from where the comment is said to break the rule: it would be published all the same; lower it"
        raise file.error(what, table, "review")
    return Rule(decision, review, _auto_hide(category, review, file, artefact))


def _auto_hide(category: str, review: float, file: PolicyFile, artefact: Artefact) -> float | None:
    table = f"category.{category}"
    certified, wanted = artefact.thresholds.auto_hide[category], file.raw["category"][category]["auto_hide"]
    if wanted is False:
        return None
    if category in NEVER_HIDDEN:
        raise file.error("auto_hide must be false: a person has to see it at once", table, "auto_hide")
    if wanted == "certified":
        return None if certified is None else max(certified, review)
    threshold = file.probability(table, "auto_hide", "'certified'")
    if certified is None:
        what = f"auto_hide = {threshold}: nothing is certified for {artefact.id}; use 'certified' or false"
    elif threshold < certified:
        what = f"auto_hide = {threshold} is looser than the certified {certified}; raise it"
    elif threshold < review:
        what = f"auto_hide = {threshold} is below review = {review}; raise it"
    else:
        return threshold
    raise file.error(what, table, "auto_hide")


def _any_violation(file: PolicyFile, artefact: Artefact) -> float | None:
    """What the file says, or the fitted threshold: a file from before there was one should not publish more than the default does."""
    table = "any_violation"
    raw = file.raw.get(table, {"review": "fitted"})
    if set(raw) != {"review"}:
        raise file.error("needs exactly 'review'", table)
    if raw["review"] is False:
        return None
    if raw["review"] == "fitted":
        return artefact.thresholds.any_violation
    return file.probability(table, "review", "'fitted', false")


def _one_of(file: PolicyFile, key: str, allowed: tuple[Any, ...], default: Any) -> Any:
    value = file.raw.get(key, default)
    if value not in allowed:
        raise file.error(f"{key} = {value!r} must be one of {', '.join(allowed)}", "", key)
    return value


def _publish_below(file: PolicyFile) -> float | None:
    if "crisis" not in file.raw:
        if file.raw.get("profile") == "crisis":
            raise file.error("profile = 'crisis' needs [crisis] with 'publish_below'", "", "profile")
        return None
    if set(file.raw["crisis"]) != {"publish_below"}:
        raise file.error("needs exactly 'publish_below'", "crisis")
    threshold = file.probability("crisis", "publish_below")
    if threshold > MAX_PUBLISH_BELOW:
        raise file.error(f"publish_below = {threshold} is looser than {MAX_PUBLISH_BELOW}; lower it", "crisis", "publish_below")
    return threshold


def _names(file: PolicyFile) -> tuple[str, ...]:
    table = file.raw.get("sperperiode", {})
    names = table.get("names")
    if not table and file.raw.get("profile") == "sperperiode":
        raise file.error("profile = 'sperperiode' needs [sperperiode] with 'names' of parties and candidates", "", "profile")
    if not table:
        return ()
    if set(table) != {"names"} or not isinstance(names, list) or not all(isinstance(n, str) and n.strip() for n in names):
        raise file.error("needs exactly 'names', a list of parties and candidates as text", "sperperiode", "names")
    if not names and file.raw.get("profile") == "sperperiode":
        raise file.error(
            "names is empty: nothing would be kept from hiding; list parties and candidates", "sperperiode", "names"
        )
    return tuple(names)


def _contacts(file: PolicyFile, taxonomy: Taxonomy) -> dict[str, str]:
    contacts = file.raw.get("escalation", {})
    for route, contact in contacts.items():
        if route not in taxonomy.escalation:
            known = ", ".join(taxonomy.escalation)
            raise file.error(f"{route!r} is no escalation route; they are {known}", "escalation", route)
        if not isinstance(contact, str) or not contact.strip():
            raise file.error(f"{route} must say whom it reaches, as text", "escalation", route)
    return dict(contacts)


def _allowed(file: PolicyFile) -> Allowed:
    try:
        return read_allowed(file.raw.get("allowed", {}))
    except PolicyError as error:
        # It begins with the table and the key: "[allowed] phones: …".
        table, key, what = str(error).split(" ", 2)
        raise file.error(f"{key} {what}", table.strip("[]"), key.rstrip(":")) from None


def _summary(policy: Policy) -> str:
    hidden = [f"{name} from {rule.auto_hide:.2f}" for name, rule in policy.rules.items() if rule.auto_hide is not None]
    reviewed = ", ".join(f"{name} {rule.review:.2f}" for name, rule in policy.rules.items())
    together = "off" if policy.any_violation is None else f"{policy.any_violation:.2f}"
    return f"profile {policy.profile}; review from {reviewed}, any of them {together}; hidden at once: {', '.join(hidden) or 'nothing'}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m serving.moderation.policy", description="Check policy files.")
    check = parser.add_subparsers(required=True).add_parser(
        "check", help="say what each file decides, or what is wrong with it"
    )
    check.add_argument("files", type=Path, nargs="+", metavar="FILE")
    check.add_argument("--artefact", type=Path, default=DATA / "models" / "small", help="the artefact that is served")
    check.add_argument("--taxonomy", type=Path, default=DATA / "taxonomy.toml")
    options = parser.parse_args(arguments)
    wrong = False
    try:
        taxonomy = read_taxonomy(options.taxonomy)
        artefact = read_artefact(options.artefact, taxonomy)
    except ModerationError as error:
        print(f"policy: {error}", file=sys.stderr)
        return 2
    for path in options.files:
        try:
            policy = read_policy(path, taxonomy, artefact)
            print(f"{path}: {policy.id}: {_summary(policy)}")
        except PolicyError as error:
            wrong = True
            print(error, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
