"""What goes in and out. A job has the names that `manage.py upload --json` prints, and more."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, JsonValue

from pipeline import routing
from pipeline.models import Delivery, UploadJob

MOST_JOBS = 200
LARGEST_ID = 2**63 - 1

Line = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]+$")]
PathText = Annotated[str, Field(min_length=1, max_length=4096, pattern=r"^/[^\x00]*$")]
Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]
State = Literal["waiting", "pending", "running", "done", "failed", "cancelled"]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


# --- Uploads --------------------------------------------------------------------------------------


class Job(Schema):
    """`seconds`: from the start of the last attempt to its end, or 0. `bytes_sent` of `bytes`."""

    success: bool
    file: str
    job_id: int
    state: State
    remote_file_id: str | None
    view_url: str | None
    folder: str
    fields: dict[str, JsonValue]
    version: int | None
    bytes: int
    seconds: float
    error: str | None
    name: str
    project: str | None
    priority: int
    attempts: int
    bytes_sent: int
    created_at: datetime
    run_after: datetime | None
    started_at: datetime | None
    finished_at: datetime | None


class Event(Schema):
    at: datetime
    state: State
    who: str
    why: str


class JobWithEvents(Job):
    events: list[Event]


class Jobs(Schema):
    """`next`: the cursor of the page that follows; null on the last."""

    items: list[Job]
    next: int | None


class JobFilter(Schema):
    """`since`: came in then or later; `search`: part of its name, path or shot."""

    state: State | None = None
    project: Line | None = None
    scene: Line | None = None
    since: datetime | None = None
    search: Line | None = None
    cursor: Number | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_JOBS)] = 50


class JobWanted(Strict):
    """`project` is a code; `fields` (scene, shot ...) and `folder` (as A/B) win over the name."""

    path: PathText
    project: Line | None = None
    fields: dict[Line, Line] = Field(default={}, max_length=50)
    folder: Line | None = None
    discord_webhook_url: Annotated[str, Field(max_length=500)] = ""


class Priority(Strict):
    """`first`: before all others, and outside the upload hours too."""

    priority: Literal["first", "high", "normal", "low"]


def job_of(job: UploadJob) -> Job:
    return Job.model_validate(_columns(job))


def job_with_events_of(job: UploadJob) -> JobWithEvents:
    names = ("at", "state", "who", "why")
    events = [{name: getattr(event, name) for name in names} for event in job.events.all()]
    return JobWithEvents.model_validate({**_columns(job), "events": events})


def _columns(job: UploadJob) -> dict[str, object]:
    deliveries: list[Delivery] = sorted(job.deliveries.all(), key=lambda each: each.pk)
    delivery = deliveries[0] if deliveries else None
    arrived = job.state == UploadJob.State.DONE
    return {
        "success": arrived,
        "file": routing.printable(str(job.source.path)),
        "job_id": job.pk,
        "state": job.state,
        "remote_file_id": (delivery.remote_id or None) if delivery else None,
        "view_url": (delivery.url or None) if delivery else None,
        "folder": "/".join(map(str, job.destination)),
        "fields": job.fields,
        "version": job.version,
        "bytes": job.size,
        "seconds": _seconds(job),
        "error": None if arrived else job.reason or None,
        "name": job.name,
        "project": job.project.code if job.project else None,
        "priority": job.priority,
        "attempts": job.attempts,
        "bytes_sent": job.bytes_sent,
        "created_at": job.created_at,
        "run_after": job.run_after,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }


def _seconds(job: UploadJob) -> float:
    if not (job.started_at and job.finished_at):
        return 0.0
    return max(0.0, round((job.finished_at - job.started_at).total_seconds(), 3))


# --- Set-up ---------------------------------------------------------------------------------------


class Project(Schema):
    id: int
    code: str
    name: str
    active: bool
    integrations: list[str]
    frameio_project_id: str
    frameio_project_name: str


class Rule(Schema):
    """`project` is a code; null: the rule serves every project."""

    id: int
    name: str
    project: str | None
    active: bool
    position: int
    expert: bool
    template: str
    folder_template: str


class Folder(Schema):
    """`online`: null until a watcher has looked."""

    id: int
    path: str
    project: str | None
    active: bool
    extensions: str
    ignore: str
    online: bool | None
    state_reason: str
    files_seen: int | None
    last_pass_at: datetime | None


Name = Annotated[str, Field(min_length=1, max_length=1024)]


class RuleToTry(Strict):
    """A rule that need not be saved, and names to read by it."""

    names: Annotated[list[Name], Field(min_length=1, max_length=200)]
    template: Annotated[str, Field(min_length=1, max_length=500)]
    folder_template: Annotated[str, Field(max_length=300)] = ""
    expert: bool = False


class NamesToTry(Strict):
    names: Annotated[list[Name], Field(min_length=1, max_length=200)]


class Tried(Schema):
    name: str
    ok: bool
    fields: dict[str, str]
    version: int | None
    folders: list[str]
    error: str


class ToLoad(Strict):
    """Rows as `manage.py dumpconfig` writes them."""

    projects: Annotated[list[dict[str, JsonValue]], Field(max_length=1000)] = []
    rules: Annotated[list[dict[str, JsonValue]], Field(max_length=1000)] = []
    folders: Annotated[list[dict[str, JsonValue]], Field(max_length=1000)] = []
    mount_paths: Annotated[list[dict[str, JsonValue]], Field(max_length=1000)] = []
    upload_hours: Annotated[list[dict[str, JsonValue]], Field(max_length=1000)] = []
    channels: Annotated[list[dict[str, JsonValue]], Field(max_length=1000)] = []
    limits: dict[str, JsonValue] = {}


class Changed(Schema):
    """`columns`: name to [before, after]."""

    what: str
    made: bool
    columns: dict[str, list[JsonValue]]


# --- Files, health --------------------------------------------------------------------------------


class Step(Schema):
    """`well`: nothing in the way here; null where that cannot be said."""

    title: str
    text: str
    well: bool | None
    remedy: str


class FileNamed(Strict):
    path: PathText


class Explanation(Schema):
    path: str
    steps: list[Step]
    verdict: str


class Check(Schema):
    """One thing that the doctor looked at; `advice` is what to do, where there is something."""

    name: str
    title: str
    state: Literal["ok", "warning", "fault"]
    text: str
    advice: str
    since: datetime | None


class Health(Schema):
    state: Literal["ok", "warning", "fault"]
    checks: list[Check]
