"""What a dashboard can draw: decisions, probabilities, latency, queue. Counts only, never a text, an author or a key."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from serving.moderation.reference import BUCKETS


@dataclass(frozen=True)
class Metrics:
    """Prometheus counters, histograms and gauges, made by `metrics_of`."""

    requests: Any
    seconds: Any
    decisions: Any
    labels: Any
    blocked: Any
    failed: Any
    probability: Any
    waiting: Any
    stale_policies: Any

    def count_request(self, route: str, status: int, seconds: float) -> None:
        self.requests.labels(route=route, status=str(status)).inc()
        self.seconds.labels(route=route).observe(seconds)

    def count_records(self, records: Iterable[dict[str, Any]]) -> None:
        """Decisions and errors as they are answered."""
        for record in records:
            if "errors" in record:
                self.failed.labels(code=record["errors"][0]["code"]).inc()
                continue
            self.decisions.labels(action=record["action"]).inc()
            for label in record["labels"]:
                self.labels.labels(category=label, action=record["action"]).inc()
            for code in record["blocked_by"]:
                self.blocked.labels(code=code).inc()
            for category, probability in record["probabilities"].items():
                self.probability.labels(category=category).observe(probability)


def metrics_of(library: Any) -> Metrics:
    """The metrics, made with a module that has Prometheus' Counter, Histogram and Gauge.

    BentoML counts over processes and must choose where before prometheus_client is imported, so the service hands in its own.
    """
    return Metrics(
        requests=library.Counter("hierniet_requests_total", "Calls answered", ["route", "status"]),
        seconds=library.Histogram("hierniet_request_seconds", "Time to answer a call", ["route"]),
        decisions=library.Counter("hierniet_decisions_total", "Decisions by action", ["action"]),
        labels=library.Counter("hierniet_labels_total", "Labels given, by category and action", ["category", "action"]),
        blocked=library.Counter("hierniet_blocked_total", "What put a person in between", ["code"]),
        failed=library.Counter("hierniet_comments_refused_total", "Comments that could not be judged", ["code"]),
        probability=library.Histogram("hierniet_probability", "Probabilities, to compare with training's", ["category"], buckets=BUCKETS),
        waiting=library.Gauge("hierniet_waiting_characters", "Characters waiting to be judged", multiprocess_mode="livesum"),
        stale_policies=library.Gauge("hierniet_stale_policies", "Changed policy files that can't be used", multiprocess_mode="max"),
    )  # fmt: skip
