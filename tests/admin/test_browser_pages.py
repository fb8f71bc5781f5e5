"""Every page there is, in a real browser: it keeps to its policy and leaves the console empty, and
whoever sees badly, or uses the keyboard, finds their way."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from frameio.models import Account
from pipeline.models import Project
from pipeline.roles import Role, give
from tests.admin.addresses import View, address, fill_the_tables, views
from tests.admin.browsing import complaints_of, page_of
from tests.admin.conftest import MakeJob, State
from tests.admin.looks import obstacles
from tests.long_form import of_which

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
]

# Forms that look different in a small window, and lists with something chosen.
MORE = [
    "/admin/pipeline/project/add/?_popup=1",
    "/admin/pipeline/uploadjob/?state=needs-me&when=today",
    "/admin/pipeline/uploadjob/?q=nothing-like-it",
    "/admin/pipeline/sourcefile/?q=UNDLM",
]


@pytest.fixture
def everything(project: Project, account: Account, make_job: MakeJob) -> None:
    make_job(State.RUNNING, bytes_sent=250)
    make_job(State.FAILED, reason="No permission to write to SC010.")
    make_job(State.WAITING, "UNDLM_amin_v001.mov", hold="name", reason="“amin” is no {shot}.")
    make_job(State.PENDING)
    make_job(State.CANCELLED)
    make_job(State.DONE, finished_at=timezone.now())
    fill_the_tables(project, account)


def superuser() -> User:
    return User.objects.create_superuser("nora", password="right horse")


def producer() -> User:
    user = User.objects.create_user("pia", password="right horse")
    give(user, Role.PRODUCER)
    return user


def is_page(client: Client, url: str) -> bool:
    answer = client.get(url)
    kind = answer.headers.get("Content-Type", "")
    return answer.status_code == 200 and kind.startswith("text/html")


def opened(view: View) -> str:
    """Nothing of the API, nor the way out of here to Adobe."""
    return "" if view.is_api or view.name == "frameio:connect" else address(view)


@pytest.mark.parametrize(
    ("person", "at_least"),
    # What a producer sees is also a superuser's, without some buttons.
    of_which([(superuser, 80)], [(producer, 40)]),
)
def test_every_page_is_open_to_everybody(
    person: Callable[[], User],
    at_least: int,
    browser: Browser,
    live_server: LiveServer,
    everything: None,
) -> None:
    user = person()
    client = Client()
    client.force_login(user)
    # A logout is a POST; asking for it by GET is refused, so nobody is logged out on the way.
    pages = [url for url in [*map(opened, views()), *MORE] if url and is_page(client, url)]
    assert len(pages) >= at_least
    with page_of(browser, live_server, user) as page:
        found = complaints_of(page)
        for url in pages:
            page.goto(url)
            found += obstacles(page, user.username)
    assert found == []
