"""Labelled comments: read and check them, and see that no split leaks into another.

    python -m training.labels data/comments/*.jsonl        check and count

A record is one JSON object a line: id, text, labels, signals, borderline, context (optional), writer, topic,
register, source, and optionally either (labels that one of two readers gave and the other did not), pair (the minimal
pair it belongs to) and platform. See `data/DATASHEET.md`.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serving.moderation.comment import MAX_TEXT_CHARACTERS
from serving.moderation.taxonomy import Taxonomy, read_taxonomy
from serving.moderation.text import normalise, visible
from serving.settings import TAXONOMY

SPLITS = ("train", "dev", "test")
# A second test, where there is one: written against a model to fool it, so its figures stand apart.
ADVERSARIAL = "adversarial"
REGISTERS = (
    "standaard", "tussentaal", "west-vlaams", "oost-vlaams", "antwerps", "brabants", "limburgs",
    "nederlands-nl", "jongerentaal", "gemengd", "forum",
)  # fmt: skip
_TEXT_FIELDS = ("id", "text", "writer", "topic", "register", "source")
_LIST_FIELDS = ("labels", "signals")
_OPTIONAL = ("context", "pair", "platform")
_FIELDS = (*_TEXT_FIELDS, *_LIST_FIELDS, "borderline", *_OPTIONAL, "either")


@dataclass(frozen=True)
class LabelledComment:
    """A comment with what people found in it; `writer` and `topic` are what splits are made by.

    Where two readers labelled it, `labels` holds what both gave and `either` what one of the two gave.
    """

    id: str
    text: str
    labels: tuple[str, ...]
    signals: tuple[str, ...]
    borderline: bool
    context: str | None
    writer: str
    topic: str
    register: str
    source: str
    pair: str | None = None
    platform: str | None = None
    either: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file: `file:line: field: what and how to mend it`. Never repeats the comment's text."""

    file: Path
    line: int
    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.what}"


class LabelError(Exception):
    """Labelled comments that can't be used, with every problem found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        more = f"\n… and {len(problems) - 20} more" if len(problems) > 20 else ""
        super().__init__("\n".join(map(str, problems[:20])) + more)
        self.problems = tuple(problems)


def read_labels(paths: Iterable[Path], taxonomy: Taxonomy) -> list[LabelledComment]:
    """Read labelled comments from JSON-lines files.

    Raises:
        LabelError: with all problems of all files, each naming file, line, field and remedy.
    """
    comments: list[LabelledComment] = []
    problems: list[Problem] = []
    first_place: dict[str, str] = {}
    for path in paths:
        for number, raw, broken in _lines(path):
            found = [broken] if broken else _problems(raw, path, number, taxonomy)
            if not found:
                found = _twice(raw, path, number, first_place)
            problems += found
            if not found:
                comments.append(_comment(raw))
    if problems:
        raise LabelError(problems)
    return comments


def read_splits(folder: Path, taxonomy: Taxonomy) -> dict[str, list[LabelledComment]]:
    """Read train.jsonl, dev.jsonl, test.jsonl and, if it is there, adversarial.jsonl of a folder; refuse a leak between them.

    Raises:
        LabelError: a file is missing or wrong, or two splits share a text, a writer, a topic or a pair.
    """
    paths = {split: folder / f"{split}.jsonl" for split in (*SPLITS, ADVERSARIAL)}
    if not paths[ADVERSARIAL].exists():
        del paths[ADVERSARIAL]
    splits = {split: read_labels([path], taxonomy) for split, path in paths.items()}
    if leaks := list(_leaks(splits, paths)):
        raise LabelError(leaks)
    return splits


def measured_on(splits: dict[str, list[LabelledComment]], real: Iterable[str]) -> set[str]:
    """The text keys of all that is measured on: every split but train, and the texts of real comments."""
    held_out = [comment.text for split, comments in splits.items() if split != "train" for comment in comments]
    return {text_key(text) for text in (*held_out, *real)}


def text_key(text: str) -> str:
    """What two comments share when one is a copy of the other: the normalised text's SHA-1, case folded."""
    return hashlib.sha1(normalise(text).casefold().encode("utf8"), usedforsecurity=False).hexdigest()


