"""Behaviour that a town may count on: written comments, one capability a group, and whether the served decision keeps to it.

The file is data/behaviour.toml, whose head says what each kind of group holds (after Ribeiro et al. 2020, CheckList).
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from serving.moderation.allowed import Allowed, read_allowed
from serving.moderation.comment import Comment
from serving.moderation.decision import ACTIONS, Action, Decision
from serving.moderation.errors import PolicyError
from serving.moderation.taxonomy import Taxonomy
from training.errors import TrainingError
from training.labels import text_key

Kind = Literal["minimum", "invariance", "direction"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Probabilities that differ by less count as the same.
CLOSE = 0.15
# A smaller rise may be chance.
LEAST_RISE = 0.05
DONE = {"publish": "gepubliceerd", "review": "aan een medewerker voorgelegd", "auto_hide": "verborgen zonder dat iemand kijkt"}
_OF_ALL = ("id", "kind", "description")
_OF_KIND = {
    "minimum": (("texts", "actions"), ("labels", "no_labels")),
    "invariance": (("pairs",), ()),
    "direction": (("pairs", "category"), ()),
}


@dataclass(frozen=True)
class Group:
    """One capability; `cases` are single texts (minimum) or pairs of texts (invariance, direction)."""

    id: str
    kind: Kind
    description: str
    cases: tuple[tuple[str, ...], ...]
    actions: tuple[Action, ...] = ()
    labels: tuple[str, ...] = ()
    no_labels: tuple[str, ...] = ()
    category: str | None = None


@dataclass(frozen=True)
class Behaviour:
    """All groups, and the contact data of the town that they speak of."""

    groups: tuple[Group, ...]
    allowed: Allowed


@dataclass(frozen=True)
class Outcome:
    """What became of one case; `problems` in Dutch, none where it passed."""

    texts: tuple[str, ...]
    decisions: tuple[Decision, ...]
    problems: tuple[str, ...]


def read_behaviour(path: Path, taxonomy: Taxonomy) -> Behaviour:
    """Read and check the groups.

    Raises:
        TrainingError: naming the file, the entry and the remedy.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf8"))
        allowed = read_allowed(raw.get("allowed", {}))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrainingError(f"{path}: can't be read as TOML: {error}") from error
    except PolicyError as error:
        raise TrainingError(f"{path}: {error}") from error
    entries = raw.get("group", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise TrainingError(f"{path}: group must be a list of tables; write [[group]] above each")
    if not entries:
        raise TrainingError(f"{path}: has no [[group]]; give at least one")
    groups: dict[str, Group] = {}
    places: dict[str, str] = {}
    for number, entry in enumerate(entries, start=1):
        place = f"{path}: group {entry.get('id', number)!r}"
        # The texts are looked into only once their shape is right.
        if problem := next(_problems(entry, taxonomy), None) or next(_seen(entry, groups, places), None):
            raise TrainingError(f"{place}: {problem}")
        groups[entry["id"]] = _group(entry)
    return Behaviour(tuple(groups.values()), allowed)


def outcomes(group: Group, decide: Callable[[Comment], Decision], taxonomy: Taxonomy) -> Iterator[Outcome]:
    """Every case of a group with what is wrong with the decisions on it."""
    names = {category.id: category.name.lower() for category in taxonomy.categories}
    judge = {"minimum": _minimum, "invariance": _invariance, "direction": _direction}[group.kind]
    for number, texts in enumerate(group.cases, start=1):
        decisions = tuple(decide(Comment(f"{group.id}-{number}-{k}", text)) for k, text in enumerate(texts))
        yield Outcome(texts, decisions, tuple(judge(group, decisions, names)))


def _minimum(group: Group, decisions: tuple[Decision, ...], names: Mapping[str, str]) -> Iterator[str]:
    (decision,) = decisions
    if decision.action not in group.actions:
        yield DONE[decision.action]
    for name in group.labels:
        if name not in decision.labels:
            yield f"niet gevonden: {names[name]}"
    for name in group.no_labels:
        if name in decision.labels:
            yield f"ten onrechte gevonden: {names[name]}"


def _invariance(_: Group, decisions: tuple[Decision, ...], names: Mapping[str, str]) -> Iterator[str]:
    one, other = decisions
    if one.action != other.action:
        yield f"de eerste wordt {DONE[one.action]}, de tweede {DONE[other.action]}"
    for name, probability in one.probabilities.items():
        if abs(other.probabilities[name] - probability) >= CLOSE:
            yield _moved(names[name], probability, other.probabilities[name])


def _direction(group: Group, decisions: tuple[Decision, ...], names: Mapping[str, str]) -> Iterator[str]:
    before, after = decisions
    name = str(group.category)
    by_rule = (
        name in after.labels
        and name not in before.labels
        and ("rule", name) in {(reason.found_by, reason.category) for reason in after.reasons}
    )
    if after.probabilities[name] - before.probabilities[name] < LEAST_RISE and not by_rule:
        yield _moved(names[name], before.probabilities[name], after.probabilities[name])


def _moved(name: str, before: float, after: float) -> str:
    return f"kans op {name}: eerst {before:.0%}, dan {after:.0%}".replace("%", "\xa0%")


def _problems(entry: Mapping[str, Any], taxonomy: Taxonomy) -> Iterator[str]:
    """What is wrong with an entry, each with its remedy."""
    for field in _OF_ALL:
        if not isinstance(entry.get(field), str) or not entry[field].strip():
            yield f"{field} must be a string that is not empty"
    if entry.get("kind") not in KINDS:
        yield f"kind {entry.get('kind')!r} is unknown; use one of {', '.join(KINDS)}"
        return
    needed, optional = _OF_KIND[entry["kind"]]
    for field in needed:
        if not entry.get(field):
            yield f"{field} is missing or empty; a group of kind {entry['kind']} needs it"
        elif field != "category" and not isinstance(entry[field], list):
            yield f"{field} must be a list"
    for field in sorted(set(entry) - {*_OF_ALL, *needed, *optional}):
        yield f"has the field {field!r}, which a group of kind {entry['kind']} does not know; remove it"
    yield from _list_problems(entry, "actions", ACTIONS)
    for field in ("labels", "no_labels"):
        yield from _list_problems(entry, field, taxonomy.category_ids)
    if entry["kind"] == "direction" and entry.get("category") not in taxonomy.category_ids:
        yield f"category {entry.get('category')!r} is unknown; use one of {', '.join(taxonomy.category_ids)}"
    if not all(isinstance(text, str) and text.strip() for text in entry.get("texts", [])):
        yield "texts must be a list of strings that are not empty"
    for number, pair in enumerate(entry.get("pairs", []), start=1):
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(text, str) and text.strip() for text in pair):
            yield f"pair {number} must be a list of two strings that are not empty"


