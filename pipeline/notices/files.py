"""The card of one file: edited from the queue to what reviewers decide."""

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.message import Level, Message, Picture
from pipeline import media
from pipeline.channels import Card
from pipeline.models import Thumbnail, UploadJob
from pipeline.notices.words import called, duration, footer, page, project_field
from pipeline.sizes import human_size
from pipeline.verdicts import Verdict, verdict

State = UploadJob.State
ENDED = {State.DONE, State.FAILED}


def message_of(card: Card) -> Message | None:
    """Where nothing can be edited, only how it ended is said, and once."""
    member = card.files.select_related("job__project", "job__rule").first()
    if member is None:
        return None
    job = member.job
    if not card.channel.edits:
        return CARDS[State(job.state)](job) if job.state in ENDED else None
    return _reviewed(CARDS[State(job.state)](job), job)


def _queued(job: UploadJob) -> Message:
    title = _("%(what)s is queued")
    text = ""
    if job.reason:
        title = _("%(what)s is tried again soon")
        text = job.reason
    return _on_its_way(job, title, text)


def _running(job: UploadJob) -> Message:
    if job.size and job.bytes_sent >= job.size:
        return _on_its_way(job, _("%(what)s is sent, and Frame.io is processing it"))
    percent = job.bytes_sent * 100 // job.size if job.size else 0
    sent = _("%(percent)d %% of %(size)s") % {"percent": percent, "size": human_size(job.size)}
    return _on_its_way(job, _("%(what)s is uploading"), sent)


def _held(job: UploadJob) -> Message:
    return _on_its_way(job, _("%(what)s is held"), job.reason)


def _cancelled(job: UploadJob) -> Message:
    return _on_its_way(job, _("%(what)s is cancelled"), job.reason)


def _on_its_way(job: UploadJob, title: str, text: str = "") -> Message:
    return Message(
        title=title % {"what": called(job)},
        text=text,
        url=page(job.get_absolute_url()),
        fields=_fields(job),
        footer=footer(job),
    )


def _arrived(job: UploadJob) -> Message:
    delivered = job.deliveries.filter(done=True).exclude(url="").order_by("id").first()
    return Message(
        title=called(job),
        url=delivered.url if delivered else page(job.get_absolute_url()),
        level="success",
        text=_remarks(job),
        fields=(*_fields(job), (_("Upload"), _took(job))),
        links=tuple((_("Review link"), each.review_url) for each in job.deliveries.all()),
        footer=footer(job),
        at=job.finished_at,
        picture=_picture(job),
    )


def _picture(job: UploadJob) -> Picture | None:
    found = Thumbnail.objects.filter(delivery__job=job).exclude(kind="").first()
    if found is None:
        return None
    return Picture(f"thumbnail.{found.kind.partition('/')[2]}", found.kind, bytes(found.content))


def _remarks(job: UploadJob) -> str:
    """`Arrived after a newer one (v005). v002 is missing.` in one line."""
    notes = [str(note) for delivery in job.deliveries.all() for note in delivery.notes]
    return " ".join(f"{note[:1].upper()}{note[1:].rstrip('.')}." for note in notes)


def _failed(job: UploadJob) -> Message:
    next_step = _(
        "When that is put right, press Send again on the upload's page (click the title)."
    )
    return Message(
        title=_("%(what)s did not go up") % {"what": called(job)},
        text=f"{job.reason}\n{next_step}".lstrip(),
        url=page(job.get_absolute_url()),
        level="error",
        fields=(*_fields(job), (_("File"), job.name)),
        footer=footer(job),
        at=job.finished_at,
    )


CARDS: dict[State, Callable[[UploadJob], Message]] = {
    State.WAITING: _held,
    State.PENDING: _queued,
    State.RUNNING: _running,
    State.DONE: _arrived,
    State.FAILED: _failed,
    State.CANCELLED: _cancelled,
}
LEVELS: dict[Verdict, Level] = {Verdict.APPROVED: "success", Verdict.CHANGES: "error"}


def _reviewed(message: Message, job: UploadJob) -> Message:
    """With what people have said of it since."""
    status = next((each.status for each in job.deliveries.all() if each.status), "")
    count = job.comments.count()
    said = ngettext("%(count)d comment", "%(count)d comments", count) % {"count": count}
    more = ((_("Status"), status), (_("Comments"), said if count else ""))
    level = LEVELS.get(verdict(status), message.level) if status else message.level
    return replace(message, level=level, fields=(*message.fields, *more))


def _fields(job: UploadJob) -> tuple[tuple[str, str], ...]:
    return (
        project_field(job),
        (_("Scene"), job.fields.get("scene", "")),
        (_("Shot"), job.fields.get("shot", "")),
        (_("Task"), job.fields.get("task", "")),
        (_("Version"), str(job.version) if job.version is not None else ""),
        (_("Size"), human_size(job.size)),
        (_("Film"), media.in_words(job.media)),
    )


def _took(job: UploadJob) -> str:
    if not (job.started_at and job.finished_at):
        return ""
    return duration(job.finished_at - job.started_at)
