"""From notebooks to a site: every notebook is executed, and becomes one page in the report's own template.

Rendered with nbclient, markdown-it and Jinja rather than nbconvert: its pages ask for scripts from elsewhere and show code first.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jupyter_client.manager import AsyncKernelManager
from markdown_it import MarkdownIt
from markupsafe import Markup
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from serving.settings import ROOT
from training.errors import TrainingError
from training.run import Run

NOTEBOOKS = ROOT / "notebooks"
TEMPLATE = Path(__file__).resolve().parent / "template"
SECONDS_A_CELL = 900
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Page:
    """One page of the site: `name` is its file's and, with a capital, what the navigation calls it; `code` what its notebook ran to
    make it, where it has one."""

    name: str
    title: str
    body: Markup
    code: str = ""


def notebook_page(name: str, variables: dict[str, str]) -> Page:
    """Execute a notebook in a process of its own and make it a page; `variables` are added to its environment.

    Raises:
        TrainingError: a cell failed; names the notebook and the error.
    """
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    # A socket file, not a port: what is sent to the kernel and back is nobody else's to read.
    kernel = AsyncKernelManager(kernel_name="python3", transport="ipc")
    client = NotebookClient(notebook, km=kernel, timeout=SECONDS_A_CELL, resources={"metadata": {"path": str(ROOT)}})
    try:
        client.execute(env=variables)
    except CellExecutionError as error:
        raise TrainingError(f"{NOTEBOOKS / name}.ipynb: a cell failed: {error.ename}: {error.evalue}") from error
    title = notebook.cells[0].source.splitlines()[0].removeprefix("# ")
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return Page(name, title, Markup("\n").join(_cell(cell) for cell in notebook.cells), "\n\n".join(code))


def markdown(text: str) -> Markup:
    """Markdown as HTML; HTML inside it is shown, not obeyed. Tables scroll on a narrow screen, also by keyboard."""
    before, *tables = _markdown.render(text).split("<table>")
    region = '<div class="tabel" tabindex="0" role="region" aria-label="Tabel {}"><table>'
    named = [region.format(number) + table for number, table in enumerate(tables, start=1)]
    return Markup((before + "".join(named)).replace("</table>", "</table></div>"))


def write_site(folder: Path, pages: list[Page], run: Run, made: str) -> None:
    """Write every page and the style into `folder`; `made` is the day of the run, in Dutch."""
    environment = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True, undefined=StrictUndefined)
    template = environment.get_template("page.html")
    facts: dict[str, Any] = {
        "model": run.moderator.artefact.id,
        "policy": run.moderator.policy.id,
        "made": made,
        "pages": pages,
        "every": run.options.every,
    }
    for page in pages:
        (folder / f"{page.name}.html").write_text(template.render(page=page, **facts), encoding="utf8")
    (folder / "report.css").write_bytes((TEMPLATE / "report.css").read_bytes())


def _cell(cell: Any) -> Markup:
    if cell.cell_type == "markdown":
        return markdown(cell.source)
    return Markup("\n").join(_output(output) for output in cell.outputs)


def _output(output: Any) -> Markup:
    """What a cell showed; what it only printed on the error stream (progress) is no part of a page."""
    if output.output_type in ("execute_result", "display_data") and "text/html" in output.data:
        return Markup(output.data["text/html"])
    if output.output_type == "execute_result":
        return Markup("<pre>{}</pre>").format(output.data["text/plain"])
    if output.output_type == "stream" and output.name == "stdout":
        return Markup("<pre>{}</pre>").format(output.text)
    return Markup("")
