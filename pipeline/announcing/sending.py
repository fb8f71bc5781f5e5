"""Cards on their way: one process at a time for each channel, in the channel's pace.

What can be promised. A card that Discord refused, or that did not leave, is sent again. A POST
without an answer, or in which we died, may have arrived: webhooks have no way to look for a message
without its id. It is sent once more, so that a card may stand there twice at worst; when that has
no answer either, it is given up, and the history says so. An edit may be repeated at any time.
"""

import hashlib
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.base import (
    ChannelGone,
    MessageGone,
    NoAnswer,
    NotificationError,
    Notifier,
    Sent,
    SlowDown,
)
from notifications.message import Message
from pipeline import jobs, nodes, notices
from pipeline.channels import Card, Channel
from pipeline.models import JobEvent

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=1)  # longer than any one call
NEWS_FOR = timedelta(days=1)  # what nobody could be told for so long is not told any more
SCENE_EVERY = timedelta(seconds=15)
MOST_POSTS_WITHOUT_ANSWER = 2
AFTER_A_SURPRISE = timedelta(hours=1)


class Taken(Exception):
    """Another process speaks to the channel now."""


class Overtaken(Exception):
    """The card is not the one it was: its scene has taken it over."""


@dataclass(frozen=True)
class Clock:
    """`until`: when we stop waiting for a channel."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    until: datetime


def due_channels(now: datetime) -> QuerySet[Channel]:
    free = Q(lease_token="") | Q(lease_expires_at__lte=now)
    rested = Q(not_before=None) | Q(not_before__lte=now)
    waiting = _due(now).values("channel")
    return Channel.objects.filter(free, rested, pk__in=waiting)


def _due(now: datetime) -> QuerySet[Card]:
    turn = Q(run_after=None) | Q(run_after__lte=now)
    rows = Card.objects.filter(turn, over=False, wanted__gt=F("told"), channel__active=True)
    return rows.filter(changed_at__gt=now - NEWS_FOR)


def send_due(
    patience: timedelta, now: Callable[[], datetime], sleep: Callable[[float], None]
) -> None:
    clock = Clock(now, sleep, now() + patience)
    waiting = Channel.objects.filter(active=True, pk__in=_due(now()).values("channel"))
    for channel in waiting:
        if token := _take(channel, now()):
            try:
                _serve(channel, token, clock)
            except Taken:
                continue
            finally:
                _fenced(channel, token).update(lease_token="", lease_expires_at=None)


def _take(channel: Channel, now: datetime) -> str:
    """Our token, or empty when another process has the channel and lives."""
    free = Q(lease_token="") | Q(lease_expires_at__lte=now)
    if nodes.is_gone(channel.node):
        free |= Q(lease_token=channel.lease_token)
    token = uuid.uuid4().hex
    taken = Channel.objects.filter(free, pk=channel.pk, active=True).update(
        lease_token=token, lease_expires_at=now + LEASE, node=nodes.me()
    )
    return token if taken else ""


def _fenced(channel: Channel, token: str) -> QuerySet[Channel]:
    return Channel.objects.filter(pk=channel.pk, lease_token=token)


def _serve(channel: Channel, token: str, clock: Clock) -> None:
    """What nobody has seen yet comes first, then what has waited longest. Raises Taken."""
    while True:
        order = F("told_at").asc(nulls_first=True), "changed_at", "pk"
        card = _due(clock.now()).filter(channel=channel).order_by(*order).first()
        if card is None or not _wait(channel, clock):
            return
        now = clock.now()
        if not _fenced(channel, token).filter(active=True).update(lease_expires_at=now + LEASE):
            raise Taken
        if not _send_or_put_off(card, clock):
            return


def _wait(channel: Channel, clock: Clock) -> bool:
    """For the channel's pace; False when that takes longer than we stay."""
    channel.refresh_from_db(fields=["not_before"])
    if channel.not_before is None or channel.not_before <= clock.now():
        return True
    if channel.not_before > clock.until:
        return False
    clock.sleep((channel.not_before - clock.now()).total_seconds())
    return True


# --- One card -------------------------------------------------------------------------------------


def _send_or_put_off(card: Card, clock: Clock) -> bool:
    """As _send; a card that we stumble over must not stand in the others' way."""
    try:
        return _send(card, clock)
    except (Taken, DatabaseError):
        raise
    except Exception:
        log.exception("%s: unexpected", card.key)
        again = clock.now() + AFTER_A_SURPRISE
        Card.objects.filter(pk=card.pk).update(run_after=again)
        return True


def _send(card: Card, clock: Clock) -> bool:
    """Whether the channel can be spoken to further."""
    message = notices.message_of(card)
    gist = _gist(message)
    if message is None or gist == card.gist:
        _told(card, clock)
        return True
    try:
        notifier = notices.door(card.channel)
    except NotificationError as error:
        return _refused(card, error, clock)
    try:
        sent = _speak(card, notifier, message)
    except NotificationError as error:
        return _refused(card, error, clock)
    except Overtaken:
        return True
    finally:
        _note_pause(card.channel, notifier.pause, clock)
    _told(card, clock, gist=gist, message_id=sent.message_id, thread_id=sent.thread_id)
    if card.channel.edits and not sent.message_id:  # it cannot be found again
        Card.objects.filter(pk=card.pk).update(over=True)
    _note_thread(card.channel, sent)
    _note_well(card.channel, clock)
    return True


