"""What stops more than one file: seen from how things stand, so that none is missed or doubled."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from pipeline.announcing import cards
from pipeline.announcing.known_channels import listening
from pipeline.channels import Card, Channel, Incident
from pipeline.integrations.frameio_accounts import accounts
from pipeline.lookouts import nobody_watches
from pipeline.models import Project, UploadJob, WatchedFolder

State = UploadJob.State
Hold = UploadJob.Hold
Kind = Incident.Kind

FAILED_TRIES = 3  # of a file, before it is more than a hiccup
RECOUNT = timedelta(minutes=1)


@dataclass(frozen=True)
class Trouble:
    """`count`: the files that wait for its end."""

    kind: Kind
    about: str = ""
    name: str = ""
    reason: str = ""
    project: int | None = None
    count: int = 0
    since: datetime | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.about}"


def look_round(now: datetime) -> None:
    """New ones get a card, those that last are counted again, those that are over are closed."""
    found = {trouble.key: trouble for trouble in troubles(now)}
    open_ones = {incident.key: incident for incident in Incident.objects.filter(over_at=None)}
    for key, trouble in found.items():
        if key in open_ones:
            _recount(open_ones[key], trouble, now)
        else:
            _begin(trouble, now)
    for key in open_ones.keys() - found.keys():
        _end(open_ones[key], now)


def troubles(now: datetime) -> Iterator[Trouble]:
    yield from _mounts()
    yield from _logins()
    yield from _frameio(now)
    yield from _channels()
    if reason := nobody_watches():
        yield Trouble(Kind.WATCHER, reason=reason)


def _mounts() -> Iterator[Trouble]:
    for folder in WatchedFolder.objects.all():
        if not folder.is_away:
            continue
        waiting = UploadJob.objects.filter(
            source__folder=folder, state=State.WAITING, hold=Hold.FILE
        )
        yield Trouble(
            Kind.MOUNT,
            about=str(folder.pk),
            name=folder.path,
            reason=folder.state_reason,
            project=folder.project_id,
            count=waiting.count(),
            since=folder.state_since,
        )


def _logins() -> Iterator[Trouble]:
    held = UploadJob.objects.filter(state=State.WAITING, hold=Hold.ACCOUNT)
    for account in accounts():
        if account.awaits_login:
            theirs = Project.objects.filter(frameio_account=account.pk)
            yield Trouble(
                Kind.LOGIN,
                about=str(account.pk),
                name=account.label,
                count=held.filter(project__in=theirs).count(),
            )


def _frameio(now: datetime) -> Iterator[Trouble]:
    """Files that were tried again and again, and are to be tried once more."""
    tried = UploadJob.objects.filter(
        state=State.PENDING, attempts__gte=FAILED_TRIES, run_after__gt=now
    ).exclude(reason="")
    why = tried.values_list("reason").annotate(count=Count("pk")).order_by("-count").first()
    if why:
        yield Trouble(Kind.FRAMEIO, reason=why[0], count=tried.count())


def _channels() -> Iterator[Trouble]:
    for channel in Channel.objects.exclude(origin=Channel.Origin.UPLOAD):
        if channel.is_refused:
            reason = _("The last error: %(why)s") % {"why": channel.trouble}
            yield Trouble(Kind.CHANNEL, str(channel.pk), name=channel.name, reason=reason)


def _begin(trouble: Trouble, now: datetime) -> None:
    with transaction.atomic():
        Incident.objects.bulk_create(
            [
                Incident(
                    kind=trouble.kind,
                    key=trouble.key,
                    name=trouble.name,
                    reason=trouble.reason,
                    project_id=trouble.project,
                    count=trouble.count,
                    begun_at=trouble.since or now,
                )
            ],
            ignore_conflicts=True,
        )
        incident = Incident.objects.get(key=trouble.key, over_at=None)
        about = {"incident": incident.pk, "project": trouble.project}
        channels = listening(trouble.project, "incidents")
        cards.make(channels, Card.Kind.INCIDENT, _key(incident), about, now)


def _recount(incident: Incident, trouble: Trouble, now: datetime) -> None:
    """Not for each file more: once a minute is soon enough to be told."""
    if (incident.count, incident.reason) == (trouble.count, trouble.reason):
        return
    as_seen = Incident.objects.filter(pk=incident.pk, over_at=None)
    as_seen.update(count=trouble.count, reason=trouble.reason)
    shown = Card.objects.filter(key=_key(incident), told_at__lte=now - RECOUNT)
    cards.touch(shown.values_list("pk", flat=True), now)


def _end(incident: Incident, now: datetime) -> None:
    with transaction.atomic():
        if Incident.objects.filter(pk=incident.pk, over_at=None).update(over_at=now):
            told = Card.objects.filter(key=_key(incident))
            cards.touch(told.values_list("pk", flat=True), now)


def _key(incident: Incident) -> str:
    return f"incident/{incident.pk}"
