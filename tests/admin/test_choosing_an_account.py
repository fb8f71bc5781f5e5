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


def test_the_page_opens_without_asking_frameio(
    url: str, nora: Client, frameio: FakeFrameio
) -> None:
    page = nora.get(url).content.decode()
    assert '<select name="account_id"' in page
    assert frameio.calls == []


def test_the_logins_accounts_come_after_it(url: str, nora: Client, account: Account) -> None:
    told = nora.get(f"/frameio/accounts/{account.pk}/lists").json()
    both = [{"id": "acc", "label": "Studio"}, {"id": "acc-2", "label": "Undertow"}]
    assert told == {"choices": both, "error": ""}


def test_without_javascript_they_come_with_the_page(url: str, nora: Client) -> None:
    assert 'href="?lists"' in nora.get(url).content.decode()
    assert '<option value="acc-2">Undertow</option>' in nora.get(f"{url}?lists").content.decode()


def test_one_is_chosen(url: str, nora: Client) -> None:
    nora.post(url, {"name": "Post", "account_id": "acc-2"})
    account = Account.objects.get()
    assert (account.name, account.account_id) == ("Post", "acc-2")


def test_one_that_the_login_lacks_is_refused(url: str, nora: Client) -> None:
    page = nora.post(url, {"name": "Post", "account_id": "acc-7"}).content.decode()
    assert "cannot use this Frame.io account. It has: Studio, Undertow." in page
    assert Account.objects.get().account_id == ""


def test_what_is_chosen_is_not_unchosen(account: Account, nora: Client) -> None:
    nora.post(f"/admin/frameio/account/{account.pk}/change/", {"name": "Post", "account_id": ""})
    assert Account.objects.get().account_id == "acc"


def test_tokens_that_were_renewed_meanwhile_stay(
    account: Account, frameio: FakeFrameio, nora: Client
) -> None:
    """Asking Frame.io for the choices may renew them, between the reading and the saving."""
    Account.objects.update(account_id="")
    frameio.good_token = "new"
    url = f"/admin/frameio/account/{account.pk}/change/"
    nora.post(url, {"name": "Dailies", "account_id": "acc"})
    account.refresh_from_db()
    assert (account.name, account.account_id) == ("Dailies", "acc")
    assert account.access_token == "new"
    assert SECRET not in account.refresh_token


def test_other_changes_need_no_frameio(
    account: Account, frameio: FakeFrameio, nora: Client
) -> None:
    url = f"/admin/frameio/account/{account.pk}/change/"
    nora.post(url, {"name": "Dailies", "account_id": "acc"})
    assert Account.objects.get().name == "Dailies"
    assert frameio.calls == []


def test_when_frameio_cannot_be_asked_it_says_why(account: Account, nora: Client) -> None:
    Account.objects.update(needs_login=True)
    told = nora.get(f"/frameio/accounts/{account.pk}/lists").json()
    assert told["choices"] == []
    assert told["error"].startswith("Undertow Post needs a login.")


def test_who_may_not_change_logins_gets_no_list(account: Account, paul: Client) -> None:
    assert paul.get(f"/frameio/accounts/{account.pk}/lists").status_code == 403


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
