import numpy as np

from training.masking import STEP, Shape, batches, masked
from training.recycle import MASK, SPECIAL


def test_as_many_places_are_asked_for_as_the_rate_says_and_their_truth_is_kept() -> None:
    rng = np.random.default_rng(0)
    whole = rng.integers(len(SPECIAL), 1000, (64, 64))
    whole[:, 0] = 2
    batch = masked(whole, 0.3, 1000, rng)
    assert len(batch.places) == round(0.3 * whole.size / STEP) * STEP
    assert (batch.truth == whole.flat[batch.places]).all()
    untouched = np.setdiff1d(np.arange(whole.size), batch.places)
    assert (batch.ids.flat[untouched] == whole.flat[untouched]).all()
    assert (batch.ids[:, 0] == 2).all()
    shown = batch.ids.flat[batch.places]
    assert 0.75 < (shown == SPECIAL.index(MASK)).mean() < 0.85
    assert 0.05 < (shown == batch.truth).mean() < 0.15


def test_texts_are_drawn_by_length_times_weight() -> None:
    ids = {"a": np.full(1000, 10, np.uint16), "b": np.full(1000, 20, np.uint16)}
    stream = batches(ids, {"a": 3.0, "b": 1.0}, Shape(400, 8, 30, 0.0), np.random.default_rng(1))
    next(stream)
    batch = stream.send(0.1)
    drawn = batch.ids[:, 1:]
    assert 0.65 < (drawn == 10).sum() / ((drawn == 10) | (drawn == 20)).sum() < 0.85
