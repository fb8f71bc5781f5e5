"""A real browser keeps to the policy that a page came with; `test_browser_pages` walks over all."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.admin.browsing import complaints_of, page_of

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


def test_a_script_or_style_that_slipped_in_does_nothing(page: Page, nora: User) -> None:
    """So that walking over the pages can find something: this is what it would see."""
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
