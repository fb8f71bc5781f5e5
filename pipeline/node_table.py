"""The processes that keep PostFlow going, as rows that every machine can see.

Sign of life, version, draining, and how far the machine's clock is off. All times are the
database's own, so that machines whose clocks differ agree on who is alive.
"""

import os
import platform
from datetime import timedelta
from typing import TypeAlias

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from pipeline import nodes
from pipeline.models import Node, UploadJob

Role: TypeAlias = Node.Role

BEAT = 5.0  # seconds
SILENT_AFTER = timedelta(seconds=30)
FORGOTTEN_AFTER = timedelta(days=1)

# The node to which a process belongs that another one has started: a cluster's worker.
PART_OF = "POSTFLOW_NODE"


def beat(role: Role) -> None:
    """A sign of life of this process; the first one makes its row."""
    mine = Node.objects.filter(name=nodes.me())
    if not mine.update(seen_at=Now(), skew_seconds=_skew(mine)):
        _forget_the_dead()
        Node.objects.create(
            name=nodes.me(),
            host=platform.node(),
            pid=os.getpid(),
            role=role,
            version=settings.VERSION,
        )


def _skew(row: models.QuerySet[Node]) -> float | None:
    """Seconds by which our clock is ahead of the database's, give or take half a round trip."""
    before = timezone.now()
    there = row.annotate(clock=Now()).values_list("clock", flat=True).first()
    if there is None:
        return None
    seconds: float = (before + (timezone.now() - before) / 2 - there).total_seconds()
    return seconds


def leave() -> None:
    """This process ends as it should."""
    Node.objects.filter(name=nodes.me()).delete()


def drain(name: str = "") -> bool:
    """That node, or this one, takes no more uploads, and gives those it has back at the next part.

    False when there is no such node (any more).
    """
    return Node.objects.filter(name=name or nodes.me()).update(draining=True) == 1


def is_draining() -> bool:
    """Whether the node that this process is a part of is."""
    name = os.environ.get(PART_OF, nodes.me())
    return Node.objects.filter(name=name, draining=True).exists()


def alive() -> models.QuerySet[Node]:
    return Node.objects.filter(seen_at__gte=Now() - SILENT_AFTER)


def clusters() -> models.QuerySet[Node]:
    """Those that send uploads, and live."""
    return alive().filter(role=Role.CLUSTER)


def running(node: Node) -> models.QuerySet[UploadJob]:
    """The uploads under way on the node's machine."""
    state = UploadJob.State.RUNNING
    return UploadJob.objects.filter(state=state, node__startswith=nodes.place_of(node.name))


def _forget_the_dead() -> None:
    Node.objects.filter(seen_at__lt=Now() - FORGOTTEN_AFTER).delete()
    gone = [node.pk for node in Node.objects.all() if nodes.is_gone(node.name)]
    Node.objects.filter(pk__in=gone).delete()
