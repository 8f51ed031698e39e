import pytest

from serving.moderation.text import latin_share, normalise, visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gewoon een zin.", "Gewoon een zin."),
        ("k\u200bl\u2060o\u00adot", "kloot"),
        ("ｄｏｍ", "dom"),
        ("veeeeeel te laat!!!!!!", "veeel te laat!!!"),
        ("bel 0000 of 1111", "bel 0000 of 1111"),
        ("@Jan.Peeters kijk www.voorbeeld.be/x?y=1", "@user kijk http"),
        ("mail naar jan@voorbeeld.be", "mail naar jan@voorbeeld.be"),
        ("a\n\n\tb", "a b"),
        ("z\u0301\u0302\u0303\u0304alg\u202etxt", "\u017aalgtxt"),
        ("👍\ufe0f", "👍"),
        ("", ""),
    ],
)  # fmt: skip
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Amaiiiii @piet zie https://x.be/a\u200b b!!!!!",
        "k  a  n  k  e  r",
        "k\na\nn\nk\ne\nr",
        "x x x x x x",
        "kl00ooot",
        "аaаaаa",
        "a . b . c . d",
        "  h.0.e.r  ",
    ],
)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize(("text", "expected"), [("👍", True), (".", True), (" \n\u200b\u2060", False), ("\x00", False)])
def test_visible(text: str, expected: bool) -> None:
    assert visible(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("crème brûlée", 1.0), ("привет", 0.0), ("123 👍", 1.0), ("aб", 0.5), ("@user @user я тебя", 0.0)]
)
def test_latin_share(text: str, expected: float) -> None:
    assert latin_share(text) == expected


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("h0er", "hoer"),
        ("kl00tz4k", "klootzak"),
        ("g€ld en $chijt en v33l", "geld en $chijt en veel"),
        ("k a n k e r", "kanker"),
        ("h.o.e.r en h-o-e-r", "hoer en hoer"),
        ("smееrlаp", "smeerlap"),  # with Cyrillic letters
    ],
)
def test_a_disguised_word_is_read_as_meant(typed: str, read: str) -> None:
    assert normalise(typed) == read


@pytest.mark.parametrize(
    "text",
    [
        "bus 12 naar de E40, b2b, 4x4, 3de verdiep, covid19, wifi6, 0478123456, 1-ABC-234",
        "m.a.w. o.a. a.u.b. zie art. 5 van B.T.W.",
        "gsm w8 ff, 2dehands, 5G-mast",
        "a b c",
        "H5N1, A4tje, mp3tje, G7top, 1u30min, 7u15u, PM10norm, XS4ALL, radio1debat",
        "москва",
        "jan@telenet.be",
    ],
)
def test_figures_that_are_figures_stay(text: str) -> None:
    assert normalise(text) == text
