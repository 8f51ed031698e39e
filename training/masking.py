"""Batches for masked-language modelling: sequences cut out of long texts, some noise, and masked places."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.recycle import MASK, SPECIAL, START

# Held out of every corpus, from its end, to measure on.
HELD_OUT_SHARE, MOST_HELD_OUT = 0.02, 40_000
STEP = 64
# How many tokens of a noisy sequence are swallowed by their neighbour.
NOISY_PLACES = 0.05


@dataclass(frozen=True)
class Shape:
    """What a batch looks like: how many sequences of how many tokens, ids below `vocabulary`, what share of them noisy."""

    sequences: int
    length: int
    vocabulary: int
    noise: float


@dataclass(frozen=True)
class Batch:
    """`ids` (sequences, length) with masks in it; `places` of the flattened ids that are asked for, and their `truth`."""

    ids: NDArray[np.int64]
    places: NDArray[np.int64]
    truth: NDArray[np.int64]


def split_off(ids: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Each corpus' ids to learn from and those held out."""
    held_out = {name: min(int(len(all_ids) * HELD_OUT_SHARE) + 1, MOST_HELD_OUT) for name, all_ids in ids.items()}
    return {name: (all_ids[: -held_out[name]], all_ids[-held_out[name] :]) for name, all_ids in ids.items()}


def batches(
    ids: Mapping[str, Any], weights: Mapping[str, float], shape: Shape, rng: np.random.Generator
) -> Generator[Batch, float, None]:
    """Endless batches; send the mask rate for each (the first `next` only starts it).

    Sequences start anywhere and run on over the ends of items, so nothing is padded. Of the asked places 80 % are masked,
    10 % hold another token and 10 % stay (Devlin et al. 2019); some sequences also lose some tokens to their
    neighbour, as hasty typing does.
    """
    names = list(ids)
    chances = np.array([len(ids[name]) * weights[name] for name in names], dtype=float)
    chances /= chances.sum()
    rate = yield Batch(*(np.empty(0, np.int64) for _ in range(3)))
    while True:
        rows = [_sequence(ids[names[k]], shape.length, rng) for k in rng.choice(len(names), shape.sequences, p=chances)]
        whole = np.stack(rows)
        noisy = rng.random(shape.sequences) < shape.noise
        swallowed = (rng.random(whole.shape) < NOISY_PLACES) & noisy[:, None] & (whole >= len(SPECIAL))
        whole = np.where(swallowed, np.roll(whole, 1, axis=1), whole)
        rate = yield masked(whole, rate, shape.vocabulary, rng)


def masked(whole: NDArray[np.int64], rate: float, vocabulary: int, rng: np.random.Generator) -> Batch:
    """Ask for `rate` of the places, never one that holds a special token.

    As many in each batch of a rate, in steps of STEP: on CPU every new shape of a product is planned anew, which cost half the speed.
    """
    maskable = np.flatnonzero(whole >= len(SPECIAL))
    wanted = min(len(maskable), max(1, round(rate * whole.size / STEP) * STEP))
    places = np.sort(rng.choice(maskable, wanted, replace=False))
    asked = np.zeros(whole.shape, bool)
    asked.flat[places] = True
    dice = rng.random(whole.shape)
    ids = np.where(asked & (dice < 0.8), SPECIAL.index(MASK), whole)
    other = rng.integers(len(SPECIAL), vocabulary, whole.shape)
    ids = np.where(asked & (dice >= 0.9), other, ids)
    return Batch(ids, places, whole[asked])


def _sequence(ids: Any, length: int, rng: np.random.Generator) -> NDArray[np.int64]:
    start = int(rng.integers(0, max(1, len(ids) - length)))
    row = np.zeros(length, np.int64)
    cut = ids[start : start + length - 1]
    row[0], row[1 : 1 + len(cut)] = SPECIAL.index(START), cut
    return row
