from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from pipeline.metrics import counts, states

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition(now: datetime) -> bytes:
    """All metrics in Prometheus's text form. Raises DatabaseError."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Everything(now))
    return generate_latest(registry)


@dataclass(frozen=True)
class _Everything(Collector):
    now: datetime

    def collect(self) -> Iterator[Metric]:
        yield from counts.of_jobs()
        yield from counts.of_calls()
        yield from states.of_the_queue(self.now)
        yield from states.of_processes()
        yield from states.of_doors()
