"""What went up before a job: under the same name, or as another version of the same shot."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath

from django.db import models
from django.utils.translation import gettext as _

from pipeline.integrations.base import Earlier
from pipeline.models import Delivery, JobEvent, Project, UploadJob
from pipeline.routing import Held

State = UploadJob.State

# Fields in which versions of one shot may differ.
PASSING = {"version", "version_prefix", "ext", "extension", "frame"}
VERSION = re.compile(r"[ ._-]*v\d+(?![a-z0-9])", re.IGNORECASE)
LONGEST = 500  # of Delivery.shot, and of frameio's own column


def hold_same_name(job: UploadJob) -> None:
    """Raises Held where the project wants a person to look at the second content of a name.

    Only a person lets such a job go on: what was held for that very reason is sent.
    """
    assert job.project  # noqa: S101  routed
    if job.project.same_name != Project.SameName.HOLD:
        return
    before = _same_name(job).order_by("-id").first()
    if before is None:
        return
    reason = _(
        "%(name)s has gone up already with other content (job %(job)d). Save it as a new version,"
        " or press Send again to send it all the same."
    ) % {"name": job.name, "job": before.pk}
    if not JobEvent.objects.filter(job=job, state=State.WAITING, why=reason).exists():
        raise Held(UploadJob.Hold.NAME, reason)


def _same_name(job: UploadJob) -> models.QuerySet[UploadJob]:
    """Those that have arrived somewhere, whatever became of them at another place since."""
    there = Delivery.objects.filter(done=True).values("job")
    same = UploadJob.objects.filter(
        project=job.project, destination=job.destination, name=job.name, pk__in=there
    )
    return same.exclude(pk=job.pk).exclude(size=job.size, mtime_ns=job.mtime_ns)


def replaced_by(job: UploadJob, integration: str) -> list[Delivery]:
    """The deliveries that shall go once this one is there."""
    assert job.project  # noqa: S101  routed
    if job.project.same_name != Project.SameName.REPLACE:
        return []
    there = Delivery.objects.filter(integration=integration, job__in=_same_name(job), done=True)
    return list(there.exclude(remote_id="").order_by("id"))


def versions_of(job: UploadJob, integration: str) -> list[Earlier]:
    """What is there of the shot, in the job's folders, in the order in which it came."""
    there = Delivery.objects.filter(
        integration=integration,
        done=True,
        shot=shot_of(job),
        number__isnull=False,
        job__project=job.project,
        job__destination=job.destination,
    )
    rows = there.exclude(job=job).exclude(remote_id="").order_by("id")
    return [
        Earlier(remote_id, number)
        for remote_id, number in rows.values_list("remote_id", "number")
        if number is not None
    ]


def number_of(job: UploadJob, earlier: list[Earlier]) -> int:
    """The name's own; where it has none, the next one."""
    if job.version is not None:
        return job.version
    return max((version.number for version in earlier), default=0) + 1


def shot_of(job: UploadJob) -> str:
    """What the versions of a shot have in common, whatever folders they lie in."""
    said = _lasting(job.fields) if job.rule_id else {}
    text = "/".join(f"{name}={said[name]}" for name in sorted(said)) or _without_version(job.name)
    shot = unicodedata.normalize("NFC", text)
    return shot if len(shot) <= LONGEST else hashlib.sha256(shot.encode()).hexdigest()


def _lasting(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name not in PASSING and value}


def _without_version(name: str) -> str:
    return VERSION.sub("", PurePosixPath(name).stem)
