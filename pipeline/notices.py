"""What the team is told, and where: the only wording for people outside the admin."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.base import NotificationError, Notifier
from notifications.discord import DiscordWebhook
from notifications.logbook import LogNotifier
from notifications.message import Level, Message
from pipeline import media
from pipeline.models import JobEvent, ReviewComment, UploadJob
from pipeline.sizes import human_size
from pipeline.verdicts import Verdict, verdict
from postflow_site.encryption import WrongKey

log = logging.getLogger(__name__)

State = UploadJob.State

# Of a card about comments: it is read at a glance, the rest stands on the file's page.
MOST_LINES = 15
LONGEST_LINE = 200


def tell(job: UploadJob) -> None:
    """A card for a job that has arrived or failed. Never raises for the channel's sake."""
    state = State(job.state)
    wanted = {
        State.DONE: settings.DISCORD_UPLOAD_SUCCESS,
        State.FAILED: settings.DISCORD_UPLOAD_ERROR,
    }
    if wanted.get(state):
        _send(job, CARDS[state](job))


def tell_comments(job: UploadJob, comments: Sequence[ReviewComment], url: str) -> None:
    """One card for all of them; `url` is where people see the file. Never raises either."""
    title = ngettext(
        "%(count)d new comment on %(what)s", "%(count)d new comments on %(what)s", len(comments)
    )
    card = Message(
        title=title % {"what": _called(job), "count": len(comments)},
        text="\n".join(map(_comment_line, comments[:MOST_LINES])),
        url=url or _page(job),
        fields=((_("Project"), job.project.code if job.project else ""), (_("File"), job.name)),
        footer=_footer(job),
    )
    _send(job, card)


def tell_status(job: UploadJob, status: str, url: str) -> None:
    """A card for what reviewers decided; `url` is where people see the file. Never raises."""
    found = verdict(status)
    card = Message(
        title=_decided(found) % {"what": _called(job), "status": status},
        url=url or _page(job),
        level=VERDICTS.get(found, "info"),
        fields=(
            (_("Project"), job.project.code if job.project else ""),
            (_("Status"), status),
            (_("File"), job.name),
        ),
        footer=_footer(job),
    )
    _send(job, card)


VERDICTS: dict[Verdict, Level] = {Verdict.APPROVED: "success", Verdict.CHANGES: "error"}


def _decided(found: Verdict) -> str:
    if found == Verdict.APPROVED:
        return _("%(what)s is approved")
    if found == Verdict.CHANGES:
        return _("%(what)s needs work")
    return _("%(what)s: %(status)s")


def _comment_line(comment: ReviewComment) -> str:
    said = " ".join(comment.text.split())
    said = f"{said[:LONGEST_LINE]}…" if len(said) > LONGEST_LINE else said
    place = "↳" if comment.answers_id else comment.timecode
    return f"{place} {comment.author}: {said}".lstrip()


def _send(job: UploadJob, card: Message) -> None:
    try:
        _channel(job).send(card)
    except (NotificationError, WrongKey) as error:
        why = _("The team was not told: %(why)s") % {"why": error}
        log.warning("job %d: %s", job.pk, why)
        JobEvent.objects.create(job=job, state=job.state, who="notifications", why=why)


def check_webhook(url: str) -> None:
    """Raises ValueError with a sentence that does not show the address."""
    try:
        DiscordWebhook(url)
    except NotificationError as error:
        raise ValueError(str(error)) from None


def _channel(job: UploadJob) -> Notifier:
    url = job.discord_webhook_url or settings.DISCORD_WEBHOOK_URL
    if url and settings.DISCORD_ENABLED:
        return DiscordWebhook(url)
    return LogNotifier(log)


def _arrived(job: UploadJob) -> Message:
    delivered = job.deliveries.filter(done=True).exclude(url="").order_by("id").first()
    return Message(
        title=_called(job),
        url=delivered.url if delivered else _page(job),
        level="success",
        text=_remarks(job),
        fields=(*_fields(job), (_("Upload"), _took(job))),
        links=tuple((_("Review link"), each.review_url) for each in job.deliveries.all()),
        footer=_footer(job),
        at=job.finished_at,
    )


def _remarks(job: UploadJob) -> str:
    """`Arrived after a newer one (v005). v002 is missing.` in one line."""
    notes = [str(note) for delivery in job.deliveries.all() for note in delivery.notes]
    return " ".join(f"{note[:1].upper()}{note[1:].rstrip('.')}." for note in notes)


def _failed(job: UploadJob) -> Message:
    next_step = _(
        "When that is put right, press Send again on the upload's page (click the title)."
    )
    return Message(
        title=_("%(what)s did not go up") % {"what": _called(job)},
        text=f"{job.reason}\n{next_step}".lstrip(),
        url=_page(job),
        level="error",
        fields=(*_fields(job), (_("File"), job.name)),
        footer=_footer(job),
        at=job.finished_at,
    )


CARDS: dict[State, Callable[[UploadJob], Message]] = {
    State.DONE: _arrived,
    State.FAILED: _failed,
}


def _called(job: UploadJob) -> str:
    """`SH010 anim v003`, or the file's name when that says too little."""
    place = job.fields.get("shot") or job.fields.get("scene")
    if not place:
        return job.name
    version = job.fields.get("version") or (f"{job.version:03d}" if job.version else "")
    parts = [place, job.fields.get("task"), f"v{version}" if version else ""]
    return " ".join(part for part in parts if part)


def _fields(job: UploadJob) -> tuple[tuple[str, str], ...]:
    return (
        (_("Project"), job.project.code if job.project else ""),
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
    return _duration(job.finished_at - job.started_at)


def _duration(time: timedelta) -> str:
    """`0.4 s`, `48 s`, `3 min 20 s`, `2 h 5 min`."""
    seconds = max(time.total_seconds(), 0.0)
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    if minutes < 1:
        return f"{seconds} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s"


def _footer(job: UploadJob) -> str:
    called = _("job %(id)d") % {"id": job.pk}
    return f"{called} · {job.rule}" if job.rule else called


def _page(job: UploadJob) -> str:
    return f"{settings.PUBLIC_URL.rstrip('/')}{job.get_absolute_url()}"
