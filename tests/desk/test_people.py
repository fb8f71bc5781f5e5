"""Who may see what, in which language, and with nothing but a keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.desk.studio import Studio
from tests.desk.visiting import Visits, log_in, menu, open_upload, see_arrive
from tests.sandbox.running import Entry

pytestmark = [pytest.mark.browser, pytest.mark.processes]

NO_RIGHT: Entry = {"match": {"path": "/local_upload$"}, "action": {"status": 403}}
TOKENS, PEOPLE = "/admin/pipeline/apitoken/", "/admin/auth/user/"
SCHEDULES = "/admin/django_q/schedule/"
IN_MENU = ["API tokens", "Users", "Mount paths", "Projects"]


@pytest.mark.parametrize(
    ("who", "sees", "refused"),
    [
        ("pia", ["Projects"], [(403, TOKENS), (403, PEOPLE), (404, SCHEDULES)]),
        ("otto", ["API tokens", "Mount paths", "Projects"], [(403, PEOPLE), (404, SCHEDULES)]),
        ("ada", IN_MENU, [(404, SCHEDULES)]),
        ("nora", IN_MENU, [(404, SCHEDULES)]),
    ],
)
def test_each_role_finds_its_pages_and_no_others(
    who: str, sees: list[str], refused: list[tuple[int, str]], visits: Visits
) -> None:
    with visits.by(who, refused=tuple(refused)) as page:
        page.goto("/")
        for entry in IN_MENU:
            link = menu(page).get_by_role("link", name=entry)
            expect(link).to_have_count(1 if entry in sees else 0)
        for status, address in refused:
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == status
        page.goto("/admin/frameio/account/1/change/")
        leaving = page.get_by_role("link", name="Disconnect…")
        expect(leaving).to_have_count(1 if who in {"ada", "nora"} else 0)


def test_who_is_logged_out_is_led_to_the_login_and_back(studio: Studio, visits: Visits) -> None:
    with visits.by(None) as page:
        page.goto("/admin/pipeline/uploadjob/")
        log_in(page, "otto")
        expect(page.get_by_role("heading", name="Uploads", level=1)).to_be_visible()
        page.get_by_role("button", name="Log out").click()
        page.goto("/")
        expect(page.get_by_role("button", name="Log in")).to_be_visible()


def test_it_speaks_french_to_those_who_read_it(studio: Studio, visits: Visits) -> None:
    name = "UNDLM_00610_comp_v001.mov"
    with visits.by("nora", language="fr-FR") as page:
        page.goto("/")
        expect(page.get_by_role("heading", name=re.compile("Vue d.ensemble"))).to_be_visible()
        login = page.get_by_role("region", name="Frame.io")
        expect(login).to_contain_text(re.compile(r"valable jusqu.au \d+ \S+ \d{4}"))
        studio.drop(name, megabytes=1.5)
        expect(page.get_by_role("region", name=re.compile("Arrivés aujourd.hui"))).to_contain_text(
            name
        )
        open_upload(page, name)
        expect(page.locator("#job-head")).to_contain_text("arrivé")
        expect(page.locator(".field-shown_size")).to_contain_text(re.compile(r"1,6\sMo"))
        card = studio.card("00610 comp v001")
        assert ("Projet", "UNDLM") in card
        assert ("Taille", "1,6\xa0Mo") in card

        page.get_by_role("button", name="English").click()
        expect(page.locator(".field-shown_size")).to_contain_text(re.compile(r"1\.6\sMB"))
        menu(page).get_by_role("link", name="Overview").click()
        page.get_by_role("button", name="Français").click()
        expect(page.get_by_role("heading", name=re.compile("Vue d.ensemble"))).to_be_visible()


def test_a_failed_upload_is_sent_again_by_keyboard_alone(studio: Studio, visits: Visits) -> None:
    name = "UNDLM_00620_comp_v001.mov"
    with visits.by("pia") as page:
        page.goto("/")
        assert page.evaluate(MOVING) > 0
        page.emulate_media(reduced_motion="reduce")
        with studio.trouble(NO_RIGHT):
            studio.drop(name)
            expect(page.get_by_role("region", name="Needs a person")).to_contain_text(name)
        assert page.evaluate(MOVING) == 0
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
        page.keyboard.press("Enter")
        row = page.get_by_role("region", name="Needs a person").get_by_role("listitem")
        go_by_tab(page, row.filter(has_text=name).get_by_role("button", name="Send again"))
        page.keyboard.press("Enter")
        see_arrive(page, name)


# How many things move by themselves, or would when they are pointed at.
MOVING = """() => [...document.querySelectorAll("*")].flatMap(
    (element) => ["", "::before", "::after"].map((part) => getComputedStyle(element, part || null))
).filter(
    (style) => style.animationName !== "none"
        || style.transitionDuration.split(",").some((time) => parseFloat(time) > 0)
).length"""
FOCUS_IS_SEEN = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


def go_by_tab(page: Page, target: Locator) -> None:
    """Wherever the focus is on the way, it is seen."""
    for _press in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IS_SEEN)
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("the focus does not come there")
