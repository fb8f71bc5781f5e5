import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from frameio.answers import JsonObject
from frameio.client import FrameioClient
from frameio.errors import NotFromFrameio, Unavailable
from frameio.models import Account, HeardDelivery, Webhook
from frameio.webhooks import LARGEST, Event, receive, register, remove
from tests.frameio.fake_review import FakeReview

NOW = timezone.now()
EVENTS = ["comment.created", "file.ready"]
BODY = json.dumps(
    {
        "type": "comment.created",
        "resource": {"id": "comment-1", "type": "comment"},
        "account": {"id": "acc"},
        "workspace": {"id": "work"},
        "project": {"id": "project"},
        "user": {"id": "user-2"},
    }
).encode()

Register = Callable[[], Webhook]


@pytest.fixture
def fake() -> FakeReview:
    return FakeReview()


@pytest.fixture
def register_it(client: FrameioClient, account: Account) -> Register:
    def url_of(row: Webhook) -> str:
        return f"https://postflow.test/frameio/webhook/{row.pk}"

    return lambda: register(client, account, "work", "PostFlow at desk", url_of, EVENTS)


@pytest.fixture
def webhook(register_it: Register) -> Webhook:
    return register_it()


def _signed(
    body: bytes = BODY, *, secret: str = "hush", at: datetime = NOW, name: str = "v0"
) -> dict[str, str]:
    sent_at = str(int(at.timestamp()))
    signed = f"v0:{sent_at}:".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return {
        "X-Frameio-Request-Timestamp": sent_at,
        "X-Frameio-Signature": f"{name}={digest}",
    }


def _hear(webhook: Webhook, headers: dict[str, str], body: bytes = BODY) -> Event | None:
    return receive(webhook, headers, body, lambda: NOW)


# --- Registering ----------------------------------------------------------------------------------
def test_it_is_registered_with_an_address_of_its_own(webhook: Webhook, fake: FakeReview) -> None:
    (hook,) = fake.hooks
    assert hook["url"] == f"https://postflow.test/frameio/webhook/{webhook.pk}"
    assert hook["events"] == EVENTS
    webhook.refresh_from_db()
    assert (webhook.webhook_id, webhook.secret) == (hook["id"], "hush")


def test_stale_ones_of_ours_go_and_others_stay(register_it: Register, fake: FakeReview) -> None:
    stale: JsonObject = {"url": "https://old.test", "events": ["file.ready"]}
    fake.hooks = [
        {"id": "1", "name": "PostFlow at desk", **stale},
        {"id": "2", "name": "Somebody else's", **stale},
        {"id": "3", "name": "PostFlow at desk", **stale},
    ]
    register_it()
    assert [hook["name"] for hook in fake.hooks] == ["Somebody else's", "PostFlow at desk"]


def test_registering_again_leaves_one(register_it: Register, fake: FakeReview) -> None:
    assert register_it().pk == register_it().pk
    assert len(fake.hooks) == 1


def test_one_whose_answer_was_lost_is_replaced(register_it: Register, fake: FakeReview) -> None:
    """Its secret was in that answer."""
    fake.lose("POST", "/webhooks")
    with pytest.raises(Unavailable):
        register_it()
    assert register_it().webhook_id == fake.hooks[0]["id"]
    assert len(fake.hooks) == 1


def test_its_removal_leaves_nothing(
    webhook: Webhook, client: FrameioClient, fake: FakeReview
) -> None:
    remove(client, webhook)
    assert (fake.hooks, Webhook.objects.count()) == ([], 0)


def test_its_secret_is_shown_nowhere(webhook: Webhook, client: FrameioClient) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM frameio_webhook")
        assert cursor.fetchone()[0].startswith("gAAAA")
    shown = f"{webhook} {webhook!r}"
    made = client.create_webhook("acc", "work", "x", "https://x.test", EVENTS)
    assert "hush" not in shown + repr(made)


