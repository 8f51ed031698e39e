"""Pictures of what a threshold does."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from training.report.plots import COLOURS, MARKERS, STYLE, WIDTH, canvas, dutch, legend_above, legend_below
from training.report.words import counted, number

COLUMNS = 2


def trade_off(moved: Mapping[str, Sequence[Mapping[str, Any]]]) -> Figure:
    """Harmless comments looked at (across) against violations that stay (up), for each factor of the review thresholds.

    `moved` maps a set's name to what its policies with moved thresholds did.
    """
    figure, axes = canvas(4.4)
    for k, (name, rows) in enumerate(moved.items()):
        shown = [row for row in rows if None not in (_x(row)["value"], _y(row)["value"])]
        if not shown:
            continue
        across, up = ([at(row)["value"] for row in shown] for at in (_x, _y))
        reach = [
            [[at(r)["value"] - at(r)["low"] for r in shown], [at(r)["high"] - at(r)["value"] for r in shown]] for at in (_x, _y)
        ]
        sizes = f"{name} ({counted(_x(shown[0]))} zonder, {counted(_y(shown[0]))} met overtreding)"
        style: dict[str, Any] = {"fmt": f"{MARKERS[k]}-", "color": COLOURS[k], "elinewidth": 0.7, "capsize": 2}
        axes.errorbar(across, up, xerr=reach[0], yerr=reach[1], label=sizes, **style)
        for x, y, row in zip(across, up, shown, strict=True):
            axes.annotate(
                times_text(row["factor"]),
                (x, y),
                textcoords="offset points",
                xytext=(5, 6) if row["factor"] <= 1 else (-26, -11),
                fontsize=9,
            )
    axes.set_xlabel("reacties zonder overtreding die een medewerker toch bekijkt")
    axes.set_ylabel("overtredingen die blijven staan")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_formatter(dutch(True))
    axes.yaxis.set_major_formatter(dutch(True))
    legend_below(figure, 1)
    return figure


def precision(sets: Mapping[str, Mapping[str, Any]], names: Mapping[str, str], target: float) -> Figure:
    """Precision against the share of a category's own comments that a threshold lets in: a small picture for each category.

    `sets` maps a set's name to its figures; `target` is the precision that hiding has to be certified for.
    """
    shown = [category for category in names if any(category in found["precision"] for found in sets.values())]
    height = 0.8 + 1.9 * max(1, -(-len(shown) // COLUMNS))
    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        grid = figure.subplots(max(1, -(-len(shown) // COLUMNS)), COLUMNS, sharex=True, sharey=True, squeeze=False)
    for place, category in zip(grid.flat, shown, strict=False):
        for k, (name, found) in enumerate(sets.items()):
            points = found["precision"].get(category, ())
            across = [point["coverage"] for point in points]
            label = name if category == shown[0] else None
            place.plot(across, [p["value"] for p in points], f"{MARKERS[k]}-", color=COLOURS[k], markersize=4, label=label)
            place.fill_between(across, [p["low"] for p in points], [p["high"] for p in points], color=COLOURS[k], alpha=0.15)
        place.axhline(target, color="black", linestyle="--", linewidth=1)
        sizes = " / ".join(number(found["positives"][category], 0) for found in sets.values() if category in found["precision"])
        place.set_title(f"{names[category]} (n = {sizes})", fontsize=8, loc="left")
        place.set_ylim(0, 1.02)
        place.xaxis.set_major_formatter(dutch(True))
        place.yaxis.set_major_formatter(dutch(True))
    for place in list(grid.flat)[len(shown) :]:
        place.set_visible(False)
    figure.supxlabel("aandeel van de reacties van die categorie dat de drempel haalt", fontsize=10)
    figure.supylabel("precisie", fontsize=10)
    legend_above(figure)
    return figure


def risk(curves: Mapping[str, Sequence[Mapping[str, Any]]]) -> Figure:
    """Error rate among the decisions left to the machine (up) against their share (across), most certain first, with intervals."""
    figure, axes = canvas(3.8)
    for k, (name, points) in enumerate(curves.items()):
        if not points:
            continue
        across = [point["left"] for point in points]
        low, value, high = ([point["risk"][end] for point in points] for end in ("low", "value", "high"))
        label = f"{name} ({counted(points[-1]['risk'])})"
        axes.plot(across, value, f"{MARKERS[k]}-", color=COLOURS[k], markersize=4, label=label)
        axes.fill_between(across, low, high, color=COLOURS[k], alpha=0.15)
    axes.set_xlabel("aandeel van de reacties dat aan het model wordt overgelaten, zekerste eerst")
    axes.set_ylabel("daarvan fout beoordeeld")
    axes.set_xlim(0, 1.02)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_formatter(dutch(True))
    axes.yaxis.set_major_formatter(dutch(True))
    legend_below(figure)
    return figure


def times_text(factor: float) -> str:
    """How much a threshold is raised or lowered.

    >>> times_text(0.25), times_text(1.0)
    ('×\\xa00,25', '×\\xa01')
    """
    return f"×\xa0{number(factor, 2).rstrip('0').rstrip(',')}"


def _x(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(row["actions"]["harmless_reviewed"])


def _y(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(row["actions"]["violation_published"])
