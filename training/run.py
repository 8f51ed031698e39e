"""One evaluation run: what is measured on, the served decision on each comment, and the figures that every page and card repeats.

A notebook opens it with `open_run()`, which reads these variables, all optional:
    HIERNIET_REPORT    the run's folder (default: reports); decisions and figures are kept there
    HIERNIET_REAL      real comments with IMSyPP types, JSON lines, evaluation only
    HIERNIET_EVERY     take every k-th comment only, for a quick look (default: 1)
    HIERNIET_METRICS   what the service's /metrics answered, saved to a file, to see drift
    HIERNIET_REVIEWED  decisions that a person looked at, JSON lines (`training.reviewed`)
beside those of the service (`serving.settings`).
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from serving.moderation.comment import Comment
from serving.moderation.decision import Decision, Reason, Span
from serving.moderation.moderator import load_moderator
from serving.moderation.policy import Policy
from serving.settings import REPORT, ROOT, Settings, read_settings
from training import evaluate
from training.errors import TrainingError
from training.evaluate import Bools, Floats
from training.files import new_file
from training.labels import ADVERSARIAL, LabelledComment, read_labels

DATA = ROOT / "data"
COMMENTS = DATA / "comments"


@dataclass(frozen=True)
class RunOptions:
    out: Path = REPORT
    real: Path | None = None
    every: int = 1
    metrics: Path | None = None
    reviewed: Path | None = None

    def __post_init__(self) -> None:
        if self.every < 1:
            raise TrainingError(f"every {self.every}: must be 1 or more")
        files = (("real comments", self.real), ("saved metrics", self.metrics), ("reviewed decisions", self.reviewed))
        for name, path in files:
            if path and not path.is_file():
                raise TrainingError(f"{path}: there is no such file of {name}; give an existing one or leave it out")


@dataclass(frozen=True)
class Judged:
    """Comments with the served decision on each, in order; `rows` holds what people say of them."""

    rows: Sequence[Any]
    comments: Sequence[Comment]
    decisions: Sequence[Decision]
    probabilities: Floats
    found: Bools

    def where(self, chosen: Bools) -> "Judged":
        """The comments that are chosen, shape (n,)."""
        places = np.flatnonzero(chosen).tolist()
        rows, decisions = [self.rows[i] for i in places], [self.decisions[i] for i in places]
        return Judged(rows, [self.comments[i] for i in places], decisions, self.probabilities[places], self.found[places])


class Run:
    """What is measured on and by. Everything is decided when first asked for, by the served classifier and policy, and kept."""

    def __init__(self, options: RunOptions, settings: Settings) -> None:
        self.options = options
        self.settings = settings
        self.moderator = load_moderator(settings.taxonomy, settings.artefact, settings.policy)
        self.taxonomy = self.moderator.taxonomy

    @cached_property
    def fingerprint(self) -> str:
        """Of everything that a decision depends on: artefact, policy, taxonomy and the code of the decision path."""
        files = [self.settings.artefact / "checksums.json", self.settings.policy, self.settings.taxonomy]
        files += sorted((ROOT / "serving" / "moderation").glob("*.py"))
        return digest([path.read_bytes() for path in files])

    @cached_property
    def own(self) -> Judged:
        """The own test split; rows are LabelledComments."""
        return self.judge_labelled(self.labelled("test"))

    @cached_property
    def adversarial(self) -> Judged:
        """Comments written to fool an earlier model; rows are LabelledComments."""
        return self.judge_labelled(self.labelled(ADVERSARIAL))

    @cached_property
    def real(self) -> Judged | None:
        """Real comments, None where they are not at hand; rows as `evaluate.read_real` gives them."""
        if self.options.real is None:
            return None
        rows = evaluate.read_real(self.options.real)[:: self.options.every]
        return self.judge(rows, [Comment(row["id"], row["text"]) for row in rows])

    def labelled(self, split: str) -> list[LabelledComment]:
        """Every k-th comment of a split (or of the adversarial set)."""
        return read_labels([COMMENTS / f"{split}.jsonl"], self.taxonomy)[:: self.options.every]

    def judge_labelled(self, rows: Sequence[LabelledComment]) -> Judged:
        return self.judge(rows, evaluate.as_comments(rows))

    def judge(self, rows: Sequence[Any], comments: Sequence[Comment], policy: Policy | None = None) -> Judged:
        """The served decision on each comment, by another policy where one is given; read back where the same ones were decided
        before by the same model and policy."""
        decisions = self._decisions(comments, policy)
        return Judged(
            rows, comments, decisions, evaluate.probabilities_of(decisions), evaluate.labels_of(decisions, self.taxonomy)
        )

    def _decisions(self, comments: Sequence[Comment], policy: Policy | None) -> list[Decision]:
        asked = [self.fingerprint.encode(), *(repr(comment).encode("utf8", "surrogatepass") for comment in comments)]
        if policy is not None:
            # Sets as sorted lists: their order changes from one process to the next.
            asked.append(json.dumps(asdict(policy), sort_keys=True, default=sorted).encode())
        kept = self.options.out / "decisions" / f"{digest(asked)}.jsonl"
        if kept.is_file():
            return [_decision(json.loads(line)) for line in kept.read_text(encoding="utf8").splitlines()]
        decisions = evaluate.predict(self.moderator, comments, policy)
        with new_file(kept) as beside:
            lines = (json.dumps(decision.as_record(), ensure_ascii=False) for decision in decisions)
            beside.write_text("\n".join(lines), encoding="utf8")
        return decisions


def open_run(environment: Mapping[str, str] = os.environ) -> Run:
    """The run that the variables in this module's docstring describe.

    Raises:
        TrainingError, SettingsError, ModerationError: naming the variable or file and the remedy.
    """
    every = environment.get("HIERNIET_EVERY", "1")
    if not every.isdecimal():
        raise TrainingError(f"HIERNIET_EVERY={every!r}: must be a whole number of 1 or more")
    options = RunOptions(
        out=Path(environment.get("HIERNIET_REPORT", REPORT)),
        real=Path(environment["HIERNIET_REAL"]) if environment.get("HIERNIET_REAL") else None,
        every=int(every),
        metrics=Path(environment["HIERNIET_METRICS"]) if environment.get("HIERNIET_METRICS") else None,
        reviewed=Path(environment["HIERNIET_REVIEWED"]) if environment.get("HIERNIET_REVIEWED") else None,
    )
    return Run(options, read_settings(environment))


def _decision(record: dict[str, Any]) -> Decision:
    lists = {name: tuple(record[name]) for name in ("labels", "signals", "escalate_to", "blocked_by")}
    reasons = tuple(Reason(**reason) for reason in record["reasons"])
    spans = tuple(Span(**span) for span in record["spans"])
    return Decision(**record | lists | {"reasons": reasons, "spans": spans})


def digest(parts: Sequence[bytes]) -> str:
    """A short name for exactly these parts."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()[:32]
