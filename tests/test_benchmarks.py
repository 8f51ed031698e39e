"""The benchmark of the offline scorer measures what it says, over a stream that nobody holds."""

import itertools

import pytest

from benchmarks.bulk import a_second, bulk, stream


def test_a_million_comments_are_made_one_by_one_and_not_alike() -> None:
    endless = stream(["Het zwembad is alweer gesloten en niemand weet waarom"], 10**9)
    found = list(itertools.islice(endless, 500))
    assert len({comment["text"] for comment in found}) > 490 and len({comment["id"] for comment in found}) == 500


@pytest.mark.slow
def test_speed_and_memory_come_of_comments_that_were_scored() -> None:
    found = bulk(["Dag allemaal, tot morgen", "Het zwembad is alweer gesloten"], 4000)
    assert [each.done for each in found] == sorted(each.done for each in found) and found[-1].done == 4000
    assert 0 < a_second(found) < 10_000 and all(10 < each.memory < 4000 for each in found)


@pytest.mark.parametrize(("text", "says"), [("a" * 10_001, "ended with 1"), ("Dag", "give more")])
def test_where_nothing_was_measured_no_figure_is_given(text: str, says: str) -> None:
    with pytest.raises(RuntimeError, match=says):
        bulk([text], 5)
