"""Is what comes in on the channel changing, and is the model still right? From the service's counts and from reviewed decisions."""

from typing import Any

from serving.moderation.decision import ACTIONS
from serving.moderation.reference import BUCKETS, spread
from training import drift
from training.metrics import as_json, rate
from training.report.words import counted, number, percent, some
from training.reviewed import by_week, overturned, read_reviewed
from training.run import Run

STATES = {"few": "te weinig reacties", "stable": "zelfde", "watch": "let op", "shifted": "verschoven"}


def figures(run: Run) -> dict[str, Any]:
    """The reference spread, and what was given: saved metrics, reviewed decisions. Real test comments show how far another
    source lies from the reference."""
    artefact, taxonomy = run.moderator.artefact, run.taxonomy
    reference = drift.reference_of(artefact)
    chance = {
        name: drift.by_chance(counts, drift.FEWEST, len(reference.counts))[1] for name, counts in reference.counts.items()
    }
    found: dict[str, Any] = {
        "names": {category.id: category.name for category in taxonomy.categories},
        "buckets": list(BUCKETS),
        "reference": {"n": reference.n, "counts": reference.counts},
        "chance_at_fewest": chance,
        "limits": {"watch": drift.WATCH, "shift": drift.SHIFT, "fewest": drift.FEWEST},
    }
    if run.real:
        real = spread((decision.probabilities for decision in run.real.decisions), taxonomy.category_ids)
        found["real"] = {"n": real.n, "categories": drift.drift(reference, real)}
    if run.options.metrics:
        counted = drift.read_metrics(run.options.metrics, artefact, taxonomy)
        found["channel"] = {
            "n": counted.spread.n,
            "counts": counted.spread.counts,
            "since": counted.since.strftime("%d/%m/%Y") if counted.since else None,
            "categories": drift.drift(reference, counted.spread),
            "actions": _action_shares(counted.actions),
        }
    if run.options.reviewed:
        decisions = read_reviewed(run.options.reviewed, taxonomy)
        found["reviewed"] = {
            "n": len(decisions),
            "weeks": by_week(decisions),
            "all": {action: overturned(decisions, action) for action in ACTIONS},
        }
    return found


def answer(figures: dict[str, Any]) -> tuple[str, str]:
    return _channel_answer(figures), reviewed_answer(figures)


def how_to(figures: dict[str, Any]) -> str:
    """How the service's counts come here, or since when they count."""
    channel = figures.get("channel")
    if channel is None:
        return (
            "Zo komen de tellingen van uw dienst hier: laat de beheerder ze bewaren met "
            'curl -fsS -H "Authorization: Bearer $SLEUTEL" http://127.0.0.1:3000/metrics > metrics.txt (met een sleutel voor beheer, of '
            "zonder die regel waar er geen sleutels zijn). Maak dit verslag daarna opnieuw met --metrics metrics.txt."
        )
    since = f", geteld sinds {channel['since']}" if channel["since"] else ""
    return f"Op dit kanaal: {number(channel['n'], 0)} reacties{since}. De dienst begint opnieuw te tellen als ze herstart."


def row(figures: dict[str, Any], category: str) -> dict[str, str]:
    """One category's cells of the table of shifts; of the channel where it was counted, of real comments where there are any."""
    found = figures["channel"]["categories"][category] if figures.get("channel") else None
    cells = {}
    if found:
        cells = {
            "verschuiving": number(found["index"]),
            "door toeval hoogstens": number(found["chance"]),
            "oordeel": STATES[found["state"]],
        }
    else:
        cells[f"door toeval hoogstens, bij {figures['limits']['fewest']} reacties"] = number(
            figures["chance_at_fewest"][category]
        )
    if "real" in figures:
        real = figures["real"]
        cells[f"ter vergelijking: echte testreacties, {counted(real)}"] = number(real["categories"][category]["index"])
    return cells


def week_text(week: str) -> str:
    """An ISO week as it is said.

    >>> week_text("2026-W45")
    'week 45 van 2026'
    """
    year, number_of = week.split("-W")
    return f"week {int(number_of)} van {year}"


def overturned_cell(figure: dict[str, Any]) -> str:
    return f"{percent(figure)}, {counted(figure)}" if figure["n"] else ""


def _channel_answer(figures: dict[str, Any]) -> str:
    channel, fewest = figures.get("channel"), number(figures["limits"]["fewest"], 0)
    if channel is None:
        return "Of er op het kanaal iets verandert, is nog niet te zeggen: er zijn nog geen tellingen van de dienst gegeven."
    n = number(channel["n"], 0)
    if channel["n"] < figures["limits"]["fewest"]:
        return f"Of er op het kanaal iets verandert, is nog niet te zeggen: de dienst telde {some(channel['n'], 'reactie', 'reacties')}, en pas vanaf {fewest} zegt dat iets."
    by_state = {state: _names(figures, state) for state in STATES}
    fitted_on = "de reacties waarop het model afgesteld is"
    # The reference is no earlier month of this channel: another kind of channel differs from its first day on.
    since = "of dat nieuw is, blijkt pas naast een vroegere telling van dit kanaal"
    if by_state["shifted"]:
        return (
            f"Wat binnenkomt, verschilt van {fitted_on} voor {_listed(by_state['shifted'])}, gemeten op {n} reacties; {since}."
        )
    if by_state["watch"]:
        return f"Wat binnenkomt, verschilt een beetje van {fitted_on}: let op bij {_listed(by_state['watch'])}, gemeten op {n} reacties; {since}."
    return f"Niet dat het te merken is: wat binnenkomt, lijkt voor elke categorie op {fitted_on}, gemeten op {n} reacties."


def reviewed_answer(figures: dict[str, Any]) -> str:
    """How often a person decided otherwise, where decisions that a person looked at were given."""
    reviewed = figures.get("reviewed")
    if reviewed is None:
        return "Of het model nog klopt, weten alleen medewerkers; er zijn nog geen beoordelingen gegeven."
    review, hide = reviewed["all"]["review"], reviewed["all"]["auto_hide"]
    parts = []
    if review["value"] is not None:
        parts.append(
            f"van {some(review['n'], 'nagekeken reactie', 'nagekeken reacties')} was er met {percent(review)} niets mis"
        )
    if hide["value"] is not None:
        parts.append(f"van {some(hide['n'], 'verborgen reactie', 'verborgen reacties')} was er met {percent(hide)} niets mis")
    if not parts:
        return "De gegeven beoordelingen gaan over geen enkele nagekeken of verborgen reactie."
    return f"Volgens de medewerkers: {'; '.join(parts)}."


def _names(figures: dict[str, Any], state: str) -> list[str]:
    categories = figures["channel"]["categories"]
    return [f"“{figures['names'][name]}”" for name, found in categories.items() if found["state"] == state]


def _listed(names: list[str]) -> str:
    """In a sentence.

    >>> _listed(["a", "b", "c"]), _listed(["a"])
    ('a, b en c', 'a')
    """
    return f"{', '.join(names[:-1])} en {names[-1]}" if len(names) > 1 else names[0]


def _action_shares(actions: dict[str, int]) -> dict[str, Any]:
    total = sum(actions.values())
    return {action: as_json(rate(actions.get(action, 0), total)) for action in ACTIONS}
