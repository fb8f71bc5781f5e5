from datetime import datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from frameio.client import FrameioClient
from frameio.errors import FrameioError, NeedsLogin, Unauthorized, Unavailable
from frameio.models import Account, Lease
from frameio.oauth import AccountAuth, Ims
from tests.frameio.fake import API, FakeFrameio, refusal

REFRESH = "POST /ims/token/v3"


@pytest.fixture
def client(account: Account, fake: FakeFrameio) -> FrameioClient:
    """Logged in as the account in the database, as in production."""
    auth = AccountAuth(account.pk, fake.transport())
    return FrameioClient(API, auth, transport=fake.transport(), sleep=lambda _seconds: None)


def _set(account: Account, **values: str | bool | datetime) -> None:
    Account.objects.filter(pk=account.pk).update(**values)


def test_a_good_token_is_used(client: FrameioClient, fake: FakeFrameio) -> None:
    client.me()
    assert fake.calls == ["GET /v4/me"]


@pytest.mark.parametrize("minutes", [-60, 4])
def test_a_token_is_renewed_before_it_ends(
    client: FrameioClient, fake: FakeFrameio, account: Account, minutes: int
) -> None:
    fake.good_token = "new"
    _set(account, access_expires_at=timezone.now() + timedelta(minutes=minutes))
    client.me()
    assert fake.calls == [REFRESH, "GET /v4/me"]


def test_new_tokens_are_stored_at_once(
    client: FrameioClient, fake: FakeFrameio, account: Account
) -> None:
    fake.good_token = "new"
    client.me()
    account.refresh_from_db()
    assert (account.access_token, account.refresh_token) == ("new", "refresh-2")
    assert account.access_expires_at is not None
    assert account.access_expires_at > timezone.now() + timedelta(hours=23)
    assert account.refresh_expires_at is not None
    assert account.refresh_expires_at > timezone.now() + timedelta(days=13, hours=23)


def test_without_a_new_refresh_token_the_old_one_stays(
    client: FrameioClient, fake: FakeFrameio, account: Account
) -> None:
    fake.good_token = "new"
    answer = {"access_token": "new", "expires_in": 86399}
    fake.next("POST", "/token/v3", httpx.Response(200, json=answer))
    client.me()
    account.refresh_from_db()
    assert (account.access_token, account.refresh_token) == ("new", "refresh-1")


def test_a_401_is_answered_with_one_refresh(client: FrameioClient, fake: FakeFrameio) -> None:
    fake.good_token = "new"
    client.me()
    assert fake.calls == ["GET /v4/me", REFRESH, "GET /v4/me"]


def test_a_create_is_repeated_after_a_401(client: FrameioClient, fake: FakeFrameio) -> None:
    fake.good_token = "new"
    assert client.create_folder("acc", "root", "sc010").name == "sc010"
    assert len(fake.folders) == 1


def test_a_second_401_is_the_end(client: FrameioClient, fake: FakeFrameio) -> None:
    for _ in range(2):
        fake.next("GET", "/me", refusal(401, "Unauthorized"))
    with pytest.raises(Unauthorized):
        client.me()
    assert fake.calls.count(REFRESH) == 1


