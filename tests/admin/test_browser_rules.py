"""In a real browser: a rule is back-tested before it is saved, and held names are let go."""

import pytest
from django.contrib.auth.models import Permission, User
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from pipeline import intake
from pipeline.models import NamingRule, Project, SourceFile, UploadJob
from tests.admin.browsing import page_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULE = "{project}_{shot:5d}_{task:anim|comp|light}_v{version:3d}.{ext}"
OWN = "NARVAL_ep02_sq040_sh0120_compo_v007.mov"
OWN_TEMPLATE = "{project}_ep{episode:2d}_sq{sequence:3d}_sh{shot:4d}_{task}_v{version:3d}.{ext}"
NAMES = [
    "UNDLM_00412_anim_v003.mov",
    "UNDLM_00413_amin_v001.mov",
    "UNDLM_00414_amin_v001.mov",
    "UNDLM_415_comp_v001.mov",
    "NEW_00416_comp_v001.mov",
    "holiday.mov",
]


@pytest.fixture
def project(transactional_db: None) -> Project:
    return Project.objects.create(code="UNDLM", name="Undertow", frameio_project_id="p")


@pytest.fixture
def rule(project: Project) -> NamingRule:
    return NamingRule.objects.create(name="By shot", template=RULE, folder_template="{shot}/{task}")


@pytest.fixture
def jobs(rule: NamingRule) -> dict[str, UploadJob]:
    return {name: came_in(name) for name in NAMES}


def came_in(name: str) -> UploadJob:
    source = SourceFile.objects.create(
        key=f"/in/{name}", raw_path=name.encode(), size=7, mtime_ns=1, state="taken"
    )
    return intake.take_in(source, project=None, who="watcher")


def test_a_rule_is_started_from_an_example_and_back_tested(
    page: Page, project: Project, jobs: dict[str, UploadJob]
) -> None:
    page.goto("/admin/pipeline/namingrule/add/")
    page.get_by_text("Or start from an example").click()
    page.get_by_role("link", name="By shot number").click()
    expect(page.locator("#try-answer li.is-well")).to_contain_text("UNDLM / 00412 / anim")
    page.get_by_label("Run it over").select_option("7")
    page.get_by_role("button", name="Run").click()
    answer = page.locator("#back-test-answer")
    expect(answer).to_contain_text("This rule reads 4 of 6 files.")
    expect(page.locator("#back-test-status")).to_contain_text("This rule reads 4 of 6 files.")
    expect(answer).to_contain_text("Read for the first time")
    answer.get_by_text("The folders it makes on Frame.io").click()
    expect(answer.locator(".folder-tree").first).to_contain_text("amin")
    assert NamingRule.objects.count() == 1


def test_who_may_only_look_tries_a_rule_and_runs_it_over_the_names(
    browser: Browser, live_server: LiveServer, transactional_db: None, rule: NamingRule
) -> None:
    omar = User.objects.create_user("omar", is_staff=True)
    omar.user_permissions.set(Permission.objects.filter(codename="view_namingrule"))
    with page_of(browser, live_server, omar) as page:
        page.goto(f"/admin/pipeline/namingrule/{rule.pk}/change/")
        page.get_by_label("Try it on names").fill(NAMES[0])
        expect(page.locator("#try-answer li.is-well")).to_contain_text("UNDLM / 00412 / anim")
        page.get_by_role("button", name="Run").click()
        answer = page.locator("#back-test-answer")
        expect(answer).to_contain_text("This rule reads 1 of 1 file.")
        expect(page.get_by_label("Run it over")).to_have_value("names")


def test_a_warning_leads_to_the_files_that_it_is_about(
    page: Page, rule: NamingRule, jobs: dict[str, UploadJob]
) -> None:
    other = NamingRule.objects.create(
        name="Other", template=rule.template, folder_template="{task}/{shot}"
    )
    page.goto(f"/admin/pipeline/namingrule/{other.pk}/change/")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="See which").click()
    answer = page.locator("#back-test-answer")
    expect(answer).to_contain_text("Conflicts with another rule")
    expect(answer).to_contain_text(NAMES[0])


def test_tokens_are_pressed_into_the_template_and_the_folders(page: Page, project: Project) -> None:
    page.goto("/admin/pipeline/namingrule/add/")
    template, folders = page.locator("#id_template"), page.locator("#id_folder_template")
    template.fill("")
    for token in ("{project}", "{shot:5d}", "{version:3d}", "{ext}"):
        page.get_by_role("button", name=token, exact=True).click()
    folders.fill("")
    page.get_by_role("button", name="{shot:5d}", exact=True).click()
    page.get_by_role("button", name="{project}", exact=True).click()
    expect(template).to_have_value("{project}_{shot:5d}_v{version:3d}.{ext}")
    expect(folders).to_have_value("{shot}/{project}")


