"""What the previous model answered on the comments that every model is measured on, kept beside the artefact of today.

    python -m training.previous --artefact FOLDER --out data/models/previous.json [--real FILE]

FOLDER is the previous artefact, as `git archive COMMIT data/models/small | tar -x -C ELSEWHERE` brings it back. It decides
along today's path and by today's policy file (of this deployment's settings), so that only the model differs. The file holds no
text: comments stand in it by id and a short hash, and an answer counts only where both still fit.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from serving.moderation.comment import Comment
from serving.moderation.decision import ACTIONS, Decision
from serving.moderation.errors import ModerationError
from serving.moderation.moderator import Moderator, load_moderator
from serving.settings import ROOT, Settings, SettingsError, read_settings
from training import evaluate
from training.errors import TrainingError
from training.evaluate import Bools, Floats
from training.files import new_file
from training.labels import ADVERSARIAL, LabelError, read_labels
from training.run import COMMENTS, DATA, Judged, Run, digest

PREVIOUS = DATA / "models" / "previous.json"
REMEDY = "make it anew with python -m training.previous, or remove it"
HASH_LENGTH = 8
DECIMALS = 4


@dataclass(frozen=True)
class Answer:
    """`read` is the short hash of what was judged, text and context."""

    read: str
    probabilities: tuple[float, ...]
    labels: tuple[str, ...]
    action: str


@dataclass(frozen=True)
class Previous:
    """`review` and `decision` are the thresholds by category that it decided with; `sets` holds answers by set and comment id,
    `sha256` that of the file each set came from; `path` what it decided along (see `path_of`)."""

    model: str
    policy: str
    path: str
    decision: dict[str, float]
    review: dict[str, float]
    sha256: dict[str, str]
    sets: dict[str, dict[str, Answer]]


@dataclass(frozen=True)
class Answers:
    """Of n comments: probabilities and what was found of shape (n, categories), actions of shape (n,)."""

    probabilities: Floats
    found: Bools
    actions: NDArray[np.str_]


@dataclass(frozen=True)
class Compared:
    """The comments that both models judged, unchanged since: `rows` of them, out of `of`; `decisions` are today's."""

    rows: Sequence[Any]
    decisions: Sequence[Decision]
    old: Answers
    new: Answers
    of: int


def previous(run: Run, path: Path = PREVIOUS) -> Previous | None:
    """The previous model's answers; None where none are kept.

    Raises:
        TrainingError: naming the file, what is wrong with it and the remedy.
    """
    if not path.is_file():
        return None
    try:
        raw = json.loads(path.read_text(encoding="utf8"))
        taxonomy, categories = raw["taxonomy"], tuple(raw["categories"])
        sets = {name: {row[0]: _answer(row, categories) for row in rows} for name, rows in raw["sets"].items()}
        decision, review = ({name: float(raw[key][name]) for name in categories} for key in ("decision", "review"))
        model, policy, along = (str(raw[key]) for key in ("model", "policy", "path"))
        found = Previous(model, policy, along, decision, review, dict(raw["sha256"]), sets)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise TrainingError(f"{path}: can't be read as a previous model's answers; {REMEDY}") from error
    if (taxonomy, categories) != (run.taxonomy.version, run.taxonomy.category_ids):
        raise TrainingError(
            f"{path}: is of taxonomy {taxonomy} with {', '.join(categories)}; in use is {run.taxonomy.version}; {REMEDY}"
        )
    return found


def compared(before: Previous, name: str, judged: Judged, run: Run) -> Compared:
    """A set of today beside the previous answers; what was added, reworded or removed since is left out."""
    answers = before.sets.get(name, {})
    known = [
        k
        for k, comment in enumerate(judged.comments)
        if (answer := answers.get(comment.id)) and answer.read == read_hash(comment)
    ]
    old = [answers[judged.comments[k].id] for k in known]
    new = [judged.decisions[k] for k in known]
    shape = (len(known), len(run.taxonomy.category_ids))
    return Compared(
        rows=[judged.rows[k] for k in known],
        decisions=new,
        old=Answers(
            np.array([answer.probabilities for answer in old], dtype=float).reshape(shape),
            _found([answer.labels for answer in old], run).reshape(shape),
            np.array([answer.action for answer in old], dtype=str),
        ),
        new=Answers(judged.probabilities[known], judged.found[known], np.array([d.action for d in new], dtype=str)),
        of=len(judged.comments),
    )


