"""Once a day, and at most once a minute: against the sandbox, a process of its own."""

import logging
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from frameio.connecting import client_for
from frameio.models import Account
from pipeline import chores, upkeep
from pipeline.integrations import frameio_upkeep
from pipeline.models import Chore, Delivery, Project
from pipeline.pump import pump
from tests.review.conftest import Review
from tests.review.said import NAME, arrived

DAY = timedelta(days=1)


def in_three_days() -> datetime:
    return timezone.now() + 3 * DAY


def left_behind(name: str, size: int) -> str:
    """A placeholder in the project's root folder that nobody will fill; its id."""
    account = Account.objects.get()
    with client_for(account) as client:
        project = client.project(account.account_id, Project.objects.get().frameio_project_id)
        root = project.root_folder_id
        return client.create_local_upload(account.account_id, root, name, size).file_id


def there(review: Review) -> set[str]:
    return {str(file["id"]) for file in review.sandbox.tree()}


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_what_our_dead_uploads_left_is_deleted_and_nothing_else(review: Review) -> None:
    job = review.sent(NAME)
    dead, not_ours = left_behind(NAME, 6), left_behind("plate.mov", 6)
    alive = left_behind(NAME, 6)
    Delivery.objects.create(job=job, integration="other", memory={"file_id": alive})
    frameio_upkeep.sweep()
    assert dead in there(review)
    frameio_upkeep.sweep(in_three_days)
    assert there(review) == {not_ours, alive, Delivery.objects.get(done=True).remote_id}


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_what_was_never_fetched_is_deleted_where_files_are_fetched(review: Review) -> None:
    """Frame.io does not know its size."""
    review.sent(NAME)
    never_fetched(review, NAME)
    frameio_upkeep.sweep(in_three_days)
    assert len(there(review)) == 2
    Project.objects.update(transfer=Project.Transfer.REMOTE)
    frameio_upkeep.sweep(in_three_days)
    assert there(review) == {Delivery.objects.get().remote_id}


def never_fetched(review: Review, name: str) -> None:
    review.sandbox.faults([{"action": {"effect": "fetch_stalls"}}])
    account = Account.objects.get()
    with client_for(account) as client:
        project = client.project(account.account_id, Project.objects.get().frameio_project_id)
        root, url = project.root_folder_id, "http://127.0.0.1:9/"
        client.create_remote_upload(account.account_id, root, name, url)


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_an_idle_login_is_renewed_and_one_that_cannot_be_is_warned_of(
    review: Review, caplog: pytest.LogCaptureFixture
) -> None:
    before = Account.objects.get().refresh_token
    Account.objects.update(refresh_expires_at=timezone.now() + 2 * DAY)
    with caplog.at_level(logging.WARNING):
        frameio_upkeep.keep_logins()
    assert Account.objects.get().refresh_token != before
    assert caplog.text == ""
    fault = {"match": {"path": "/ims/token"}, "action": {"status": 503}, "times": 100}
    review.sandbox.faults([fault])
    Account.objects.update(refresh_expires_at=timezone.now() + 2 * DAY)
    frameio_upkeep.keep_logins()
    assert "ends soon" in caplog.text


@pytest.mark.django_db
def test_it_is_done_once_a_day() -> None:
    assert upkeep.is_due()
    upkeep.daily()
    assert not upkeep.is_due()
    Chore.objects.update(begun_at=timezone.now() - DAY)
    assert upkeep.is_due()


@pytest.mark.django_db
def test_of_two_one_has_the_turn() -> None:
    now = timezone.now()
    assert [chores.take("sweep", DAY, now) for _ in range(2)] == [True, False]
    tomorrow = now + DAY
    assert [chores.take("sweep", DAY, tomorrow) for _ in range(2)] == [True, False]


@pytest.mark.django_db
def test_the_pump_reminds_of_comments_once_a_minute() -> None:
    arrived()
    pump()
    pump()
    queued = sorted(row.func() for row in OrmQ.objects.all())
    assert queued == [
        "pipeline.tasks.cards",
        "pipeline.tasks.comments",
        "pipeline.tasks.daily",
        "pipeline.tasks.examine",
        "pipeline.tasks.pictures",
    ]


@pytest.mark.django_db
def test_where_nobody_works_the_reminders_do_not_pile_up() -> None:
    arrived()
    for _minute in range(20):
        Chore.objects.update(begun_at=timezone.now() - timedelta(minutes=2))
        pump()
    assert OrmQ.objects.count() < 20
