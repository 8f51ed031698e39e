import numpy as np

from training.labels import LabelledComment
from training.subgroups import FEWEST
from training.traits import standing_out, traits_of


def comment(
    words: int = 12, register: str = "standaard", borderline: bool = False, context: str | None = None
) -> LabelledComment:
    return LabelledComment("1", "w " * words, (), (), borderline, context, "w", "straat_en_plein", register, "s")


def test_traits_are_said_in_dutch() -> None:
    assert traits_of(comment(4, context="Een bericht")) == {
        "taal": "standaard",
        "onderwerp": "straat en plein",
        "lengte": "1 tot 4 woorden",
        "bericht erbij waarop het antwoordt": "ja",
    }
    assert [traits_of(comment(words))["lengte"] for words in (5, 9, 10, 40)] == [
        "5 tot 9 woorden", "5 tot 9 woorden", "10 tot 19 woorden", "40 woorden of meer",
    ]  # fmt: skip


def test_what_differs_clearly_stands_out_and_nothing_else() -> None:
    comments = [comment(register="antwerps") for _ in range(60)] + [comment() for _ in range(100)]
    among = np.ones(160, dtype=bool)
    wrong = np.zeros(160, dtype=bool)
    wrong[:30] = True  # half of the Antwerp ones
    wrong[60:70] = True  # a tenth of the others
    found = standing_out(comments, among, wrong)
    assert {(row["trait"], row["value"]) for row in found["found"]} == {("taal", "antwerps"), ("taal", "standaard")}
    row = next(row for row in found["found"] if row["value"] == "antwerps")
    assert (row["with_it"]["value"], row["with_it"]["n"]) == (0.5, 60) and (row["without"]["value"], row["without"]["n"]) == (
        0.1,
        100,
    )
    # Only the variety tells them apart: a trait that all share can't be compared with a rest.
    assert found["looked_at"] == 2


def test_of_few_comments_nothing_is_said() -> None:
    comments = [comment(register="antwerps") for _ in range(FEWEST - 1)] + [comment() for _ in range(100)]
    wrong = np.array([one.register == "antwerps" for one in comments])
    assert standing_out(comments, np.ones(len(comments), dtype=bool), wrong) == {"looked_at": 0, "found": []}


def test_a_difference_that_chance_makes_among_many_does_not_stand_out() -> None:
    # Alone, 12 of 50 against 4 of 50 is unlikely (p = 0.05); among a dozen traits it is not.
    comments = [
        comment(words=12 if i < 50 else 22, register=("antwerps", "brabants")[i % 2], borderline=i % 4 < 2) for i in range(100)
    ]
    wrong = np.zeros(100, dtype=bool)
    wrong[:12] = wrong[50:54] = True
    found = standing_out(comments, np.ones(100, dtype=bool), wrong)
    assert found["looked_at"] > 2 and found["found"] == []
