"""Labels of real comments whose text is not ours to publish: joined with the texts where a corpus is present.

`data/external/NAME.jsonl` holds one object a line, sha1 (of the text's UTF-8 bytes), labels, signals, borderline; the text
is the line of `NAME.txt.xz` in a corpus folder that has this hash. Most lines were read once, some by two readers
who did not see each other's answer: then `labels` holds what both gave and `either` what one of the two gave.
"""

import hashlib
import html
import json
import lzma
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from serving.moderation.comment import MAX_TEXT_CHARACTERS
from serving.moderation.taxonomy import Taxonomy
from serving.moderation.text import visible
from serving.settings import ROOT
from training.errors import TrainingError
from training.labels import LabelledComment, text_key

EXTERNAL = ROOT / "data" / "external"
SUFFIX = ".txt.xz"
# What people posted below something, as residents do; the others are tweets, dialogue and articles.
READER_COMMENTS = ("jensen_comments", "reactionair_comments")
ELSEWHERE = (
    "party_tweets", "opensubtitles_xed", "reactionair_articles", "kamer_belgie_2024_26", "bolcom_reviews", "blogs_nl_small",
)  # fmt: skip
_BREAK = re.compile(r"<br ?/?>")


def read_external(folder: Path, corpus: Path, taxonomy: Taxonomy, measured_on: Collection[str] = ()) -> list[LabelledComment]:
    """Join every label file of `folder` with its texts in `corpus`; a text that was posted again is read once.

    Texts whose key (`training.labels.text_key`) is in `measured_on` are left out.

    Raises:
        TrainingError: a corpus file is missing or can't be read, a label file is wrong, or none of its texts is there.
    """
    comments: list[LabelledComment] = []
    for file in sorted(folder.glob("*.jsonl")):
        labels = _labels(file, taxonomy)
        texts = dict(_texts(corpus / f"{file.stem}{SUFFIX}", labels.keys()))
        if not texts:
            source = corpus / f"{file.stem}{SUFFIX}"
            raise TrainingError(f"{source}: holds none of the texts that {file} labels; give the same corpus")
        comments += [_comment(file.stem, key, text, labels[key]) for key, text in texts.items() if _usable(text)]
    if not comments:
        raise TrainingError(f"{folder}: holds no label files; leave the corpus out")
    first = {text_key(comment.text): comment for comment in reversed(comments)}
    return [c for c in comments if first[key := text_key(c.text)] is c and key not in measured_on]


def held_out(comments: Sequence[LabelledComment]) -> tuple[list[LabelledComment], list[LabelledComment]]:
    """Those to learn from, and a tenth of the reader comments to fit calibration and thresholds on.

    By the text, so that the same ones stand apart in every run.
    """
    apart = {c.id for c in comments if c.source in READER_COMMENTS and int(text_key(c.text)[:8], 16) % 10 == 0}
    return [c for c in comments if c.id not in apart], [c for c in comments if c.id in apart]


def telling(comments: Sequence[LabelledComment]) -> list[LabelledComment]:
    """What the network is fine-tuned on: all but two thirds of the harmless tweets, dialogue and articles.

    They would take three training steps in ten more; the n-grams, fitted in a minute, learn from all of them.
    """
    return [
        c for c in comments if c.labels or c.either or c.source not in ELSEWHERE or int(text_key(c.text)[8:16], 16) % 3 == 0
    ]


def as_shown(text: str) -> str:
    """The text as a reader saw it: what was crawled holds line breaks and signs as HTML.

    >>> as_shown("Zo&#39;n dag<br>toch")
    "Zo'n dag toch"
    """
    return html.unescape(_BREAK.sub(" ", text))


def text_sha1(text: str) -> str:
    return hashlib.sha1(text.encode("utf8"), usedforsecurity=False).hexdigest()


def _labels(file: Path, taxonomy: Taxonomy) -> dict[str, dict[str, Any]]:
    rows = {}
    for number, line in enumerate(file.read_text(encoding="utf8").splitlines(), start=1):
        try:
            row = json.loads(line)
            known = set(row["labels"]) <= set(taxonomy.category_ids) and set(row["signals"]) <= set(taxonomy.signal_ids)
            rows[str(row["sha1"])] = row
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise TrainingError(f"{file}:{number}: is not an object with sha1, labels and signals; restore the file") from error
        if not known:
            raise TrainingError(f"{file}:{number}: has a label or signal that the taxonomy lacks; restore the file")
    return rows


def _texts(path: Path, wanted: Any) -> Iterator[tuple[str, str]]:
    try:
        with lzma.open(path, "rt", encoding="utf8") as lines:
            for line in lines:
                text = line.rstrip("\n")
                if (key := text_sha1(text)) in wanted:
                    yield key, text
    except (OSError, lzma.LZMAError, EOFError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: can't be read as xz-compressed UTF-8 text; give the corpus folder, whole") from error


def _usable(text: str) -> bool:
    return visible(text) and len(text) <= MAX_TEXT_CHARACTERS


def _comment(name: str, key: str, text: str, row: dict[str, Any]) -> LabelledComment:
    return LabelledComment(
        id=f"{name}-{key[:12]}",
        text=as_shown(text),
        labels=tuple(row["labels"]),
        signals=tuple(row["signals"]),
        borderline=bool(row.get("borderline")),
        context=None,
        writer=name,
        topic=name,
        register="forum",
        source=name,
        either=tuple(row.get("either", ())),
    )
