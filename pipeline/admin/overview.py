"""What the first page shows: going up, needing a person, arrived, and the state of the doors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, Max, QuerySet, Sum
from django.utils import timezone

from pipeline import node_table
from pipeline.admin import discord, first_run, troubles, wording
from pipeline.admin.held_reasons import say_anew
from pipeline.admin.nodes import machines
from pipeline.admin.remedies import Need, remedy
from pipeline.admin.thirty_days import chart
from pipeline.admission import Admission
from pipeline.doctor import record
from pipeline.integrations.frameio_accounts import accounts
from pipeline.integrations.frameio_journal import Standing, standing
from pipeline.ledger import LONG, waiting_long
from pipeline.lookouts import lookouts
from pipeline.models import (
    Delivery,
    HealthFinding,
    JobEvent,
    Project,
    SourceFile,
    Thumbnail,
    UploadJob,
    WatchedFolder,
)
from pipeline.sight import sees
from pipeline.studio import Pausable, Studio
from pipeline.thumbnails import WITH_THUMBNAIL

ROWS = 12
SETTLING_ROWS = 5
MANY = 1000  # no more are counted of what may be very many
State = UploadJob.State
NEEDS_A_PERSON = [State.FAILED, State.WAITING]
# What the doctor finds and the page shows in panels of its own.
SHOWN_BESIDE = {"accounts", "jobs", "mount", "watcher"}
SQLITE_RESETS = "configuration:postflow.W004"
OPEN = [State.WAITING, State.PENDING, State.RUNNING, State.FAILED]


@dataclass(frozen=True)
class Counts:
    running: int
    pending: int
    needs: int
    arrived: int
    arrived_bytes: int


def overview(user: User | AnonymousUser, now: datetime) -> dict[str, object]:
    """The page's context. What the person may not see is None, and its panel is left out."""
    connections = accounts()
    folders = list(WatchedFolder.objects.all()) if sees(user, "pipeline.watchedfolder") else None
    watch = lookouts() if folders is not None else None
    count = counts(now) if sees(user, "pipeline.uploadjob") else None
    outside = [
        *(troubles.of_accounts(connections, user) if sees(user, "frameio.account") else ()),
        *(
            troubles.of_folders(folders, watch, user)
            if folders is not None and watch is not None
            else ()
        ),
        *troubles.of_machines(count.pending if count else 0),
    ]
    return {
        **(_uploads(user, now) if count else {}),
        **_files(user, now),
        "before": [folder for folder in folders or () if folder.active and folder.there_before],
        **_health(user, now),
        "counts": count,
        "troubles": outside,
        "needs_count": len(outside) + (count.needs if count else 0),
        "lookouts": watch,
        "folders": folders,
        "machines": machines() if sees(user, "pipeline.node") else None,
        "accounts": connections if sees(user, "frameio.account") else None,
        "road": first_run.road(user, now, connected=any(one.connected for one in connections)),
    }


def _health(user: User | AnonymousUser, now: datetime) -> dict[str, object]:
    """What only an administrator can mend, and need not today, stands apart."""
    if not sees(user, "pipeline.healthfinding"):
        return {"health": None}
    found = record.standing(now, SHOWN_BESIDE)
    pressing = [row for row in found.troubles if row.name != SQLITE_RESETS]
    for_admins = user.is_superuser and len(pressing) < len(found.troubles)
    return {"health": replace(found, troubles=pressing), "sqlite_resets": for_admins}


def _uploads(user: User | AnonymousUser, now: datetime) -> dict[str, object]:
    rows = UploadJob.objects.select_related("project", "rule")
    needs = list(rows.filter(state__in=NEEDS_A_PERSON).select_related("source__folder")[:ROWS])
    say_anew(needs)
    return {
        "running": rows.filter(state=State.RUNNING).order_by("started_at")[:ROWS],
        "queued": explained(rows.filter(state=State.PENDING).order_by("-priority", "id")[:5]),
        **_pauses(),
        "needs": [Need(job, remedy(job, user)) for job in needs],
        "arrived": _arrived(now)
        .select_related("project", "rule")
        .prefetch_related(WITH_THUMBNAIL)
        .order_by("-finished_at")[:ROWS],
        "chart": chart(now),
        "discord": discord.standing(),
        "may_steer": user.has_perm("pipeline.change_uploadjob"),
    }


@dataclass(frozen=True)
class Pause:
    """`project` is None: of all uploads."""

    project: Project | None
    who: str
    since: datetime | None


def _pauses() -> dict[str, object]:
    studio = Studio.now()
    rows: list[tuple[Project | None, Pausable]] = [(None, studio)] if studio.paused_at else []
    rows += [(project, project) for project in Project.objects.exclude(paused_at=None)]
    pauses = [Pause(project, row.paused_by, row.paused_at) for project, row in rows]
    return {"pauses": pauses, "all_paused": studio.paused_at is not None}


def explained(rows: Iterable[UploadJob]) -> list[UploadJob]:
    """With what the queued ones wait for."""
    found, rules = list(rows), Admission()
    for job in found:
        if job.state == State.PENDING:
            job.waits_for = rules.why_waiting(job)
    return found


