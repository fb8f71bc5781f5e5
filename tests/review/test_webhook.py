"""POST /frameio/webhook/<number>, signed by hand and by the sandbox."""

import hashlib
import hmac
import json
import time

import pytest
from django.test import Client
from django_q.models import OrmQ
from pytest_django import Settings

from frameio.connecting import client_for
from frameio.models import Account, Webhook
from frameio.webhooks import register
from pipeline import tasks
from pipeline.models import Delivery, ReviewComment
from tests.review.conftest import Review, remote_id
from tests.review.said import NAME
from tests.sandbox.receiver import Received, receiving

SECRET = "hush"


@pytest.fixture
def hook(db: None) -> Webhook:
    account = Account.objects.create(name="Studio", user_id="user-1", account_id="acc")
    return Webhook.objects.create(
        account=account, workspace_id="w", name="PostFlow", webhook_id="h", secret=SECRET
    )


def tell(number: int, kind: str = "comment.created", secret: str = SECRET, ago: int = 0) -> int:
    body = json.dumps({"type": kind, "resource": {"id": "c-1", "type": "comment"}})
    stamp = str(int(time.time()) - ago)
    signed = f"v0:{stamp}:{body}".encode()
    signature = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    answer = Client(enforce_csrf_checks=True).post(
        f"/frameio/webhook/{number}",
        data=body,
        content_type="application/json",
        headers={
            "x-frameio-request-timestamp": stamp,
            "x-frameio-signature": f"v0={signature}",
        },
    )
    assert answer.content == b""
    assert not answer.cookies
    return answer.status_code


def test_what_is_signed_is_taken_in_and_queued(hook: Webhook) -> None:
    assert tell(hook.pk) == 204
    (queued,) = OrmQ.objects.all()
    assert queued.func() == "pipeline.tasks.commented"
    assert queued.task["args"] == (hook.account_id, "c-1")


def test_what_was_heard_before_is_not_done_again(hook: Webhook) -> None:
    assert [tell(hook.pk), tell(hook.pk)] == [204, 204]
    assert OrmQ.objects.count() == 1


def test_what_is_of_no_use_is_only_thanked_for(hook: Webhook) -> None:
    assert tell(hook.pk, "folder.created") == 204
    assert not OrmQ.objects.exists()


def test_what_frameio_did_not_sign_is_refused(hook: Webhook) -> None:
    assert tell(hook.pk, secret="guessed") == 401
    assert tell(hook.pk, ago=301) == 401
    assert not OrmQ.objects.exists()


def test_there_is_no_other_webhook_and_no_other_method(hook: Webhook, client: Client) -> None:
    assert tell(hook.pk + 1) == 404
    assert client.get(f"/frameio/webhook/{hook.pk}").status_code == 405


def test_a_broker_that_is_away_is_no_reason_to_be_told_again(
    hook: Webhook, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_words: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr("pipeline.views.async_task", away)
    assert tell(hook.pk) == 204


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_comments_come_and_go_by_webhook_without_a_poll(review: Review) -> None:
    job = review.sent(NAME)
    account = Account.objects.get()
    OrmQ.objects.all().delete()
    with receiving() as receiver, client_for(account) as frameio:
        workspace = frameio.workspaces(account.account_id)[0].id
        url, events = receiver.url, ["comment.created", "comment.deleted"]
        hook = register(frameio, account, workspace, "PostFlow", lambda _row: url, events)
        said = review.sandbox.say(remote_id(job), "Too dark", timestamp=48)
        _pass_on(hook, receiver.wait_for(1)[0])
        assert ReviewComment.objects.get(job=job).text == "Too dark"
        review.sandbox.http.delete(f"/_sandbox/comments/{said['id']}").raise_for_status()
        _pass_on(hook, receiver.wait_for(2)[1])
    assert not ReviewComment.objects.exists()
    assert Delivery.objects.get(job=job).polled_at is None


def _pass_on(hook: Webhook, told: Received) -> None:
    """What Frame.io sent goes to our endpoint, and what is queued then is worked off."""
    path = f"/frameio/webhook/{hook.pk}"
    kind = "application/json"
    answer = Client().post(path, data=told.body, content_type=kind, headers=told.headers)
    assert answer.status_code == 204
    queued = OrmQ.objects.get()
    tasks.commented(*queued.task["args"])
    queued.delete()


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_webhook_changes_nothing_for_who_wants_no_comments(review: Review) -> None:
    job = review.sent(NAME)
    said = review.sandbox.say(remote_id(job), "Too dark")
    account = Account.objects.get()
    review.ways(comments_for_days=0)
    tasks.commented(account.pk, str(said["id"]))
    assert not ReviewComment.objects.exists()
    review.ways(comments_for_days=1)
    tasks.commented(account.pk, str(said["id"]))
    assert ReviewComment.objects.exists()
