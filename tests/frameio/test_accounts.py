from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest
from cryptography.fernet import Fernet
from django.utils import timezone
from pytest_django import Settings

from frameio.accounts import disconnect, warnings
from frameio.client import FrameioClient
from frameio.connecting import Server, connect_service
from frameio.errors import FrameioError, LoginFailed, NeedsLogin
from frameio.leases import PATIENCE, Leases
from frameio.models import Account, Lease
from frameio.oauth import AccountAuth, Ims
from tests.frameio.fake import API, FakeFrameio, data

REVOKE = "/ims/revoke"
REFRESH = "POST /ims/token/v3"


def _set(account: Account, **values: str | bool | datetime | None) -> None:
    Account.objects.filter(pk=account.pk).update(**values)
    account.refresh_from_db()


def _form(fake: FakeFrameio) -> dict[str, str]:
    return {key: value[0] for key, value in parse_qs(fake.requests[0].read().decode()).items()}


# --- The end of a login ---------------------------------------------------------------------------
@pytest.mark.parametrize(("days", "count"), [(4, 0), (2.9, 1), (-1, 1)])
def test_a_login_that_ends_soon_is_warned_about(account: Account, days: float, count: int) -> None:
    ends_at = timezone.now() + timedelta(days=days)
    _set(account, refresh_expires_at=ends_at)
    assert [warning.ends_at for warning in warnings()] == [ends_at] * count


