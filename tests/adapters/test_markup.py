"""The text that is shown of HTML, and the places of its characters."""

import random
import time

import pytest

from serving.adapters.markup import shown

PIECES = [
    "<", "</", ">", "/>", "<b", "<p", "<br>", "<script>", "</script>", "<style>", "</style", "<!--", "-->", "--", "<![", "]]>",
    "<![CDATA[", "<!", "<?", "&", "&amp", "&amp;", "&#233;", "&#x", "&#", "&é", "'", '"', "=", "a", "é", "😀", "\n", "\r", " ",
    "<textarea>", "<title>", "<plaintext>", "\x00", ";",
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Dag allemaal", "Dag allemaal"),
        ("<p>Dag</p><p>allemaal</p>", "Dag\nallemaal"),
        ("een<br/>twee<br>\ndrie", "een\ntwee\n\ndrie"),
        ("k<b>a</b>n<i></i>k<!-- x -->er", "kanker"),
        ('<a href="https://example.org?a=1&amp;b=2" title="<b>">link</a>', "link"),
        ("R&amp;D, caf&eacute;&#233;&#xE9;&#xe9 &lt;b&gt;", "R&D, caféééé <b>"),
        ("vis & friet, vis&friet, AT&T &onbekend;", "vis & friet, vis&friet, AT&T &onbekend;"),
        ("3 < 4 en 5 > 4", "3 < 4 en 5 > 4"),
        ("a<script>if (a<b) x('</p>')</script>b<STYLE>i {}</Style >c", "abc"),
        ("<script>nooit gesloten", "nooit gesloten"),
        ("hallo <b>slecht</script> volk", "hallo slecht volk"),
        ("<![a[x]]>y<![CDATA[z]]>", "y"),
        ("half <a href='", "half <a href='"),
        ("<p><br></p>", ""),
        ("", ""),
    ],
)
def test_what_is_shown(source: str, text: str) -> None:
    assert shown(source).text == text


def test_a_stretch_is_found_again_in_the_source() -> None:
    source = "<p>Gij zijt &eacute;cht een\n<b>e</b>zel &amp; 😀 nar</p>"
    found = shown(source)

    def in_source(words: str) -> str:
        start = found.text.index(words)
        begin, end = found.in_source(start, start + len(words))
        return source[begin:end]

    assert in_source("Gij") == "Gij"
    assert in_source("écht") == "&eacute;cht"
    assert in_source("ezel") == "e</b>zel"
    assert in_source("& 😀 nar") == "&amp; 😀 nar"


def test_any_pieces_together_keep_their_places() -> None:
    dice = random.Random(1)
    for _ in range(3000):
        source = "".join(dice.choices(PIECES, k=dice.randint(1, 25)))
        found = shown(source)
        assert found.places is not None and len(found.places) == len(found.text)
        last = 0
        for character, (begin, end) in zip(found.text, found.places, strict=True):
            assert last <= begin <= end <= len(source), source
            itself = end == begin + 1 and source[begin] == character
            assert itself or source[begin] == "&" or (begin == end and character == "\n"), source
            last = begin


@pytest.mark.parametrize("piece", ["<", "<a", "\n<p", "<a b='", "<a b=c ", "<!--", "<!", "</", "<script>", "&", "&#", "<![a["])
@pytest.mark.parametrize("tail", ["", ">", "'>", "-->"])
def test_hostile_markup_takes_no_long_time(piece: str, tail: str) -> None:
    source = piece * (40_000 // len(piece)) + tail
    started = time.process_time()
    shown(source)
    assert time.process_time() - started < 2
