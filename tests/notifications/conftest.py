"""A project, its jobs, and a clock that nobody has to wait for."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from pipeline import announcing, outbox
from pipeline.channels import Card, Channel
from pipeline.models import JobEvent, NamingRule, Project, SourceFile, UploadJob
from tests.notifications.discord_server import DiscordServer

State = UploadJob.State


class FakeClock:
    """Whoever sleeps by it is there at once. `waits`: how long each sleep would have been."""

    def __init__(self) -> None:
        self.time = timezone.now()
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += timedelta(seconds=seconds)

    def pass_by(self, **time: float) -> None:
        self.time += timedelta(**time)


def tell_all() -> None:
    """Whatever there is to tell, however long a channel has to be waited for."""
    clock = FakeClock()
    announcing.announce(timedelta(hours=1), clock.now, clock.sleep)


def told() -> list[str]:
    """The subjects of the cards that people have seen, once all is told."""
    tell_all()
    return list(Card.objects.exclude(told_at=None).order_by("pk").values_list("key", flat=True))


class MakeJob(Protocol):
    def __call__(self, state: str = ..., **columns: object) -> UploadJob: ...


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def tell(clock: FakeClock) -> Callable[..., None]:
    """Rounds until everything is told; `minutes` of patience with a channel that asks for time."""

    def tell(minutes: float = 10) -> None:
        announcing.announce(timedelta(minutes=minutes), clock.now, clock.sleep)

    return tell


@pytest.fixture
def project(db: None) -> Project:
    return Project.objects.create(code="UNDLM", name="Undelivered Mail")


@pytest.fixture
def make_job(project: Project) -> MakeJob:
    """A job that has just come to that state, in the product's way: with its change."""
    numbers = itertools.count(1)
    rule = NamingRule.objects.create(name="Shots", project=project)

    def make(state: str = State.DONE, **columns: object) -> UploadJob:
        number = next(numbers)
        key = f"{number}/UNDLM_SC01_SH{number:03d}_anim_v003.mov"
        source = SourceFile.objects.create(key=key, raw_path=key.encode(), size=1, mtime_ns=1)
        values: dict[str, object] = {
            "source": source,
            "name": key.partition("/")[2],
            "size": 3 * 1024**2,
            "mtime_ns": 1,
            "project": project,
            "rule": rule,
            "fields": {
                "scene": "SC01",
                "shot": f"SH{number:03d}",
                "task": "anim",
                "version": "003",
            },
            "version": 3,
            "state": state,
            "finished_at": timezone.now() if state in {State.DONE, State.FAILED} else None,
        }
        with transaction.atomic():
            job = UploadJob.objects.create(**{**values, **columns})
            outbox.changed(job.pk)
        return job

    return make


class Become(Protocol):
    def __call__(self, job: UploadJob, state: str, **columns: object) -> None: ...


@pytest.fixture
def become() -> Become:
    """What jobs.move does."""

    def become(job: UploadJob, state: str, **columns: object) -> None:
        with transaction.atomic():
            UploadJob.objects.filter(pk=job.pk).update(state=state, **columns)
            outbox.changed(job.pk)

    return become


@pytest.fixture
def channel(discord: DiscordServer, settings: Settings, db: None) -> DiscordServer:
    """Discord is the default channel."""
    settings.DISCORD_WEBHOOK_URL = discord.url
    settings.PUBLIC_URL = "https://postflow.studio.test/"
    return discord


@pytest.fixture
def everyone(channel: DiscordServer) -> Callable[[], Channel]:
    """The default channel's row, as it stands."""
    return lambda: Channel.objects.get(origin=Channel.Origin.SETTINGS)


def history(job: UploadJob) -> list[str]:
    return [event.why for event in JobEvent.objects.filter(job=job)]
