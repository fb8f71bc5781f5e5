"""Whether the team is told on a channel, and whether that has worked lately."""

from dataclasses import dataclass
from datetime import datetime

from pipeline.channels import Channel
from pipeline.models import JobEvent

LINES = 300  # of the history are looked at, the latest: there is no index of who wrote them


@dataclass(frozen=True)
class Standing:
    """`problem`: why the team was not told, the last time that went wrong among late events."""

    has_channel: bool
    problem: str = ""
    at: datetime | None = None


def standing() -> Standing:
    channels = Channel.objects.filter(active=True).exclude(kind=Channel.Kind.LOG)
    has_channel = channels.exclude(origin=Channel.Origin.UPLOAD).exists()
    late = JobEvent.objects.order_by("-id").values_list("who", "why", "at")[:LINES]
    for who, why, at in late:
        if who == "notifications":
            return Standing(has_channel, why, at)
    return Standing(has_channel)
