from collections.abc import Iterator
from typing import Protocol

import httpx
import pytest
import respx
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings

from frameio.models import Account
from tests.frameio.fake import API, FakeFrameio

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _credential(settings: Settings) -> None:
    settings.FRAMEIO_API_URL = settings.FRAMEIO_IMS_URL = API
    settings.FRAMEIO_CLIENT_ID, settings.FRAMEIO_CLIENT_SECRET = "id", "hush"
    settings.FRAMEIO_REDIRECT_URI = ""


@pytest.fixture(autouse=True)
def _network(fake: FakeFrameio) -> Iterator[None]:
    with respx.mock(assert_all_called=False) as network:
        network.route().mock(side_effect=fake.answer)
        yield


@pytest.fixture
def alice(producer: User) -> Client:
    browser = Client()
    browser.force_login(producer)
    return browser


@pytest.fixture
def producer(db: None) -> User:
    return User.objects.create_user("alice", is_staff=True, is_superuser=True)


def _connect(browser: Client, path: str = "/frameio/connect") -> dict[str, str]:
    """The parameters with which Adobe is asked."""
    answer = browser.get(path)
    assert answer.status_code == 302
    return dict(httpx.URL(answer["location"]).params)


class Answer(Protocol):
    """What Django's test client answers, as far as it matters here."""

    @property
    def wsgi_request(self) -> HttpRequest: ...


def _said(answer: Answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.mark.parametrize("path", ["connect", "callback", "paste"])
def test_strangers_must_log_in(path: str) -> None:
    answer = Client().get(f"/frameio/{path}")
    assert answer.status_code == 302
    assert answer["location"].startswith("/admin/login/")


@pytest.mark.parametrize("path", ["connect", "callback", "paste"])
def test_who_is_not_of_the_staff_must_not_connect(path: str) -> None:
    charlie = Client()
    charlie.force_login(User.objects.create_user("charlie"))
    assert charlie.get(f"/frameio/{path}")["location"].startswith("/admin/login/")


@pytest.mark.parametrize("path", ["connect", "callback", "paste"])
def test_of_the_staff_only_who_may_change_accounts_may_connect(path: str) -> None:
    paul = User.objects.create_user("paul", is_staff=True)
    browser = Client()
    browser.force_login(paul)
    assert browser.get(f"/frameio/{path}").status_code == 403
    paul.user_permissions.add(Permission.objects.get(codename="change_account"))
    assert browser.get(f"/frameio/{path}").status_code in {200, 302}


def test_who_may_not_connect_cannot_paste_a_login(alice: Client, producer: User) -> None:
    alice.get("/frameio/paste")
    state = alice.session["frameio_login"]["state"]
    User.objects.update(is_superuser=False)
    answer = alice.post("/frameio/paste", {"address": f"https://x.test/?code=c&state={state}"})
    assert (answer.status_code, Account.objects.count()) == (403, 0)


def test_it_goes_to_adobe_and_back(alice: Client) -> None:
    asked = _connect(alice)
    assert asked["redirect_uri"] == "http://testserver/frameio/callback"
    answer = alice.get("/frameio/callback", {"code": "c", "state": asked["state"]})
    assert (answer.status_code, answer["location"]) == (302, "/admin/")
    assert _said(answer) == ["Alice · Studio is connected."]
    account = Account.objects.get()
    assert (account.user_id, account.account_id, account.email) == (
        "user-1",
        "acc",
        "alice@studio.test",
    )
    assert (account.access_token, account.refresh_token) == ("good", "refresh-2")
    assert (account.client_id, account.client_secret, account.needs_login) == ("", "", False)


def test_the_registered_redirect_address_is_used(
    alice: Client, settings: Settings, fake: FakeFrameio
) -> None:
    settings.FRAMEIO_REDIRECT_URI = "https://postflow.test/frameio/callback"
    asked = _connect(alice)
    alice.get("/frameio/callback", {"code": "c", "state": asked["state"]})
    assert asked["redirect_uri"] == "https://postflow.test/frameio/callback"
    assert b"redirect_uri=https%3A%2F%2Fpostflow.test" in fake.requests[0].read()


def test_a_state_serves_once(alice: Client) -> None:
    back = {"code": "c", "state": _connect(alice)["state"]}
    alice.get("/frameio/callback", back)
    answer = alice.get("/frameio/callback", back)
    assert "not started here" in _said(answer)[-1]


@pytest.mark.parametrize(
    ("back", "words"),
    [
        ({"code": "c", "state": "another"}, "not started here"),
        ({"code": "c"}, "not started here"),
        ({}, "not started here"),
        ({"error": "access_denied"}, "was cancelled"),
        ({"error": "invalid_scope"}, "invalid_scope"),
    ],
)
def test_a_login_that_fails_is_explained(
    alice: Client, fake: FakeFrameio, back: dict[str, str], words: str
) -> None:
    _connect(alice)
    answer = alice.get("/frameio/callback", back)
    assert words in _said(answer)[0]
    assert (Account.objects.count(), fake.calls) == (0, [])


def test_a_callback_out_of_the_blue_does_nothing(alice: Client, fake: FakeFrameio) -> None:
    answer = alice.get("/frameio/callback", {"code": "c", "state": ""})
    assert "not started here" in _said(answer)[0]
    assert fake.calls == []


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (httpx.Response(400, json={"error": "invalid_grant"}), "too old or was used"),
        (httpx.Response(401, json={"error": "invalid_client"}), "client id and secret"),
        (httpx.Response(502, html="<html>"), "in trouble"),
        (httpx.ConnectError("no route"), "cannot be reached"),
    ],
)
def test_adobes_trouble_is_explained(
    alice: Client, fake: FakeFrameio, trouble: httpx.Response | Exception, words: str
) -> None:
    fake.next("POST", "/token/v3", trouble)
    answer = alice.get("/frameio/callback", {"code": "c", "state": _connect(alice)["state"]})
    assert words in _said(answer)[0]
    assert Account.objects.count() == 0


