"""A reader for the labels that data scientists bring: CSV, JSON lines or a Label Studio export.

    python -m training.imports eigen.csv --out data/comments/eigen.jsonl --label scheldwoord=insult --writer-column auteur

Writes records as `training.labels` reads them, with personal data masked. Whatever can't be used is named with file, row
and remedy before anything is written; duplicates and contradictions are reported, never dropped silently.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serving.moderation.personal_data import mask_personal_data
from serving.moderation.taxonomy import Taxonomy, read_taxonomy
from serving.moderation.text import visible
from serving.settings import TAXONOMY
from training.errors import TrainingError
from training.files import new_file
from training.labels import text_key

# Words for "no label" that people write in a label column.
NONE = {"", "-", "geen", "ok", "none"}


@dataclass(frozen=True)
class ImportOptions:
    """How a file's columns and label names map onto ours; `labels` maps theirs to category or signal ids."""

    labels: dict[str, str]
    text: str = "text"
    label: str = "labels"
    context: str = "context"
    writer: str = "writer"
    topic: str = "topic"
    encoding: str = "utf-8-sig"


@dataclass(frozen=True)
class Row:
    """One annotation of one comment, as found: `names` are its label and signal ids."""

    place: str
    text: str
    names: frozenset[str]
    context: str | None
    writer: str
    topic: str


def read_rows(path: Path, options: ImportOptions, taxonomy: Taxonomy) -> list[Row]:
    """Read a file by its ending: .csv, .jsonl or .json (Label Studio).

    Raises:
        TrainingError: every row that can't be used, each with file, row, column and remedy.
    """
    readers = {".csv": _csv, ".jsonl": _json_lines, ".json": _label_studio}
    if path.suffix not in readers:
        raise TrainingError(f"{path}: ends in none of {', '.join(readers)}; rename or convert it")
    rows, problems = [], []
    for number, record in readers[path.suffix](path, _content(path, options), options):
        try:
            rows.append(_row(record, f"{path}:{number}", path.stem, options, taxonomy))
        except TrainingError as error:
            problems.append(str(error))
    if problems:
        raise TrainingError("\n".join(problems[:20]) + (f"\n… and {len(problems) - 20} more" if len(problems) > 20 else ""))
    if not rows:
        raise TrainingError(f"{path}: holds no rows; give at least one labelled comment")
    return rows


def to_records(rows: list[Row], source: str, taxonomy: Taxonomy) -> tuple[list[dict[str, Any]], list[str]]:
    """Merge annotations of the same text into records, and say which were doubles or contradicted each other.

    What all annotations of a text gave goes into `labels` and `signals`; a category that only some gave into `either`.
    """
    groups: dict[tuple[str, str | None], list[Row]] = {}
    for row in rows:
        groups.setdefault((text_key(row.text), row.context), []).append(row)
    records, remarks = [], []
    for number, group in enumerate(groups.values(), start=1):
        every = frozenset.intersection(*(row.names for row in group))
        some = frozenset.union(*(row.names for row in group)) - every
        if len(group) > 1:
            verdict = f"contradict each other on {', '.join(sorted(some))}" if some else "say the same; kept once"
            remarks.append(f"{', '.join(row.place for row in group)}: same text, the labels {verdict}")
        either = [name for name in taxonomy.category_ids if name in some]
        records.append(
            {
                "id": f"{source}-{number:05d}",
                "text": group[0].text,
                "labels": [name for name in taxonomy.category_ids if name in every],
                "signals": [name for name in taxonomy.signal_ids if name in every],
                "borderline": bool(either),
                **({"context": group[0].context} if group[0].context else {}),
                **({"either": either} if either else {}),
                "writer": group[0].writer,
                "topic": group[0].topic,
                "register": "gemengd",
                "source": source,
            }
        )
    return records, remarks


def _content(path: Path, options: ImportOptions) -> str:
    try:
        return path.read_bytes().decode(options.encoding)
    except OSError as error:
        raise TrainingError(f"{path}: can't be read ({error.strerror}); give an existing file") from error
    except UnicodeDecodeError as error:
        row = path.read_bytes()[: error.start].count(b"\n") + 1
        raise TrainingError(
            f"{path}:{row}: is not {options.encoding} at byte {error.start + 1}; save it as UTF-8 (in Excel: 'CSV UTF-8'), or "
            "name its encoding with --encoding, such as cp1252"
        ) from error
    except LookupError as error:
        raise TrainingError(f"--encoding {options.encoding}: is no known encoding; try utf-8 or cp1252") from error


def _csv(path: Path, content: str, options: ImportOptions) -> Iterator[tuple[int, dict[str, Any]]]:
    head = content.split("\n", 1)[0]
    reader = csv.DictReader(content.splitlines(keepends=True), delimiter=max(",;\t", key=head.count))
    columns = reader.fieldnames or []
    for wanted, flag in ((options.text, "--text-column"), (options.label, "--label-column")):
        if wanted not in columns:
            raise TrainingError(f"{path}:1: has no column {wanted!r}, only {', '.join(columns)}; name yours with {flag}")
    for record in reader:
        yield reader.line_num, record


