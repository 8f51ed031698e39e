"""Pictures of how often the model is right."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from training.report.plots import COLOURS, MARKERS, canvas, dutch, legend_below
from training.report.words import number


def reliability(series: Mapping[str, Sequence[Mapping[str, Any]]]) -> Figure:
    """By series the bins of `training.reliability`: what the model said against what was so, with the line where both are equal."""
    figure, axes = canvas(4.6)
    axes.plot([0, 1], [0, 1], linestyle="--", color="#777777", label="helemaal betrouwbaar")
    for k, (name, bins) in enumerate(series.items()):
        there = [found["there"] for found in bins]
        axes.errorbar(
            [found["probability"] for found in bins],
            [found["value"] for found in there],
            yerr=[[f["value"] - f["low"] for f in there], [f["high"] - f["value"] for f in there]],
            marker=MARKERS[k % len(MARKERS)],
            color=COLOURS[k % len(COLOURS)],
            linestyle="-" if k == 0 else ":",
            capsize=3,
            label=f"{name} (n = {number(sum(f['n'] for f in there), 0)})",
        )
    axes.set_xlabel("wat het model zegt")
    axes.set_ylabel("hoe vaak het zo is")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(dutch(percent=True))
    legend_below(figure)
    return figure
