"""Menus and cards in a real browser."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from pipeline.models import Project, SourceFile, UploadJob
from tests.admin.browsing import page_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/admin/pipeline/uploadjob/"
NARROW = ViewportSize(width=390, height=800)
LOW = ViewportSize(width=1440, height=500)
LONG = "UNDLM_SC030_SH0120_lighting_v011_withAVeryLongNameThatSomebodyHadToMakeUp.mov"


@pytest.fixture
def job(transactional_db: None) -> UploadJob:
    project = Project.objects.create(code="UNDLM", name="Undertow")
    source = SourceFile.objects.create(
        key=f"/x/{LONG}", raw_path=f"/x/{LONG}".encode(), size=9, mtime_ns=1, state="taken"
    )
    return UploadJob.objects.create(
        source=source, size=9, mtime_ns=1, name=LONG, project=project, state="failed", reason="x"
    )


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, job: UploadJob) -> Iterator[Page]:
    with page_of(browser, live_server, User.objects.create_superuser("nora")) as page:
        yield page


def test_a_menu_closes_by_escape_and_when_somebody_goes_elsewhere(page: Page) -> None:
    page.goto(LIST)
    menu = page.locator("#changelist-filter details.menu").first
    menu.locator("summary").click()
    expect(menu.locator("ul")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.locator("ul")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    page.locator("h1").click()
    expect(menu.locator("ul")).to_be_hidden()


def test_in_a_low_window_the_way_out_stays_in_sight(page: Page) -> None:
    page.set_viewport_size(LOW)
    page.goto("/admin/auth/group/")
    expect(page.locator("#menu [aria-current]")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Log out")).to_be_in_viewport(ratio=1)


def test_a_narrow_menu_shows_where_one_is(page: Page) -> None:
    page.set_viewport_size(NARROW)
    page.goto("/admin/auth/group/")
    expect(page.locator("#menu [aria-current]")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("place", ["/", LIST, f"{LIST}{{job}}/change/", f"{LIST}{{job}}/again/"])
def test_nothing_is_cut_off_on_a_narrow_screen(place: str, page: Page, job: UploadJob) -> None:
    page.set_viewport_size(NARROW)
    page.goto(place.format(job=job.pk))
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_a_card_says_what_each_value_is(page: Page) -> None:
    page.set_viewport_size(NARROW)
    page.goto(LIST)
    label = page.locator("td.field-badge").evaluate(
        "cell => getComputedStyle(cell, '::before').content"
    )
    assert label == '"State"'


def test_the_path_is_copied(page: Page, job: UploadJob) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(job.get_absolute_url())
    page.get_by_role("button", name="Copy the path").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"/x/{LONG}"
