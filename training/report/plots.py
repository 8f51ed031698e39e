"""How pictures look, and the ones that many pages share. Colours are told apart by the colour-blind too (Okabe & Ito 2008)."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from training.report.words import counted, number

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    "#000000", "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7",
)  # fmt: skip
# In the order in which series take them; markers differ too, so that a black-and-white print can be read.
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, RED, SKY, BLACK)
MARKERS = ("o", "s", "D", "^", "v", "P", "X")
WIDTH = 7.2
# Letters as shapes: a page must look the same on a machine without our font. A fixed salt: the same picture, the same file.
STYLE: dict[Any, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "hierniet",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "figure.facecolor": "white",
}


def canvas(height: float = 3.5, width: float = WIDTH) -> tuple[Figure, Axes]:
    """An empty picture of so many inches, in our style."""
    with rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.add_subplot()


def intervals(
    series: Mapping[str, Mapping[str, Mapping[str, Any]]],
    label: str,
    limits: tuple[float, float] = (0, 1),
    percent: bool = False,
) -> Figure:
    """Points with their intervals: one row for each name, one colour and marker for each series, n at the right.

    `series` maps a series' name to figures (`training.metrics.as_json`) by row name. n stands once where all series share it.
    """
    names = list(dict.fromkeys(name for rows in series.values() for name in rows))
    figure, axes = canvas(0.9 + 0.42 * len(names) + 0.25 * len(series))
    step = 0.5 / max(len(series), 1)
    for k, (series_name, rows) in enumerate(series.items()):
        shown = [(i, rows[name]) for i, name in enumerate(names) if name in rows and rows[name]["value"] is not None]
        places = [i + (k - (len(series) - 1) / 2) * step for i, _ in shown]
        values = [figures["value"] for _, figures in shown]
        reach = [
            [max(0.0, f["value"] - f["low"]) for _, f in shown],
            [max(0.0, f["high"] - f["value"]) for _, f in shown],
        ]
        axes.errorbar(
            values,
            places,
            xerr=reach,
            fmt=MARKERS[k % len(MARKERS)],
            color=COLOURS[k % len(COLOURS)],
            capsize=3,
            label=series_name,
        )
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(*limits)
    axes.set_xlabel(label)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(dutch(percent))
    for i, name in enumerate(names):
        sizes = list(dict.fromkeys(counted(rows[name]) for rows in series.values() if name in rows))
        axes.annotate(" / ".join(sizes), (1.01, i), xycoords=("axes fraction", "data"), va="center", fontsize=8)
    if len(series) > 1:
        legend_below(figure)
    return figure


def lines(
    series: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    across: str,
    up: str,
    percent: bool = True,
    height: float = 3.8,
) -> Figure:
    """One line for each series, from its x and y values (shares, shown as percentages where `percent`)."""
    figure, axes = canvas(height)
    for k, (name, (x, y)) in enumerate(series.items()):
        axes.plot(x, y, marker=MARKERS[k % len(MARKERS)], color=COLOURS[k % len(COLOURS)], label=name)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.xaxis.set_major_formatter(dutch(percent))
    axes.yaxis.set_major_formatter(dutch(percent))
    if len(series) > 1:
        legend_below(figure)
    return figure


def legend_below(figure: Figure, columns: int = 3) -> None:
    """Under the picture, where it hides nothing; none where nothing was drawn."""
    _legend(figure, "outside lower center", columns)


def legend_above(figure: Figure, columns: int = 2) -> None:
    """Where a label that all parts share stands below."""
    _legend(figure, "outside upper center", columns)


def _legend(figure: Figure, place: Literal["outside lower center", "outside upper center"], columns: int) -> None:
    if any(axes.get_legend_handles_labels()[1] for axes in figure.axes):
        figure.legend(loc=place, ncols=columns, frameon=False)


def dutch(percent: bool) -> FuncFormatter:
    """Numbers on an axis as they are written in Dutch."""
    if percent:
        return FuncFormatter(lambda value, _: f"{number(100 * value, 0)} %")
    return FuncFormatter(lambda value, _: number(value, 1))
