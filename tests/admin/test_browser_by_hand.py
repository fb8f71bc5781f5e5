"""In a real browser: a name that no rule reads is filled in by hand, and an upload put right."""

import pytest
from playwright.sync_api import Page, expect

from pipeline import intake
from pipeline.models import Delivery, NamingRule, Project, SourceFile, UploadJob, WatchedFolder
from tests.admin.browsing import before_its_script, complaints_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EPISODIC = "{project}_ep{episode:2d}_sq{sequence:3d}_sh{shot:4d}_{task}_v{version:3d}.{ext}"
SHORT = "NARVAL_ep02_sq040_sh130_compo_v001.mov"


@pytest.fixture
def folder(transactional_db: None) -> WatchedFolder:
    narval = Project.objects.create(code="NARVAL", name="Narval", frameio_project_id="p")
    NamingRule.objects.create(
        name="Shots",
        template="{project}_{shot}_{task}_v{version}.{ext}",
        folder_template="{shot}/{task}",
    )
    NamingRule.objects.create(
        name="Narval shots",
        project=narval,
        template=EPISODIC,
        folder_template="ep{episode}/sq{sequence}/sh{shot}",
    )
    return WatchedFolder.objects.create(path="/mnt/narval", project=narval)


def came_in(name: str, folder: WatchedFolder) -> UploadJob:
    source = SourceFile.objects.create(
        folder=folder, key=name, raw_path=name.encode(), size=7, mtime_ns=1, state="taken"
    )
    return intake.take_in(source, project=folder.project, who="watcher")


def test_a_name_is_filled_in_and_later_put_right(page: Page, folder: WatchedFolder) -> None:
    job = came_in(SHORT, folder)
    came_in("NARVALL_ep02_sq040_sh0150_compo_v001.mov", folder)
    came_in("final_test.mov", folder)
    complaints = complaints_of(page)
    page.goto("/admin/pipeline/uploadjob/held/")
    expect(page.get_by_role("button", name="Send it as NARVAL")).to_be_visible()
    short = page.locator(".held-group .row").filter(has_text=SHORT)
    expect(short).to_contain_text('Narval shots: "sh130"')
    short.get_by_role("link", name="Fill in by hand…").click()
    goes_to = page.locator("#goes-to")
    expect(page.get_by_label("Shot")).to_have_value("0130")
    expect(goes_to).to_contain_text("NARVAL / ep02 / sq040 / sh0130")
    page.get_by_label("Shot").fill("131")
    expect(goes_to).to_contain_text("exactly 4 digits here. Is “0131” meant?")
    page.get_by_role("button", name="Send it").click()
    expect(page.locator(".form-row.errors")).to_contain_text("“131” does not fit")
    page.get_by_label("Shot").fill("0131")
    expect(goes_to).to_contain_text("sh0131")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text(f"{SHORT} is queued.")).to_be_visible()

    UploadJob.objects.filter(pk=job.pk).update(state=UploadJob.State.DONE)
    Delivery.objects.create(job=job, integration="frameio", done=True, remote_id="f", shot="s")
    page.goto(f"/admin/pipeline/uploadjob/{job.pk}/change/")
    expect(page.get_by_text("filled in by nora")).to_be_visible()
    page.get_by_role("link", name="Put right…").click()
    expect(page.get_by_label("Shot")).to_have_value("0131")
    page.get_by_label("Shot").fill("0130")
    expect(goes_to).to_contain_text("sh0130")
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("is queued, to be moved.")).to_be_visible()
    job.refresh_from_db()
    assert (job.state, job.destination) == ("pending", ["ep02", "sq040", "sh0130"])
    assert job.deliveries.get().memory["arrived"]["id"] == "f"

    page.goto("/admin/pipeline/uploadjob/held/")
    left = page.locator(".held-group .row").filter(has_text="final_test.mov")
    left.get_by_role("button", name="Leave it").click()
    expect(page.get_by_text("1 file is left where it is.")).to_be_visible()
    page.goto("/admin/pipeline/sourcefile/")
    mistyped = page.locator("#result_list tr").filter(has_text="NARVALL")
    expect(mistyped.locator(".badge")).to_have_text("held")
    assert complaints == []


def test_what_was_typed_before_the_page_was_ready_is_looked_at(
    page: Page, folder: WatchedFolder
) -> None:
    job = came_in(SHORT, folder)
    with before_its_script(page, f"/admin/pipeline/uploadjob/{job.pk}/by-hand/", "goes_to.js"):
        page.get_by_label("Shot").fill("131")
    expect(page.locator("#goes-to")).to_contain_text("Is “0131” meant?")


def test_where_it_goes_is_not_told_when_it_cannot_be_looked_at(
    page: Page, folder: WatchedFolder
) -> None:
    job = came_in(SHORT, folder)
    page.goto(f"/admin/pipeline/uploadjob/{job.pk}/by-hand/")
    goes_to = page.locator("#goes-to")
    expect(goes_to).to_contain_text("sh0130")
    page.route("**/by-hand/", lambda route: route.abort())
    page.get_by_label("Shot").fill("131")
    expect(goes_to).to_be_hidden()
    page.unroute("**/by-hand/")
    page.get_by_label("Shot").fill("0131")
    expect(goes_to).to_contain_text("sh0131")
