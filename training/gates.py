"""Whether the served model holds every floor of data/floors.toml.

    python -m training.gates [--real FILE] [--out reports]

measures every question of the report (what this run's folder holds already is not measured again), prints each floor with its
figure, and exits with 1 where one is breached. A floor on a figure that was not measured is said to be so, never passed in silence.
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from serving.moderation.errors import ModerationError
from serving.settings import REPORT, SettingsError, read_settings
from training.errors import TrainingError
from training.floors import breaches, read_floors
from training.labels import LabelError
from training.questions import measured
from training.run import Run, RunOptions


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.gates", description="Whether the served model holds every floor.")
    parser.add_argument("--out", type=Path, default=REPORT, help="folder of the run; figures are kept there")
    parser.add_argument("--real", type=Path, help="real comments with IMSyPP types, JSON lines, for evaluation only")
    raw = parser.parse_args(arguments)
    try:
        floors = read_floors("model")
        figures = measured(Run(RunOptions(raw.out, raw.real), read_settings()))
        found = breaches(figures, floors)
    except (ModerationError, SettingsError, LabelError, TrainingError, OSError) as error:
        print(f"gates: {error}", file=sys.stderr)
        return 2
    table = Table("figure", "value", "from", "to", "")
    for floor in floors:
        value = floor.value(figures)
        shown = "" if value is None else f"{value:.4g}"
        table.add_row(floor.figure, shown, f"{floor.low:g}", f"{floor.high:g}", floor.verdict(figures))
    Console().print(table)
    print("\n".join(f"gates: {breach}" for breach in found) or "gates: no floor is breached", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
