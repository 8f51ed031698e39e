"""The text that a reader sees of a comment in HTML, and where each of its characters stood."""

import html
import itertools
import re
from dataclasses import dataclass
from html.parser import HTMLParser

# What a browser starts on a line of its own: words on both sides are no single word.
_LINES = {
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main",
    "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
# What is between these is never shown.
_CLOSED = re.compile(r"</(script|style)\s*>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#[xX]?[0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);?")


@dataclass(frozen=True)
class Shown:
    """`places` has, for every character of `text`, where what it came from began and ended in the source; None: where it is itself."""

    text: str
    places: tuple[tuple[int, int], ...] | None = None

    def in_source(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of the text, at least one character, in places of the source; code points, end exclusive."""
        return (self.places[start][0], self.places[end - 1][1]) if self.places else (start, end)


def shown(source: str) -> Shown:
    """A text in HTML without its tags, character references resolved.

    Tags within a word leave the word whole, as a browser shows it. Of `script` and `style` nothing is shown; one that is never
    closed is, since a tool that removes tags would show it too.
    """
    reader = _Reader(source)
    # Behind the last > no tag ends. The parser would look for its end from every < anew: half a minute for 40,000 characters.
    end = source.rfind(">") + 1
    reader.feed(source[:end])
    reader.close()
    reader.text(end)
    text = "".join(character for character, _, _ in reader.characters).rstrip("\n")
    return Shown(text, tuple((begin, end) for _, begin, end in reader.characters[: len(text)]))


class _Reader(HTMLParser):
    """Collects the characters that are shown, each with where it began and ended."""

    def __init__(self, source: str) -> None:
        # References are not left to the parser: it would not say how long they were.
        super().__init__(convert_charrefs=False)
        self.source = source
        self.characters: list[tuple[str, int, int]] = []
        self._lines = [0, *itertools.accumulate(len(line) + 1 for line in source.split("\n"))]
        self._closed = {match[1].lower(): match.start() for match in _CLOSED.finditer(source)}
        self._hidden_from: int | None = None

    def text(self, begin: int) -> None:
        """Take what follows for text without tags."""
        for reference in _REFERENCE.finditer(self.source, begin):
            self._as_they_are(begin, reference.start())
            begin = reference.end()
            self._reference(reference.start(), begin)
        self._as_they_are(begin, len(self.source))

    def handle_data(self, data: str) -> None:
        begin = self._place()
        self._as_they_are(begin, begin + len(data))

    def handle_entityref(self, name: str) -> None:
        self._reference(self._place(), self._place() + 1 + len(name))

    def handle_charref(self, name: str) -> None:
        self._reference(self._place(), self._place() + 2 + len(name))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._line(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden_from is not None:
            del self.characters[self._hidden_from :]
            self._hidden_from = None
        self._line(tag)

    def set_cdata_mode(self, elem: str, **_: object) -> None:
        """Skip to the end of `script` and `style`; all that follows one that is never closed would be lost otherwise."""
        if self._place() < self._closed.get(elem, 0):
            super().set_cdata_mode(elem)
            self._hidden_from = len(self.characters)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Skip what begins with `<![`, as a browser does; the parser would raise an error at some."""
        end = self.rawdata.find(">", i)
        return end + 1 if end >= 0 else -1

    def _as_they_are(self, begin: int, end: int) -> None:
        self.characters += [(self.source[i], i, i + 1) for i in range(begin, end)]

    def _reference(self, begin: int, end: int) -> None:
        end += self.source[end - 1] != ";" and self.source.startswith(";", end)
        self.characters += [(character, begin, end) for character in html.unescape(self.source[begin:end])]

    def _line(self, tag: str) -> None:
        if tag in _LINES and self.characters and self.characters[-1][0] != "\n":
            place = self._place()
            self.characters.append(("\n", place, place))

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
