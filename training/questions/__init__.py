"""The questions that a council asks, one module each: `figures(run)` measures, `answer(figures)` says it in two Dutch sentences.

Figures are plain JSON values. A rate or metric is `training.metrics.as_json` of a Figure: value, low, high and n; so no figure
stands without its interval.
"""

import json
from pathlib import Path
from typing import Any, Protocol

from serving.settings import ROOT
from training.files import new_file, read_json, write_json
from training.previous import PREVIOUS
from training.questions import accuracy, bias, change, data, drift, errors, robustness, thresholds
from training.run import DATA, Run, digest


class Question(Protocol):
    def figures(self, run: Run) -> dict[str, Any]: ...

    def answer(self, figures: dict[str, Any]) -> tuple[str, str]: ...


# By the name of its notebook, in the order of the report.
QUESTIONS: dict[str, Question] = {
    "gegevens": data,
    "nauwkeurigheid": accuracy,
    "drempels": thresholds,
    "vertekening": bias,
    "weerbaarheid": robustness,
    "fouten": errors,
    "verandering": change,
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
    files = [*sorted((ROOT / "training").rglob("*.py")), *sorted(path for path in DATA.rglob("*") if _measured_on(path))]
    files += [path for path in (run.options.real, run.options.metrics, run.options.reviewed) if path]
    return digest([run.fingerprint.encode(), str(run.options.every).encode(), *(path.read_bytes() for path in files)])


def _measured_on(path: Path) -> bool:
    """Everything in data/ but the models: the run's fingerprint tells of the artefact."""
    return path.is_file() and (DATA / "models" not in path.parents or path == PREVIOUS)


def measured(run: Run) -> dict[str, Any]:
    """The figures of every question, by its name."""
    return {question: figures_of(run, question) for question in QUESTIONS}
