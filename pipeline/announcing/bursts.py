"""From what happened to jobs to cards: one a file, or one a scene when many come at once."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from pipeline.announcing import cards
from pipeline.announcing.known_channels import Topic, channels_of
from pipeline.channels import Card, CardFile, Change, Channel
from pipeline.models import JobEvent, UploadJob
from postflow_site.encryption import WrongKey
from postflow_site.logs.of_job import of_job

log = logging.getLogger(__name__)

AT_ONCE = 200
MOST_CARDS = 5  # of files, in a scene and a minute; with more, the scene has one for all
MINUTE = timedelta(minutes=1)
OPEN_FOR = timedelta(minutes=10)  # a scene's card takes more files so long after the last one

State = UploadJob.State
# A held or cancelled file that nobody has heard of is no news: the incident is, or the summary.
TOPICS: dict[State, Topic] = {
    State.PENDING: "success",
    State.RUNNING: "success",
    State.DONE: "success",
    State.FAILED: "error",
}


def take_changes(now: datetime) -> bool:
    """Turn some into cards, in one transaction; whether there were any."""
    with transaction.atomic():
        changes = list(Change.objects.select_for_update().order_by("pk")[:AT_ONCE])
        _announce({change.job_id for change in changes}, now)
        Change.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return bool(changes)


def _announce(pks: set[int], now: datetime) -> None:
    told = CardFile.objects.filter(job__in=pks)
    cards.touch(told.values_list("card", flat=True).distinct(), now)
    known = set(told.values_list("channel", "job"))
    found: dict[Channel, list[UploadJob]] = defaultdict(list)
    news = UploadJob.objects.filter(pk__in=pks, state__in=TOPICS).order_by("pk")
    for job in news.select_related("project"):
        for channel in _channels(job):
            if (channel.pk, job.pk) not in known:
                found[channel].append(job)
    for channel, jobs in found.items():
        _make_cards(channel, jobs, now)


def _channels(job: UploadJob) -> list[Channel]:
    try:
        return channels_of(job, TOPICS[State(job.state)])
    except WrongKey as error:
        why = _("The team was not told: %(why)s") % {"why": error}
        with of_job(job.pk):
            log.warning("%s", why)
        JobEvent.objects.create(
            job=job, state=job.state, kind=JobEvent.Kind.UNTOLD, who="notifications", why=why
        )
        return []


def _make_cards(channel: Channel, jobs: Sequence[UploadJob], now: datetime) -> None:
    scenes: dict[str, list[UploadJob]] = defaultdict(list)
    for job in jobs:
        scenes[_scene(job)].append(job)
    for scene, together in scenes.items():
        if card := _scenes_card(channel, scene, together, now):
            _join(card, together, scene, now)
            cards.touch([card.pk], now)
        else:
            _cards_of_their_own(channel, together, scene, now)


def _cards_of_their_own(
    channel: Channel, jobs: Sequence[UploadJob], scene: str, now: datetime
) -> None:
    for job in jobs:
        about = {"job": job.pk, "project": job.project_id}
        card = _card(channel, Card.Kind.FILE, f"job/{job.pk}", about, now)
        _join(card, [job], scene, now)


def _scene(job: UploadJob) -> str:
    return f"{job.project_id or 0}/{job.fields.get('scene', '')}"[:200]


def _scenes_card(
    channel: Channel, scene: str, jobs: Sequence[UploadJob], now: datetime
) -> Card | None:
    """The one that is open, or a new one if there are many; None when there are few."""
    members = CardFile.objects.filter(channel=channel, scene=scene)
    gathered = members.filter(card__kind=Card.Kind.SCENE, joined_at__gt=now - OPEN_FOR)
    if last := gathered.select_related("card").order_by("-joined_at").first():
        return last.card
    recent = members.filter(joined_at__gt=now - MINUTE, card__kind=Card.Kind.FILE)
    if recent.count() + len(jobs) <= MOST_CARDS:
        return None
    project, name = jobs[0].project, str(jobs[0].fields.get("scene", ""))
    about = {
        "project": jobs[0].project_id,
        "code": project.code if project else "",
        "scene": name,
    }
    card = _card(channel, Card.Kind.SCENE, f"scene/{jobs[0].pk}", about, now)
    _take_over(card, [member.card_id for member in recent])
    return card


def _take_over(card: Card, others: Sequence[int]) -> None:
    """Cards of files that nobody has seen yet are not needed any more."""
    unsent = Card.objects.filter(pk__in=others, message_id="", told=0, unanswered=0)
    pks = list(unsent.values_list("pk", flat=True))
    CardFile.objects.filter(card__in=pks).update(card=card)
    Card.objects.filter(pk__in=pks).delete()


def _card(
    channel: Channel, kind: Card.Kind, key: str, about: Mapping[str, object], now: datetime
) -> Card:
    cards.make([channel], kind, key, about, now)
    return Card.objects.get(channel=channel, key=key)


def _join(card: Card, jobs: Sequence[UploadJob], scene: str, now: datetime) -> None:
    rows = [
        CardFile(channel_id=card.channel_id, card=card, job=job, scene=scene, joined_at=now)
        for job in jobs
    ]
    CardFile.objects.bulk_create(rows, ignore_conflicts=True)
