"""Each page in a real browser, which keeps to the policy that the page came with."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from frameio.models import Account
from pipeline.models import Project
from tests.admin.addresses import View, address, fill_the_tables, views
from tests.admin.browsing import chromium, page_of
from tests.admin.conftest import MakeJob, State

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
]

POLICY = {
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}
# Forms that look different in a small window, and lists with something chosen.
MORE = [
    "/admin/pipeline/project/add/?_popup=1",
    "/admin/pipeline/uploadjob/?state=needs-me&when=today",
    "/admin/pipeline/uploadjob/?q=nothing-like-it",
    "/admin/pipeline/sourcefile/?q=UNDLM",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def nora(transactional_db: None) -> User:
    user = User.objects.create_superuser("nora")
    user.set_password("right horse")
    user.save()
    return user


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, nora: User) -> Iterator[Page]:
    with page_of(browser, live_server, nora) as page:
        yield page


@pytest.fixture
def everything(project: Project, account: Account, make_job: MakeJob) -> None:
    make_job(State.RUNNING, bytes_sent=250)
    make_job(State.FAILED, reason="No permission to write to SC010.")
    make_job(State.DONE)
    fill_the_tables(project, account)


def complaints_of(page: Page) -> list[str]:
    """What the browser says on its console, from now on; it reports each violation there."""
    found: list[str] = []
    page.on(
        "console",
        lambda said: found.append(f"{page.url}: {said.text}") if said.type == "error" else None,
    )
    return found


def is_page(client: Client, url: str) -> bool:
    answer = client.get(url)
    kind = answer.headers.get("Content-Type", "")
    return answer.status_code == 200 and kind.startswith("text/html")


def opened(view: View) -> str:
    """Nothing of the API, nor the way out of here to Adobe."""
    return "" if view.is_api or view.name == "frameio:connect" else address(view)


def test_no_page_does_what_its_policy_forbids(page: Page, nora: User, everything: None) -> None:
    client = Client()
    client.force_login(nora)
    # A logout is a POST; asking for it by GET is refused, so nobody is logged out on the way.
    pages = [url for url in [*map(opened, views()), *MORE] if url and is_page(client, url)]
    assert len(pages) > 40
    found = complaints_of(page)
    for url in pages:
        page.goto(url)
        page.wait_for_load_state("load")
    assert found == []


def test_a_script_or_style_that_slipped_in_does_nothing(page: Page, nora: User) -> None:
    """So that the test above can fail: this is what it would see."""
    found = complaints_of(page)
    page.goto("/admin/")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.slipped = true";
            document.body.append(script);
            document.body.insertAdjacentHTML("beforeend", '<p style="color: red">x</p>');
        }"""
    )
    assert page.evaluate("window.slipped") is None
    assert len([text for text in found if re.search("Content Security Policy", text)]) == 2


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/healthz", "/admin/no/such/page"])
def test_every_answer_has_the_policy(nora: User, path: str) -> None:
    client = Client()
    client.force_login(nora)
    assert set(client.get(path).headers["Content-Security-Policy"].split("; ")) == POLICY
