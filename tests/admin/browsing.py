"""A real browser on a real server, with somebody logged in."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page, Route, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

WIDE = ViewportSize(width=1440, height=1000)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Playwright keeps an event loop in this thread, and Django would refuse to work beside it."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def page_of(
    browser: Browser, server: LiveServer, user: User, *, javascript: bool = True
) -> Iterator[Page]:
    """A page of that person, who is logged in. What goes wrong in a script fails the test."""
    client = Client()
    client.force_login(user)
    session = settings.SESSION_COOKIE_NAME
    value = client.cookies[session].value
    context = browser.new_context(
        base_url=server.url, viewport=WIDE, java_script_enabled=javascript
    )
    context.add_cookies([{"name": session, "value": value, "url": server.url}])
    context.set_default_timeout(10_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@contextmanager
def before_its_script(page: Page, address: str, script: str) -> Iterator[None]:
    """The page as somebody quick finds it: its script comes at the end of the block."""
    held_back: list[Route] = []
    page.route(f"**/{script}", lambda route: held_back.append(route))
    with page.expect_request(f"**/{script}"):
        page.goto(address, wait_until="commit")
    yield
    held_back[0].continue_()


def complaints_of(page: Page) -> list[str]:
    """What the browser says on its console, from now on; it reports each violation there."""
    found: list[str] = []
    page.on(
        "console",
        lambda said: found.append(f"{page.url}: {said.text}") if said.type == "error" else None,
    )
    return found
