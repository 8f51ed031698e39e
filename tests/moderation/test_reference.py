from serving.moderation.reference import BUCKETS, spread, stability_index


def test_a_spread_counts_each_probability_once_upper_edges_included() -> None:
    found = spread([{"spam": 0.005, "insult": 0.3}, {"spam": 0.0051, "insult": 1.0}], ("spam", "insult"))
    assert found.n == 2
    assert found.counts["spam"][:2] == (1, 1) and sum(found.counts["spam"]) == 2
    assert found.counts["insult"][BUCKETS.index(0.35)] == 1 and found.counts["insult"][-1] == 1


def test_no_comments_make_an_empty_spread() -> None:
    assert spread([], ("spam",)).counts == {"spam": (0,) * len(BUCKETS)}


def test_the_index_grows_with_the_shift_and_is_finite_for_an_empty_bucket() -> None:
    same, near, far = ((80, 20), (70, 30), (0, 100))
    assert stability_index(same, same) == 0 < stability_index(same, near) < stability_index(same, far) < 20