# --- Receiving ------------------------------------------------------------------------------------
def test_a_delivery_is_an_event(webhook: Webhook) -> None:
    assert _hear(webhook, _signed()) == Event(
        type="comment.created",
        resource_id="comment-1",
        resource_type="comment",
        account_id="acc",
        workspace_id="work",
        project_id="project",
        user_id="user-2",
    )


def test_a_replay_is_no_event(webhook: Webhook) -> None:
    _hear(webhook, _signed())
    assert _hear(webhook, _signed()) is None
    assert HeardDelivery.objects.count() == 1


def test_the_same_news_at_another_time_is_an_event(webhook: Webhook) -> None:
    """Frame.io signs anew; whoever acts upon it does so harmlessly twice."""
    _hear(webhook, _signed())
    assert _hear(webhook, _signed(at=NOW - timedelta(seconds=20))) is not None


@pytest.mark.parametrize("minutes", [-4.9, 4.9])
def test_a_clock_may_be_a_little_off(webhook: Webhook, minutes: float) -> None:
    assert _hear(webhook, _signed(at=NOW + timedelta(minutes=minutes)))


@pytest.mark.parametrize("minutes", [-5.1, 5.1])
def test_a_delivery_of_another_time_is_refused(webhook: Webhook, minutes: float) -> None:
    with pytest.raises(NotFromFrameio, match="five minutes"):
        _hear(webhook, _signed(at=NOW + timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    "headers",
    [
        _signed(secret="guessed"),
        _signed(name="v1"),
        _signed(BODY + b" "),
        {**_signed(), "X-Frameio-Request-Timestamp": str(int(NOW.timestamp()) + 1)},
        {**_signed(), "X-Frameio-Signature": ""},
        {**_signed(), "X-Frameio-Signature": "v0=é"},
    ],
)
def test_a_forged_delivery_is_refused(webhook: Webhook, headers: dict[str, str]) -> None:
    with pytest.raises(NotFromFrameio, match="wrong signature") as caught:
        _hear(webhook, headers)
    assert "hush" not in str(caught.value)
    assert HeardDelivery.objects.count() == 0


@pytest.mark.parametrize("sent_at", ["", "soon", "-5", "²", "9" * 400, "1.5"])
def test_a_delivery_without_time_is_refused(webhook: Webhook, sent_at: str) -> None:
    with pytest.raises(NotFromFrameio, match="when it was sent"):
        _hear(webhook, {**_signed(), "X-Frameio-Request-Timestamp": sent_at})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"type": 3}', b"\xff"])
def test_a_signed_body_that_makes_no_sense_is_refused(webhook: Webhook, body: bytes) -> None:
    with pytest.raises(NotFromFrameio):
        _hear(webhook, _signed(body), body)


def test_a_body_of_any_shape_is_survived(webhook: Webhook) -> None:
    body = b'{"type": "file.ready", "resource": "x", "project": null, "user": {"id": 4}}'
    event = _hear(webhook, _signed(body), body)
    assert event == Event("file.ready", "", "", "", "", "", "")


def test_a_huge_body_is_not_even_hashed(webhook: Webhook) -> None:
    body = bytes(LARGEST + 1)
    with pytest.raises(NotFromFrameio, match="larger"):
        _hear(webhook, _signed(body), body)


def test_one_that_is_not_registered_takes_nothing_in(account: Account) -> None:
    """An empty secret is known to everyone."""
    row = Webhook.objects.create(account=account, workspace_id="work", name="new")
    with pytest.raises(NotFromFrameio, match="not registered"):
        _hear(row, _signed(secret=""))


def test_old_deliveries_are_forgotten(webhook: Webhook) -> None:
    HeardDelivery.objects.create(signature="old", at=NOW - timedelta(minutes=16))
    HeardDelivery.objects.create(signature="young", at=NOW - timedelta(minutes=9))
    _hear(webhook, _signed())
    assert HeardDelivery.objects.filter(signature="young").exists()
    assert HeardDelivery.objects.count() == 2
