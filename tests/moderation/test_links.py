import pytest

from serving.moderation.links import is_below, normal_link
from tests.moderation.found import found


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("https://fictief.be/pad?x=1", "link"),
        ("www.fictief.be", "link"),
        ("fictief.be", "link"),
        ("FICTIEF.BE", "link"),
        ("hxxps://fictief[.]com/login", "link"),
        ("fictief (punt) be", "link"),
        ("fictief punt com/pad", "link"),
        ("www . fictief . be", "link"),
        ("https://b\u0430nk-fictief.be/login", "link"),
        ("http://192.0.2.7/aanmelden", "link"),
        ("t . me / fictief", "uitnodigingslink"),
        ("bit.ly/3abcXYZ", "verkorte link"),
        ("https://tinyurl.com/fictief", "verkorte link"),
        ("t.me/fictief", "uitnodigingslink"),
        ("https://wa.me/32470123456", "uitnodigingslink"),
        ("discord.com/invite/fictief", "uitnodigingslink"),
    ],
)
def test_a_link_is_found_and_told_apart(link: str, kind: str) -> None:
    assert found(f"kijk op {link}, nu") == [(kind, link)]


def test_what_closes_the_sentence_is_not_in_the_link() -> None:
    assert found("(zie https://fictief.be/a).") == [("link", "https://fictief.be/a")]


@pytest.mark.parametrize(
    "text",
    [
        "dat is zo.Ik ga", "klaar.nu nog de rest", "gedaan.de put", "bijlage.pdf en plan.zip", "d.w.z. niks, n.v.t.",
        "2.be of niet 2.be", "vzw.De Hoek", "15.000.Vijftien", "tag @fictief.be", "bit.ly klik ik nooit aan",
    ],
)  # fmt: skip
def test_a_missing_space_makes_no_link(text: str) -> None:
    assert found(text) == []


def test_a_slash_between_a_link_and_a_number_joins_them_not() -> None:
    assert found("fictief.be / 0470 12 34 56") == [("link", "fictief.be"), ("telefoonnummer", "0470 12 34 56")]


@pytest.mark.parametrize(
    ("link", "place", "below"),
    [
        ("https://www.Stad.be/", "stad.be", True),
        ("loket.stad.be/x", "stad.be", True),
        ("nepstad.be", "stad.be", False),
        ("t.me/stad?x=1", "t.me/stad", True),
        ("t.me/stadsfeest", "t.me/stad", False),
    ],
)
def test_a_domain_covers_what_lies_below_it(link: str, place: str, below: bool) -> None:
    assert is_below(normal_link(link), place) is below
