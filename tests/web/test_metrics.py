from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from serving.moderation.comment import Comment
from serving.moderation.moderator import Moderator
from serving.moderation.reference import BUCKETS
from serving.web.metrics import Metrics, new_metrics


def samples(metrics: Metrics, name: str) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(metrics.text().decode())
    return {tuple(s.labels.values()): s.value for family in families for s in family.samples if s.name == name}


def record(probability: float, **changed: Any) -> dict[str, Any]:
    return {"action": "publish", "labels": [], "blocked_by": [], "probabilities": {"spam": probability}} | changed


def test_the_model_is_told_beside_its_probabilities() -> None:
    assert samples(new_metrics("small@3"), "hierniet_model_info") == {("small@3",): 1}


def test_each_probability_falls_in_the_bucket_that_training_counts_it_in() -> None:
    metrics = new_metrics("small@3")
    metrics.count_records([record(0.005), record(0.0051), record(1.0)])
    found = samples(metrics, "hierniet_probability_bucket")
    assert len(found) == len(BUCKETS) + 1
    assert (found["spam", "0.005"], found["spam", "0.01"], found["spam", "0.9"], found["spam", "1.0"]) == (1, 2, 2, 3)


def test_an_action_counts_with_its_labels_and_what_blocked_it_an_error_with_its_code() -> None:
    metrics = new_metrics("small@3")
    metrics.count_records(
        [record(0.9, action="review", labels=["spam"], blocked_by=["crisis"]), {"errors": [{"code": "empty"}]}]
    )
    assert samples(metrics, "hierniet_decisions_total") == {("review",): 1}
    assert samples(metrics, "hierniet_labels_total") == {("review", "spam"): 1}
    assert samples(metrics, "hierniet_blocked_total") == {("crisis",): 1}
    assert samples(metrics, "hierniet_comments_refused_total") == {("empty",): 1}


def test_every_category_of_a_decision_is_counted(moderator: Moderator) -> None:
    metrics = new_metrics(moderator.artefact.id)
    metrics.count_records([moderator.decide(Comment("1", "Wanneer is het zwembad open?")).as_record()])
    counted = samples(metrics, "hierniet_probability_count")
    assert counted == {(name,): 1 for name in moderator.taxonomy.category_ids}
