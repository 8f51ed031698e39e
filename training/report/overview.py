"""The first page: every question with its answer, and what no release may fall below."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from training.floors import Floor
from training.questions import QUESTIONS
from training.report import show
from training.report.site import Page
from training.report.words import NOT_MEASURED, number

_VERDICTS = {"holds": "ja", "breached": "nee", "not measured": NOT_MEASURED}
_INTRO = Markup(
    "<h1>Werkt het, en voor wie niet?</h1>\n<p>Dit verslag meet het model zoals het dient: elke proefreactie gaat langs dezelfde weg, met "
    "dezelfde drempels, als een reactie op uw kanaal. Elke pagina begint met het antwoord.</p>\n"
)


def overview(pages: Sequence[Page], figures: dict[str, Any], floors: Sequence[Floor]) -> Page:
    """`pages` are those of the questions, `figures` what `training.questions.measured` gave."""
    answers = Markup("\n").join(
        Markup('<h2><a href="{}.html">{}</a></h2>\n<p>{}</p>').format(
            page.name, page.title, " ".join(QUESTIONS[page.name].answer(figures[page.name]))
        )
        for page in pages
    )
    return Page("index", "Werkt het, en voor wie niet?", _INTRO + answers + _floors(figures, floors))


def _floors(figures: dict[str, Any], floors: Sequence[Floor]) -> Markup:
    breached, unknown = (sum(floor.verdict(figures) == said for floor in floors) for said in ("breached", "not measured"))
    rows = {
        floor.name: {
            "nu": number(floor.value(figures), 3),
            "grens": _bounds(floor),
            "gehaald?": _VERDICTS[floor.verdict(figures)],
            "waarom": floor.reason,
        }
        for floor in floors
    }
    head = Markup(
        "<h2>Ondergrenzen</h2>\n<p>Een model dat er een niet haalt, hoort niet uitgebracht te worden. {}</p>\n"
    ).format(
        (f"Nu niet gehaald: {breached}." if breached else "Wat gemeten is, is gehaald.")
        + (f" Niet gemeten: {unknown}." if unknown else "")
    )
    return head + Markup(show.table("Ondergrenzen, met hun reden", rows, first="cijfer").data)


def _bounds(floor: Floor) -> str:
    low = "" if floor.low == float("-inf") else f"minstens {number(floor.low, 3)}"
    high = "" if floor.high == float("inf") else f"hoogstens {number(floor.high, 3)}"
    return " en ".join(filter(None, (low, high)))