def _lines(path: Path) -> Iterator[tuple[int, Any, Problem | None]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        yield 0, None, Problem(path, 0, "file", f"can't be read ({error.strerror}); give an existing file")
        return
    if not content.strip():
        yield 0, None, Problem(path, 0, "file", "is empty; give at least one labelled comment")
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line.decode("utf8")), None
        except UnicodeDecodeError as error:
            yield number, None, Problem(path, number, "line", f"is not UTF-8 at byte {error.start + 1}; save as UTF-8")
        except ValueError:
            yield number, None, Problem(path, number, "line", "is not JSON; write one whole object a line")


def _problems(raw: Any, path: Path, line: int, taxonomy: Taxonomy) -> list[Problem]:
    if not isinstance(raw, dict):
        return [Problem(path, line, "line", "is not a JSON object; write one object with id, text, labels … a line")]
    found = [(name, f"unknown field; known are {', '.join(_FIELDS)}") for name in raw if name not in _FIELDS]
    found += [(name, "must be a string that is not empty") for name in _TEXT_FIELDS if not _filled(raw.get(name))]
    found += [
        (name, "must be a string that is not empty, or left out")
        for name in _OPTIONAL
        if name in raw and not _filled(raw[name])
    ]
    if not isinstance(raw.get("borderline"), bool):
        found.append(("borderline", "must be true or false"))
    found += _list_problems(raw, "labels", taxonomy.category_ids)
    found += _list_problems(raw, "signals", taxonomy.signal_ids)
    found += _list_problems(raw, "either", taxonomy.category_ids) if "either" in raw else []
    if _filled(raw.get("text")) and not visible(raw["text"]):
        found.append(("text", "holds no visible character; remove the line"))
    if _filled(raw.get("text")) and len(raw["text"]) > MAX_TEXT_CHARACTERS:
        found.append(("text", f"has {len(raw['text'])} characters, the limit is {MAX_TEXT_CHARACTERS}; shorten it"))
    if _filled(raw.get("register")) and raw["register"] not in REGISTERS:
        found.append(("register", f"{raw['register']!r} is unknown; known are {', '.join(REGISTERS)}"))
    return [Problem(path, line, field, what) for field, what in found]


def _list_problems(raw: dict[str, Any], field: str, known: tuple[str, ...]) -> list[tuple[str, str]]:
    values = raw.get(field)
    if not isinstance(values, list):
        return [(field, "must be a list, [] for none")]
    if unknown := [value for value in values if value not in known]:
        return [(field, f"{unknown[0]!r} is unknown; known are {', '.join(known)}")]
    if len(set(values)) < len(values):
        return [(field, "names the same one twice; name each once")]
    return []


def _twice(raw: dict[str, Any], path: Path, line: int, first_place: dict[str, str]) -> list[Problem]:
    """Ids must be unique; a text may stand twice only with another context."""
    copy = f"{text_key(raw['text'])} {text_key(raw['context']) if raw.get('context') else ''}"
    for key, field, remedy in ((raw["id"], "id", "give each its own"), (copy, "text", "remove one of the two")):
        if key in first_place:
            return [Problem(path, line, field, f"is the same as at {first_place[key]}; {remedy}")]
    first_place[raw["id"]] = first_place[copy] = f"{path}:{line}"
    return []


def _leaks(splits: dict[str, list[LabelledComment]], paths: dict[str, Path]) -> Iterator[Problem]:
    for field in ("text", "writer", "topic", "pair"):
        home: dict[str, str] = {}
        for split, comments in splits.items():
            for line, comment in enumerate(comments, start=1):
                value = getattr(comment, field)
                key = text_key(value) if field == "text" else value
                if key is None:
                    continue
                if home.setdefault(key, split) != split:
                    what = f"also stands in {home[key]}.jsonl; a {field} belongs to one split only, move the comment"
                    yield Problem(paths[split], line, field, what)


def _comment(raw: dict[str, Any]) -> LabelledComment:
    fields: dict[str, Any] = {**dict.fromkeys(_OPTIONAL), **raw}
    lists = {name: tuple(raw.get(name, ())) for name in (*_LIST_FIELDS, "either")}
    return LabelledComment(**fields | lists)


def _filled(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.labels", description="Check and count labelled comments.")
    parser.add_argument("files", nargs="+", type=Path, help="JSON-lines files")
    options = parser.parse_args(arguments)
    try:
        comments = read_labels(options.files, read_taxonomy(TAXONOMY))
    except LabelError as error:
        print(error, file=sys.stderr)
        return 1
    counts = Counter(label for comment in comments for label in (*comment.labels, *comment.signals))
    print(f"comments {len(comments)}  without a label {sum(not comment.labels for comment in comments)}")
    print("\n".join(f"{label} {count}" for label, count in counts.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
