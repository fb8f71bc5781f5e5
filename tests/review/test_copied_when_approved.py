"""A project whose copies are made when reviewers have approved the file, against the sandbox."""

from pathlib import Path

import pytest
from pytest_django import Settings

from pipeline import jobs, orchestrator
from pipeline import review as reading
from pipeline.integrations import prepare_places
from pipeline.models import Delivery, Project, UploadJob
from tests.notifications.conftest import tell_all
from tests.notifications.discord_server import DiscordServer
from tests.pipeline.conftest import rewrite
from tests.review.conftest import Review, history
from tests.review.said import NAME

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def root(review: Review, tmp_path: Path, settings: Settings) -> Path:
    root = tmp_path / "delivery"
    root.mkdir()
    settings.DELIVERY_ROOTS = [str(tmp_path)]
    review.ways(
        integrations=["frameio", "folder"], delivery_root=str(root), delivery_approved_only=True
    )
    assert prepare_places(Project.objects.get()) == []
    return root


@pytest.fixture
def channel(discord: DiscordServer, settings: Settings) -> DiscordServer:
    settings.DISCORD_WEBHOOK_URL = discord.url
    return discord


def approve(review: Review, job: UploadJob) -> UploadJob:
    review.set_status(job, "Approved")
    read_again()
    return UploadJob.objects.get(pk=job.pk)


def read_again() -> None:
    Delivery.objects.update(polled_at=None)
    reading.poll()


def work(job: UploadJob) -> UploadJob:
    lease = jobs.claim(job.pk)
    assert lease
    orchestrator.process(lease, ask=lambda _path: {"codec": "ProRes 422"})
    return UploadJob.objects.get(pk=job.pk)


def copies(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*.mov")]


def test_it_is_copied_once_it_is_approved_and_sent_once(
    review: Review, root: Path, channel: DiscordServer
) -> None:
    job = review.sent(NAME)
    assert copies(root) == []
    waiting = job.deliveries.get(integration="folder")
    assert (waiting.done, waiting.error) == (False, "It is copied when it is approved on Frame.io.")
    assert approve(review, job).state == "pending"
    assert work(job).state == "done"
    assert copies(root) == [NAME]
    assert len(review.sandbox.tree()) == 1
    assert any(line.startswith("copied to ") for line in history(job))
    tell_all()
    posted = [call.title for call in channel.calls if call.method == "POST"]
    assert posted == ["0040 comp v001", "0040 comp v001 is approved"]


def test_an_approval_opens_it_once(review: Review, root: Path) -> None:
    job = approve(review, review.sent(NAME))
    read_again()
    assert history(job).count("approved on Frame.io") == 1
    work(job)
    read_again()
    assert UploadJob.objects.get().state == "done"


def test_an_approval_that_came_while_the_job_was_at_work_is_made_good(
    review: Review, root: Path
) -> None:
    job = review.sent(NAME)
    UploadJob.objects.update(state="running")
    assert approve(review, job).state == "running"
    UploadJob.objects.update(state="done")
    read_again()
    assert UploadJob.objects.get().state == "pending"


def test_a_file_written_to_after_it_was_sent_is_not_copied_for_the_approved_one(
    review: Review, root: Path
) -> None:
    job = review.sent(NAME)
    rewrite(job.source.path, b"other frames")
    approve(review, job)
    now = work(job)
    assert (now.state, copies(root)) == ("failed", [])
    assert "this content of it cannot be copied any more" in now.reason


def test_a_project_without_such_copies_is_not_opened_again(review: Review) -> None:
    assert approve(review, review.sent(NAME)).state == "done"
