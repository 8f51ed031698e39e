from pathlib import Path

import numpy as np
import pytest

from serving.moderation.moderator import load_moderator
from serving.moderation.taxonomy import Taxonomy
from serving.settings import ARTEFACT, POLICY, TAXONOMY
from training.labels import read_labels
from training.obfuscation import CASES, DISGUISES, TYPOS
from training.robustness import SHARES, kept, macro_f1_of, robustness, served

TEST = Path(__file__).resolve().parents[2] / "data" / "comments" / "test.jsonl"


def test_every_kind_is_measured_against_the_clean_text(taxonomy: Taxonomy) -> None:
    rows = robustness(served(load_moderator(TAXONOMY, ARTEFACT, POLICY)), read_labels([TEST], taxonomy)[::60])
    assert len(rows) == 1 + len(CASES) + len(SHARES) * (len(DISGUISES) + len(TYPOS))
    assert rows[0]["kind"] == "none" and rows[0]["kept"]["value"] == 1
    kept = {(row["kind"], row["share"]): row["kept"]["value"] for row in rows}
    # What shows nothing on a screen is undone before the model reads, so nothing may be lost.
    assert all(kept["zero_width", share] == 1 for share in SHARES)
    assert min(kept.values()) < 1


def test_what_is_kept_is_one_macro_f1_over_the_other() -> None:
    truth = np.array([True, True, False, False])
    all_right = truth.copy()
    # Of two violations one is missed: F1 2/3 of violations, 4/5 of the harmless, macro 11/15 of a clean 1.
    one_missed = np.array([True, False, False, False])
    measured = kept(truth, all_right, one_missed)
    assert measured.value == pytest.approx(11 / 15)
    assert measured.low < measured.value < measured.high and measured.n == 4
    assert kept(truth, one_missed, one_missed).value == 1


def test_nothing_to_measure_is_no_figure() -> None:
    nothing = np.zeros(0, dtype=bool)
    assert np.isnan(macro_f1_of(nothing, nothing).value) and np.isnan(kept(nothing, nothing, nothing).value)
    # Nothing right to begin with: nothing to keep.
    assert np.isnan(kept(np.array([True, False]), np.array([False, True]), np.array([True, False])).value)
