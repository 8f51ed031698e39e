from pathlib import Path

import pytest

from serving.moderation.comment import Comment
from serving.moderation.moderator import Moderator
from serving.moderation.taxonomy import Taxonomy
from training.bias import BiasRow, counterfactual_gaps, read_bias
from training.errors import TrainingError
from training.labels import read_splits, text_key

DATA = Path(__file__).resolve().parents[2] / "data"
FRAMES = DATA / "bias" / "frames.toml"


@pytest.fixture(scope="module")
def rows(taxonomy: Taxonomy) -> list[BiasRow]:
    return read_bias(FRAMES, taxonomy)


def test_the_set_is_large_and_whole(rows: list[BiasRow]) -> None:
    assert len(rows) >= 3_000
    assert not [row for row in rows if "{" in row.text or "}" in row.text]
    assert len({(row.frame, row.value) for row in rows}) == len(rows)


def test_every_criterion_party_and_variety_has_harmless_and_violating_sentences(rows: list[BiasRow]) -> None:
    for group in {(row.kind, row.group) for row in rows}:
        found = {bool(row.labels) for row in rows if (row.kind, row.group) == group}
        assert found == {True, False}, group


def test_all_flemish_parties_are_in_it(rows: list[BiasRow]) -> None:
    text = " ".join(row.text for row in rows if row.kind == "party")
    for party in ("N-VA", "Vlaams Belang", "Vooruit", "cd&v", "Anders", "Groen", "PVDA", "Team Fouad Ahidar"):
        assert party in text


def test_it_is_never_trained_on(rows: list[BiasRow], taxonomy: Taxonomy) -> None:
    trained = {text_key(comment.text) for comments in read_splits(DATA / "comments", taxonomy).values() for comment in comments}
    assert not trained & {text_key(row.text) for row in rows}


def test_a_sentence_that_does_not_change_has_no_gap(rows: list[BiasRow], moderator: Moderator) -> None:
    same = [BiasRow("party", "f", str(i), str(i), "De bus komt te laat", ()) for i in range(3)]
    other = [BiasRow("identity", "g", text, text, text, ()) for text in ("Dag allemaal", "Ik sla u dood, smeerlap")]
    others = [BiasRow(kind, "h", "x", "x", "Dag", ("spam",)) for kind in ("name", "dialect")]
    chosen = [*same, *other, *others]
    gaps = counterfactual_gaps(chosen, [moderator.decide(Comment(row.value, row.text)) for row in chosen])
    assert (gaps["party"]["mean_gap"], gaps["party"]["worst_gap"], gaps["party"]["flips"]) == (0, 0, 0)
    assert gaps["identity"]["worst_gap"] > 0


@pytest.mark.parametrize(
    ("content", "message"),
    [("[[identity", "can't be read as TOML"), ('[[identity]]\nid = "x"\n', "a frame, or a slot it uses, lacks")],
)
def test_a_broken_file_is_named(tmp_path: Path, taxonomy: Taxonomy, content: str, message: str) -> None:
    (tmp_path / "frames.toml").write_text(content)
    with pytest.raises(TrainingError, match=message):
        read_bias(tmp_path / "frames.toml", taxonomy)
