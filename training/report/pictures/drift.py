"""Pictures of what comes in on a channel, beside what the model was fitted on."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from training.report.plots import COLOURS, MARKERS, STYLE, WIDTH, canvas, dutch, legend_above, legend_below
from training.report.words import number

COLUMNS = 2
HEIGHT = 1.75


def spreads(series: Mapping[str, Mapping[str, Any]], names: Mapping[str, str], buckets: Sequence[float]) -> Figure:
    """How probabilities are spread, a small picture for each category; `series` maps a set's name to its n and counts.

    The upright axis is a share of comments on a logarithmic scale: nearly all comments have nearly no probability, and what
    matters is the few that have.
    """
    rows = -(-len(names) // COLUMNS)
    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 0.9 + HEIGHT * rows), layout="constrained")
        grid = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False)
    for place, (category, name) in zip(grid.flat, names.items(), strict=False):
        for k, (label, found) in enumerate(series.items()):
            counts = found["counts"].get(category, ())
            shown = [(i, count / found["n"]) for i, count in enumerate(counts) if count]
            place.plot(
                [i for i, _ in shown],
                [share for _, share in shown],
                f"{MARKERS[k]}-",
                color=COLOURS[k],
                markersize=4,
                label=f"{label} (n = {number(found['n'], 0)})" if category == next(iter(names)) else None,
            )
        place.set_title(name, fontsize=9, loc="left")
        place.set_yscale("log")
        place.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percentage(value)))
        place.yaxis.set_minor_locator(NullLocator())
        place.set_xticks(range(0, len(buckets), 2), [percentage(buckets[i]) for i in range(0, len(buckets), 2)], fontsize=8)
    for place in list(grid.flat)[len(names) :]:
        place.set_visible(False)
    figure.supxlabel("kans volgens het model, tot en met", fontsize=10)
    figure.supylabel("aandeel van de reacties", fontsize=10)
    legend_above(figure)
    return figure


def weeks(by_action: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Figure:
    """Share overturned by week with intervals, one series for each action; n above each point."""
    figure, axes = canvas(3.8)
    every = sorted({week for found in by_action.values() for week in found})
    for k, (label, found) in enumerate(by_action.items()):
        shown = [(i, found[week]) for i, week in enumerate(every) if week in found and found[week]["value"] is not None]
        if not shown:
            continue
        places = [i + 0.12 * (k - (len(by_action) - 1) / 2) for i, _ in shown]
        values = [f["value"] for _, f in shown]
        reach = [[f["value"] - f["low"] for _, f in shown], [f["high"] - f["value"] for _, f in shown]]
        axes.errorbar(places, values, yerr=reach, fmt=MARKERS[k], color=COLOURS[k], capsize=3, label=label)
        for place, (_, f) in zip(places, shown, strict=True):
            axes.annotate(
                f"n = {number(f['n'], 0)}",
                (place, f["high"]),
                textcoords="offset points",
                xytext=(0, 3),
                ha="center",
                fontsize=7,
            )
    axes.set_xticks(range(len(every)), [week.replace("-W", "\nweek ") for week in every])
    axes.set_ylim(0, 1.08)
    axes.yaxis.set_major_formatter(dutch(True))
    axes.set_ylabel("teruggedraaid door de medewerker")
    legend_below(figure)
    return figure


def percentage(share: float) -> str:
    """A share as short as it can be written.

    >>> percentage(0.005), percentage(0.2)
    ('0,5 %', '20 %')
    """
    return f"{100 * share:.3g} %".replace(".", ",")
