"""A login with several Frame.io accounts: one of them is chosen on its page."""

import httpx
import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from frameio.models import Account
from pipeline.integrations.base import NeedsLogin
from pipeline.integrations.frameio_accounts import client_of
from tests.admin.conftest import SECRET
from tests.frameio.fake import FakeFrameio


@pytest.fixture
def url(account: Account, frameio: FakeFrameio) -> str:
    """The page of a login that has just come back with two accounts."""
    Account.objects.update(account_id="")
    two_accounts(frameio)
    return f"/admin/frameio/account/{account.pk}/change/"


def two_accounts(frameio: FakeFrameio) -> None:
    rows = [{"id": "acc", "display_name": "Studio"}, {"id": "acc-2", "display_name": "Undertow"}]
    answer = httpx.Response(200, json={"data": rows, "links": {"next": None}})
    frameio.next("GET", "/accounts", answer)


def test_the_page_offers_the_logins_accounts(url: str, nora: Client) -> None:
    page = nora.get(url).content.decode()
    assert '<select name="account_id"' in page
    assert '<option value="acc-2">Undertow</option>' in page


def test_one_is_chosen(url: str, nora: Client) -> None:
    nora.post(url, {"name": "Post", "account_id": "acc-2"})
    account = Account.objects.get()
    assert (account.name, account.account_id) == ("Post", "acc-2")


def test_one_that_the_login_lacks_is_refused(url: str, nora: Client) -> None:
    assert nora.post(url, {"name": "Post", "account_id": "acc-7"}).status_code == 200
    assert Account.objects.get().account_id == ""


def test_what_is_chosen_is_not_unchosen(account: Account, nora: Client) -> None:
    nora.post(f"/admin/frameio/account/{account.pk}/change/", {"name": "Post", "account_id": ""})
    assert Account.objects.get().account_id == "acc"


def test_tokens_that_were_renewed_meanwhile_stay(
    account: Account, frameio: FakeFrameio, nora: Client
) -> None:
    """Asking Frame.io for the choices may renew them, between the reading and the saving."""
    frameio.good_token = "new"
    url = f"/admin/frameio/account/{account.pk}/change/"
    nora.post(url, {"name": "Dailies", "account_id": "acc"})
    account.refresh_from_db()
    assert (account.name, account.access_token) == ("Dailies", "new")
    assert SECRET not in account.refresh_token


def test_when_frameio_cannot_be_asked_the_page_says_why(account: Account, nora: Client) -> None:
    Account.objects.update(needs_login=True)
    page = nora.get(f"/admin/frameio/account/{account.pk}/change/").content.decode()
    assert "Undertow Post needs a login." in page
    assert '<option value="acc" selected>' in page


def test_who_may_only_look_does_not_ask_frameio(
    url: str, account: Account, nora: Client, frameio: FakeFrameio
) -> None:
    User.objects.update(is_superuser=False)
    User.objects.get().user_permissions.add(Permission.objects.get(codename="view_account"))
    assert nora.get(url).status_code == 200
    assert frameio.calls == []


def test_until_one_is_chosen_renders_wait(url: str, account: Account) -> None:
    with pytest.raises(NeedsLogin, match="Choose one on its page"), client_of(account.pk):
        pass