def path_of(settings: Settings) -> str:
    """A short name for what both models must share to be compared: policy, taxonomy and the code of the decision path."""
    files = [settings.policy, settings.taxonomy, *sorted((ROOT / "serving" / "moderation").glob("*.py"))]
    return digest([path.read_bytes() for path in files])


def read_hash(comment: Comment) -> str:
    """Enough to see that a comment changed; too little to tell what it says."""
    return digest([comment.text.encode("utf8", "surrogatepass"), (comment.context or "").encode()])[:HASH_LENGTH]


def answers_of(moderator: Moderator, settings: Settings, sets: dict[str, tuple[Path, Sequence[Comment]]]) -> dict[str, Any]:
    """What goes into the file: the decision on each comment of each set, which came from the file named beside it."""
    decided = {name: evaluate.predict(moderator, comments) for name, (_, comments) in sets.items()}
    return {
        "model": moderator.artefact.id,
        "policy": moderator.policy.id,
        "path": path_of(settings),
        "taxonomy": moderator.taxonomy.version,
        "categories": moderator.taxonomy.category_ids,
        "decision": {name: rule.decision for name, rule in moderator.policy.rules.items()},
        "review": {name: rule.review for name, rule in moderator.policy.rules.items()},
        "sha256": {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, (path, _) in sets.items()},
        "sets": {
            name: [
                [comment.id, *asdict(_rounded(comment, decision)).values()]
                for comment, decision in zip(sets[name][1], decisions, strict=True)
            ]
            for name, decisions in decided.items()
        },
    }


def write_answers(path: Path, answers: dict[str, Any]) -> None:
    """One line a comment, so that a change shows as a change."""
    head = {key: value for key, value in answers.items() if key != "sets"}
    opened = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    sets = ",\n".join(
        f"  {json.dumps(name)}: [\n" + ",\n".join(_line(row) for row in rows) + "\n  ]"
        for name, rows in answers["sets"].items()
    )
    with new_file(path) as beside:
        beside.write_text(f'{opened},\n "sets": {{\n{sets}\n }}\n}}\n', encoding="utf8")


def _line(row: Sequence[Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _rounded(comment: Comment, decision: Decision) -> Answer:
    probabilities = tuple(round(p, DECIMALS) for p in decision.probabilities.values())
    return Answer(read_hash(comment), probabilities, decision.labels, decision.action)


def _answer(row: Sequence[Any], categories: tuple[str, ...]) -> Answer:
    _, read, probabilities, labels, action = row
    if len(probabilities) != len(categories) or action not in ACTIONS:
        raise ValueError
    return Answer(str(read), tuple(map(float, probabilities)), tuple(labels), action)


def _found(labels: Sequence[Sequence[str]], run: Run) -> Bools:
    return np.array([[name in row for name in run.taxonomy.category_ids] for row in labels], dtype=bool)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.previous", description="Keep a previous model's answers.")
    parser.add_argument("--artefact", type=Path, required=True, help="folder of the previous artefact")
    parser.add_argument("--out", type=Path, default=PREVIOUS, help="file to write, whole or not at all")
    parser.add_argument("--real", type=Path, help="real comments with IMSyPP types, JSON lines, for evaluation only")
    options = parser.parse_args(arguments)
    try:
        settings = read_settings()
        moderator = load_moderator(settings.taxonomy, options.artefact, settings.policy)
        write_answers(options.out, answers_of(moderator, settings, _sets(moderator, options.real)))
    except (ModerationError, SettingsError, LabelError, TrainingError, OSError) as error:
        print(f"previous: {error}", file=sys.stderr)
        return 2
    return 0


def _sets(moderator: Moderator, real: Path | None) -> dict[str, tuple[Path, Sequence[Comment]]]:
    paths = {"own": COMMENTS / "test.jsonl", "adversarial": COMMENTS / f"{ADVERSARIAL}.jsonl"}
    sets: dict[str, tuple[Path, Sequence[Comment]]] = {
        name: (path, evaluate.as_comments(read_labels([path], moderator.taxonomy))) for name, path in paths.items()
    }
    if real:
        sets["real"] = (real, [Comment(row["id"], row["text"]) for row in evaluate.read_real(real)])
    return sets


if __name__ == "__main__":
    sys.exit(main())