def _gist(message: Message | None) -> str:
    return hashlib.sha256(repr(message).encode("utf-8", "replace")).hexdigest()


def _speak(card: Card, notifier: Notifier, message: Message) -> Sent:
    """Raises NotificationError."""
    if card.message_id and card.channel.edits:
        sent = Sent(card.message_id, card.thread_id)
        notifier.edit(sent, message)
        return sent
    if card.unanswered >= MOST_POSTS_WITHOUT_ANSWER:
        text = _("Twice it was sent, and there was no answer; it may be there.")
        raise NotificationError(text, permanent=True)
    # Noted before, for the case that we die in it.
    mine = Card.objects.filter(pk=card.pk, unanswered=card.unanswered)
    if not mine.update(unanswered=F("unanswered") + 1):
        raise Overtaken
    return notifier.send(message)


def _told(card: Card, clock: Clock, **known: str) -> None:
    """All that was wanted when it was worded; what has come since makes it due again."""
    now = clock.now()
    again = now + SCENE_EVERY if card.kind == Card.Kind.SCENE else None
    spoken = {"told_at": now, "unanswered": 0, **known} if known else {}
    Card.objects.filter(pk=card.pk).update(
        told=card.wanted, attempts=0, error="", run_after=again, **spoken
    )


def _refused(card: Card, error: NotificationError, clock: Clock) -> bool:
    """What becomes of the card; whether others may fare better."""
    answered = not isinstance(error, NoAnswer)
    row = Card.objects.filter(pk=card.pk)
    if answered and not card.message_id:
        row.update(unanswered=card.unanswered)
    if isinstance(error, SlowDown):
        _note_pause(card.channel, error.retry_after or timedelta(), clock)
        return True
    if isinstance(error, ChannelGone):
        _switch_off(card.channel, str(error), clock)
        return False
    if isinstance(error, MessageGone):
        row.update(over=True, told=card.wanted, error=str(error))
        return True
    if error.permanent:
        row.update(over=True, told=card.wanted, error=str(error))
        _note_trouble(card, error, clock)
        return True
    attempts = card.attempts + 1
    again = clock.now() + jobs.backoff(attempts)
    row.update(attempts=attempts, run_after=again, error=str(error))
    if attempts == 1:
        _note_trouble(card, error, clock)
    return answered


def send_test(channel: Channel) -> str:
    """Why it did not work, for people; empty when it did. A channel that is off may be tried."""
    clock = Clock(timezone.now, time.sleep, timezone.now())
    try:
        notices.hello(channel)
    except ChannelGone as error:
        _switch_off(channel, str(error), clock)
        return str(error)
    except NotificationError as error:
        return str(error)
    _note_well(channel, clock)
    return ""


# --- The channel ----------------------------------------------------------------------------------


def _note_pause(channel: Channel, pause: timedelta, clock: Clock) -> None:
    until = clock.now() + pause
    later = Q(not_before=None) | Q(not_before__lt=until)
    Channel.objects.filter(later, pk=channel.pk).update(not_before=until)


def _note_thread(channel: Channel, sent: Sent) -> None:
    """The forum's post that was opened: the next cards go there, too."""
    if channel.thread_name and sent.thread_id:
        Channel.objects.filter(pk=channel.pk, thread_id="").update(thread_id=sent.thread_id)


def _note_well(channel: Channel, clock: Clock) -> None:
    troubled = Channel.objects.filter(pk=channel.pk).exclude(trouble="")
    troubled.update(trouble="", state_since=clock.now())


def _note_trouble(card: Card, error: NotificationError, clock: Clock) -> None:
    """On the channel's page, and in the history of the jobs that the card is about."""
    well = Channel.objects.filter(pk=card.channel_id, trouble="")
    if not well.update(trouble=str(error), state_since=clock.now()):
        Channel.objects.filter(pk=card.channel_id).update(trouble=str(error))
    why = _("The team was not told: %(why)s") % {"why": error}
    log.warning("%s: %s", card.key, why)
    for member in card.files.select_related("job")[:50]:
        job = member.job
        JobEvent.objects.create(
            job=job, state=job.state, kind=JobEvent.Kind.UNTOLD, who="notifications", why=why
        )


def _switch_off(channel: Channel, why: str, clock: Clock) -> None:
    """Calls to an address that is gone are counted against us: ten thousand close Discord to us."""
    log.warning("The channel %s is switched off: %s", channel.name, why)
    on = Channel.objects.filter(pk=channel.pk, active=True)
    on.update(active=False, trouble=why, state_since=clock.now())
