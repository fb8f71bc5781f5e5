"""Which channels there are, and which of them hears of what."""

from typing import Literal, TypeAlias

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pipeline.channels import Channel, fingerprint
from pipeline.models import UploadJob

Topic: TypeAlias = Literal["success", "error", "comments", "status", "summary", "incidents"]
Kind = Channel.Kind
Origin = Channel.Origin


def keep_default() -> Channel:
    """The channel of DISCORD_WEBHOOK_URL, or of the log; a new address switches it on again."""
    address = settings.DISCORD_WEBHOOK_URL if settings.DISCORD_ENABLED else ""
    kind = Kind.DISCORD if address else Kind.LOG
    mark = fingerprint(address) if address else ""
    wanted = {"kind": kind, "address": address, "fingerprint": mark}
    channel, made = Channel.objects.get_or_create(
        origin=Origin.SETTINGS, defaults={"name": _("Everyone"), **wanted}
    )
    if not made and (channel.fingerprint, channel.kind) != (mark, kind):
        fresh = {"active": True, "trouble": "", "state_since": timezone.now()}
        channel = Channel.objects.get(pk=channel.pk)
        for name, value in {**wanted, **fresh}.items():
            setattr(channel, name, value)
        channel.save(update_fields=[*wanted, *fresh])
    return channel


def listening(project: int | None, topic: Topic) -> list[Channel]:
    """Those that hear of this about a project; None: about none in particular."""
    rows = Channel.objects.filter(active=True, **{topic: True}).exclude(origin=Origin.UPLOAD)
    if topic in _silenced():
        rows = rows.exclude(origin=Origin.SETTINGS, kind=Kind.DISCORD)
    anyone = Q(projects=None)
    theirs = anyone | Q(projects=project) if project else anyone
    return list(rows.filter(theirs).distinct().order_by("pk"))


def _silenced() -> set[Topic]:
    """Of what the settings' own channel on Discord is not to hear."""
    said: dict[Topic, bool] = {
        "success": settings.DISCORD_UPLOAD_SUCCESS,
        "error": settings.DISCORD_UPLOAD_ERROR,
        "summary": settings.DISCORD_DAILY_SUMMARY,
    }
    return {topic for topic, wanted in said.items() if not wanted}


def own_channel(job: UploadJob) -> Channel | None:
    """The one that was named with the upload; it hears of that upload alone, and nobody else does.

    Raises WrongKey.
    """
    if not (address := job.discord_webhook_url) or not settings.DISCORD_ENABLED:
        return None
    channel, _made = Channel.objects.get_or_create(
        origin=Origin.UPLOAD,
        fingerprint=fingerprint(address),
        defaults={"name": _("an upload's own channel"), "address": address},
    )
    return channel


def channels_of(job: UploadJob, topic: Topic) -> list[Channel]:
    """Raises WrongKey."""
    if own := own_channel(job):
        return [own] if own.active else []
    return listening(job.project_id, topic)
