"""Is everything there that PostFlow needs? One place for `manage.py doctor`, /readyz and pages."""

from datetime import datetime, timedelta

from django.db import DatabaseError
from django.utils import timezone

from pipeline import chores
from pipeline.doctor import database, doors, machine, mounts, processes, record
from pipeline.doctor.examining import UNEXAMINED, examine
from pipeline.doctor.finding import Finding, Look, State

__all__ = ["CHECKS", "ESSENTIAL", "Finding", "State", "examine", "full_examination", "is_ready"]

# Without these no page can be answered and no upload taken in.
ESSENTIAL: dict[str, Look] = {
    "database": database.answers,
    "migrations": database.is_migrated,
    "broker": processes.broker_answers,
    "encryption": machine.keys_open,
}
CHECKS: dict[str, Look] = {
    "configuration": machine.is_configured,
    **ESSENTIAL,
    "disk": machine.has_room,
    "cluster": processes.cluster_works,
    "clocks": processes.clocks_agree,
    "versions": processes.versions_agree,
    "watcher": processes.folders_are_watched,
    "mounts": mounts.are_reached,
    "frameio": doors.frameio_answers,
    "discord": doors.channels_live,
    "tunnel": doors.files_are_reached,
    "jobs": processes.nothing_is_stuck,
}
BY_ITSELF = timedelta(minutes=5)
CHORE = "doctor"


def full_examination(now: datetime | None = None) -> list[Finding]:
    """Everything, and since when it is so; the latter is left out while the database is away."""
    findings = examine(CHECKS)
    try:
        return record.keep(findings, now or timezone.now())
    except DatabaseError:
        return findings


def is_ready(findings: list[Finding]) -> bool:
    """Of those findings that are essential."""
    essential = {*ESSENTIAL, UNEXAMINED}
    return not any(found.name in essential and found.state == State.FAULT for found in findings)


def is_due() -> bool:
    return chores.is_due(CHORE, BY_ITSELF)


def by_itself() -> None:
    """Now and then, for the overview and the metrics."""
    if chores.take(CHORE, BY_ITSELF):
        full_examination()
