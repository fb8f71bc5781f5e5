"""From an empty installation to the first arrival, by what the first page says is next."""

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.demo.clips import clips
from tests.desk.studio import Studio
from tests.desk.visiting import Visits, loaded_at, menu

pytestmark = [pytest.mark.browser, pytest.mark.processes]

CLIP = clips()[0]  # UNDLM_00412_anim_v003.mov


def test_the_checklist_leads_to_the_first_arrival(browser: Browser, empty_studio: Studio) -> None:
    with Visits(browser, empty_studio).by("nora") as page:
        page.goto("/")
        take_step(page, "Connect Frame.io")
        page.get_by_role("button", name="Allow").click()
        expect(page.get_by_text("is connected.")).to_be_visible()

        take_step(page, "Add a project")
        page.get_by_label("Code").fill("UNDLM")
        page.get_by_label("Name:", exact=True).fill("Undertow")
        page.get_by_role("combobox", name="Frame.io project").click()
        page.get_by_role("option", name="Demo").click()
        save(page)

        take_step(page, "Add a rule")
        page.get_by_label("Paste one of your file names").fill(CLIP.name)
        page.get_by_role("link", name="Take this rule").click()
        page.get_by_label("Try it on names").fill(CLIP.name)
        expect(page.locator("#try-answer")).to_contain_text("UNDLM / 00412 / anim")
        page.locator("#taken").get_by_role("button", name="Save").click()

        take_step(page, "Add a folder")
        page.get_by_label("Path").fill(str(empty_studio.mount))
        page.get_by_label("Quiet time").fill("2")
        save(page)

        menu(page).get_by_role("link", name="Overview").click()
        steps = page.get_by_role("region", name="Five steps to the first arrival")
        expect(steps.get_by_role("listitem").filter(has_text="Drop a file")).to_have_attribute(
            "aria-current", "step"
        )
        watched = page.get_by_role("region", name="Watched folders")
        expect(watched).to_contain_text("Last look:")
        loaded = loaded_at(page)
        empty_studio.put(CLIP.path)
        arrived = page.get_by_role("region", name="Arrived today")
        expect(arrived).to_contain_text(CLIP.name)
        expect(steps).to_be_hidden()
        with page.expect_popup() as opened:
            arrived.get_by_role("link", name=f"Open {CLIP.name}").click()
        expect(opened.value.get_by_role("heading", name=CLIP.name)).to_be_visible()
        assert loaded_at(page) == loaded  # it kept itself fresh


def take_step(page: Page, button: str) -> None:
    """Each from the overview, where just one step has a button."""
    menu(page).get_by_role("link", name="Overview").click()
    steps = page.get_by_role("region", name="Five steps to the first arrival")
    steps.locator("[aria-current=step]").get_by_role("link", name=button).click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully.")).to_be_visible()
