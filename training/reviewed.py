"""Decisions that a person looked at: how often the person found nothing wrong where the model hid or sent to review.

One JSON object a line, no text in it:
    date       day of the person's decision, as 2026-11-02
    id         the comment's
    action     what the service decided: publish, review or auto_hide
    labels     the categories that the service named, a list
    reviewed   the categories that the person found, a list; empty when nothing is wrong with the comment
A comment stands in the file once, with the last decision on it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from serving.moderation.decision import ACTIONS, Action
from serving.moderation.taxonomy import Taxonomy
from training.errors import TrainingError
from training.metrics import as_json, rate

FIELDS = ("date", "id", "action", "labels", "reviewed")


@dataclass(frozen=True)
class Reviewed:
    date: date
    id: str
    action: Action
    labels: tuple[str, ...]
    reviewed: tuple[str, ...]

    @property
    def week(self) -> str:
        """ISO week, such as 2026-W45; they sort as they follow."""
        year, week, _ = self.date.isocalendar()
        return f"{year}-W{week:02d}"


def read_reviewed(path: Path, taxonomy: Taxonomy) -> list[Reviewed]:
    """Read and check such a file.

    Raises:
        TrainingError: naming the file, the line, the field and the remedy.
    """
    try:
        lines = path.read_text(encoding="utf8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: can't be read as UTF-8 text; give an existing file of reviewed decisions") from error
    found: list[Reviewed] = []
    first_at: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        raw = _decoded(line)
        if problem := _problem(raw, taxonomy):
            raise TrainingError(f"{path}:{number}: {problem}")
        if raw["id"] in first_at:
            raise TrainingError(
                f"{path}:{number}: id: is the same as at line {first_at[raw['id']]}; keep the last decision only"
            )
        first_at[raw["id"]] = number
        found.append(
            Reviewed(date.fromisoformat(raw["date"]), raw["id"], raw["action"], tuple(raw["labels"]), tuple(raw["reviewed"]))
        )
    if not found:
        raise TrainingError(f"{path}: is empty; give at least one reviewed decision")
    return found


def overturned(decisions: Iterable[Reviewed], action: Action) -> dict[str, Any]:
    """Of the decisions with this action, the share that the person overturned.

    A hide or review is overturned where the person found nothing wrong, a published comment where the person found something.
    """
    chosen = [decision for decision in decisions if decision.action == action]
    return as_json(rate(sum(bool(d.reviewed) == (action == "publish") for d in chosen), len(chosen)))


def by_week(decisions: Sequence[Reviewed]) -> dict[str, dict[str, dict[str, Any]]]:
    """`overturned` by ISO week, in order, and by action."""
    weeks = sorted({decision.week for decision in decisions})
    return {
        week: {action: overturned([d for d in decisions if d.week == week], action) for action in ACTIONS} for week in weeks
    }


def _decoded(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _problem(raw: Any, taxonomy: Taxonomy) -> str:
    """What is wrong with a decoded line, nothing where it is right."""
    if not isinstance(raw, dict):
        return "is not a JSON object; write one decision a line"
    if set(raw) != set(FIELDS):
        odd = sorted(set(raw) ^ set(FIELDS))[0]
        return f"{odd}: is {'unknown' if odd in raw else 'missing'}; a line has exactly {', '.join(FIELDS)}"
    try:
        date.fromisoformat(raw["date"])
    except (TypeError, ValueError):
        return "date: must be a day such as 2026-11-02"
    if not isinstance(raw["id"], str) or not raw["id"].strip():
        return "id: must be a string that is not empty"
    if raw["action"] not in ACTIONS:
        return f"action: must be one of {', '.join(ACTIONS)}"
    for field in ("labels", "reviewed"):
        if not isinstance(raw[field], list) or any(name not in taxonomy.category_ids for name in raw[field]):
            return f"{field}: must be a list of {', '.join(taxonomy.category_ids)}, [] for none"
    return ""
