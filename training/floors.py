"""What no release may fall below: read from data/floors.toml, by everything that lets a model or labelled comments through."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from serving.settings import ROOT
from training.errors import TrainingError

FLOORS = ROOT / "data" / "floors.toml"
Verdict = Literal["holds", "breached", "not measured"]
_KEYS = {"figure", "name", "low", "high", "reason"}


@dataclass(frozen=True)
class Floor:
    """A figure, named by its path through the figures with points between, that must lie from `low` to `high`. In Dutch: what it is
    called, and the reason."""

    figure: str
    low: float
    high: float
    reason: str
    name: str = ""

    def value(self, figures: Mapping[str, Any]) -> float | None:
        """The figure it looks at, None where it was not measured.

        Raises:
            TrainingError: at the end of the path stands no number.
        """
        found: Any = figures
        for step in self.figure.split("."):
            if not isinstance(found, Mapping) or step not in found:
                return None
            found = found[step]
        if found is not None and not isinstance(found, (int, float)):
            raise TrainingError(f"floor {self.figure}: is no number but holds others; name one of them (most are called value)")
        return None if found is None else float(found)

    def verdict(self, figures: Mapping[str, Any]) -> Verdict:
        value = self.value(figures)
        if value is None:
            return "not measured"
        return "holds" if self.low <= value <= self.high else "breached"

    def breach(self, figures: Mapping[str, Any]) -> str:
        """What is wrong, as a sentence."""
        return f"{self.figure} is {self.value(figures):.4g}, must lie from {self.low:g} to {self.high:g}: {self.reason}"


def read_floors(part: Literal["data", "model"], path: Path = FLOORS) -> tuple[Floor, ...]:
    """The floors of one part: of the labelled comments, or of the served model.

    Raises:
        TrainingError: naming the file, the floor and the remedy.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf8"))[part]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise TrainingError(f"{path}: needs a [[{part}]] table for each floor ({error})") from error
    return tuple(_floor(table, f"{path}: [[{part}]] {number}") for number, table in enumerate(tables, start=1))


def breaches(figures: Mapping[str, Any], floors: Sequence[Floor]) -> list[str]:
    """A sentence for each floor that is breached; what was not measured can't breach one."""
    return [floor.breach(figures) for floor in floors if floor.verdict(figures) == "breached"]


def _floor(table: dict[str, Any], where: str) -> Floor:
    if unknown := set(table) - _KEYS:
        raise TrainingError(f"{where}: unknown entry {sorted(unknown)[0]!r}; leave it out or use one of {sorted(_KEYS)}")
    for key in ("figure", "reason"):
        if not isinstance(table.get(key), str) or not table[key]:
            raise TrainingError(f"{where}: {key} must be text that is not empty")
    low, high = table.get("low", -math.inf), table.get("high", math.inf)
    if not all(isinstance(end, (int, float)) for end in (low, high)) or not low <= high or (low, high) == (-math.inf, math.inf):
        raise TrainingError(f"{where} ({table['figure']}): give low, high or both as numbers, low not above high")
    return Floor(table["figure"], float(low), float(high), table["reason"], str(table.get("name", table["figure"])))
