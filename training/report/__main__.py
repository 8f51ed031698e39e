"""The report on the served model as a site for people who do not code.

    python -m training.report [--out reports] [--real FILE] [--every K] [--metrics FILE] [--reviewed FILE]

measures every question once, executes the notebooks into pages and writes the site to OUT/site, all or nothing.
"""

import argparse
import shutil
import sys
from datetime import date
from pathlib import Path

from markupsafe import Markup
from rich.console import Console

from serving.moderation.errors import ModerationError
from serving.settings import REPORT, SettingsError, read_settings
from training.errors import TrainingError
from training.files import new_folder
from training.floors import read_floors
from training.labels import LabelError
from training.questions import QUESTIONS, figures_of, measured
from training.report.card import card_of
from training.report.overview import overview
from training.report.register import register_page
from training.report.show import PICTURES
from training.report.site import Page, markdown, notebook_page, write_site
from training.run import Run, RunOptions

_log = Console(stderr=True)
MONTHS = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]


def report(run: Run, today: date) -> Path:
    """Measure, execute and write; returns the site's folder.

    Raises:
        TrainingError: naming the notebook and cell that failed; the former site stays.
    """
    variables = variables_of(run)
    pages: list[Page] = []
    for question in QUESTIONS:
        _log.print(f"{question}: measuring")
        figures_of(run, question)
        _log.print(f"{question}: executing its notebook")
        pages.append(notebook_page(question, variables))
    figures = measured(run)
    card = card_of(run, figures)
    pages = [
        overview(pages, figures, read_floors("model")),
        *pages,
        Page("register", "Registerfiche", markdown(register_page(run.moderator, figures))),
        Page("modelkaart", "Modelkaart", Markup('<div lang="en">{}</div>').format(markdown(card))),
    ]
    site = run.options.out / "site"
    with new_folder(site) as folder:
        shutil.copytree(run.options.out / PICTURES, folder / PICTURES)
        (folder / "MODEL_CARD.md").write_text(card, encoding="utf8")
        write_site(folder, pages, run, f"{today.day} {MONTHS[today.month - 1]} {today.year}")
    return site


def variables_of(run: Run) -> dict[str, str]:
    """What `open_run` needs in a notebook's own process to open the same run."""
    options = run.options
    named = {"REPORT": options.out.absolute(), "REAL": options.real, "EVERY": options.every, "METRICS": options.metrics}
    named["REVIEWED"] = options.reviewed
    named |= {"ARTEFACT": run.settings.artefact, "POLICY": run.settings.policy, "TAXONOMY": run.settings.taxonomy}
    paths = {name: value.absolute() if isinstance(value, Path) else value for name, value in named.items()}
    return {f"HIERNIET_{name}": str(value) for name, value in paths.items() if value is not None}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.report", description="Make the report on the served model.")
    parser.add_argument("--out", type=Path, default=REPORT, help="folder of the run; the site comes in its folder site")
    parser.add_argument("--real", type=Path, help="real comments with IMSyPP types, JSON lines, for evaluation only")
    parser.add_argument("--every", type=int, default=1, help="take every k-th comment only, for a quick look")
    parser.add_argument("--metrics", type=Path, help="what the service's /metrics answered, saved to a file, to see drift")
    parser.add_argument(
        "--reviewed", type=Path, help="decisions that a person looked at, JSON lines (see training/reviewed.py)"
    )
    raw = parser.parse_args(arguments)
    try:
        run = Run(RunOptions(raw.out, raw.real, raw.every, raw.metrics, raw.reviewed), read_settings())
        site = report(run, date.today())
    except (TrainingError, LabelError, ModerationError, SettingsError, OSError) as error:
        print(f"report: {error}", file=sys.stderr)
        return 2
    _log.print(f"{site / 'index.html'}: open it in a browser")
    return 0


if __name__ == "__main__":
    sys.exit(main())