def test_names_are_pasted_and_the_rule_for_them_is_taken_changed_and_saved(
    page: Page, project: Project
) -> None:
    narval = Project.objects.create(code="NARVAL", name="Narval", frameio_project_id="n")
    page.goto("/admin/pipeline/namingrule/add/")
    template, folders = page.locator("#id_template"), page.locator("#id_folder_template")
    page.locator("#id_name").fill("Mine")
    template.fill("{shot}.{ext}")
    page.get_by_label("Paste one of your file names").fill(f"{OWN}\nNEW_00412_v1.mov\nholiday.mov")
    expect(page.locator("#proposals")).to_contain_text("holiday.mov: neither shot")
    expect(page.locator("#proposals-status")).to_contain_text("made in 2 ways")

    # An example wipes nothing for good, and a name that somebody typed not at all.
    page.get_by_text("Or start from an example").press("Enter")
    page.get_by_role("link", name="Dailies").press("Enter")
    expect(folders).to_have_value("Dailies/{date}/{camera}{reel}")
    expect(page.locator("#id_name")).to_have_value("Mine")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(template).to_have_value("{shot}.{ext}")
    expect(page.get_by_label("Try it on names")).to_have_value("")

    # Of two proposals the second one taken leaves nothing of the first.
    page.get_by_role("link", name="Take this rule").first.press("Enter")
    expect(page.locator("#id_project")).to_have_value(str(narval.pk))
    page.get_by_role("link", name="Take this rule").last.press("Enter")
    expect(page.locator("#try-answer li.is-held")).to_contain_text("There is no project NEW")
    expect(page.locator("#id_project")).to_have_value("")
    page.get_by_role("link", name="Take this rule").first.press("Enter")
    expect(template).to_have_value(OWN_TEMPLATE)
    expect(page.locator("#id_name")).to_have_value("Mine")
    expect(page.locator("#id_project")).to_have_value(str(narval.pk))
    where = "NARVAL / ep02 / sq040 / sh0120 / compo"
    expect(page.locator("#try-answer li.is-well")).to_contain_text(where)

    # What is wrong is said at its field, and all of a long template is seen.
    folders.fill("{scene}/{shot}")
    expect(page.locator("#id_folder_template_wrong")).to_contain_text("{scene} is not a token")
    expect(folders).to_have_attribute("aria-invalid", "true")
    expect(template).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#try-answer")).to_contain_text("Folders on Frame.io: {scene}")
    folders.fill("{sequence}/{shot}")
    expect(page.locator("#id_folder_template_wrong")).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 800})
    assert template.evaluate("box => box.clientHeight >= box.scrollHeight && box.scrollHeight > 40")
    page.locator("#taken").get_by_role("button", name="Save").click()
    page.wait_for_url("**/namingrule/")
    saved = NamingRule.objects.get()
    assert (saved.name, saved.template) == ("Mine", OWN_TEMPLATE)
    assert saved.folder_template == "{sequence}/{shot}"


def test_save_beside_a_proposal_that_nobody_took_takes_it_first(
    page: Page, project: Project
) -> None:
    page.goto("/admin/pipeline/namingrule/add/")
    page.get_by_label("Paste one of your file names").fill(OWN)
    expect(page.get_by_role("link", name="Take this rule")).to_be_visible()
    page.locator("input.default[name=_save]").click()
    expect(page.locator("#id_template")).to_have_value(OWN_TEMPLATE)
    expect(page.get_by_text("It stands in the form below.")).to_be_visible()
    assert not NamingRule.objects.exists()
    page.locator("input.default[name=_save]").click()
    page.wait_for_url("**/namingrule/")
    assert NamingRule.objects.get().template == OWN_TEMPLATE


def test_a_slip_is_mended_for_all_files_that_have_it(
    page: Page, jobs: dict[str, UploadJob]
) -> None:
    page.goto("/")
    page.get_by_role("link", name="Held names").first.click()
    page.get_by_role("button", name="Send all 2 as anim").click()
    expect(page.get_by_text("2 uploads are queued.")).to_be_visible()
    expect(page.get_by_text("is “anim” meant?")).to_have_count(0)
    job = UploadJob.objects.get(name=NAMES[1])
    assert (job.state, job.destination) == ("pending", ["00413", "anim"])
