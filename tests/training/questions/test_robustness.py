from pathlib import Path
from typing import Any

import numpy as np
import pytest

from serving.moderation.comment import Comment
from serving.moderation.decision import Decision
from serving.settings import read_settings
from training.behaviour import KINDS
from training.obfuscation import CASES, DISGUISES, TYPOS
from training.questions import robustness
from training.report.pictures.robustness import kept
from training.run import Judged, Run, RunOptions
from training.truth import labelled


def figure(value: float | None, n: int = 100) -> dict[str, Any]:
    return {"value": value, "low": 0.0, "high": 1.0, "n": n}


def judged(rows: list[dict[str, Any]], published: list[bool], found: list[bool]) -> Judged:
    comments = [Comment(row["id"], row["text"]) for row in rows]
    decisions = [
        Decision(row["id"], "publish" if is_published else "review", (), (), {}, (), (), (), None, (), "m", "p", "1")
        for row, is_published in zip(rows, published, strict=True)
    ]
    return Judged(rows, comments, decisions, np.zeros((len(rows), 1)), np.array(found)[:, None])


def row(words: int, *labels: str, either: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"id": "1", "text": "w " * words, "labels": list(labels), "either": list(either)}


def test_length_counts_words_and_hides_small_cells() -> None:
    rows = [row(4)] * 50 + [row(4, "insult")] * 50 + [row(5)] * 49 + [row(40, either=("insult",))] * 60
    # Of the short ones a fifth of the harmless is held, and half of the violations is published and not found.
    published = [i >= 10 for i in range(50)] + [i < 25 for i in range(50)] + [True] * 109
    found = [False] * 50 + [i >= 25 for i in range(50)] + [False] * 109
    table = robustness.by_length(judged(rows, published, found))
    short = table["1–4"]
    assert (short["harmless_held"]["value"], short["violation_published"]["value"]) == (0.2, 0.5)
    # F1 of violations 2·25/(50+25), of harmless 2·50/(50+75).
    assert short["any_macro_f1"]["value"] == pytest.approx((50 / 75 + 100 / 125) / 2, abs=1e-4)
    assert table["5–9"]["harmless_held"] == figure(None, 49)
    # What one of two readers saw is neither harmless nor a violation.
    assert table["40 en meer"]["harmless_held"]["n"] == table["40 en meer"]["any_macro_f1"]["n"] == 0


def test_only_real_comments_with_our_labels_have_a_length() -> None:
    rows = [row(4), {"id": "2", "text": "x", "imsypp_type": "offensive"}]
    kept_rows = judged(rows, [True, True], [False, True]).where(labelled(rows))
    assert list(kept_rows.rows) == rows[:1] and kept_rows.found.tolist() == [[False]] and len(kept_rows.decisions) == 1


def test_a_cell_says_that_there_are_too_few() -> None:
    assert robustness.measured_cell(figure(None, 31), "–") == "te weinig: n = 31"
    assert robustness.measured_cell(figure(0.5), "50 %") == "50 %, n = 100"


DISGUISED = [
    {"kind": "stars", "share": 0.3, "kept": figure(0.95)},
    {"kind": "spaced", "share": 0.3, "kept": figure(0.9)},
    {"kind": "spaced", "share": 0.6, "kept": figure(0.1)},
    {"kind": "swapped", "share": 0.3, "kept": figure(0.2)},
]
FAILED = {"description": "Kritiek blijft", "passed": figure(0.5, 2), "failures": [{}]}


def test_the_answer_names_the_hardest_disguise_and_the_weakest_group() -> None:
    first, second = robustness.answer({"disguised": DISGUISED, "behaviour": [FAILED], "behaviour_all": figure(0.5, 2)})
    assert (
        "“letters uit elkaar (s o m s)”, 90,0\xa0%" in first
        and "1 van de 2 vermommingen haalt ons doel van 92\xa0%, bij zes op de tien woorden 0 van de 1 (n = 100)." in first
    )
    assert "Van 2 gedragsproeven" in second and second.endswith("het zwakst is “Kritiek blijft”: van de 2 slaagt er 1.")


@pytest.mark.parametrize(("failures", "said"), [(2, "slagen er geen."), (0, "Alle 2 gedragsproeven slagen.")])
def test_the_answer_holds_for_none_and_all(failures: int, said: str) -> None:
    group = FAILED | {"failures": [{}] * failures}
    unmeasured = [row | {"kept": figure(None)} for row in DISGUISED]
    first, second = robustness.answer({"disguised": unmeasured, "behaviour": [group], "behaviour_all": figure(0.5, 2)})
    assert "niet gemeten" in first and second.endswith(said)


def test_the_hardest_at_the_usual_share_counts_typos_and_may_be_missing() -> None:
    found = robustness.worst_usual(DISGUISED)
    assert found and found["value"] == 0.2
    assert robustness.worst_usual([row | {"kept": figure(None)} for row in DISGUISED]) is None


def test_every_kind_has_a_dutch_name() -> None:
    assert set(robustness.KINDS) == {"none", *CASES, *DISGUISES, *TYPOS}


def test_the_picture_has_the_goal_and_holds_without_figures() -> None:
    drawn = kept(DISGUISED, robustness.KINDS, robustness.GOAL)
    assert "doel: 92 %" in [text.get_text() for text in drawn.axes[0].texts]
    low, high = drawn.axes[0].get_xlim()
    assert low < 0 and high > 1
    kept([], robustness.KINDS, robustness.GOAL)


def test_the_bundled_groups_are_measured_worst_first(tmp_path: Path) -> None:
    groups = robustness.behaviour(Run(RunOptions(out=tmp_path, every=60), read_settings({})))
    rates = [group["passed"]["value"] for group in groups]
    assert rates == sorted(rates) and {group["kind"] for group in groups} == set(KINDS)
    for group in groups:
        assert round(group["passed"]["n"] * (1 - group["passed"]["value"])) == len(group["failures"])
        assert all(failure["remark"] and failure["pieces"] for failure in group["failures"])
