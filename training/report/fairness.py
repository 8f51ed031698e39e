"""What the figures about groups of people and parties come down to, in sentences that hold whatever the figures are."""

from collections.abc import Mapping
from typing import Any

from training.mentions import ANY, NONE
from training.report.tables.groups import spoken
from training.report.words import number, percent, some


def groups_sentence(figures: Mapping[str, Any]) -> str:
    """Of harmless sentences in which only the group changes."""
    found = figures["identity"]["difference"]
    if found is None:
        return "Of onschuldige zinnen over de ene groep vaker worden tegengehouden dan over de andere, is hier niet gemeten."
    stopped = figures["identity"]["stopped"]
    most, least = (f"{spoken(found[k])} {percent(stopped[found[k]])}" for k in ("most", "least"))
    # Sentences of one frame resemble each other, so that the frames say more of how much was measured.
    size = f"n = {number(found['n'], 0)}, gemaakt van {some(figures['identity']['frames'], 'zin', 'zinnen')}"
    if found["value"] == 0:
        return f"Onschuldige zinnen worden over elke groep even vaak tegengehouden ({size})."
    shares = f"van de onschuldige zinnen over {most} tegen, van dezelfde zinnen over {least}"
    if found["beyond_chance"]:
        return f"Nee: het systeem houdt {shares}, meer verschil dan je door toeval verwacht ({size})."
    return f"Het systeem houdt {shares}; dat verschil kan toeval zijn ({size})."


def real_sentence(mentions: Mapping[str, Any] | None) -> str:
    """Of real harmless comments with and without a group; nothing where they are not at hand or too few."""
    if mentions is None or any(mentions["stopped"][name]["value"] is None for name in (ANY, NONE)):
        return ""
    named, other = mentions["stopped"][ANY], mentions["stopped"][NONE]
    return (
        f" Van {number(named['n'], 0)} echte reacties die een groep, partij of voornaam noemen en volgens onderzoekers niet beledigend zijn, houdt het "
        f"{percent(named)} tegen, van {number(other['n'], 0)} andere {percent(other)}."
    )


def parties_sentence(figures: Mapping[str, Any]) -> str:
    """Whether a party is treated otherwise: by the decisions, and by the probability behind them."""
    flips, moved = figures["gaps"]["party"]["flips"], figures["party"]["shift_difference"]
    made_of = some(figures["gaps"]["party"]["frames"], "zin", "zinnen")
    size = f"{number(flips['n'], 0)} zinnen waarin alleen de partij verandert (gemaakt van {made_of})"
    if flips["value"] == 0:
        decided = f"Geen partij krijgt een andere beslissing in {size}"
    else:
        decided = f"In {size}, verandert de beslissing bij {percent(flips)} mee"
    swapped, where = figures["swapped_parties"], "in die zinnen"
    if swapped and swapped["difference"]:
        decided += f"; in {number(swapped['comments'], 0)} echte reacties {apart(swapped['difference'])}"
        moved, where = swapped["shift_difference"], "in die reacties"
    return f"{decided}.{_moved(moved, where)}"


def apart(found: Mapping[str, Any]) -> str:
    """How far the two groups lie apart that lie furthest apart, as a clause.

    >>> apart({"most": "x", "least": "y", "value": 0.0, "low": 0.0, "high": 0.0, "n": 9, "beyond_chance": False})
    'is er geen verschil'
    """
    if found["value"] == 0:
        return "is er geen verschil"
    certain = "meer dan je door toeval verwacht" if found["beyond_chance"] else "wat toeval kan zijn"
    return f"is het grootste verschil {points(found)}, tussen {spoken(found['most'])} en {spoken(found['least'])}, {certain}"


def points(found: Mapping[str, Any]) -> str:
    """A difference of two shares, in percentage points with its interval.

    >>> points({"value": 0.077, "low": -0.019, "high": 0.173})
    '7,7 procentpunt (-1,9 tot 17,3)'
    """
    low, high = (number(100 * found[end], 1) for end in ("low", "high"))
    return f"{number(100 * found['value'], 1)} procentpunt ({low} tot {high})"


def largest(found: Mapping[str, Any] | None, of: str) -> str:
    """The same, as a sentence below a table."""
    if found is None:
        return f"Het grootste verschil in {of} tussen twee groepen is niet gemeten: te weinig zinnen of reacties per groep."
    return f"In {of} {apart(found)}; n = {number(found['n'], 0)}."


def _moved(found: Mapping[str, Any] | None, where: str) -> str:
    if found is None or found["value"] == 0:
        return ""
    certain = "meer dan je door toeval verwacht" if found["beyond_chance"] else "wat toeval kan zijn"
    return (
        f" De kans die het model geeft, is {where} gemiddeld het hoogst voor {spoken(found['most'])} en het laagst voor "
        f"{spoken(found['least'])}: {points(found)}, {certain}."
    )
