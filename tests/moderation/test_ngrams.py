from pathlib import Path

import numpy as np
import pytest

from serving.moderation.errors import ArtefactError
from serving.moderation.ngrams import BUCKETS, Ngrams, _kept_runs, ngram_counts, read_ngrams
from serving.moderation.taxonomy import Taxonomy
from training.labels import LabelledComment
from training.linear import fit_ngrams, write_ngrams


def comment(number: int, text: str, *labels: str) -> LabelledComment:
    return LabelledComment(str(number), text, labels, (), False, None, "w", "t", "standaard", "geschreven")


def test_counts_are_stable_and_blind_to_case() -> None:
    buckets, counts = ngram_counts("De bus de bus")
    again, _ = ngram_counts("DE bus de BUS")
    assert sorted(buckets) == sorted(again)
    assert counts.max() == 4 and len(set(buckets)) == len(buckets) and buckets.max() < BUCKETS


@pytest.mark.parametrize("text", ["", "👍", "a", "aaaaa " * 3000, "a" * 9000])
def test_the_shortest_texts_have_finite_scores(text: str) -> None:
    ngrams = Ngrams(np.ones(BUCKETS, np.float32), np.ones((BUCKETS, 2), np.float32), np.zeros(2, np.float32))
    assert np.isfinite(ngrams.scores(text)).all()


def test_only_common_words_are_kept_at_hand_and_none_that_is_long() -> None:
    _kept_runs.cache_clear()
    text = "Zwembad gesloten, zegt Oscarine (zwembad!) zwembad" + "!?" * 99
    counted = ngram_counts(text, frozenset({"zwembad"}))
    assert _kept_runs.cache_info().currsize == 2
    assert [list(found) for found in counted] == [list(found) for found in ngram_counts(text)]


def test_what_is_fitted_is_what_is_served(tmp_path: Path, taxonomy: Taxonomy) -> None:
    comments = [comment(i, f"gij domme ezel nummer {i}", "insult") for i in range(30)]
    comments += [comment(i, f"de bus van {i} uur komt te laat") for i in range(30, 60)]
    write_ngrams(tmp_path / "ngrams.npz", fit_ngrams(comments, taxonomy))
    ngrams = read_ngrams(tmp_path / "ngrams.npz", len(taxonomy.ids))
    insult = taxonomy.ids.index("insult")
    assert ngrams.scores("wat een domme ezel")[insult] > 0.5 > -0.5 > ngrams.scores("de bus komt weer te laat")[insult]


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ngrams.npz"
    path.write_bytes(b"no archive")
    with pytest.raises(ArtefactError, match=r"ngrams\.npz: can't be read"):
        read_ngrams(path, 2)
    np.savez(path, idf=np.ones(3), weights=np.ones((3, 2)), bias=np.ones(2))
    with pytest.raises(ArtefactError, match=r"ngrams\.npz: its weights are not for 2 labels"):
        read_ngrams(path, 2)
