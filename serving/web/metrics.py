"""What a dashboard can draw: decisions, probabilities, latency, queue. Counts only, never a text, an author or a key."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

from serving.moderation.reference import BUCKETS


@dataclass(frozen=True)
class Metrics:
    """Prometheus counters, histograms and gauges, made by `new_metrics`."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram
    decisions: Counter
    labels: Counter
    blocked: Counter
    failed: Counter
    probability: Histogram
    waiting: Gauge
    stale_policies: Gauge

    def text(self) -> bytes:
        """All of them in Prometheus' text format."""
        return generate_latest(self.registry)

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


def new_metrics(model: str) -> Metrics:
    """Metrics that start at nothing. `model` is told beside them: probabilities of one model can't be compared with another's.

    Not BentoML's own: those take the path of every call as a label, so any caller could write in them and make them grow.
    """
    r = CollectorRegistry()
    Info("hierniet_model", "The model that gave the probabilities", registry=r).info({"model": model})
    return Metrics(
        registry=r,
        requests=Counter("hierniet_requests_total", "Calls answered", ["route", "status"], registry=r),
        seconds=Histogram("hierniet_request_seconds", "Time to answer a call", ["route"], registry=r),
        decisions=Counter("hierniet_decisions_total", "Decisions by action", ["action"], registry=r),
        labels=Counter("hierniet_labels_total", "Labels given, by category and action", ["category", "action"], registry=r),
        blocked=Counter("hierniet_blocked_total", "What put a person in between", ["code"], registry=r),
        failed=Counter("hierniet_comments_refused_total", "Comments that could not be judged", ["code"], registry=r),
        probability=Histogram("hierniet_probability", "Probabilities, to compare with training's", ["category"], registry=r, buckets=BUCKETS),
        waiting=Gauge("hierniet_waiting_characters", "Characters waiting to be judged", registry=r),
        stale_policies=Gauge("hierniet_stale_policies", "Changed policy files that can't be used", registry=r),
    )  # fmt: skip
