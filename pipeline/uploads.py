"""Sending a file by hand: the Python API, and what `manage.py upload` is made of.

>>> result = upload_file("/mnt/studio/UNDLM_00412_anim_v003.mov", project="UNDLM")
>>> result.success, result.view_url
"""

import contextlib
import os
import stat
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from pipeline import admission, announcing, intake, jobs, notices, orchestrator, routing, studio
from pipeline.models import Delivery, Project, UploadJob

State = jobs.State

LOOK_EVERY = 0.5  # seconds
PATIENCE = timedelta(seconds=10)  # a try that comes this soon is waited for
NO_FIELDS: Mapping[str, str] = {}


class UploadRefused(Exception):
    """It cannot be sent as asked; the message says why and what to do. Nothing was begun."""


@dataclass(frozen=True)
class Plan:
    """What sending the file would do. `known` is the job that already has this content."""

    path: Path
    size: int
    route: routing.Route
    overrides: dict[str, str]
    discord_webhook_url: str = field(repr=False)
    known: UploadJob | None


@dataclass(frozen=True)
class UploadResult:
    """What became of a file. `success` with state `pending` means: queued, as asked (no wait).

    `already`: it had arrived before, and was not sent again.
    """

    success: bool
    file: str
    job_id: int | None = None
    state: str | None = None
    remote_file_id: str | None = None
    view_url: str | None = None
    folder: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    version: int | None = None
    bytes: int = 0
    seconds: float = 0.0
    error: str | None = None
    already: bool = False


def _nobody(_job: UploadJob) -> None: ...


def upload_file(
    path: str | Path,
    *,
    project: str | None = None,
    fields: Mapping[str, str] = NO_FIELDS,
    folder: str | None = None,
    discord_webhook_url: str = "",
    wait: bool = True,
    progress: Callable[[UploadJob], None] = _nobody,
    clock: Callable[[], float] = time.monotonic,
) -> UploadResult:
    """Send one file, here and now, and say what became of it. Never raises for a file's sake.

    `project` is a code; `fields` (scene, shot ...) and `folder` (as "A/B") win over the file's
    name. With `wait=False` the file is queued for the cluster. `progress` gets the job's row twice
    a second. What was sent before is not sent again: the result is the earlier one.
    """
    begun = clock()
    name = routing.printable(str(path))
    try:
        planned = plan(path, project, fields, folder, discord_webhook_url)
        job = queue_up(planned, who=_("by hand"))
    except UploadRefused as error:
        return UploadResult(success=False, file=name, error=str(error))
    already = job.state == State.DONE
    if wait:
        _see_through(job, progress)
    result = _result(job.pk, name, waited=wait, seconds=round(clock() - begun, 3))
    return replace(result, already=already)


def plan(
    path: str | Path,
    project: str | None = None,
    fields: Mapping[str, str] = NO_FIELDS,
    folder: str | None = None,
    discord_webhook_url: str = "",
) -> Plan:
    """Look at everything, change nothing. Raises UploadRefused."""
    # symlinks stay as the person wrote them
    absolute = studio.here(Path(os.path.abspath(path)))  # noqa: PTH100
    size = _whole_file(absolute)
    overrides = _overrides(project, fields, folder)
    try:
        route = routing.route(absolute.name, _project(absolute, project), overrides)
        if discord_webhook_url:
            notices.check_webhook(discord_webhook_url)
    except (routing.Held, ValueError) as error:
        raise UploadRefused(str(error)) from error
    known = intake.known_job(absolute)
    return Plan(absolute, size, route, overrides, discord_webhook_url, known)


def _whole_file(path: Path) -> int:
    """Its size, if it is a file that could be sent."""
    name = routing.printable(str(path))
    try:
        str(path).encode("utf-8")
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UploadRefused(_("%(name)s is a folder. Name the files in it.") % {"name": name})
        if not stat.S_ISREG(found.st_mode):
            raise UploadRefused(_("%(name)s is not a regular file.") % {"name": name})
        with path.open("rb"):
            pass
    except UnicodeEncodeError as error:
        why = _("%(name)s: the name is not valid text (UTF-8). Rename the file.")
        raise UploadRefused(why % {"name": name}) from error
    except FileNotFoundError as error:
        why = _("%(name)s is not there. Check the path, and that the mount is connected.")
        raise UploadRefused(why % {"name": name}) from error
    except OSError as error:
        why = _("%(name)s cannot be read: %(why)s.")
        raise UploadRefused(why % {"name": name, "why": error.strerror}) from error
    if found.st_size == 0:
        why = _("%(name)s is empty, and Frame.io takes no empty files. Render it again.")
        raise UploadRefused(why % {"name": name})
    return found.st_size


def _overrides(
    project: str | None, fields: Mapping[str, str], folder: str | None
) -> dict[str, str]:
    given = {**fields, "project": project or "", "folder": folder or ""}
    return {key: value for key, value in given.items() if value}


