"""What is left of accuracy under each disguise."""

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from training.report import plots
from training.report.words import number


def kept(rows: Sequence[dict[str, Any]], names: dict[str, str], goal: float) -> Figure:
    """Share of macro-F1 kept, by kind and share of words (rows of `training.robustness`), hardest kind first, with the goal as a line."""
    measured = [row for row in rows if row["kind"] != "none" and row["kept"]["value"] is not None]
    worst = {row["kind"]: min(r["kept"]["value"] for r in measured if r["kind"] == row["kind"]) for row in measured}
    series: dict[str, dict[str, Any]] = {}
    # By kind first: the picture takes the order of its rows from the first series in which they stand.
    for row in sorted(measured, key=lambda row: (row["share"] == 1, row["share"], worst[row["kind"]])):
        series.setdefault(_strength(row["share"]), {})[names[row["kind"]]] = row["kept"]
    drawn = plots.intervals(series, "blijft over van de macro-F1 op gewone tekst", _limits(measured), percent=True)
    axes = drawn.axes[0]
    axes.axvline(goal, color=plots.BLACK, linestyle="--", linewidth=1)
    axes.annotate(
        f"doel: {number(100 * goal, 0)} %",
        (goal, 1.0),
        xycoords=("data", "axes fraction"),
        ha="center",
        va="bottom",
        fontsize=8,
    )
    return drawn


def _strength(share: float) -> str:
    return "hele tekst" if share == 1 else f"{number(100 * share, 0)} % van de woorden"


def _limits(rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    low, high = min((row["kept"]["low"] for row in rows), default=0.0), max((row["kept"]["high"] for row in rows), default=1.0)
    return min(0.8, low) - 0.02, max(1.0, high) + 0.02
