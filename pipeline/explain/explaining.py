import os
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from pipeline import admission, glance, quarantine, routing, studio
from pipeline.explain import steps
from pipeline.explain.steps import Step
from pipeline.explain.subject import Subject, subject
from pipeline.models import SourceFile, UploadJob

State = UploadJob.State


@dataclass(frozen=True)
class Explanation:
    """`verdict`: what would have to happen for the file to go up, a line each."""

    path: str
    steps: list[Step]
    verdict: str


def explain(
    path: str | Path,
    *,
    look: glance.Look = glance.glance,
    look_into: glance.LookInto = glance.glance_into,
) -> Explanation:
    """Changes nothing, and waits no longer than a glance takes."""
    # symlinks stay as they were written
    absolute = studio.here(Path(os.path.abspath(path)))  # noqa: PTH100
    about = subject(absolute, look(absolute))
    on_the_way = [
        steps.the_path(about),
        steps.the_content(about, look_into),
        steps.the_folder(about),
        steps.the_name(about),
        steps.the_ledger(about),
        steps.the_rule(about),
        steps.the_project(about),
    ]
    return Explanation(
        routing.printable(str(absolute)),
        [*on_the_way, *steps.the_uploads(about)],
        _verdict(about, on_the_way),
    )


def _verdict(about: Subject, on_the_way: list[Step]) -> str:
    """Where there is an upload it has the last word; else all that is in the way, a line each. Of a
    file that is not to be seen, the watcher may know why; else nothing more can be told."""
    if about.job is not None:
        return _of_the_job(about.job)
    remedies = list(dict.fromkeys(step.remedy for step in on_the_way if step.remedy))
    if about.seen.status is None:
        waits = about.row is not None and about.row.state == SourceFile.State.SETTLING
        remedies = remedies[1:] if waits else remedies[:1]
    if remedies:
        return "\n".join(remedies)
    if about.jobs:
        return _("It has changed since it was sent: the watcher's next looks take it up again.")
    return _("Nothing is in the way: it goes up once the watcher has found it and it is quiet.")


def _of_the_job(job: UploadJob) -> str:
    match job.state:
        case State.DONE:
            done = job.deliveries.filter(done=True).exclude(url="").first()
            return _("It has arrived: %(url)s") % {"url": done.url if done else job.name}
        case State.RUNNING:
            sent = min(100, job.bytes_sent * 100 // job.size) if job.size else 0
            return _("It is going up now: %(sent)d %%.") % {"sent": sent}
        case State.PENDING if job.run_after:
            values = {"when": steps.when(job.run_after), "why": job.reason}
            return (_("It is tried again by itself, at %(when)s. %(why)s") % values).strip()
        case State.PENDING if why := admission.Admission().why_waiting(job):
            return _("It is queued. %(why)s") % {"why": why}
        case State.PENDING:
            return _("It is queued: it goes up as soon as a worker is free.")
        case State.WAITING if job.run_after:
            values = {"when": steps.when(job.run_after), "why": job.reason}
            return (_("It is looked at again by itself, at %(when)s. %(why)s") % values).strip()
        case State.WAITING if quarantine.held().filter(pk=job.pk).exists():
            remedy = _("Fill it in by hand on its page, or mend the rule or the project.")
            return f"{job.reason}\n{remedy}"
        case State.WAITING:
            return _("%(why)s When that is put right, press Send again.") % {"why": job.reason}
        case State.FAILED:
            return _("%(why)s When that is put right, press Send again.") % {"why": job.reason}
        case State.CANCELLED if job.hold:
            return str(job.reason)  # no person did it: it goes on by itself
    return _("It was cancelled (%(why)s). Press Send again on its page.") % {"why": job.reason}
