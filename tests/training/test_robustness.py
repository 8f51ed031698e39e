from pathlib import Path

from serving.moderation.moderator import load_moderator
from serving.moderation.taxonomy import Taxonomy
from serving.settings import ARTEFACT, POLICY, TAXONOMY
from training.labels import read_labels
from training.obfuscation import CASES, DISGUISES, TYPOS
from training.robustness import SHARES, robustness

TEST = Path(__file__).resolve().parents[2] / "data" / "comments" / "test.jsonl"


def test_every_kind_is_measured_against_the_clean_text(taxonomy: Taxonomy) -> None:
    rows = robustness(load_moderator(TAXONOMY, ARTEFACT, POLICY), read_labels([TEST], taxonomy)[::60])
    assert len(rows) == 1 + len(CASES) + len(SHARES) * (len(DISGUISES) + len(TYPOS))
    assert rows[0]["kind"] == "none" and rows[0]["kept"] == 1
    kept = {(row["kind"], row["share"]): row["kept"] for row in rows}
    # What shows nothing on a screen is undone before the model reads, so nothing may be lost.
    assert all(kept["zero_width", share] == 1 for share in SHARES)
    assert min(kept.values()) < 1