def test_a_token_that_another_process_renewed_is_taken(
    client: FrameioClient, fake: FakeFrameio, account: Account
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        response = fake.answer(request)
        _set(account, access_token="new", access_expires_at=timezone.now() + timedelta(hours=24))
        return response

    fake.good_token = "new"
    transport = httpx.MockTransport(answer)
    auth = AccountAuth(account.pk, transport)
    with FrameioClient(API, auth, transport=transport) as slow:
        slow.me()
    assert REFRESH not in fake.calls


def test_invalid_grant_asks_for_a_login(
    client: FrameioClient, fake: FakeFrameio, account: Account
) -> None:
    fake.good_token = "new"
    fake.next("POST", "/token/v3", httpx.Response(400, json={"error": "invalid_grant"}))
    with pytest.raises(NeedsLogin):
        client.me()
    account.refresh_from_db()
    assert account.needs_login


def test_an_account_that_needs_a_login_costs_no_call(
    client: FrameioClient, fake: FakeFrameio, account: Account
) -> None:
    _set(account, needs_login=True)
    with pytest.raises(NeedsLogin, match="Studio needs a login"):
        client.me()
    assert fake.calls == []


def test_a_login_that_no_key_reads_asks_for_the_key_or_a_login(
    client: FrameioClient, fake: FakeFrameio, settings: Settings
) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(NeedsLogin, match="Put the key it was written with back"):
        client.me()
    assert fake.calls == []
    assert not Account.objects.get().needs_login  # with the key back, it goes on by itself


def test_an_account_without_refresh_token_needs_a_login_when_it_ends(
    client: FrameioClient, fake: FakeFrameio, account: Account
) -> None:
    _set(account, refresh_token="", access_expires_at=timezone.now())
    with pytest.raises(NeedsLogin, match="has ended"):
        client.me()
    account.refresh_from_db()
    assert (account.needs_login, fake.calls) == (True, [])


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.ConnectError("no route"),
        httpx.ReadTimeout("slow"),
        httpx.Response(503, html="<html>"),
        httpx.Response(200, html="<html>hotel</html>"),
        httpx.Response(200, json={"expires_in": 3}),
        httpx.Response(401, json={"error": "invalid_client"}),
    ],
)
def test_a_refresh_that_fails_is_not_a_login_lost(
    client: FrameioClient,
    fake: FakeFrameio,
    account: Account,
    trouble: httpx.Response | Exception,
) -> None:
    fake.good_token = "new"
    for _ in range(4):
        fake.next("POST", "/token/v3", trouble)
    with pytest.raises(FrameioError) as caught:
        client.me()
    account.refresh_from_db()
    assert not isinstance(caught.value, NeedsLogin)
    assert (account.needs_login, account.refresh_token) == (False, "refresh-1")
    assert Lease.objects.count() == 0


def test_a_token_with_minutes_left_serves_when_adobe_is_away(
    client: FrameioClient, fake: FakeFrameio, account: Account
) -> None:
    _set(account, access_expires_at=timezone.now() + timedelta(minutes=4))
    fake.next("POST", "/token/v3", httpx.ConnectError("no route"))
    assert client.me().id == "user-1"


def test_tokens_of_a_new_login_are_not_overwritten(account: Account, fake: FakeFrameio) -> None:
    """A person logs in again while a refresh with the old token is under way."""

    def answer(request: httpx.Request) -> httpx.Response:
        later = timezone.now() + timedelta(hours=24)
        _set(account, access_token="person", refresh_token="person-2", access_expires_at=later)
        return httpx.Response(400, json={"error": "invalid_grant"})

    _set(account, access_expires_at=timezone.now())
    auth = AccountAuth(account.pk, httpx.MockTransport(answer))
    with (
        FrameioClient(API, auth, transport=fake.transport()) as client,
        pytest.raises(NeedsLogin),
    ):
        client.me()
    account.refresh_from_db()
    assert (account.refresh_token, account.needs_login) == ("person-2", False)


def test_tokens_are_ciphertext_in_the_database(account: Account) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token, client_secret FROM frameio_account")
        (row,) = cursor.fetchall()
    assert not {"good", "refresh-1", "secret"} & set(row)
    assert all(value.startswith("gAAAA") for value in row)


def test_nothing_shows_a_secret(account: Account) -> None:
    shown = f"{account} {account!r} {AccountAuth(account.pk)!r} {Ims(API, 'id', 'hush')!r}"
    assert not any(secret in shown for secret in ("good", "refresh-1", "hush"))


def test_the_authorize_address_has_what_adobe_wants() -> None:
    address = Ims("https://ims.test/", "my id", "hush").authorize_url("https://us.test/back", "s/1")
    assert address.startswith("https://ims.test/ims/authorize/v2?")
    assert dict(httpx.URL(address).params) == {
        "client_id": "my id",
        "redirect_uri": "https://us.test/back",
        "scope": "openid email profile offline_access additional_info.roles",
        "response_type": "code",
        "state": "s/1",
    }


def test_a_token_can_be_revoked(fake: FakeFrameio) -> None:
    fake.next("POST", "/ims/revoke", httpx.Response(200))
    Ims(API, "id", "hush", fake.transport()).revoke("refresh-1")
    form = parse_qs(fake.requests[0].read().decode())
    assert form == {"token": ["refresh-1"], "client_id": ["id"], "client_secret": ["hush"]}


def test_it_says_when_adobe_is_away() -> None:
    with pytest.raises(Unavailable, match="Adobe's login cannot be reached"):
        Ims("http://127.0.0.1:1", "id", "hush").refresh("refresh-1")
