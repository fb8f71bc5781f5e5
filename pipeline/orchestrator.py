"""One attempt at a job, from the claim to what becomes of it."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import PurePath

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from pipeline import earlier, intake, jobs, media, outbox, routing
from pipeline.heartbeat import Heartbeat
from pipeline.integrations import integration
from pipeline.integrations.base import (
    BaseIntegration,
    IntegrationError,
    Json,
    MediaFile,
    NeedsLogin,
    NotSetUp,
    NotYet,
    Occupied,
    PlaceAway,
    Receipt,
    ReviewWanted,
    SourceAway,
    SourceChanged,
)
from pipeline.models import Delivery, JobEvent, Project, SourceFile, UploadJob
from pipeline.verdicts import Verdict, verdict
from postflow_site.encryption import WrongKey
from postflow_site.logs.of_job import of_job

log = logging.getLogger(__name__)

AFTER_A_SURPRISE = timedelta(hours=1)
CLEAN_UP_AGAIN = timedelta(minutes=1)


def process(lease: jobs.Lease, ask: media.Ask = media.technical_data) -> None:
    """Deliver the job to each of its project's integrations that does not have it yet.

    1. Read again where it goes, if that could not be told before.
    2. Each integration in order; what is delivered is not repeated.
    3. What the film is, for people to read.
    4. Done; or held, tried again later, given back, failed, dropped: whichever the error asks for.

    Whatever happens, the job says so. Only a database that cannot be written to raises; then the
    lease runs out, and `jobs.pump` takes the job back.
    """
    with of_job(lease.job_id):
        _process(lease, ask)


def _process(lease: jobs.Lease, ask: media.Ask) -> None:
    job = UploadJob.objects.select_related("project", "source__folder").get(pk=lease.job_id)
    log.info("%s, attempt %d", job.name, job.attempts)
    try:
        _attempt(job, lease, ask)
    except jobs.LeaseLost as error:
        log.info("stopped, %s", error)


def clean_up(lease: jobs.Lease) -> None:
    """Take away what an ended job left half made; later, when that cannot be done now."""
    with of_job(lease.job_id):
        _clean_up(lease)


def _clean_up(lease: jobs.Lease) -> None:
    job = UploadJob.objects.select_related("project", "source__folder").get(pk=lease.job_id)
    try:
        for delivery in job.deliveries.filter(done=False).exclude(memory={}):
            file = _media_file(job, DeliveryMemory(delivery, lease), _stop_at_nothing, lease)
            with _opened(delivery.integration) as place:
                place.discard(file)
    except jobs.LeaseLost:
        return
    except IntegrationError as error:
        log.warning("its half file stays for now: %s", error)
        jobs.cleaned_up(lease, again=None if error.permanent else CLEAN_UP_AGAIN)
    else:
        jobs.cleaned_up(lease)


def _stop_at_nothing(_sent: int) -> None: ...


def _attempt(job: UploadJob, lease: jobs.Lease, ask: media.Ask) -> None:
    try:
        _route_again(job, lease)
        earlier.hold_same_name(job)
        _deliver(job, lease, ask)
    except routing.Held as error:
        jobs.hold(lease, error.hold, error.reason)
    except NotSetUp as error:
        jobs.hold(lease, jobs.Hold.PROJECT, str(error))
    except NeedsLogin as error:
        jobs.hold(lease, jobs.Hold.ACCOUNT, str(error))
    except Occupied as error:
        jobs.hold(lease, jobs.Hold.NAME, str(error))
    except SourceAway as error:
        jobs.hold(lease, jobs.Hold.FILE, _of_a_folder_that_is_away(job) or str(error))
    except PlaceAway as error:
        jobs.hold(lease, jobs.Hold.FILE, str(error))
    except SourceChanged as error:
        _settle_again(job, lease, str(error))
    except IntegrationError as error:
        if error.permanent:
            jobs.fail(lease, str(error))
        else:
            jobs.later(lease, str(error), attempts=job.attempts, after=error.retry_after)
    except jobs.PlannedStop as stop:
        jobs.release(lease, str(stop))
    except jobs.LeaseLost:
        raise
    except (OperationalError, InterfaceError) as error:
        connection.close_if_unusable_or_obsolete()  # one that broke would not even take this down
        reason = _("The database did not answer (%(why)s).") % {"why": error}
        jobs.later(lease, reason, attempts=job.attempts, kind="database")
    except Exception as error:
        log.exception("unexpected")
        reason = _(
            "Something went wrong inside PostFlow (%(kind)s). The log has the details; it is tried"
            " again in an hour."
        ) % {"kind": type(error).__name__}
        jobs.later(lease, reason, attempts=job.attempts, after=AFTER_A_SURPRISE, kind="unexpected")
    else:
        jobs.done(lease, job.size)


def _of_a_folder_that_is_away(job: UploadJob) -> str:
    """Empty where the watcher sees the folder: then it is the file that is not there."""
    folder = job.source.folder
    if folder is None:
        return ""
    folder.refresh_from_db()
    if not folder.is_away:
        return ""
    text = _("The watched folder %(folder)s is away. The upload goes on by itself once it is back.")
    return text % {"folder": folder.path}


def _route_again(job: UploadJob, lease: jobs.Lease) -> None:
    if job.project and (job.rule_id or "folder" in job.overrides):
        routing.usable(job.project)
        return
    found = routing.route(job.name, routing.project_of(job), job.overrides)
    values = intake.columns(found)
    jobs.assign(lease, found.project, values)
    for column, value in values.items():
        setattr(job, column, value)


def _deliver(job: UploadJob, lease: jobs.Lease, ask: media.Ask) -> None:
    assert job.project  # noqa: S101  routed, or we would not be here
    with Heartbeat(lease) as heartbeat:
        for name in job.project.integrations:
            delivery, _made = Delivery.objects.get_or_create(job=job, integration=name)
            if not delivery.done:
                heartbeat.begin()
                memory = DeliveryMemory(delivery, lease)
                file = _media_file(job, memory, heartbeat.report, lease)
                file = replace(file, bytes_per_second=heartbeat.bytes_per_second)
                _process_one(_placed(file, job, name), delivery, lease)
        if not job.media:
            job.media = ask(job.source.path)
            jobs.fenced(lease).update(media=job.media)


def _process_one(file: MediaFile, delivery: Delivery, lease: jobs.Lease) -> None:
    try:
        with _opened(delivery.integration) as place:
            receipt = place.process_file(file)
    except NotYet as error:
        Delivery.objects.filter(pk=delivery.pk).update(error=str(error))
        return
    except IntegrationError as error:
        Delivery.objects.filter(pk=delivery.pk).update(error=str(error))
        raise
    _note_receipt(file, delivery, lease, receipt)


@contextmanager
def _opened(name: str) -> Iterator[BaseIntegration]:
    place = integration(name)
    place.initialize()
    try:
        yield place
    finally:
        place.cleanup()


def _note_receipt(file: MediaFile, delivery: Delivery, lease: jobs.Lease, receipt: Receipt) -> None:
    with transaction.atomic():
        _check(lease)
        Delivery.objects.filter(pk=delivery.pk).update(
            done=True,
            remote_id=receipt.remote_id,
            url=receipt.url,
            error="",
            memory={},
            secrets="",
            shot=file.shot,
            number=file.number,
            notes=list(receipt.notes),
            review_url=receipt.review_url,
        )
        for sentence in receipt.notes:
            jobs.note(lease, sentence)
        _let_go(file, delivery, receipt)


def _let_go(file: MediaFile, delivery: Delivery, receipt: Receipt) -> None:
    """The earlier jobs of what was replaced have nothing at the other end any more: neither their
    pages nor their cards lead there."""
    gone = Delivery.objects.filter(
        integration=delivery.integration, remote_id__in=file.replaces
    ).exclude(remote_id=receipt.remote_id)
    why = _("replaced by job %(job)d") % {"job": delivery.job_id}
    for job in UploadJob.objects.filter(deliveries__in=gone).only("state"):
        JobEvent.objects.create(job_id=job.pk, state=job.state, who="PostFlow", why=why)
        outbox.changed(job.pk)
    gone.update(remote_id="", url="", review_url="")


def _check(lease: jobs.Lease) -> None:
    """In a transaction: the job is ours, and stays so until it ends."""
    if not jobs.fenced(lease).update(lease_token=lease.token):
        raise jobs.lost(lease)


def _media_file(
    job: UploadJob,
    memory: "DeliveryMemory",
    report: Callable[[int], None],
    lease: jobs.Lease,
) -> MediaFile:
    assert job.project  # noqa: S101
    return MediaFile(
        path=job.source.path,
        name=job.name,
        size=job.size,
        mtime_ns=job.mtime_ns,
        project=job.project.code,
        fields=job.fields,
        folders=tuple(job.destination),
        account=job.project.frameio_account,
        remote_project=job.project.remote_project_id,
        memory=memory,
        report=report,
        note=partial(jobs.note, lease),
        fetched=job.project.transfer == Project.Transfer.REMOTE,
        existing_folders_only=job.project.existing_folders_only,
        stack_versions=job.project.stack_versions,
        metadata=_metadata(job) if job.project.write_metadata else {},
        review=_review(job.project),
    )


def _review(project: Project) -> ReviewWanted | None:
    if not project.review_access:
        return None
    secure = project.review_access == Project.ReviewAccess.SECURE
    return ReviewWanted(secure, project.review_days, project.review_downloads)


def _placed(file: MediaFile, job: UploadJob, integration: str) -> MediaFile:
    """With its place among what is there of the shot already."""
    there = earlier.versions_of(job, integration)
    return replace(
        file,
        shot=earlier.shot_of(job),
        number=earlier.number_of(job, there),
        earlier=tuple(there),
        replaces=tuple(old.remote_id for old in earlier.replaced_by(job, integration)),
        approved=any(verdict(one.status) == Verdict.APPROVED for one in job.deliveries.all()),
    )


def _metadata(job: UploadJob) -> dict[str, str]:
    """By the names that people read at the other end, and so in one language."""
    version = job.fields.get("version") or (str(job.version) if job.version is not None else "")
    values = {
        "Scene": job.fields.get("scene", ""),
        "Shot": job.fields.get("shot", ""),
        "Task": job.fields.get("task", ""),
        "Version": version,
        "Artist": job.fields.get("artist", ""),
        "Source path": routing.printable(str(job.source.path)),
    }
    return {name: value for name, value in values.items() if value}


def _settle_again(job: UploadJob, lease: jobs.Lease, reason: str) -> None:
    """A watched file comes back by itself once it is quiet; one sent by hand needs the hand."""
    if job.finished_at:
        text = _("%(why)s It has arrived before; this content of it cannot be copied any more.")
        jobs.fail(lease, text % {"why": reason})
        return
    folder = job.source.folder
    kind = PurePath(job.name).suffix.lstrip(".").lower()
    if folder is None or not folder.active or kind not in folder.extensions.lower().split():
        jobs.fail(lease, _("%(why)s Send it again when it is finished.") % {"why": reason})
        return
    reason = _("%(why)s It is sent when it is finished.") % {"why": reason}
    jobs.drop(lease, reason)
    SourceFile.objects.filter(pk=job.source_id).update(quick_hash="")  # it was not sent after all
    SourceFile.objects.filter(pk=job.source_id, size=job.size, mtime_ns=job.mtime_ns).update(
        state=SourceFile.State.SETTLING, reason=reason[:500]
    )


class DeliveryMemory:
    """An integration's `Memory`: columns of its delivery, each write fenced by the lease."""

    def __init__(self, delivery: Delivery, lease: jobs.Lease) -> None:
        self._delivery = delivery
        self._lease = lease

    def get(self, key: str) -> Json:
        value: Json = self._delivery.memory.get(key)
        return value

    def keep(self, **values: Json) -> None:
        kept = self._delivery.memory | values
        self._delivery.memory = {key: value for key, value in kept.items() if value is not None}
        self._save("memory")

    def get_secret(self, key: str) -> Json:
        value: Json = self._secrets().get(key)
        return value

    def keep_secret(self, **values: Json) -> None:
        self._delivery.secrets = json.dumps(self._secrets() | values)
        self._save("secrets")

    def is_kept_elsewhere(self, key: str, value: Json) -> bool:
        others = Delivery.objects.filter(integration=self._delivery.integration, done=False)
        return others.exclude(pk=self._delivery.pk).filter(**{f"memory__{key}": value}).exists()

    def _secrets(self) -> dict[str, Json]:
        try:
            kept: dict[str, Json] = json.loads(self._delivery.secrets or "{}")
        except WrongKey:
            return {}  # addresses of one upload under way: without them it begins anew
        return kept

    def _save(self, column: str) -> None:
        with transaction.atomic():
            _check(self._lease)
            self._delivery.save(update_fields=[column, "updated_at"])
