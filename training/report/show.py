"""What a notebook shows: an answer, a table, a picture; as HTML that the page takes over as it is."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from IPython.display import HTML
from matplotlib import rc_context
from matplotlib.figure import Figure

from training.report.plots import STYLE
from training.run import Run

PICTURES = "plaatjes"


def answer(sentences: tuple[str, str]) -> HTML:
    """The answer that opens a page."""
    return HTML(f'<p class="antwoord">{html.escape(" ".join(sentences))}</p>')


def note(text: str) -> HTML:
    """A warning or remark apart from the running text."""
    return HTML(f'<p class="let-op">{html.escape(text)}</p>')


def table(caption: str, rows: Mapping[str, Mapping[str, Any]], first: str = "") -> HTML:
    """A table with a caption: one row a key, one column for each key of its cells. `first` heads the column of row names.

    Cells are shown as they are (see `training.report.words` for numbers); what starts with a digit or minus stands right.
    """
    columns = list(dict.fromkeys(name for cells in rows.values() for name in cells))
    # A corner without words is no header: a screen reader would announce an empty one.
    corner = f'<th scope="col">{html.escape(first)}</th>' if first else "<td></td>"
    head = corner + "".join(f'<th scope="col">{html.escape(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>{"".join(_cell(cells.get(column, "")) for column in columns)}</tr>'
        for name, cells in rows.items()
    )
    # Focusable, since a wide table scrolls on a phone and a keyboard must be able to do so too.
    return HTML(
        f'<div class="tabel" tabindex="0" role="region" aria-label="{html.escape(caption)}"><table>'
        f"<caption><span>{html.escape(caption)}</span></caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def blurred(label: str, examples: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> HTML:
    """Example comments that hurt: hidden until asked for, by mouse, finger or keyboard, from a screen reader and in print too.

    `label` says what is behind it. An example has `pieces` (`training.examples`), a `remark` under it, and `context` where it answers
    something. `names` are the categories' names: a marked word says its category in text, since colour alone tells some readers nothing.
    A <details>, which needs no script: the site's Content-Security-Policy allows none.
    """
    shown = "".join(f"<li>{_example(example, names)}</li>" for example in examples)
    return HTML(f'<details class="verhuld"><summary>{html.escape(label)}</summary><ol>{shown}</ol></details>')


def picture(run: Run, name: str, drawn: Figure, described: str) -> HTML:
    """A drawing, written as SVG into the run's folder, from where the pages take it; `described` says in words what it shows, for who can't see it."""
    folder = run.options.out / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    with rc_context(STYLE):
        drawn.savefig(folder / f"{name}.svg", bbox_inches="tight", metadata={"Date": None})
    return HTML(f'<figure><img src="{PICTURES}/{name}.svg" alt="{html.escape(described)}"></figure>')


def _cell(value: Any) -> str:
    text = html.escape(str(value))
    return f'<td class="getal">{text}</td>' if text[:1].isdigit() or text[:1] in "-−<" else f"<td>{text}</td>"


def _example(example: Mapping[str, Any], names: Mapping[str, str]) -> str:
    context = example.get("context")
    above = f'<p class="bij">Onder: {html.escape(context)}</p>' if context else ""
    text = "".join(_piece(piece, names) for piece in example["pieces"])
    return f'{above}<p class="reactie">{text}</p><p class="bij">{html.escape(example["remark"])}</p>'


def _piece(piece: Mapping[str, Any], names: Mapping[str, str]) -> str:
    text = html.escape(piece["text"])
    if not piece["categories"]:
        return text
    said = html.escape(", ".join(names[category] for category in piece["categories"]).lower())
    return f"<mark>{text} <small>[{said}]</small></mark>"
