"""How well the detectors find personal data and links: on a table of their own, and what they find in harmless comments.

    python -m training.detectors --table data/detectors/table.jsonl

A find counts as right if it overlaps one of the same kind in the table; `exact` is the share of those with the very same ends.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from serving.moderation.detectors import detect
from serving.moderation.errors import ModerationError
from serving.moderation.finds import KINDS, Find
from serving.moderation.taxonomy import read_taxonomy
from serving.settings import SettingsError, read_settings
from training.errors import TrainingError
from training.labels import LabelError, LabelledComment, read_labels
from training.metrics import Figure, as_json, rate

Half = Literal["odd", "even", "all"]
NOT_HARMLESS = frozenset({"personal_data", "spam"})


@dataclass(frozen=True)
class TableRow:
    """One comment of the table and everything there is to find in it."""

    id: str
    text: str
    finds: tuple[Find, ...]


@dataclass(frozen=True)
class Outcome:
    """What was wanted and what was found in one comment, and which of both belong together."""

    row: TableRow
    found: tuple[Find, ...]
    pairs: tuple[tuple[Find, Find], ...]

    @property
    def missed(self) -> tuple[Find, ...]:
        return tuple(find for find in self.row.finds if find not in {wanted for wanted, _ in self.pairs})

    @property
    def false(self) -> tuple[Find, ...]:
        return tuple(find for find in self.found if find not in {found for _, found in self.pairs})


def read_table(path: Path, half: Half = "all") -> list[TableRow]:
    """The table's rows with odd ids, with even ids, or all.

    Raises:
        TrainingError: naming the file, the line and what to mend.
    """
    try:
        lines = path.read_text(encoding="utf8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: can't be read ({error})") from error
    rows = [_row(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()]
    return [row for row in rows if half == "all" or (int(row.id[1:]) % 2 == 1) == (half == "odd")]


def outcome(row: TableRow) -> Outcome:
    """Run the detectors on a row and pair each find with the first one wanted of its kind that it overlaps."""
    found = detect(row.text)
    pairs: list[tuple[Find, Find]] = []
    for wanted in row.finds:
        paired = {find for _, find in pairs}
        if match := next((find for find in found if find not in paired and _agree(wanted, find)), None):
            pairs.append((wanted, match))
    return Outcome(row, found, tuple(pairs))


def measured(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Figure]]:
    """Precision, recall and exactness per kind and over all; `n` is finds, wanted finds, right finds."""
    return {kind: _measured(outcomes, {kind}) for kind in KINDS} | {"all": _measured(outcomes, set(KINDS))}


def false_finds(comments: Sequence[LabelledComment]) -> dict[str, Figure]:
    """Per kind and per category: the share of harmless comments in which there is a find all the same."""
    harmless = [detect(comment.text) for comment in comments if not NOT_HARMLESS & {*comment.labels, *comment.either}]
    kinds = {kind: sum(any(find.kind == kind for find in finds) for finds in harmless) for kind in KINDS}
    categories = {c: sum(any(find.category == c for find in finds) for finds in harmless) for c in sorted(NOT_HARMLESS)}
    return {name: rate(hits, len(harmless)) for name, hits in (kinds | categories).items()}


def _measured(outcomes: Sequence[Outcome], kinds: set[str]) -> dict[str, Figure]:
    pairs = [pair for one in outcomes for pair in one.pairs if pair[0].kind in kinds]
    found = sum(find.kind in kinds for one in outcomes for find in one.found)
    wanted = sum(find.kind in kinds for one in outcomes for find in one.row.finds)
    exact = sum(wanted == found for wanted, found in pairs)
    return {"precision": rate(len(pairs), found), "recall": rate(len(pairs), wanted), "exact": rate(exact, len(pairs))}


def _agree(wanted: Find, found: Find) -> bool:
    return wanted.kind == found.kind and wanted.start < found.end and found.start < wanted.end


def _row(line: str, where: str) -> TableRow:
    try:
        raw = json.loads(line)
        row = TableRow(raw["id"], raw["text"], tuple(Find(f["start"], f["end"], f["kind"]) for f in raw["finds"]))
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise TrainingError(f"{where}: needs 'id', 'text' and 'finds' with 'start', 'end' and 'kind' ({error!r})") from error
    if not isinstance(row.id, str) or not row.id[1:].isdecimal():
        raise TrainingError(f"{where}: id {row.id!r} must be a letter and a number, since halves go by that")
    for find in row.finds:
        if find.kind not in KINDS:
            raise TrainingError(f"{where}: {find.kind!r} is no kind; they are {', '.join(KINDS)}")
        if not 0 <= find.start < find.end <= len(row.text):
            raise TrainingError(f"{where}: find {find.start}-{find.end} lies outside the text of {len(row.text)} characters")
    return row


def _shown(one: Outcome) -> dict[str, Any]:
    missed = [f"{find.kind}: {one.row.text[find.start : find.end]}" for find in one.missed]
    false = [f"{find.kind}: {one.row.text[find.start : find.end]}" for find in one.false]
    return {"id": one.row.id, "text": one.row.text, "missed": missed, "false": false}


def _per_thousand(figure: Figure) -> dict[str, float | int]:
    return {
        "per_1000": round(1000 * figure.value, 2),
        "low": round(1000 * figure.low, 2),
        "high": round(1000 * figure.high, 2),
        "n": figure.n,
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.detectors", description="Measure the detectors beside the model.")
    parser.add_argument("--table", type=Path, required=True, help="comments with every find marked, JSON lines")
    parser.add_argument(
        "--half", choices=get_args(Half), default="all", help="only odd or even ids; the even ones are held out"
    )
    parser.add_argument(
        "--comments",
        type=Path,
        default=Path("data/comments/test.jsonl"),
        help="labelled comments; finds in those without personal_data and spam are false",
    )
    parser.add_argument("--errors", action="store_true", help="list the rows of the table with an error instead of the figures")
    options = parser.parse_args(arguments)
    try:
        outcomes = [outcome(row) for row in read_table(options.table, options.half)]
        comments = read_labels([options.comments], read_taxonomy(read_settings().taxonomy))
    except (ModerationError, SettingsError, TrainingError, LabelError) as error:
        print(f"detectors: {error}", file=sys.stderr)
        return 2
    if options.errors:
        for one in outcomes:
            if one.missed or one.false:
                print(json.dumps(_shown(one), ensure_ascii=False))
        return 0
    figures = {kind: {name: as_json(figure) for name, figure in row.items()} for kind, row in measured(outcomes).items()}
    harmless = {name: _per_thousand(figure) for name, figure in false_finds(comments).items()}
    report = {"rows": len(outcomes), "half": options.half, "table": figures, "harmless_comments_with_a_find": harmless}
    print(json.dumps(report, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
