"""The benchmark of the offline scorer measures what it says, over a stream that nobody holds."""

import itertools

import pytest

from benchmarks.bulk import bulk, stream


def test_a_million_comments_are_made_one_by_one_and_not_alike() -> None:
    endless = stream(["Het zwembad is alweer gesloten en niemand weet waarom"], 10**9)
    found = list(itertools.islice(endless, 500))
    assert len({comment["text"] for comment in found}) > 490 and len({comment["id"] for comment in found}) == 500


@pytest.mark.slow
def test_speed_and_memory_come_of_comments_that_were_scored() -> None:
    speed, memory = bulk(["Dag allemaal, tot morgen", "Het zwembad is alweer gesloten"], 50)
    assert 0 < speed < 10_000 and len(memory) == 9 and all(10 < found < 4000 for found in memory)
    with pytest.raises(RuntimeError, match="ended with 1"):
        bulk([" "], 20)


def test_too_few_have_no_tenths() -> None:
    with pytest.raises(ValueError, match="at least 10"):
        bulk(["Dag"], 9)
