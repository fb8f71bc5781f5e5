"""Five hundred files at once, a Discord that keeps to its limits in a process of its own, and
senders that are killed: few messages, each file in one of them, and none lost."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.db import connection, transaction

from pipeline import outbox
from pipeline.channels import Card, CardFile, Change
from pipeline.models import Project, SourceFile, UploadJob
from tests.notifications.discord_server import PATH

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
FASTER = 20.0
SCENES, FILES = 10, 500
PATIENCE = 60.0


class Discord:
    def __init__(self) -> None:
        words = ["-m", "tests.notifications.discord_server", f"--faster={FASTER}"]
        self.process = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()
        self.root = self.url.removesuffix(PATH)

    def state(self) -> dict[str, object]:
        answer = httpx.get(f"{self.root}/_discord/messages", trust_env=False)
        found: dict[str, object] = answer.json()
        return found

    def titles(self) -> list[str]:
        messages = self.state()["messages"]
        assert isinstance(messages, list)
        return [message["card"]["title"].replace("\\", "") for message in messages]

    def answer(self, *replies: dict[str, object]) -> None:
        httpx.post(f"{self.root}/_discord/replies", json=replies, trust_env=False)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def discord_process() -> Iterator[Discord]:
    discord = Discord()
    yield discord
    discord.close()


class Senders:
    """One at a time; killed, and started anew."""

    def __init__(self, var: Path, address: str) -> None:
        self.epoch = time.time()
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "postflow_site.settings",
            "DATABASE_URL": database(),
            "POSTFLOW_VAR": str(var),
            "SECRET_KEY": settings.SECRET_KEY,
            "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
            "DISCORD_WEBHOOK_URL": address,
        }
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        words = ["-m", "tests.notifications.announcer", str(self.epoch), str(FASTER)]
        return subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=self.env, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def kill_and_restart(self) -> None:
        self.kill()
        self.process = self._start()


def database() -> str:
    """The tests' own, for another process."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def files() -> list[UploadJob]:
    project = Project.objects.create(code="UNDLM", name="Undertow")
    sources = SourceFile.objects.bulk_create(
        SourceFile(key=str(n), raw_path=b"x", size=1, mtime_ns=1, state="taken")
        for n in range(FILES)
    )
    return UploadJob.objects.bulk_create(
        UploadJob(
            source=source,
            size=1,
            mtime_ns=1,
            name=f"{n}.mov",
            project=project,
            state="pending",
            fields={"scene": f"SC{n % SCENES:02d}", "shot": f"SH{n:03d}"},
        )
        for n, source in enumerate(sources)
    )


def become(jobs: list[UploadJob], state: str) -> None:
    with transaction.atomic():
        UploadJob.objects.filter(pk__in=[job.pk for job in jobs]).update(state=state)
        Change.objects.bulk_create(Change(job=job) for job in jobs)


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.05)


def test_a_burst_over_deaths_and_limits_loses_nothing(
    discord_process: Discord, tmp_path: Path
) -> None:
    discord = discord_process
    jobs = files()
    with transaction.atomic():
        for job in jobs:
            outbox.changed(job.pk)
    # The third post is kept, and its sender dies before it hears of it; then a storm of refusals.
    storm = {"status": 429, "body": {"message": "Slow down", "retry_after": 1.5}}
    held = {"status": 200, "body": {"id": "1"}, "delay": 30.0, "done": True}
    senders = Senders(tmp_path / "var", discord.url)
    try:
        eventually(lambda: len(discord.titles()) >= 2)
        discord.answer(held, *[storm] * 10)
        eventually(lambda: Card.objects.filter(unanswered=1).exists())
        eventually(lambda: len(discord.titles()) >= 3)
        senders.kill_and_restart()
        for share in range(5):
            eventually(lambda: Card.objects.filter(unanswered=0, told__gt=0).exists())
            become(jobs[share * 100 : share * 100 + 100], "done")
            time.sleep(0.3)
            senders.kill_and_restart()
        complete = {f"Scene SC{n:02d}: 50 of 50 files have arrived" for n in range(SCENES)}
        eventually(lambda: complete <= set(discord.titles()))
    finally:
        senders.kill()

    deaths = 6
    state = discord.state()
    assert CardFile.objects.count() == FILES
    assert SCENES <= len(discord.titles()) <= SCENES + deaths
    assert not Change.objects.exists()
    assert not Card.objects.filter(over=True).exists()
    print(
        f"{state['calls']} calls, {state['refused']} over the limit, {len(discord.titles())} shown"
    )


def test_nobody_is_told_twice_when_several_send(discord_process: Discord, tmp_path: Path) -> None:
    jobs = files()[:60]
    become(jobs, "done")
    senders = [Senders(tmp_path / name, discord_process.url) for name in ("a", "b")]
    try:
        whole = re.compile(r"Scene SC\d\d: 6 of 6 files have arrived")
        eventually(lambda: len(list(filter(whole.match, discord_process.titles()))) == SCENES)
    finally:
        for sender in senders:
            sender.kill()
    assert len(discord_process.titles()) == SCENES