def test_the_warning_says_what_to_do(account: Account) -> None:
    _set(account, refresh_expires_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
    (warning,) = warnings(lambda: datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
    assert warning.account_pk == account.pk
    soon = "the login of Studio ends soon (Nov. 22, 2026, 9 a.m.)."
    assert warning.text == f"Connect Frame.io again: {soon}"


def test_a_login_of_one_day_is_warned_about(account: Account) -> None:
    """Adobe gave no refresh token."""
    _set(account, refresh_token="", refresh_expires_at=None)
    assert [warning.ends_at for warning in warnings()] == [account.access_expires_at]


def test_a_login_that_has_ended_is_told_elsewhere(account: Account) -> None:
    _set(account, refresh_expires_at=timezone.now(), needs_login=True)
    assert warnings() == []


def test_warnings_need_no_key(account: Account, settings: Settings) -> None:
    _set(account, refresh_expires_at=timezone.now())
    settings.FIELD_ENCRYPTION_KEYS = []
    assert len(warnings()) == 1


def test_an_idle_login_is_kept_alive(account: Account, fake: FakeFrameio) -> None:
    _set(account, refresh_expires_at=timezone.now() + timedelta(days=6))
    AccountAuth(account.pk, fake.transport()).keep_alive()
    account.refresh_from_db()
    assert account.refresh_token == "refresh-2"
    assert account.refresh_expires_at is not None
    assert account.refresh_expires_at > timezone.now() + timedelta(days=13)


def test_a_login_in_use_is_let_be(account: Account, fake: FakeFrameio) -> None:
    _set(account, refresh_expires_at=timezone.now() + timedelta(days=8))
    AccountAuth(account.pk, fake.transport()).keep_alive()
    assert fake.calls == []


# --- Ending it ------------------------------------------------------------------------------------
def test_a_login_that_no_key_reads_can_be_forgotten(
    account: Account, fake: FakeFrameio, settings: Settings
) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert "Remove the app from the Adobe account" in disconnect(account, fake.transport())
    assert fake.calls == []
    now = Account.objects.get()
    assert (now.access_token, now.refresh_token, now.needs_login) == ("", "", True)


def test_disconnecting_takes_the_login_back_and_forgets_it(
    account: Account, fake: FakeFrameio
) -> None:
    fake.next("POST", REVOKE, httpx.Response(200))
    assert disconnect(account, fake.transport()) == ""
    assert _form(fake)["token"] == "refresh-1"
    account.refresh_from_db()
    assert (account.access_token, account.refresh_token, account.needs_login) == ("", "", True)
    with pytest.raises(NeedsLogin):
        AccountAuth(account.pk)._token_other_than("")


@pytest.mark.parametrize(
    "trouble", [httpx.Response(503), httpx.ConnectError("no"), httpx.Response(400)]
)
def test_a_revoke_that_fails_still_disconnects_and_says_so(
    account: Account, fake: FakeFrameio, trouble: httpx.Response | Exception
) -> None:
    fake.next("POST", REVOKE, trouble)
    said = disconnect(account, fake.transport())
    assert "did not take the login back" in said
    assert "refresh-1" not in said
    account.refresh_from_db()
    assert account.refresh_token == ""


def test_disconnecting_twice_asks_adobe_once(account: Account, fake: FakeFrameio) -> None:
    fake.next("POST", REVOKE, httpx.Response(200))
    disconnect(account, fake.transport())
    assert disconnect(account, fake.transport()) == ""
    assert len(fake.calls) == 1


def test_disconnecting_waits_for_a_refresh_under_way(account: Account, fake: FakeFrameio) -> None:
    """Its new tokens are the ones to take back."""
    key = f"login/{account.pk}"
    Lease.objects.create(key=key, token="other", until=timezone.now() + PATIENCE)

    def refreshed(_seconds: float) -> None:
        _set(account, refresh_token="refresh-2")
        Lease.objects.filter(key=key).delete()

    fake.next("POST", REVOKE, httpx.Response(200))
    disconnect(account, fake.transport(), Leases(sleep=refreshed))
    assert _form(fake)["token"] == "refresh-2"


# --- Server to server -----------------------------------------------------------------------------
@pytest.fixture
def server(fake: FakeFrameio) -> Server:
    return Server(API, Ims(API, "service-id", "hush", fake.transport()), fake.transport())


@pytest.mark.django_db
def test_a_service_connects_by_its_credential(server: Server, fake: FakeFrameio) -> None:
    _without_refresh(fake)
    account = connect_service(server)
    assert _form(fake) == {
        "grant_type": "client_credentials",
        "scope": "openid AdobeID frame.s2s.all",
        "client_id": "service-id",
        "client_secret": "hush",
    }
    assert (account.kind, account.account_id, account.needs_login) == ("service", "acc", False)
    assert account.refresh_expires_at is None


@pytest.mark.django_db
def test_a_service_renews_itself(server: Server, fake: FakeFrameio) -> None:
    _without_refresh(fake)
    account = connect_service(server)
    _set(account, access_expires_at=timezone.now())
    fake.good_token = "new"
    _without_refresh(fake)
    auth = AccountAuth(account.pk, fake.transport())
    with FrameioClient(API, auth, transport=fake.transport()) as client:
        client.me()
    assert fake.calls.count(REFRESH) == 2
    account.refresh_from_db()
    assert (account.access_token, account.needs_login) == ("new", False)


@pytest.mark.django_db
def test_a_service_never_needs_a_person_soon(server: Server, fake: FakeFrameio) -> None:
    _without_refresh(fake)
    connect_service(server)
    assert warnings() == []


@pytest.mark.django_db
def test_a_credential_of_another_type_is_refused(server: Server, fake: FakeFrameio) -> None:
    fake.next("POST", "/token/v3", httpx.Response(401, json={"error": "unauthorized_client"}))
    with pytest.raises(FrameioError, match="Check the client id and secret"):
        connect_service(server)
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_a_service_without_frameio_account_is_none(server: Server, fake: FakeFrameio) -> None:
    nobody = {"id": "user-9", "name": "Service", "email": "s@adobe.test"}
    fake.next("GET", "/me", data({**nobody}))
    fake.next("GET", "/accounts", httpx.Response(200, json={"data": [], "links": {}}))
    with pytest.raises(LoginFailed, match="has no Frame"):
        connect_service(server)


def _without_refresh(fake: FakeFrameio) -> None:
    answer = {"access_token": fake.good_token, "expires_in": 86399}
    fake.next("POST", "/token/v3", httpx.Response(200, json=answer))
