"""Webhooks as they are registered and removed on an account's page."""

from collections.abc import Iterator

import pytest
import respx
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import Settings

from frameio.models import Account, Webhook
from tests.frameio.fake_review import FakeReview
from tests.frameio.test_projects import two_workspaces

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake() -> FakeReview:
    return FakeReview()


@pytest.fixture(autouse=True)
def _network(fake: FakeReview, settings: Settings) -> Iterator[None]:
    settings.PUBLIC_URL = "https://post.studio.test"
    with respx.mock(assert_all_called=False) as network:
        network.route().mock(side_effect=fake.answer)
        two_workspaces(fake)
        yield


@pytest.fixture
def alice(db: None) -> Client:
    user = User.objects.create_user("alice", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__endswith="_account"))
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def page(account: Account) -> str:
    return f"/frameio/accounts/{account.pk}/webhooks"


def _register(page: str, alice: Client) -> Webhook:
    alice.post(f"{page}/register", {"workspace": "ws-1"})
    return Webhook.objects.get()


def test_looking_registers_nothing(page: str, alice: Client, fake: FakeReview) -> None:
    shown = alice.get(page).content.decode()
    assert "Series" in shown
    assert shown.count("not registered") == 2
    assert fake.hooks == []


def test_one_is_registered_under_a_name_of_this_installation(
    page: str, alice: Client, fake: FakeReview
) -> None:
    webhook = _register(page, alice)
    (hook,) = fake.hooks
    assert hook["name"] == "PostFlow post.studio.test"
    assert hook["url"] == f"https://post.studio.test/frameio/webhook/{webhook.pk}"
    assert "comment.created" in str(hook["events"])


def test_its_state_is_frameios_word(page: str, alice: Client, fake: FakeReview) -> None:
    _register(page, alice)
    assert ">registered<" in alice.get(page).content.decode()
    fake.hooks = []
    two_workspaces(fake)
    assert "no longer on Frame.io" in alice.get(page).content.decode()


def test_after_a_move_the_earlier_one_is_shown_and_replaced(
    page: str, alice: Client, fake: FakeReview, settings: Settings
) -> None:
    _register(page, alice)
    settings.PUBLIC_URL = "https://new.studio.test"
    assert "at an earlier address" in alice.get(page).content.decode()
    _register(page, alice)
    assert [hook["name"] for hook in fake.hooks] == ["PostFlow new.studio.test"]


def test_its_secret_is_never_shown(page: str, alice: Client) -> None:
    assert _register(page, alice).secret == "hush"
    assert "hush" not in alice.get(page).content.decode()


def test_one_is_removed_there_and_here(page: str, alice: Client, fake: FakeReview) -> None:
    webhook = _register(page, alice)
    alice.post(f"{page}/{webhook.pk}/remove")
    assert fake.hooks == []
    assert not Webhook.objects.exists()


def test_without_https_it_says_what_to_set(
    page: str, alice: Client, fake: FakeReview, settings: Settings
) -> None:
    settings.PUBLIC_URL = "http://10.0.0.4:8000"
    shown = alice.get(page).content.decode()
    assert "Set PUBLIC_URL to an HTTPS address" in shown
    assert "everything works, only later" in shown
    alice.post(f"{page}/register", {"workspace": "ws-1"})
    assert fake.hooks == []


def test_a_get_neither_registers_nor_removes(page: str, alice: Client) -> None:
    webhook = _register(page, alice)
    assert alice.get(f"{page}/register").status_code == 405
    assert alice.get(f"{page}/{webhook.pk}/remove").status_code == 405


def test_who_may_only_look_registers_nothing(page: str, alice: Client, fake: FakeReview) -> None:
    User.objects.get().user_permissions.set(Permission.objects.filter(codename="view_account"))
    assert alice.post(f"{page}/register", {"workspace": "ws-1"}).status_code == 403
    assert alice.get(page).status_code == 403
    assert fake.calls == []


def test_when_frameio_cannot_be_asked_the_page_says_why(page: str, alice: Client) -> None:
    Account.objects.update(needs_login=True)
    assert "Studio needs a login." in alice.get(page).content.decode()
