"""What is so now: the queue, the processes, and the doors to the outside."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import Now
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from pipeline import node_table
from pipeline.integrations.frameio_accounts import accounts
from pipeline.lookouts import SILENT_AFTER
from pipeline.models import HealthFinding, Node, UploadJob, WatchedFolder, Watcher

State = UploadJob.State

OPEN = [State.PENDING, State.RUNNING, State.WAITING, State.FAILED]
HEALTH = {HealthFinding.State.OK: 0, HealthFinding.State.WARNING: 1, HealthFinding.State.FAULT: 2}


def of_the_queue(now: datetime) -> Iterator[Metric]:
    # Of the states that few jobs are in: a million that have arrived are not counted each time.
    rows = UploadJob.objects.filter(state__in=OPEN).order_by().values_list("state")
    number: dict[str, int] = dict(rows.annotate(number=Count("pk")))
    queue = GaugeMetricFamily(
        "postflow_queue_size", "Uploads that have not arrived, by state.", labels=["state"]
    )
    for state in OPEN:
        queue.add_metric([state], number.get(state, 0))
    yield queue
    yield GaugeMetricFamily(
        "postflow_concurrent_uploads",
        "Uploads under way.",
        value=number.get(State.RUNNING, 0),
    )
    pending = UploadJob.objects.filter(state=State.PENDING).order_by("id")
    oldest = pending.values_list("created_at", flat=True).first()
    yield GaugeMetricFamily(
        "postflow_queue_oldest_seconds",
        "Age of the oldest queued upload; 0 when none is.",
        value=(now - oldest).total_seconds() if oldest else 0,
    )


def of_processes() -> Iterator[Metric]:
    yield InfoMetricFamily("postflow", "This PostFlow.", value={"version": settings.VERSION})
    living = Watcher.objects.filter(seen_at__gte=Now() - SILENT_AFTER)
    yield GaugeMetricFamily(
        "postflow_active_watchers",
        "Watchers that answer, those that stand by included.",
        value=living.count(),
    )
    roles = list(node_table.alive().values_list("role", flat=True))
    nodes = GaugeMetricFamily("postflow_nodes", "Processes that answer.", labels=["role"])
    for role in Node.Role.values:
        nodes.add_metric([role], roles.count(role))
    yield nodes
    health = GaugeMetricFamily(
        "postflow_health_state",
        "What manage.py doctor found last: 0 well, 1 warning, 2 fault.",
        labels=["check", "host"],
    )
    for name, host, state in HealthFinding.objects.values_list("name", "host", "state"):
        health.add_metric([name, host], HEALTH[HealthFinding.State(state)])
    yield health


def of_doors() -> Iterator[Metric]:
    mounts = GaugeMetricFamily(
        "postflow_mount_online", "Whether a watched folder can be read.", labels=["folder"]
    )
    folders = WatchedFolder.objects.filter(active=True).exclude(online=None)
    for path, online in folders.values_list("path", "online"):
        mounts.add_metric([path], int(bool(online)))
    yield mounts
    ends = GaugeMetricFamily(
        "postflow_frameio_login_expires_timestamp_seconds",
        "When a login to Frame.io ends unless it is used until then.",
        labels=["account"],
    )
    needed = GaugeMetricFamily(
        "postflow_frameio_login_needed",
        "Whether a person has to log in to Frame.io.",
        labels=["account"],
    )
    for account in accounts():
        who = f"{account.pk} {account.label}"
        needed.add_metric([who], int(not account.connected))
        if account.login_expires_at:
            ends.add_metric([who], account.login_expires_at.timestamp())
    yield ends
    yield needed
