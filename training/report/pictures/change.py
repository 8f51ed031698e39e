"""Pictures of what changed since the previous model."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from training.report.plots import BLUE, ORANGE, canvas, legend_below
from training.report.words import number


def turned(rows: Mapping[str, Mapping[str, Any]], n: int, what: str) -> Figure:
    """Comments newly right to the right and newly wrong to the left, one row each; every row is of the same n comments."""
    figure, axes = canvas(1.2 + 0.42 * len(rows))
    places = range(len(rows))
    right, wrong = ([row[key] for row in rows.values()] for key in ("newly_right", "newly_wrong"))
    axes.barh(places, right, color=BLUE, label="nu wel juist")
    axes.barh(places, [-count for count in wrong], color=ORANGE, hatch="///", edgecolor="white", label="nu niet meer juist")
    for place, gained, lost in zip(places, right, wrong, strict=True):
        axes.annotate(f" {gained}", (gained, place), va="center", fontsize=9)
        axes.annotate(f"{lost} ", (-lost, place), va="center", ha="right", fontsize=9)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks(places, list(rows))
    axes.invert_yaxis()
    widest = max([1, *right, *wrong]) * 1.15
    axes.set_xlim(-widest, widest)
    axes.set_xlabel(f"aantal {what}, van n = {number(n, 0)}")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):.0f}"))
    axes.grid(axis="y", visible=False)
    legend_below(figure)
    return figure