def _project(path: Path, code: str | None) -> Project | None:
    if code:
        return routing.project_by_code(code)
    watched = intake.folder_of(path)
    return watched.project if watched else None


def queue_up(plan: Plan, who: str) -> UploadJob:
    """The file's job, queued unless it is on its way or has arrived. Raises UploadRefused."""
    plan = replace(plan, route=replace(plan.route, project=intake.saved(plan.route.project)))
    jobs.take_back_abandoned()
    try:
        source = intake.source_for(plan.path)
    except OSError as error:  # it went just now
        why = _("%(name)s cannot be read: %(why)s.")
        raise UploadRefused(why % {"name": plan.path.name, "why": error.strerror}) from error
    job = intake.take_in(
        source,
        project=plan.route.project,
        who=who,
        overrides=plan.overrides,
        discord_webhook_url=plan.discord_webhook_url,
    )
    if job.state in {State.DONE, State.RUNNING}:
        _refuse_elsewhere(job, plan)
    else:
        _send_again(job, plan, who)
    return job


def _refuse_elsewhere(job: UploadJob, plan: Plan) -> None:
    there = (job.project_id, tuple(job.destination))
    if there != (plan.route.project.pk, plan.route.destination):
        raise UploadRefused(
            _(
                "%(name)s goes or went to %(project)s, %(folder)s (job %(id)d). One content of a"
                " file goes up once; copy it under another name to send it elsewhere too."
            )
            % {
                "name": job.name,
                "project": job.project.code if job.project else "",
                "folder": "/".join(job.destination) or "/",
                "id": job.pk,
            }
        )


def _send_again(job: UploadJob, plan: Plan, who: str) -> None:
    """With what was asked for now, at once, whatever held it or failed before."""
    given_by = who if plan.overrides else ""
    asked = {
        "overrides": plan.overrides,
        "filled_in_by": given_by,
        **intake.columns(plan.route),
    }
    if plan.discord_webhook_url:
        asked["discord_webhook_url"] = plan.discord_webhook_url
    UploadJob.objects.filter(pk=job.pk).exclude(state=State.RUNNING).update(**asked)
    with contextlib.suppress(jobs.MoveRefused):  # a worker was quicker, and has it now
        jobs.retry(job, who)


def _see_through(job: UploadJob, progress: Callable[[UploadJob], None]) -> None:
    """Do the job in this process, or watch the worker that has it, until it rests."""
    while True:
        if lease := jobs.claim(job.pk):
            _attempt(lease, progress)
        job = UploadJob.objects.get(pk=job.pk)
        progress(job)
        if _rests(job):
            return
        time.sleep(LOOK_EVERY)
        jobs.take_back_abandoned()


def _rests(job: UploadJob) -> bool:
    """Whether nothing more happens to it within our patience."""
    if job.state == State.PENDING:
        later = job.run_after is not None and job.run_after > timezone.now() + PATIENCE
        return later or bool(admission.Admission().interruption(job))
    return job.state != State.RUNNING


def _attempt(lease: jobs.Lease, progress: Callable[[UploadJob], None]) -> None:
    """One attempt in a thread of its own, so that this one can show how far it is."""
    worker = threading.Thread(target=_process, args=[lease], name=f"job-{lease.job_id}")
    worker.start()
    try:
        while worker.is_alive():
            worker.join(LOOK_EVERY)
            progress(UploadJob.objects.get(pk=lease.job_id))
    except KeyboardInterrupt:
        with contextlib.suppress(jobs.LeaseLost):
            jobs.release(lease, _("stopped at the keyboard"))
        worker.join()
        raise


def _process(lease: jobs.Lease) -> None:
    try:
        orchestrator.process(lease)
        announcing.announce(announcing.AT_ONCE)
    finally:
        connection.close()  # this thread's own


def _result(job_id: int, file: str, *, waited: bool, seconds: float) -> UploadResult:
    job = UploadJob.objects.get(pk=job_id)
    delivery = Delivery.objects.filter(job=job).first()
    return UploadResult(
        success=job.state == State.DONE or not waited,
        file=file,
        job_id=job.pk,
        state=job.state,
        remote_file_id=delivery.remote_id or None if delivery else None,
        view_url=delivery.url or None if delivery else None,
        folder="/".join(job.destination),
        fields=job.fields,
        version=job.version,
        bytes=job.size,
        seconds=seconds,
        error=None if job.state == State.DONE else _why(job, waited=waited),
    )


def _why(job: UploadJob, *, waited: bool) -> str | None:
    if job.state == State.PENDING and waited and job.run_after:
        return _("%(reason)s It stays queued; the next try is at %(time)s.") % {
            "reason": job.reason,
            "time": timezone.localtime(job.run_after).strftime("%H:%M:%S"),
        }
    if waited and job.state == State.PENDING and (why := admission.Admission().why_waiting(job)):
        return _("%(why)s It stays queued, and goes up by itself then.") % {"why": why}
    return job.reason or None