def _json_lines(path: Path, content: str, _: ImportOptions) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            yield number, _object(line, f"{path}:{number}")


def _label_studio(path: Path, content: str, options: ImportOptions) -> Iterator[tuple[int, dict[str, Any]]]:
    """Tasks of a Label Studio JSON export, one record an annotation, so that annotators stay apart."""
    try:
        tasks = json.loads(content)
        for number, task in enumerate(tasks, start=1):
            for annotation in task["annotations"]:
                if not annotation.get("was_cancelled"):
                    choices = [choice for result in annotation["result"] for choice in result["value"].get("choices", [])]
                    yield number, task["data"] | {options.label: choices}
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise TrainingError(f"{path}: is not a Label Studio export; export the project as JSON (not JSON-MIN)") from error


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise TrainingError(f"{place}: is not JSON at column {error.colno}; write one object a line") from error
    if not isinstance(record, dict):
        raise TrainingError(f"{place}: is not a JSON object; write one object a line")
    return record


def _row(record: dict[str, Any], place: str, source: str, options: ImportOptions, taxonomy: Taxonomy) -> Row:
    text = record.get(options.text)
    if not isinstance(text, str) or not visible(text):
        raise TrainingError(f"{place}: {options.text}: holds no text; fill it in or remove the row")
    given = record.get(options.label)
    if not isinstance(given, (str, list)):
        raise TrainingError(f"{place}: {options.label}: must be text or a list of labels, empty for none")
    names = given if isinstance(given, list) else given.replace(";", ",").split(",")
    context = record.get(options.context)
    return Row(
        place=place,
        text=mask_personal_data(text),
        names=frozenset(_names(names, place, options, taxonomy)),
        context=mask_personal_data(context) if isinstance(context, str) and context.strip() else None,
        writer=str(record.get(options.writer) or source),
        topic=str(record.get(options.topic) or source),
    )


def _names(given: list[Any], place: str, options: ImportOptions, taxonomy: Taxonomy) -> Iterator[str]:
    known = {name: name for name in taxonomy.ids} | {entry.name.casefold(): entry.id for entry in taxonomy.categories}
    known |= {name.casefold(): target for name, target in options.labels.items()}
    for name in given:
        key = str(name).strip().casefold()
        if key in NONE:
            continue
        if key not in known:
            hint = f"--label {key!r}=insult" if key.isascii() else "--label THEIRS=OURS"
            where = f"{place}: {options.label}"
            raise TrainingError(
                f"{where}: label {name!r} is unknown; known are {', '.join(taxonomy.ids)}; map yours with {hint}"
            )
        yield known[key]


def main(arguments: list[str] | None = None) -> int:
    try:
        raw = _parser().parse_args(arguments)
        taxonomy = read_taxonomy(TAXONOMY)
        options = _options(raw, taxonomy)
        rows = read_rows(raw.file, options, taxonomy)
        records, remarks = to_records(rows, raw.file.stem, taxonomy)
        with new_file(raw.out) as beside:
            beside.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf8")
    except TrainingError as error:
        print(f"imports: {error}", file=sys.stderr)
        return 2
    print("".join(f"imports: {remark}\n" for remark in remarks), end="", file=sys.stderr)
    print(f"imports: {len(rows)} rows read, {len(records)} comments written to {raw.out}", file=sys.stderr)
    return 0


def _options(raw: argparse.Namespace, taxonomy: Taxonomy) -> ImportOptions:
    labels = {}
    for pair in raw.label:
        theirs, separator, ours = pair.partition("=")
        if not separator or ours not in taxonomy.ids:
            raise TrainingError(f"--label {pair}: must be THEIRS=OURS with ours one of {', '.join(taxonomy.ids)}")
        labels[theirs] = ours
    columns = {name: getattr(raw, f"{name}_column") for name in ("text", "label", "context", "writer", "topic")}
    return ImportOptions(labels=labels, encoding=raw.encoding, **columns)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.imports", description="Read labels from CSV, JSON lines or Label Studio."
    )
    parser.add_argument("file", type=Path, help=".csv, .jsonl, or .json exported by Label Studio")
    parser.add_argument("--out", type=Path, required=True, help="JSON-lines file to write")
    parser.add_argument("--label", action="append", default=[], metavar="THEIRS=OURS", help="map a label name; may be repeated")
    for name, default in (
        ("text", "text"),
        ("label", "labels"),
        ("context", "context"),
        ("writer", "writer"),
        ("topic", "topic"),
    ):
        parser.add_argument(f"--{name}-column", default=default, help=f"column or key of the {name} (default: {default})")
    parser.add_argument("--encoding", default="utf-8-sig", help="encoding of the file (default: UTF-8)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
