"""An upload that fails, waits, is cancelled or takes its time, as a person sees and steers it."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.desk.studio import Studio
from tests.desk.visiting import Visits, loaded_at, menu, open_upload, see_arrive
from tests.sandbox.running import Entry

pytestmark = [pytest.mark.browser, pytest.mark.processes]

NO_RIGHT: Entry = {"match": {"path": "/local_upload$"}, "action": {"status": 403}}
SLOW: Entry = {"match": {"path": "^/storage/"}, "action": {"delay": 0.8}}


def test_a_failed_upload_says_why_and_is_sent_again(studio: Studio, visits: Visits) -> None:
    name = "UNDLM_00510_comp_v001.mov"
    with visits.by("pia") as page:
        page.goto("/")
        with studio.trouble(NO_RIGHT):
            studio.drop(name)
            expect(page.get_by_role("region", name="Needs a person")).to_contain_text(name)
        open_upload(page, name)
        reason = page.locator(".callout.is-failed")
        expect(reason).to_contain_text("Frame.io does not allow this login to make room for")
        page.get_by_role("button", name="Send again").click()
        head = page.locator("#job-head")
        expect(head.get_by_role("link", name="Open", exact=True)).to_be_visible()
        expect(state(page)).to_have_text("arrived")


def test_paused_uploads_are_cancelled_put_first_and_go_on(studio: Studio, visits: Visits) -> None:
    given_up, kept = "UNDLM_00520_comp_v001.mov", "UNDLM_00521_comp_v001.mov"
    with visits.by("pia") as page:
        page.goto("/")
        page.get_by_role("button", name="Pause all uploads").click()
        expect(page.get_by_text("All uploads are paused by pia.")).to_be_visible()
        studio.drop(given_up)
        studio.drop(kept)
        going_up = page.get_by_role("region", name="Going up now")
        expect(going_up).to_contain_text(given_up)
        expect(going_up).to_contain_text(kept)

        open_upload(page, given_up)
        page.get_by_role("link", name="Cancel…").click()
        page.get_by_role("link", name="Keep it").click()
        expect(state(page)).to_have_text("queued")
        page.get_by_role("link", name="Cancel…").click()
        page.get_by_role("button", name="Cancel the upload").click()
        expect(state(page)).to_have_text("cancelled")

        menu(page).get_by_role("link", name="Overview").click()
        open_upload(page, kept)
        page.get_by_role("button", name="Send now").click()
        menu(page).get_by_role("link", name="Overview").click()
        page.get_by_role("button", name="Resume").click()
        see_arrive(page, kept)


def test_progress_moves_by_itself_until_it_has_arrived(studio: Studio, visits: Visits) -> None:
    name = "UNDLM_00530_comp_v001.mov"
    with visits.by("pia") as page:
        page.goto("/")
        loaded = loaded_at(page)
        with studio.trouble(SLOW):
            studio.drop(name, megabytes=8)
            seen = percents(page, name)
        assert seen == sorted(seen)
        assert len(set(seen)) > 2
        see_arrive(page, name)
        assert loaded_at(page) == loaded


def percents(page: Page, name: str) -> list[int]:
    """As the bar shows them, until it is nearly full."""
    row = page.get_by_role("region", name="Going up now").get_by_role("listitem")
    bar = row.filter(has_text=name).locator("[data-percent]")
    seen = [0]
    while seen[-1] < 50:
        before = f"{seen[-1]} %"
        expect(bar).not_to_have_text(before)
        seen.append(int(bar.inner_text().removesuffix(" %")))
    return seen


def state(page: Page) -> Locator:
    return page.locator("#job-head .badge")
