"""Ending a login on its page, and connecting one that needs no person."""

from collections.abc import Iterator

import httpx
import pytest
import respx
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.test import Client
from pytest_django import Settings

from frameio.models import Account
from tests.frameio.fake import API, FakeFrameio

pytestmark = pytest.mark.django_db
SECRET = "sentinel-77c2"


@pytest.fixture(autouse=True)
def _network(fake: FakeFrameio, settings: Settings) -> Iterator[None]:
    settings.FRAMEIO_API_URL = settings.FRAMEIO_IMS_URL = API
    with respx.mock(assert_all_called=False) as network:
        network.route().mock(side_effect=fake.answer)
        yield


@pytest.fixture
def alice(db: None) -> Client:
    return _browser("alice", "view_account", "change_account")


@pytest.fixture
def bob(db: None) -> Client:
    return _browser("bob", "view_account")


def _browser(name: str, *permissions: str) -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    browser = Client()
    browser.force_login(user)
    return browser


def _said(answer: object) -> str:
    return " ".join(map(str, get_messages(answer.wsgi_request)))  # type: ignore[attr-defined]


# --- Ending it ------------------------------------------------------------------------------------
@pytest.fixture
def ending(account: Account) -> str:
    return f"/frameio/accounts/{account.pk}/disconnect"


def test_disconnecting_asks_first(ending: str, alice: Client, fake: FakeFrameio) -> None:
    assert "Disconnect Studio?" in alice.get(ending).content.decode()
    assert fake.calls == []
    assert Account.objects.get().refresh_token


def test_it_takes_the_login_back(ending: str, alice: Client, fake: FakeFrameio) -> None:
    fake.next("POST", "/ims/revoke", httpx.Response(200))
    answer = alice.post(ending)
    assert fake.calls == ["POST /ims/revoke"]
    assert Account.objects.get().refresh_token == ""
    assert _said(answer) == "Studio is disconnected."


def test_what_is_left_to_do_at_adobe_is_said(ending: str, alice: Client, fake: FakeFrameio) -> None:
    fake.next("POST", "/ims/revoke", httpx.ConnectError("down"))
    assert "Remove the app from the Adobe account" in _said(alice.post(ending))
    assert Account.objects.get().needs_login


def test_webhooks_are_named_before_it(ending: str, account: Account, alice: Client) -> None:
    account.webhook_set.create(workspace_id="ws", name="PostFlow")
    assert "Remove them first" in alice.get(ending).content.decode()


def test_who_may_only_look_ends_nothing(ending: str, bob: Client) -> None:
    assert bob.post(ending).status_code == 403
    assert Account.objects.get().refresh_token


def test_the_account_that_is_not_there_is_not_found(alice: Client) -> None:
    assert alice.post("/frameio/accounts/4711/disconnect").status_code == 404


# --- Without a person -----------------------------------------------------------------------------
FORM = {"client_id": "service", "client_secret": SECRET}


def test_a_credential_is_connected_and_kept_encrypted(alice: Client, fake: FakeFrameio) -> None:
    alice.post("/frameio/service", FORM)
    account = Account.objects.get()
    assert (account.kind, account.client_id, account.client_secret) == (
        "service",
        "service",
        SECRET,
    )
    assert b"client_credentials" in fake.requests[0].read()


def test_its_secret_is_shown_nowhere(alice: Client, fake: FakeFrameio) -> None:
    fake.next("POST", "/ims/token/v3", httpx.Response(400, json={"error": "invalid_client"}))
    refused = alice.post("/frameio/service", FORM)
    assert not Account.objects.exists()
    accepted = alice.post("/frameio/service", FORM, follow=True)
    again = alice.get(f"/frameio/connect?account={Account.objects.get().pk}", follow=True)
    assert b'value="service"' in again.content
    assert SECRET.encode() not in refused.content + accepted.content + again.content


def test_why_a_credential_is_refused_is_said(alice: Client, fake: FakeFrameio) -> None:
    fake.next("POST", "/ims/token/v3", httpx.Response(400, json={"error": "invalid_client"}))
    assert b'class="errorlist' in alice.post("/frameio/service", FORM).content


def test_who_may_only_look_connects_nothing(bob: Client, fake: FakeFrameio) -> None:
    assert bob.post("/frameio/service", FORM).status_code == 403
    assert fake.calls == []


def test_looking_at_the_form_connects_nothing(alice: Client, fake: FakeFrameio) -> None:
    assert alice.get("/frameio/service").status_code == 200
    assert fake.calls == []