def _files(user: User | AnonymousUser, now: datetime) -> dict[str, object]:
    if not sees(user, "pipeline.sourcefile"):
        return {"stuck": [], "stuck_count": 0, "settling": [], "settling_count": 0}
    stuck = SourceFile.objects.filter(waiting_long(now)).select_related("folder")
    stuck_count = stuck.count()
    # By their number, as an index has them, and not by their dates: there may be a million others.
    newest = _settling().select_related("folder").order_by("-id")[:ROWS]
    return {
        "stuck": stuck.order_by("changed_at")[:ROWS],
        "stuck_count": stuck_count,
        "settling": [source for source in newest if source.changed_at >= now - LONG][
            :SETTLING_ROWS
        ],
        "settling_count": max(0, _settling()[:MANY].count() - stuck_count),
    }


def _settling() -> QuerySet[SourceFile]:
    return SourceFile.objects.filter(state=SourceFile.State.SETTLING)


def progress(user: User | AnonymousUser, now: datetime) -> dict[str, object]:
    """`{"version", "running": [{"id", "sent", "size", "speed", "parts"}], "counts": {...}}`

    `version` differs when a job has moved, or a folder, a watcher or a picture has come or gone:
    then the page is fetched anew. In between only the bars move. `speed`: in bytes a second, on
    average since it was begun; null where that is not known.
    """
    if not sees(user, "pipeline.uploadjob"):
        return {"version": "", "running": [], "counts": {}}
    moved = JobEvent.objects.aggregate(last=Max("pk"))["last"]
    pictures = Thumbnail.objects.aggregate(last=Max("fetched_at"))["last"]
    count = counts(now)
    return {
        "version": "/".join(
            [str(moved or 0), _folders(), _second(pictures), _standing(now), _rules()]
        ),
        "running": _running(now),
        "counts": {
            "running": count.running,
            "pending": count.pending,
            "needs": count.needs,
            "arrived": count.arrived,
        },
    }


def _running(now: datetime) -> list[dict[str, object]]:
    rows = UploadJob.objects.filter(state=State.RUNNING).only("bytes_sent", "size", "started_at")
    deliveries = Delivery.objects.filter(job__in=rows, done=False).values_list("job", "memory")
    stand = {job: standing(memory) for job, memory in deliveries}
    nothing = standing({})
    return [
        {
            "id": job.pk,
            "sent": job.bytes_sent,
            "size": job.size,
            "speed": _speed(job, stand.get(job.pk, nothing), now),
            "parts": wording.parts_in_words(stand.get(job.pk, nothing)),
        }
        for job in rows
    ]


def _speed(job: UploadJob, stands: Standing, now: datetime) -> int | None:
    """Of what was there before this attempt nobody knows how long it took."""
    if not (job.started_at and stands.begun_at) or stands.begun_at < job.started_at:
        return None
    seconds = (now - stands.begun_at).total_seconds()
    return round(job.bytes_sent / seconds) if seconds >= 1 else None


def _folders() -> str:
    """A folder that has just been found is looked through a while later: that counts by itself. So
    do the files in it that are not finished."""
    found = WatchedFolder.objects.aggregate(
        Max("state_since"),
        number=Count("pk"),
        looked_at=Count("last_pass_at"),
        before=Sum("there_before"),
    )
    newest = _settling().order_by("-id").values_list("pk", flat=True).first()
    return f"{found}{newest}{_settling()[:MANY].count()}"


def _second(moment: datetime | None) -> str:
    return str(moment.timestamp() if moment else 0)


def _standing(now: datetime) -> str:
    """How the watchers, the files that wait and the last examination stand, in short."""
    watchers = "".join("-" if lookout.silent else "+" for lookout in lookouts())
    found = HealthFinding.objects.aggregate(last=Max("since"), number=Count("pk"))
    return f"{watchers}{SourceFile.objects.filter(waiting_long(now)).count()}{found}"


def _rules() -> str:
    """Who is paused, and which machines are there, in short."""
    paused = Project.objects.exclude(paused_at=None).values_list("pk", flat=True)
    hosts = {(node.host, node.draining) for node in node_table.alive()}
    return f"{Studio.now().paused_at}{list(paused)}{sorted(hosts)}"


def open_uploads() -> Mapping[str, int]:
    """How many there are of each state in which something is still to happen."""
    rows: Iterable[tuple[str, int]] = (
        UploadJob.objects.filter(state__in=OPEN)
        .order_by()
        .values_list("state")
        .annotate(number=Count("pk"))
    )
    return dict(rows)


def counts(now: datetime) -> Counts:
    number = open_uploads()
    arrived = _arrived(now).aggregate(number=Count("pk"), size=Sum("size"))
    return Counts(
        running=number.get(State.RUNNING, 0),
        pending=number.get(State.PENDING, 0),
        needs=sum(number.get(state, 0) for state in NEEDS_A_PERSON),
        arrived=arrived["number"],
        arrived_bytes=arrived["size"] or 0,
    )


def _arrived(now: datetime) -> QuerySet[UploadJob]:
    return UploadJob.objects.filter(state=State.DONE, finished_at__gte=midnight(now))


def midnight(now: datetime) -> datetime:
    """The start of the day, where the person is."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