def _list_problems(entry: Mapping[str, Any], field: str, known: tuple[str, ...]) -> Iterator[str]:
    values = entry.get(field, [])
    if not isinstance(values, list):
        yield f"{field} must be a list"
    elif unknown := [value for value in values if value not in known]:
        yield f"{field} names {unknown[0]!r}; known are {', '.join(known)}"


def _seen(entry: Mapping[str, Any], groups: Mapping[str, Group], places: dict[str, str]) -> Iterator[str]:
    if entry.get("id") in groups:
        yield "stands twice; give each group its own id"
    for number, case in enumerate(_cases(entry), start=1):
        for text in case:
            where = f"{entry['id']} {number}"
            if places.setdefault(text_key(text), where) != where:
                yield f"case {number} has the text of {places[text_key(text)]}; write another or remove one"


def _cases(entry: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [(text,) for text in entry.get("texts", [])] + [tuple(pair) for pair in entry.get("pairs", [])]


def _group(entry: Mapping[str, Any]) -> Group:
    lists = {field: tuple(entry.get(field, [])) for field in ("actions", "labels", "no_labels")}
    return Group(
        id=entry["id"],
        kind=entry["kind"],
        description=entry["description"],
        cases=tuple(_cases(entry)),
        category=entry.get("category"),
        **lists,
    )
