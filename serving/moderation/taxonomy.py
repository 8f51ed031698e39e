"""The categories and signals that a comment is scored on, read from `data/taxonomy.toml`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from serving.moderation.errors import TaxonomyError
from serving.moderation.tables import read_toml

T = TypeVar("T")
Language = Literal["nl", "fr", "en"]


@dataclass(frozen=True)
class Category:
    """A house rule, or the escalation signal `threat`. Names and sentences are Dutch, for residents."""

    id: str
    name: str
    definition: str
    sentence: str
    house_rule: bool
    escalate_to: tuple[str, ...]


@dataclass(frozen=True)
class Signal:
    """Something worth knowing about a comment that is never a violation."""

    id: str
    name: str
    definition: str
    escalate_to: tuple[str, ...]


@dataclass(frozen=True)
class Taxonomy:
    """`reply` is the standard sentence of the code of conduct: verbatim in Dutch, translated in French and English."""

    version: str
    reply: dict[Language, str]
    escalation: dict[str, str]
    categories: tuple[Category, ...]
    signals: tuple[Signal, ...]

    @property
    def category_ids(self) -> tuple[str, ...]:
        return tuple(category.id for category in self.categories)

    @property
    def signal_ids(self) -> tuple[str, ...]:
        return tuple(signal.id for signal in self.signals)

    @property
    def ids(self) -> tuple[str, ...]:
        """Categories, then signals: the order of a model's outputs."""
        return self.category_ids + self.signal_ids

    def category(self, category_id: str) -> Category:
        return self.categories[self.category_ids.index(category_id)]


def read_taxonomy(path: Path) -> Taxonomy:
    """Read and check a taxonomy file.

    Raises:
        TaxonomyError: naming the file, the entry and the remedy.
    """
    raw = read_toml(path, "taxonomy", TaxonomyError)
    escalation = _field(raw, "escalation", dict, path, "the file")
    taxonomy = Taxonomy(
        version=_field(raw, "version", str, path, "the file"),
        reply=_reply(_field(raw, "reply", dict, path, "the file"), path),
        escalation=escalation,
        categories=tuple(_category(entry, escalation, path) for entry in _field(raw, "category", list, path, "the file")),
        signals=tuple(_signal(entry, escalation, path) for entry in _field(raw, "signal", list, path, "the file")),
    )
    twice = {name for name in taxonomy.ids if taxonomy.ids.count(name) > 1}
    if twice:
        raise TaxonomyError(f"{path}: id {sorted(twice)[0]!r} is used twice; every category and signal needs its own")
    return taxonomy


def _reply(table: dict[str, Any], path: Path) -> dict[Language, str]:
    languages: tuple[Language, ...] = get_args(Language)
    if unknown := sorted(set(table) - set(languages)):
        raise TaxonomyError(f"{path}: [reply] has the unknown language {unknown[0]!r}; known are {', '.join(languages)}")
    return {language: _field(table, language, str, path, "[reply]") for language in languages}


def _category(entry: dict[str, Any], escalation: dict[str, str], path: Path) -> Category:
    where = f"category {entry.get('id', '?')!r}"
    return Category(
        id=_field(entry, "id", str, path, where),
        name=_field(entry, "name", str, path, where),
        definition=_field(entry, "definition", str, path, where),
        sentence=_field(entry, "sentence", str, path, where),
        house_rule=_field(entry, "house_rule", bool, path, where),
        escalate_to=_routes(entry, escalation, path, where),
    )


def _signal(entry: dict[str, Any], escalation: dict[str, str], path: Path) -> Signal:
    where = f"signal {entry.get('id', '?')!r}"
    return Signal(
        id=_field(entry, "id", str, path, where),
        name=_field(entry, "name", str, path, where),
        definition=_field(entry, "definition", str, path, where),
        escalate_to=_routes(entry, escalation, path, where),
    )


def _routes(entry: dict[str, Any], escalation: dict[str, str], path: Path, where: str) -> tuple[str, ...]:
    routes = tuple(_field(entry, "escalate_to", list, path, where))
    unknown = [route for route in routes if route not in escalation]
    if unknown:
        raise TaxonomyError(f"{path}: {where} escalates to {unknown[0]!r}, which [escalation] does not list")
    return routes


def _field(table: dict[str, Any], key: str, kind: type[T], path: Path, where: str) -> T:
    value = table.get(key)
    if not isinstance(value, kind):
        raise TaxonomyError(f"{path}: {where} needs {key!r} as a {kind.__name__}, found {type(value).__name__}")
    return value
