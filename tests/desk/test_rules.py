"""Names that no rule reads: by a better rule they go up, or by a person who says what they are."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.desk.studio import Studio
from tests.desk.visiting import Visits, menu, open_upload, see_arrive

pytestmark = [pytest.mark.browser, pytest.mark.processes]

RULE = "{project}_{shot:5d}_{task:anim|comp|light}_v{version:3d}.{ext}"


def test_a_rule_is_tried_on_the_files_of_the_last_days_and_sends_what_it_held(
    studio: Studio, visits: Visits
) -> None:
    read, held = "UNDLM_00410_comp_v001.mov", "UNDLM_415_comp_v001.mov"
    studio.drop(read)
    studio.drop(held)
    with visits.by("nora") as page:
        page.goto("/")
        see_arrive(page, read)
        expect(page.get_by_role("region", name="Needs a person")).to_contain_text(held)

        # Another rule would read some names differently: nothing is saved of it.
        menu(page).get_by_role("link", name="Naming rules").click()
        page.get_by_role("link", name="Add a rule").click()
        page.get_by_label("Template").fill("{project}_{shot}_{task}_v{version}.{ext}")
        page.get_by_label("Folders on Frame.io").fill("{task}/{shot}")
        answer = back_test(page)
        expect(answer).to_contain_text("Conflicts with another rule")

        menu(page).get_by_role("link", name="Uploads").click()
        menu(page).get_by_role("link", name="Held names").click()
        nearly = page.get_by_role("region", name="Nearly as the rule By shot wants it")
        nearly.get_by_text("Mend the rule").click()
        nearly.get_by_role("link", name="Mend it for all").click()
        expect(page.get_by_label("Try it on names")).to_have_value(held)
        expect(page.locator("#try-answer li.is-wrong")).to_contain_text("415")
        page.get_by_label("Template").fill(RULE.replace("5d", "3d"))
        expect(back_test(page)).to_contain_text("Newly lost")
        page.get_by_label("Template").fill(RULE.replace("5d", "3-5d"))
        expect(page.locator("#try-answer li.is-well")).to_contain_text("UNDLM / 415 / comp")
        answer = back_test(page)
        expect(answer).to_contain_text("Read for the first time")
        expect(answer).not_to_contain_text("Newly lost")
        answer.get_by_text("The folders it makes on Frame.io").click()
        expect(answer.get_by_role("listitem").filter(has_text="415").first).to_be_visible()
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("link", name="Send them?").click()
        page.get_by_role("button", name="Send").click()
        menu(page).get_by_role("link", name="Overview").click()
        see_arrive(page, held)


def back_test(page: Page) -> Locator:
    page.get_by_label("Run it over").select_option("the files seen in the last day")
    page.get_by_role("button", name="Run", exact=True).click()
    answer = page.locator("#back-test-answer")
    expect(answer).to_contain_text("This rule reads")
    return answer


def test_a_slip_in_a_name_is_put_right_by_hand(studio: Studio, visits: Visits) -> None:
    name = "UNDLM_00430_amin_v001.mov"
    with visits.by("pia") as page:
        page.goto("/")
        studio.drop(name)
        needs = page.get_by_role("region", name="Needs a person")
        expect(needs).to_contain_text("amin")
        open_upload(page, name)
        page.get_by_role("link", name="Fill in by hand…").click()
        expect(page.get_by_text("The name says “amin”.")).to_be_visible()
        page.get_by_label("task").select_option("anim")
        page.get_by_role("button", name="Send it").click()
        expect(page.get_by_text(f"{name} is queued.")).to_be_visible()
        menu(page).get_by_role("link", name="Overview").click()
        see_arrive(page, name)
        open_upload(page, name)
        expect(page.get_by_text("00430 / anim", exact=True)).to_be_visible()
