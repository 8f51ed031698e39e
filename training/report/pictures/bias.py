"""Pictures of how groups of people are treated."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from training.report.plots import intervals
from training.report.tables.groups import spoken


def both_wrongs(compared: Mapping[str, Any]) -> Figure:
    """Per group the share of harmless sentences stopped and of violations published; most often stopped on top."""
    series = {
        "onschuldig, maar tegengehouden": compared["stopped"],
        "overtreding, maar gepubliceerd": {name: compared["missed"][name] for name in compared["stopped"]},
    }
    measured = [f["high"] for by_group in series.values() for f in by_group.values() if f["value"] is not None]
    named = {title: {spoken(name): f for name, f in by_group.items()} for title, by_group in series.items()}
    return intervals(named, "aandeel van de zinnen", (0, max(measured, default=1.0) * 1.05), percent=True)
