"""What has the model learned from? The own comments by category, register, topic and writer; the real texts by source."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from serving.moderation.taxonomy import Taxonomy
from training.augment import WORD_SETS, read_word_sets
from training.bias import FRAMES
from training.errors import TrainingError
from training.evaluate import Bools
from training.external import EXTERNAL, READER_COMMENTS
from training.labels import LabelledComment, read_splits
from training.mentions import mentioned, read_mentions
from training.metrics import as_json, bootstrap, rate
from training.quality import both_readings, diversity, lengths, read_second
from training.report.words import metric, number, share
from training.run import COMMENTS, DATA, Run
from training.subgroups import worst_first

SECOND = DATA / "audit" / "second_reading.jsonl"
ANY = "any"
# Of topics and writers so many of the largest and so many of the smallest are shown.
SHOWN = 10


def figures(run: Run) -> dict[str, Any]:
    """Counts of all own comments, whatever part of them a run measures on; near-copies are left to `training.quality`."""
    splits = read_splits(COMMENTS, run.taxonomy)
    comments = [comment for split in splits.values() for comment in split]
    metrics = run.moderator.artefact.metrics
    return {
        "comments": len(comments),
        "splits": {name: split_figures(split) for name, split in splits.items()},
        "shared": shared(splits),
        "categories": categories(splits, run.taxonomy),
        "signals": dict(Counter(signal for comment in comments for signal in comment.signals).most_common()),
        "violation": _share([bool(c.labels or c.either) for c in comments]),
        "borderline": _share([c.borderline for c in comments]),
        "context": _share([c.context is not None for c in comments]),
        "against_model": _share([c.source == "tegen-model-geschreven" for c in comments]),
        "register": by_field(comments, "register"),
        "topic": ends(by_field(comments, "topic")),
        "writer": ends(by_field(comments, "writer")),
        "mentions": by_mention(comments),
        "words": lengths(comments),
        "diversity": diversity([comment.text for comment in comments]),
        "real_diversity": diversity([row["text"] for row in run.real.rows]) if run.real else None,
        "agreement": agreement(comments[:: run.options.every], read_second(SECOND), run.taxonomy),
        "external": external(EXTERNAL, run.taxonomy),
        "trained_on_real": {"train": metrics.get("external"), "dev": metrics.get("external_dev")},
    }


def split_figures(comments: Sequence[LabelledComment]) -> dict[str, Any]:
    return {
        "comments": len(comments),
        "writers": len({comment.writer for comment in comments}),
        "topics": len({comment.topic for comment in comments}),
        "violation": _share([bool(c.labels or c.either) for c in comments]),
    }


def shared(splits: dict[str, list[LabelledComment]]) -> dict[str, int]:
    """How many writers, topics and pairs stand in more than one split; `training.labels` refuses any, so that this shows it."""
    homes: dict[str, Counter[str]] = {}
    for split in splits.values():
        for field in ("writer", "topic", "pair"):
            values = {getattr(comment, field) for comment in split} - {None}
            homes.setdefault(field, Counter()).update(values)
    return {field: sum(count > 1 for count in found.values()) for field, found in homes.items()}


def categories(splits: dict[str, list[LabelledComment]], taxonomy: Taxonomy) -> dict[str, dict[str, int]]:
    """Per category how many comments of each split have it, by one reader at least; most frequent first."""
    found = {
        name: {split: sum(name in c.labels or name in c.either for c in comments) for split, comments in splits.items()}
        for name in taxonomy.category_ids
    }
    return dict(sorted(found.items(), key=lambda item: -sum(item[1].values())))


def by_field(comments: Sequence[LabelledComment], field: str) -> dict[str, Any]:
    """Per value of a field the share of violations, with n; most comments first."""
    broken: dict[str, list[bool]] = {}
    for comment in comments:
        broken.setdefault(getattr(comment, field), []).append(bool(comment.labels or comment.either))
    return {value: _share(found) for value, found in sorted(broken.items(), key=lambda item: (-len(item[1]), item[0]))}


def by_mention(comments: Sequence[LabelledComment]) -> dict[str, Any]:
    """The same per group that is mentioned (see `training.mentions`); the largest share of violations first."""
    broken = np.array([bool(comment.labels or comment.either) for comment in comments])
    patterns = read_mentions(read_word_sets(WORD_SETS), FRAMES)
    found = mentioned([comment.text for comment in comments], patterns)
    return worst_first({name: as_json(rate(int(broken[members].sum()), int(members.sum()))) for name, members in found.items()})


def ends(by_value: dict[str, Any]) -> dict[str, Any]:
    """How many values there are, and of those in order the first and the last few, none of them twice."""
    names = list(by_value)
    last = names[max(SHOWN, len(names) - SHOWN) :]
    return {
        "values": len(names),
        "largest": {name: by_value[name] for name in names[:SHOWN]},
        "smallest": {name: by_value[name] for name in last},
    }


def agreement(comments: Sequence[LabelledComment], second: dict[str, list[str]], taxonomy: Taxonomy) -> dict[str, Any]:
    """Cohen's kappa of writer and blind second reader per category, lowest first, `any` for whether any rule is broken.

    A category that neither reader gave, as may be in a few comments, is not measured.
    """
    writer, reader = both_readings(comments, second)
    given = {name: ([name in w for w in writer], [name in r for r in reader]) for name in taxonomy.category_ids}
    given[ANY] = ([bool(w) for w in writer], [bool(r) for r in reader])
    found = {name: as_json(bootstrap(kappa_of, np.array(one), np.array(other))) for name, (one, other) in given.items()}
    return dict(sorted(found.items(), key=lambda item: (item[1]["value"] is None, item[1]["value"] or 0)))


def kappa_of(writer: Bools, reader: Bools) -> float:
    """Cohen's kappa; written out because the bootstrap asks it thousands of times. Shapes (n,), not both without any.

    >>> round(kappa_of(np.array([True, True, False, False]), np.array([True, False, False, False])), 2)
    0.5
    """
    chance = writer.mean() * reader.mean() + (1 - writer.mean()) * (1 - reader.mean())
    return float(((writer == reader).mean() - chance) / (1 - chance)) if chance < 1 else float("nan")


def external(folder: Path, taxonomy: Taxonomy) -> dict[str, Any]:
    """Per file of labels of real texts: how many, how many were read twice, and how many have each category.

    Raises:
        TrainingError: naming the file and line that can't be read.
    """
    found = {path.stem: _external_file(path, taxonomy) for path in sorted(folder.glob("*.jsonl"))}
    return dict(sorted(found.items(), key=lambda item: -item[1]["texts"]))


def _external_file(path: Path, taxonomy: Taxonomy) -> dict[str, Any]:
    rows = []
    for place, line in enumerate(path.read_text(encoding="utf8").splitlines(), start=1):
        try:
            row = json.loads(line)
            rows.append(({*row["labels"], *row.get("either", ())}, int(row.get("readers", 1))))
        except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise TrainingError(f"{path}:{place}: is not an object with sha1 and labels; restore the file") from error
    return {
        "texts": len(rows),
        "read_twice": sum(readers > 1 for _, readers in rows),
        "violation": _share([bool(labels) for labels, _ in rows]),
        "categories": {name: sum(name in labels for labels, _ in rows) for name in taxonomy.category_ids},
        "reader_comments": path.stem in READER_COMMENTS,
    }


def _agreed(kappa: dict[str, Any]) -> str:
    if kappa["value"] is None:
        return "hoe goed twee lezingen met elkaar overeenstemmen, is hier niet gemeten"
    return (
        "over de vraag of een geschreven reactie een huisregel breekt, stemmen twee lezingen door taalmodellen overeen met kappa "
        f"{metric(kappa)} op n = {number(kappa['n'], 0)} (1 is altijd, 0 is toeval)"
    )


def _share(hits: Sequence[bool]) -> dict[str, Any]:
    return as_json(rate(sum(hits), len(hits)))


def answer(figures: dict[str, Any]) -> tuple[str, str]:
    learned, real = figures["splits"]["train"]["comments"], figures["trained_on_real"]["train"]
    agreed = figures["agreement"][ANY]
    also = f"Het model leerde ook uit {number(real, 0)} echte teksten" if real else "Uit echte teksten leerde dit model niet"
    return (
        f"Het model leerde uit {number(learned, 0)} reacties die met een taalmodel geschreven zijn, niet van mensen verzameld; van "
        f"alle {number(figures['comments'], 0)} breekt {share(figures['violation']['value'])} een huisregel.",
        f"{also}; {_agreed(agreed)}.",
    )
