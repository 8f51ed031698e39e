"""Pictures of what the model learned from."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from training.report.plots import COLOURS, canvas, legend_below
from training.report.words import number

HATCHES = ("", "///", "...")


def counts(series: Mapping[str, Mapping[str, int]]) -> Figure:
    """How many comments per row name, one bar for each series, its count beside it."""
    names = list(dict.fromkeys(name for rows in series.values() for name in rows))
    figure, axes = canvas(0.9 + 0.5 * len(names))
    height = 0.8 / max(len(series), 1)
    for k, (title, rows) in enumerate(series.items()):
        places = [i + (k - (len(series) - 1) / 2) * height for i in range(len(names))]
        bars = axes.barh(
            places,
            [rows.get(name, 0) for name in names],
            height,
            label=title,
            color=COLOURS[k],
            hatch=HATCHES[k],
            edgecolor="white",
        )
        axes.bar_label(bars, [number(rows.get(name, 0), 0) for name in names], padding=3, fontsize=8)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlabel("aantal reacties of teksten")
    axes.xaxis.set_major_formatter(lambda value, _: number(value, 0))
    axes.grid(axis="y", visible=False)
    if len(series) > 1:
        legend_below(figure)
    return figure