def test_a_login_without_frameio_account_is_explained(alice: Client, fake: FakeFrameio) -> None:
    nothing = httpx.Response(200, json={"data": [], "links": {"next": None}})
    fake.next("GET", "/accounts", nothing)
    answer = alice.get("/frameio/callback", {"code": "c", "state": _connect(alice)["state"]})
    assert "has no Frame.io account" in _said(answer)[0]


def test_of_several_accounts_a_person_chooses(alice: Client, fake: FakeFrameio) -> None:
    rows = [{"id": name, "display_name": name} for name in ("one", "two")]
    body = {"data": rows, "links": {"next": None}}
    fake.next("GET", "/accounts", httpx.Response(200, json=body))
    answer = alice.get("/frameio/callback", {"code": "c", "state": _connect(alice)["state"]})
    assert "Choose one" in _said(answer)[1]
    assert Account.objects.get().account_id == ""


def test_a_login_for_one_day_is_pointed_out(alice: Client, fake: FakeFrameio) -> None:
    answer = httpx.Response(200, json={"access_token": "good", "expires_in": 86399})
    fake.next("POST", "/token/v3", answer)
    back = alice.get("/frameio/callback", {"code": "c", "state": _connect(alice)["state"]})
    assert "one day only" in _said(back)[1]


def test_logging_in_again_renews_the_same_account(alice: Client, account: Account) -> None:
    Account.objects.update(needs_login=True, account_id="acc", name="Our studio")
    alice.get("/frameio/callback", {"code": "c", "state": _connect(alice)["state"]})
    again = Account.objects.get()
    assert (again.pk, again.name, again.needs_login) == (account.pk, "Our studio", False)


def test_an_account_made_by_hand_is_filled(alice: Client) -> None:
    made = Account.objects.create(
        name="By hand", api_url=API, ims_url=API, client_id="own", client_secret="own-hush"
    )
    asked = _connect(alice, f"/frameio/connect?account={made.pk}")
    assert asked["client_id"] == "own"
    alice.get("/frameio/callback", {"code": "c", "state": asked["state"]})
    filled = Account.objects.get()
    assert (filled.pk, filled.user_id, filled.client_secret) == (made.pk, "user-1", "own-hush")


@pytest.mark.parametrize("path", ["connect", "paste"])
def test_without_a_credential_it_says_what_to_set(
    alice: Client, settings: Settings, path: str
) -> None:
    settings.FRAMEIO_CLIENT_ID = ""
    answer = alice.get(f"/frameio/{path}")
    assert answer["location"] == "/admin/"
    assert "FRAMEIO_CLIENT_ID" in _said(answer)[0]


def test_an_address_can_be_pasted(alice: Client) -> None:
    page = alice.get("/frameio/paste")
    state = alice.session["frameio_login"]["state"]
    assert state in page.content.decode()
    address = f"https://nobody.test/frameio/callback?code=c&state={state}\n"
    answer = alice.post("/frameio/paste", {"address": address})
    assert answer["location"] == "/admin/"
    assert Account.objects.count() == 1


@pytest.mark.parametrize("address", ["", "hello", "https://[", "https://nobody.test/?code=c"])
def test_nonsense_that_is_pasted_is_explained(alice: Client, address: str) -> None:
    alice.get("/frameio/paste")
    answer = alice.post("/frameio/paste", {"address": address})
    assert answer["location"] == "/frameio/paste"
    assert len(_said(answer)) == 1


def test_nothing_secret_is_kept_in_the_session(alice: Client) -> None:
    _connect(alice)
    assert set(alice.session["frameio_login"]) == {"state", "redirect_uri", "account"}


@pytest.mark.parametrize("pk", ["x", "-1", "999999", "²"])
def test_an_unknown_account_is_none(alice: Client, pk: str) -> None:
    assert _connect(alice, f"/frameio/connect?account={pk}")["client_id"] == "id"
