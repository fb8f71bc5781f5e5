"""Choosing a folder of the server for a form: how far one gets, and that nothing typed is lost."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from pipeline import browsing
from pipeline.models import NamingRule, Project, SourceFile, WatchedFolder
from tests.admin.browsing import before_its_script, chromium, page_of
from tests.admin.conftest import MakeJob

CHOOSE = "/admin/pipeline/watchedfolder/choose/"
ADD = "/admin/pipeline/watchedfolder/add/"
DELIVERY = "/admin/pipeline/project/choose/"


@pytest.fixture
def mount(db: None, tmp_path: Path, settings: Settings) -> Path:
    """Two folders may be looked through: this one, and none beside it."""
    mount = tmp_path / "mount"
    for name in ("renders/SC010", "renders/SC020", "plates", ".trash"):
        (mount / name).mkdir(parents=True)
    (mount / "notes.txt").write_text("no folder")
    (tmp_path / "secret" / "deeper").mkdir(parents=True)
    settings.ALLOWED_ROOTS = [str(mount)]
    return mount


def inside(client: Client, at: object, page: str = CHOOSE) -> list[str]:
    answer = client.get(page, {"at": str(at)})
    assert answer.status_code == 200
    return [str(link.path) for link in answer.context["inside"]]


def test_one_walks_from_the_roots_into_their_folders(nora: Client, mount: Path) -> None:
    assert inside(nora, "") == [str(mount)]
    assert inside(nora, mount) == [str(mount / "plates"), str(mount / "renders")]
    assert inside(nora, mount / "renders" / "SC010") == []
    page = nora.get(CHOOSE, {"at": str(mount / "renders")})
    assert [link.path for link in page.context["above"]] == [mount, mount / "renders"]


def test_a_watched_folder_may_be_looked_through_too(
    nora: Client, mount: Path, tmp_path: Path
) -> None:
    WatchedFolder.objects.create(path=str(tmp_path / "secret"))
    assert inside(nora, tmp_path / "secret") == [str(tmp_path / "secret" / "deeper")]


@pytest.mark.parametrize(
    "way", ["{0}/..", "{0}/../secret", "{0}/renders/../../secret", "{0}/out", "{0}/out/deeper"]
)
def test_no_way_leads_out(nora: Client, mount: Path, way: str) -> None:
    (mount / "out").symlink_to(mount.parent / "secret")
    assert inside(nora, way.format(mount)) == [str(mount)]


@pytest.mark.parametrize("text", ["/", "/etc", "renders", "a\0b", "{0}\0/renders", "{0}-other"])
def test_what_is_not_allowed_is_not_told_of(nora: Client, mount: Path, text: str) -> None:
    Path(f"{mount}-other").mkdir()
    (Path(f"{mount}-other") / "deeper").mkdir()
    assert inside(nora, text.format(mount)) == [str(mount)]


def test_a_link_is_offered_when_it_stays_inside(nora: Client, mount: Path) -> None:
    (mount / "today").symlink_to(mount / "renders")
    (mount / "out").symlink_to(mount.parent / "secret")
    assert inside(nora, mount) == [str(mount / each) for each in ("plates", "renders", "today")]


def test_a_folder_that_is_gone_says_so(nora: Client, mount: Path) -> None:
    page = nora.get(CHOOSE, {"at": str(mount / "gone")}).content.decode()
    assert "cannot be looked into: it is not there" in page


def test_nothing_allowed_says_what_to_do(nora: Client, settings: Settings) -> None:
    settings.ALLOWED_ROOTS = []
    assert "No folder may be looked through yet" in nora.get(CHOOSE).content.decode()


def test_it_says_that_others_may_be_typed_and_who_lists_these(
    nora: Client, mount: Path, settings: Settings
) -> None:
    page = nora.get(CHOOSE).content.decode()
    assert "Any other folder may be watched, too: close this and type its path." in page
    assert "ALLOWED_ROOTS" in page
    assert "Any other folder" not in nora.get(CHOOSE, {"at": str(mount)}).content.decode()
    settings.DELIVERY_ROOTS = [str(mount)]
    delivery = nora.get(DELIVERY).content.decode()
    assert "DELIVERY_ROOTS" in delivery
    assert "Any other folder" not in delivery


def test_a_mount_that_hangs_is_waited_for_no_longer_than_that(mount: Path) -> None:
    hanging = threading.Event()

    @contextmanager
    def listing(_path: Path) -> Iterator[Iterator["os.DirEntry[str]"]]:
        hanging.wait()
        yield iter(())

    found = browsing.browse(str(mount), [mount], [mount], 0.01, listing)
    hanging.set()
    assert "does not answer" in found.remark


def test_very_many_folders_are_capped_in_words(mount: Path, settings: Settings) -> None:
    many = mount / "many"
    many.mkdir()
    for number in range(browsing.FOLDERS_AT_MOST + 1):
        (many / f"{number:04}").mkdir()
    found = browsing.browse(str(many), [mount], [mount])
    assert len(found.inside) == browsing.FOLDERS_AT_MOST
    assert found.remark == "The first 500 of 501 folders. Type the path of another one."


def test_of_more_entries_than_are_looked_at_it_is_said(
    mount: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "ENTRIES_AT_MOST", 2)
    assert "more than 2 entries" in browsing.browse(str(mount), [mount], [mount]).remark


def test_a_delivery_folder_is_chosen_below_its_own_roots(
    nora: Client, mount: Path, tmp_path: Path, settings: Settings
) -> None:
    settings.DELIVERY_ROOTS = [str(tmp_path / "secret")]
    assert inside(nora, "", DELIVERY) == [str(tmp_path / "secret")]
    assert inside(nora, mount, DELIVERY) == [str(tmp_path / "secret")]


def test_what_was_typed_comes_back_with_the_folder(nora: Client, mount: Path) -> None:
    project = Project.objects.create(code="UNDLM", name="Undertow")
    typed = {
        "path": str(mount),
        "project": str(project.pk),
        "first_pass": "send",
        "extensions": "mov exr",
        "quiet_seconds": "77",
        "moves_are_new": "on",
        "csrfmiddlewaretoken": "secret",
        "_save": "",
    }
    sent = nora.post(CHOOSE, typed)
    assert "csrfmiddlewaretoken" not in sent.headers["Location"]
    page = nora.get(sent.headers["Location"])
    chosen = next(link.choose for link in page.context["inside"] if link.path.name == "renders")
    form = nora.get(chosen).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    assert values["path"] == str(mount / "renders")
    assert (values["quiet_seconds"], values["extensions"]) == ("77", "mov exr")
    assert (values["project"], values["first_pass"]) == (str(project.pk), "send")
    assert (values["moves_are_new"], values["active"]) == (True, False)  # it was not ticked
    assert not WatchedFolder.objects.exists()


def test_one_comes_back_to_the_page_of_the_folder_that_is_changed(
    nora: Client, mount: Path
) -> None:
    folder = WatchedFolder.objects.create(path=str(mount / "plates"))
    sent = nora.post(CHOOSE, {"of": folder.pk, "path": str(mount)})
    back = nora.get(sent.headers["Location"]).context["back"]
    assert urlsplit(back).path == f"/admin/pipeline/watchedfolder/{folder.pk}/change/"
    assert parse_qs(urlsplit(back).query)["path"] == [str(mount)]


# --- Trying a folder ------------------------------------------------------------------------------

TRY = "/admin/pipeline/watchedfolder/try/"


@pytest.fixture
def renders(mount: Path, project: Project, settings: Settings) -> Path:
    settings.FRAMEIO_DEFAULT_PROJECT_ID = "remote-1"
    NamingRule.objects.create(name="Episodic")
    renders = mount / "renders"
    for name in ("UNDLM_SC010_SH0010_comp_v003.mov", "SC020/UNDLM_SC020_SH0010_comp_v001.mov"):
        _put(renders / name)
    _put(renders / "holiday.mov")
    _put(renders / "empty_UNDLM.mov", b"")
    _put(renders / "readme.txt")
    return renders


def _put(path: Path, content: bytes = b"frames") -> None:
    path.write_bytes(content)
    os.utime(path, (1_700_000_000, 1_700_000_000))


def form_of(path: Path, **changed: str) -> dict[str, str]:
    form = {"path": str(path), "active": "on", "first_pass": "send", "quiet_seconds": "10"}
    return {**form, "extensions": "mov", "ignore": "", **changed}


def test_a_new_folder_is_tried_before_it_is_saved(nora: Client, renders: Path) -> None:
    answer = nora.post(TRY, {**form_of(renders), "script": "1"})
    page, trial = answer.content.decode(), answer.context["trial"]
    assert {str(fate): count for fate, count in trial.counts.items()} == {
        "sent": 2,
        "held": 1,
        "waits": 1,
    }
    assert "4 files are watched for." in page
    assert "1 other is of another type" in page
    assert "UNDLM / SC010 / SH0010 / comp" in page
    assert [file.name for file in trial.unread_shown] == ["empty_UNDLM.mov", "holiday.mov"]
    assert "<html" not in page
    assert not WatchedFolder.objects.exists()
    assert not SourceFile.objects.exists()


def test_what_would_be_left_alone_is_told_as_that(nora: Client, renders: Path) -> None:
    trial = nora.post(TRY, form_of(renders, first_pass="baseline")).context["trial"]
    assert dict(trial.counts) == {"left": 4}


def test_a_watched_folder_is_tried_by_what_is_known_of_its_files(
    nora: Client, renders: Path, make_job: MakeJob
) -> None:
    folder = WatchedFolder.objects.create(path=str(renders), first_pass_done=True)
    name = "UNDLM_SC010_SH0010_comp_v003.mov"
    dated = (renders / name).stat()
    SourceFile.objects.create(
        folder=folder,
        key=name,
        raw_path=name.encode(),
        size=dated.st_size,
        mtime_ns=dated.st_mtime_ns,
        state=SourceFile.State.TAKEN,
    )
    form = {**form_of(renders, quiet_seconds="77"), "of": str(folder.pk), "local": "on"}
    trial = nora.post(TRY, form).context["trial"]
    assert (trial.counts["known"], trial.counts["sent"]) == (1, 1)
    folder.refresh_from_db()
    assert folder.quiet_seconds == 10  # tried, not saved


def test_a_folder_that_is_not_there_says_so(nora: Client, mount: Path) -> None:
    page = nora.post(TRY, form_of(mount / "gone")).content.decode()
    assert "The folder cannot be read" in page


def test_what_is_wrong_with_the_form_is_said_with_it(nora: Client, renders: Path) -> None:
    page = nora.post(TRY, form_of(Path("renders"), quiet_seconds="soon")).content.decode()
    assert "Give the whole path, from the root." in page
    assert "Enter a whole number." in page


# --- What was there before ------------------------------------------------------------------------


def test_what_was_there_before_is_counted_and_sent_after_all(
    folder: WatchedFolder, nora: Client
) -> None:
    for number in range(3):
        SourceFile.objects.create(
            folder=folder, key=str(number), raw_path=b"a", size=1, mtime_ns=1, state="baseline"
        )
    page = f"/admin/pipeline/watchedfolder/{folder.pk}/"
    assert "3 files were there before" in nora.get(f"{page}change/").content.decode()
    assert "Send 3 files" in nora.get(f"{page}before/").content.decode()
    assert SourceFile.objects.filter(state="baseline").count() == 3
    nora.post(f"{page}before/")
    assert SourceFile.objects.filter(state="settling").count() == 3
    before = folder.ledger_changes
    folder.refresh_from_db()
    assert folder.ledger_changes == before + 1
    assert "were there before" not in nora.get(f"{page}change/").content.decode()
    again = nora.post(f"{page}before/", follow=True).content.decode()
    assert "No file of /no/such/mount is left that was there before." in again


def _file_from_before(folder: WatchedFolder, key: str) -> SourceFile:
    return SourceFile.objects.create(
        folder=folder, key=key, raw_path=key.encode(), size=1, mtime_ns=1, state="baseline"
    )


def test_the_overview_asks_whether_to_send_what_was_there_before(
    folder: WatchedFolder, nora: Client
) -> None:
    file = _file_from_before(folder, "a.mov")
    _file_from_before(folder, "b.mov")
    told = nora.get("/admin/progress.json").json()["version"]
    WatchedFolder.objects.update(there_before=2)
    assert nora.get("/admin/progress.json").json()["version"] != told
    assert "2 files were there before" in nora.get("/").content.decode()
    assert (
        "2 files were there before" in nora.get("/admin/pipeline/watchedfolder/").content.decode()
    )

    nora.post(f"/admin/pipeline/sourcefile/{file.pk}/ignore/")
    assert "1 file was there before" in nora.get("/").content.decode()

    page = f"/admin/pipeline/watchedfolder/{folder.pk}/"
    nora.post(f"{page}before/")
    folder.refresh_from_db()
    assert folder.there_before == 0
    assert SourceFile.objects.get(key="b.mov").state == "settling"


def test_left_where_it_is_nobody_is_asked_again(
    folder: WatchedFolder, nora: Client, paul: Client
) -> None:
    file = _file_from_before(folder, "a.mov")
    WatchedFolder.objects.update(there_before=1)
    page = f"/admin/pipeline/watchedfolder/{folder.pk}/leave/"
    assert "was there before" not in paul.get("/").content.decode()
    assert paul.post(page).status_code == 403
    said = nora.post(page, follow=True).content.decode()
    assert "They stay where they are." in said
    assert "was there before" not in said
    assert "That was answered already" in nora.post(page, follow=True).content.decode()
    file.refresh_from_db()
    assert file.state == "baseline"


def test_pages_of_folders_keep_themselves_fresh(folder: WatchedFolder, nora: Client) -> None:
    for page, part in [("", "watched-folders"), (f"{folder.pk}/change/", "folder-standing")]:
        shown = nora.get(f"/admin/pipeline/watchedfolder/{page}").content.decode()
        assert 'name="postflow-progress"' in shown
        assert f'id="{part}" data-live' in shown


# --- In a browser ---------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_folder_is_chosen_and_tried_with_the_keyboard_and_without_a_script(
    live_server: LiveServer, renders: Path, tmp_path: Path
) -> None:
    nora = User.objects.create_superuser("nora")
    with chromium() as browser:
        with page_of(browser, live_server, nora) as page:
            seen = page.locator(".field-standing .readonly")
            with before_its_script(page, ADD, "folder_look.js"):
                page.get_by_label("Path:").fill(f"{renders}s")
            expect(seen).to_contain_text(f"There is no {renders}s on this machine.")
            page.get_by_label("Path:").fill("")
            page.get_by_label("Quiet time").fill("5")
            page.get_by_role("button", name="Choose…").press("Enter")
            dialog = page.get_by_role("dialog")
            dialog.get_by_role("link", name=str(renders.parent)).press("Enter")
            dialog.get_by_role("link", name="renders").press("Enter")
            expect(dialog.locator("b[aria-current]")).to_have_text("renders")
            dialog.get_by_role("link", name="Choose this folder").press("Enter")
            expect(page.get_by_label("Path:")).to_have_value(str(renders))
            expect(seen).to_contain_text("It is there")
            expect(page.get_by_label("Quiet time")).to_have_value("5")
            page.get_by_role("button", name="Try", exact=True).click()
            answer = page.locator("#try-folder-answer")
            expect(answer).to_contain_text("4 files are watched for.")
        with page_of(browser, live_server, nora, javascript=False) as page:
            page.goto(ADD)
            page.get_by_label("Quiet time").fill("6")
            page.get_by_role("button", name="Choose…").click()
            page.get_by_role("link", name=str(renders.parent)).click()
            page.get_by_role("link", name="renders").click()
            page.get_by_role("link", name="Choose this folder").click()
            expect(page.get_by_label("Path:")).to_have_value(str(renders))
            expect(page.get_by_label("Quiet time")).to_have_value("6")
            page.get_by_label("Path:").press("Enter")
            expect(page).to_have_url(f"{live_server.url}/admin/pipeline/watchedfolder/")
    assert WatchedFolder.objects.get().quiet_seconds == 6
