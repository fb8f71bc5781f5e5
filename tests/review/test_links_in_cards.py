"""A review link of each file's own, made when it arrives: against the sandbox."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone
from pytest_django import Settings

from frameio.connecting import client_for
from frameio.leases import Leases
from frameio.models import Account
from pipeline import jobs, orchestrator
from pipeline.integrations import frameio as adapter
from pipeline.integrations import frameio_review
from pipeline.integrations.frameio_review import MOST_TRIES
from pipeline.integrations.frameio_review import Review as Made
from pipeline.models import Delivery, UploadJob
from pipeline.uploads import upload_file
from tests.notifications.discord_server import DiscordServer
from tests.review.conftest import Review, history, job_of, remote_id
from tests.review.said import NAME

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

REFUSED = {"match": {"method": "POST", "path": "/shares$"}, "action": {"status": 403}}
AWAY = {"match": {"path": "/shares$"}, "action": {"status": 503}}


def work(job: UploadJob) -> UploadJob:
    """One attempt, now."""
    UploadJob.objects.filter(pk=job.pk).update(run_after=None)
    lease = jobs.claim(job.pk)
    assert lease
    orchestrator.process(lease)
    job.refresh_from_db()
    return job


def queued(review: Review) -> UploadJob:
    return job_of(upload_file(review.render(NAME), wait=False))


def test_without_a_wish_there_is_none(review: Review) -> None:
    review.sent(NAME)
    assert review.shares() == []


def test_a_file_arrives_with_its_link_in_the_card(
    review: Review, discord: DiscordServer, settings: Settings
) -> None:
    settings.DISCORD_WEBHOOK_URL = discord.url
    review.ways(review_access="public", review_days=3)
    job = review.sent(NAME)
    (share,) = review.shares()
    assert (share["name"], share["asset_ids"]) == (NAME, [remote_id(job)])
    assert Delivery.objects.get().review_url == share["url"]
    assert ("Review link", share["url"]) in [
        (field["name"], field["value"]) for field in discord.calls[0].fields
    ]


@pytest.mark.parametrize(("days", "ends"), [(3, 3), (0, None)])
def test_it_is_as_the_project_says(review: Review, days: int, ends: int | None) -> None:
    review.ways(review_access="secure", review_days=days, review_downloads=True)
    review.sent(NAME)
    (body,) = [
        call["request_body"]["data"]  # type: ignore[index]
        for call in review.sandbox.requests()
        if call["method"] == "POST" and str(call["path"]).endswith("/shares")
    ]
    assert (body["access"], body["downloading_enabled"]) == ("secure", True)
    account = Account.objects.get()
    with client_for(account) as client:
        project = job_project()
        (share,) = client.newest_shares(account.account_id, project)
    left = share.expires_at and round((share.expires_at - timezone.now()).total_seconds() / 86400)
    assert left == ends


def job_project() -> str:
    job = UploadJob.objects.select_related("project").get()
    assert job.project
    return job.project.frameio_project_id


def test_a_link_that_is_refused_fails_nothing_and_is_said(review: Review) -> None:
    review.ways(review_access="public")
    review.sandbox.faults([{**REFUSED, "times": 100}])
    job = review.sent(NAME)
    assert job.state == "done"
    assert any(line.startswith("It has no review link: ") for line in history(job))
    assert Delivery.objects.get().review_url == ""


def test_a_frameio_that_is_away_is_tried_again_and_then_done_without(review: Review) -> None:
    review.ways(review_access="public")
    job = queued(review)
    review.sandbox.faults([{**AWAY, "times": 1000}])
    states = [work(job).state for _try in range(MOST_TRIES)]
    assert states == ["pending", "pending", "done"]
    assert any(line.startswith("It has no review link: ") for line in history(job))


def test_one_whose_answer_was_lost_is_found_by_the_next_try(review: Review) -> None:
    review.ways(review_access="public")
    job = queued(review)
    lost = {"match": {"method": "POST", "path": "/shares$"}, "action": {"drop": True}}
    unseen = {"match": {"method": "GET", "path": "/shares$"}, "action": {"status": 503}}
    review.sandbox.faults([{**lost, "when": "after", "times": 1}, {**unseen, "times": 4}])
    assert work(job).state == "pending"
    assert work(job).state == "done"
    (share,) = review.shares()
    assert Delivery.objects.get().review_url == share["url"]


class Died(BaseException):
    """As when the process is killed."""


def test_one_who_dies_after_it_was_made_leaves_one_link(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    review.ways(review_access="public")
    job = queued(review)
    make: Callable[..., Made] = frameio_review.review_link

    def make_and_die(*words: object) -> Made:
        make(*words)
        raise Died

    monkeypatch.setattr(adapter, "review_link", make_and_die)
    with pytest.raises(Died):
        work(job)
    monkeypatch.setattr(adapter, "review_link", make)
    UploadJob.objects.filter(pk=job.pk).update(lease_expires_at=timezone.now())
    jobs.take_back_abandoned()
    assert work(job).state == "done"
    (share,) = review.shares()
    assert Delivery.objects.get().review_url == share["url"]


def test_one_who_stood_still_before_its_turn_makes_no_second(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease on the job ran out, another made the link, and then it woke."""
    review.ways(review_access="public")
    job = queued(review)

    class AnotherFirst(Leases):
        @contextmanager
        def held(self, key: str) -> Iterator[Callable[[], None]]:
            monkeypatch.setattr(frameio_review, "Leases", Leases)
            UploadJob.objects.filter(pk=job.pk).update(lease_expires_at=timezone.now())
            jobs.take_back_abandoned()
            work(job)
            with super().held(key) as renew:
                yield renew

    monkeypatch.setattr(frameio_review, "Leases", AnotherFirst)
    work(job)
    assert job.state == "done"
    assert len(review.shares()) == 1
