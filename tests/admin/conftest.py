"""The people: Nora runs the place, Paul only looks at uploads, Charlie must see nothing."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
import respx
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from frameio.models import Account
from pipeline.models import (
    Delivery,
    JobEvent,
    NamingRule,
    Project,
    SourceFile,
    UploadJob,
    WatchedFolder,
)
from tests.admin.browsing import chromium, page_of
from tests.frameio.fake import API
from tests.frameio.fake_review import FakeReview

SECRET = "sentinel-9f31"
State = UploadJob.State


@pytest.fixture(scope="session", autouse=True)
def _static_root() -> None:
    """Whitenoise warns when there is none; `collectstatic` makes it where the product runs."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """The chart keeps the days gone by."""
    cache.clear()


@pytest.fixture(autouse=True)
def frameio() -> Iterator[FakeReview]:
    """What pages that ask Frame.io get; a sandbox on this machine is spoken to as ever."""
    fake = FakeReview(good_token=f"access {SECRET}")
    with respx.mock(assert_all_called=False) as network:
        network.route(host="127.0.0.1").pass_through()
        network.route().mock(side_effect=fake.answer)
        yield fake


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[Page]:
    with page_of(browser, live_server, User.objects.create_superuser("nora")) as page:
        yield page


class MakeJob(Protocol):
    def __call__(self, state: str, name: str = ..., **columns: object) -> UploadJob: ...


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _staff(name: str, *permissions: str) -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return _client(user)


@pytest.fixture
def nora(db: None) -> Client:
    return _client(User.objects.create_superuser("nora"))


@pytest.fixture
def paul(db: None) -> Client:
    return _staff("paul", "view_uploadjob")


@pytest.fixture
def charlie(db: None) -> Client:
    return _staff("charlie")


@pytest.fixture
def anyone(db: None) -> Client:
    """Logged in, and no member of the staff."""
    return _client(User.objects.create_user("anyone"))


@pytest.fixture
def account(db: None) -> Account:
    return Account.objects.create(
        name="Undertow Post",
        email="post@undertow.example",
        account_id="acc",
        api_url=API,
        ims_url=API,
        needs_login=False,
        connected_at=datetime(2026, 1, 1, tzinfo=UTC),
        client_secret=f"client {SECRET}",
        access_token=f"access {SECRET}",
        refresh_token=f"refresh {SECRET}",
        access_expires_at=timezone.now() + timedelta(hours=20),
    )


@pytest.fixture
def project(account: Account) -> Project:
    return Project.objects.create(code="UNDLM", name="Undertow", frameio_account=account.pk)


@pytest.fixture
def rule(project: Project) -> NamingRule:
    return NamingRule.objects.create(name="Episodic", project=project)


@pytest.fixture
def folder(project: Project) -> WatchedFolder:
    return WatchedFolder.objects.create(path="/no/such/mount", project=project, online=False)


@pytest.fixture
def make_job(project: Project, rule: NamingRule, folder: WatchedFolder) -> MakeJob:
    numbers = itertools.count(1)

    def make(
        state: str, name: str = "UNDLM_SC010_SH0010_comp_v003.mov", **columns: object
    ) -> UploadJob:
        key = f"{next(numbers)}/{name}"
        source = SourceFile.objects.create(
            folder=folder, key=key, raw_path=key.encode(), size=1000, mtime_ns=1, state="taken"
        )
        job = UploadJob(
            source=source, size=1000, mtime_ns=1, name=name, project=project, rule=rule, state=state
        )
        job.discord_webhook_url = f"https://discord.invalid/{SECRET}"
        job.lease_token = SECRET
        job.fields = {"scene": "SC010", "shot": "SH0010", "version": "003"}
        vars(job).update(columns)
        job.save()
        JobEvent.objects.create(job=job, state=state, who="watcher", why="found")
        Delivery.objects.create(
            job=job,
            integration="frameio",
            url="https://next.frame.io/v/1",
            memory={"part": SECRET},
            secrets=f"https://storage.invalid/{SECRET}",
        )
        return job

    return make
