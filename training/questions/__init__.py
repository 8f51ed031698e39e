"""The questions that a council asks, one module each: `figures(run)` measures, `answer(figures)` says it in two Dutch sentences.

Figures are plain JSON values. A rate or metric is `training.metrics.as_json` of a Figure: value, low, high and n; so no figure
stands without its interval.
"""

import json
from typing import Any, Protocol

from serving.settings import ROOT
from training.files import new_file, read_json, write_json
from training.questions import accuracy, drift, thresholds
from training.run import COMMENTS, DATA, Run, digest


class Question(Protocol):
    def figures(self, run: Run) -> dict[str, Any]: ...

    def answer(self, figures: dict[str, Any]) -> tuple[str, str]: ...


# By the name of its notebook, in the order of the report.
QUESTIONS: dict[str, Question] = {
    "nauwkeurigheid": accuracy,
    "drempels": thresholds,
    "verloop": drift,
}


def figures_of(run: Run, question: str) -> dict[str, Any]:
    """The figures of one question: read back where this run measured them, measured and kept otherwise."""
    kept = run.options.out / "figures" / f"{question}.json"
    measured_by = _measured_by(run)
    if kept.is_file() and (found := read_json(kept))["measured_by"] == measured_by:
        return dict(found["figures"])
    # Through JSON, so that what is measured now and what is read back later are the same.
    figures: dict[str, Any] = json.loads(json.dumps(QUESTIONS[question].figures(run), allow_nan=False))
    with new_file(kept) as beside:
        write_json(beside, {"measured_by": measured_by, "figures": figures})
    return figures


def _measured_by(run: Run) -> str:
    """Of the run and of all code and data that could change a figure."""
    files = [*sorted((ROOT / "training").rglob("*.py")), *sorted(COMMENTS.glob("*.jsonl")), *sorted((DATA / "bias").iterdir())]
    files += [path for path in (run.options.real, run.options.metrics, run.options.reviewed) if path]
    return digest([run.fingerprint.encode(), str(run.options.every).encode(), *(path.read_bytes() for path in files)])
