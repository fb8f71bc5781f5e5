import threading
from collections.abc import Iterator
from contextlib import contextmanager
from os import DirEntry
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from frameio.models import Account
from pipeline.admin.looking import look_at
from pipeline.models import NamingRule, Project, UploadJob, WatchedFolder
from pipeline.roles import Role, give
from tests.admin.conftest import MakeJob, State
from tests.admin.test_remote_projects import PROJECT_ID, known
from tests.frameio.fake import FakeFrameio


def test_a_project_is_made_with_its_account_and_a_pasted_address(
    account: Account, nora: Client, frameio: FakeFrameio
) -> None:
    known(frameio)
    form = {
        "code": "KES",
        "name": "Kestrel",
        "active": "on",
        "integrations": ["frameio"],
        "transfer": "direct",
        "frameio_project_kind": "chosen",
        "frameio_name_template": "{code}",
        "same_name": "hold",
        "comments_for_days": "3",
        "review_access": "secure",
        "review_days": "7",
        "frameio_account": account.pk,
        "frameio_project_id": f"https://next.frame.io/project/{PROJECT_ID}/view/4",
    }
    nora.post("/admin/pipeline/project/add/", form)
    project = Project.objects.get()
    assert project.integrations == ["frameio"]
    assert (project.frameio_account, project.frameio_project_id) == (account.pk, PROJECT_ID)
    assert (project.same_name, project.comments_for_days) == ("hold", 3)
    assert (project.review_access, project.review_days) == ("secure", 7)
    assert not project.stack_versions


def test_a_project_without_a_place_on_frameio_is_saved_with_a_warning(nora: Client) -> None:
    form = {
        "code": "KES",
        "name": "Kestrel",
        "integrations": ["frameio"],
        "transfer": "remote",
        "frameio_project_kind": "chosen",
        "frameio_name_template": "{code}",
        "same_name": "version",
        "comments_for_days": "14",
        "review_days": "14",
    }
    page = nora.post("/admin/pipeline/project/add/", form, follow=True).content.decode()
    assert "Renders of KES are held until its Frame.io project is chosen." in page


def test_choosing_the_frameio_project_sends_what_was_held_for_it(
    make_job: MakeJob, account: Account, nora: Client, frameio: FakeFrameio
) -> None:
    known(frameio)
    held = make_job(State.WAITING, hold="project", reason="UNDLM has no Frame.io project yet.")
    other = make_job(State.WAITING, hold="name")
    url = f"/admin/pipeline/project/{held.project_id}/change/"
    form = {
        "code": "UNDLM",
        "name": "Undertow",
        "active": "on",
        "integrations": ["frameio"],
        "transfer": "direct",
        "frameio_project_kind": "chosen",
        "frameio_name_template": "{code}",
        "same_name": "version",
        "comments_for_days": "14",
        "review_days": "14",
    }
    page = nora.post(url, {**form, "frameio_project_id": PROJECT_ID}, follow=True)
    states = UploadJob.objects.values_list("pk", "state")
    assert dict(states) == {held.pk: State.PENDING, other.pk: State.WAITING}
    assert "1 upload is queued again." in page.content.decode()


def test_a_project_takes_no_integration_that_is_not_there(nora: Client) -> None:
    form = {"code": "KES", "name": "Kestrel", "integrations": ["dropbox"]}
    assert (
        "dropbox is not one of" in nora.post("/admin/pipeline/project/add/", form).content.decode()
    )
    assert not Project.objects.exists()


def test_the_way_to_connect_by_hand_is_found_before_and_after_the_first_account(
    nora: Client,
) -> None:
    way = 'href="/frameio/paste">Connect by hand</a>'
    assert way in nora.get("/admin/frameio/account/").content.decode()
    Account.objects.create(name="Undertow Post")
    assert way in nora.get("/admin/frameio/account/").content.decode()


def test_asking_for_the_projects_of_no_account_is_answered_in_words(nora: Client) -> None:
    told = nora.get("/admin/pipeline/project/remote/?frameio_account=9'9").json()
    assert told["choices"] == []
    assert told["error"].startswith("No Frame.io account is connected.")


def test_an_account_that_needs_a_login_is_answered_in_words(account: Account, nora: Client) -> None:
    Account.objects.update(needs_login=True)
    told = nora.get(f"/admin/pipeline/project/remote/?frameio_account={account.pk}").json()
    assert told["choices"] == []
    assert told["error"]


def test_who_may_change_no_project_may_ask_for_none(paul: Client) -> None:
    assert paul.get("/admin/pipeline/project/remote/?frameio_account=1").status_code == 403


def test_a_project_with_uploads_is_not_deleted(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.DONE)
    url = f"/admin/pipeline/project/{job.project_id}/"
    assert "cannot be deleted" in nora.get(f"{url}change/").content.decode()
    assert nora.post(f"{url}delete/", {"post": "yes"}).status_code == 403


def test_a_folder_with_uploads_is_not_deleted(make_job: MakeJob, nora: Client) -> None:
    make_job(State.DONE)
    url = f"/admin/pipeline/watchedfolder/{WatchedFolder.objects.get().pk}/"
    assert "cannot be deleted" in nora.get(f"{url}change/").content.decode()
    assert nora.post(f"{url}delete/", {"post": "yes"}).status_code == 403


def test_a_folder_without_uploads_is_deleted_with_its_ledger(
    folder: WatchedFolder, nora: Client
) -> None:
    folder.sourcefile_set.create(key="a", raw_path=b"a", size=1, mtime_ns=1, state="baseline")
    nora.post(f"/admin/pipeline/watchedfolder/{folder.pk}/delete/", {"post": "yes"})
    assert not WatchedFolder.objects.exists()


FOLDER = {"first_pass": "baseline", "extensions": "mov", "quiet_seconds": 5}


def test_a_folder_that_is_not_there_is_saved_only_when_a_person_says_so(nora: Client) -> None:
    form = {**FOLDER, "path": "/no/such/place"}
    page = nora.post("/admin/pipeline/watchedfolder/add/", form).content.decode()
    assert "There is no /no/such/place on this machine." in page
    assert 'name="all_the_same"' in page
    assert not WatchedFolder.objects.exists()
    said = {**form, "all_the_same": ""}
    page = nora.post("/admin/pipeline/watchedfolder/add/", said, follow=True).content.decode()
    assert "There is no /no/such/place on this machine." in page
    assert WatchedFolder.objects.get().path == "/no/such/place"


def test_a_folder_that_is_away_is_changed_without_a_question(
    folder: WatchedFolder, nora: Client
) -> None:
    url = f"/admin/pipeline/watchedfolder/{folder.pk}/change/"
    nora.post(url, {**FOLDER, "path": folder.path, "quiet_seconds": 77})
    folder.refresh_from_db()
    assert folder.quiet_seconds == 77
    assert nora.post(url, {**FOLDER, "path": "/no/such/place"}).status_code == 200
    folder.refresh_from_db()
    assert folder.path == "/no/such/mount"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/no/such/place", "There is no /no/such/place on this machine."),
        ("renders", "Give the whole path, from the root."),
        ("/no/such/mount/below", "lies in /no/such/mount, which is watched already"),
        ("/", "It is there"),
        ("/a\0b", "Null characters are not allowed."),
    ],
)
def test_a_path_is_looked_at_while_it_is_typed(
    folder: WatchedFolder, nora: Client, path: str, said: str
) -> None:
    if path == "/":
        WatchedFolder.objects.all().delete()
    answer = nora.post(
        "/admin/pipeline/watchedfolder/look/", {**FOLDER, "path": path, "active": "on"}
    )
    assert said in answer.content.decode()
    assert not WatchedFolder.objects.filter(path=path).exists()


def test_a_folder_on_this_machines_own_disk_may_stay_there(nora: Client, tmp_path: Path) -> None:
    form = {**FOLDER, "path": str(tmp_path)}
    page = nora.post("/admin/pipeline/watchedfolder/add/", form, follow=True).content.decode()
    folder = WatchedFolder.objects.get()
    assert folder.local
    assert f"{tmp_path} is on this machine's own disk." in page
    assert (
        f'href="/admin/pipeline/watchedfolder/{folder.pk}/change/">the folder&#x27;s page' in page
    )


def test_a_folder_on_a_mount_is_missed_when_the_mount_is_away(nora: Client) -> None:
    form = {**FOLDER, "path": "/proc/self"}
    page = nora.post("/admin/pipeline/watchedfolder/add/", form, follow=True).content.decode()
    assert "own disk" not in page
    assert not WatchedFolder.objects.get().local


def test_a_folder_that_is_moved_forgets_its_mount_and_nothing_the_watcher_wrote(
    folder: WatchedFolder, nora: Client, tmp_path: Path
) -> None:
    WatchedFolder.objects.update(mount_point="/mnt/a", mount_kind="fuse.x", files_seen=7)
    url = f"/admin/pipeline/watchedfolder/{folder.pk}/change/"
    kept = {**FOLDER, "path": folder.path, "local": "on", "ignore": ".*"}
    nora.post(url, kept)
    folder.refresh_from_db()
    assert (folder.ignore, folder.mount_point) == (".*", "/mnt/a")
    nora.post(url, {**kept, "path": str(tmp_path)})
    folder.refresh_from_db()
    assert (folder.mount_point, folder.mount_kind, folder.files_seen) == ("", "", 7)


def test_a_relative_folder_is_refused(nora: Client) -> None:
    form = {"path": "renders", "first_pass": "baseline", "extensions": "mov", "quiet_seconds": 5}
    page = nora.post("/admin/pipeline/watchedfolder/add/", form).content.decode()
    assert "Give the whole path, from the root." in page


def test_the_first_pass_cannot_be_chosen_once_it_is_done(
    folder: WatchedFolder, nora: Client
) -> None:
    url = f"/admin/pipeline/watchedfolder/{folder.pk}/change/"
    assert 'type="radio"' in nora.get(url).content.decode()
    WatchedFolder.objects.update(first_pass_done=True)
    assert 'type="radio"' not in nora.get(url).content.decode()


def test_a_rule_that_cannot_be_read_is_refused_in_words(nora: Client) -> None:
    form = {"name": "x", "position": 1, "template": "{project", "folder_template": ""}
    assert nora.post("/admin/pipeline/namingrule/add/", form).status_code == 200
    assert not NamingRule.objects.exists()


def test_a_folder_is_described(tmp_path: Path) -> None:
    (tmp_path / "a.mov").touch()
    assert look_at(tmp_path).sentence == "It is there, with 1 entry."
    assert "is a file" in look_at(tmp_path / "a.mov").sentence
    assert "There is no" in look_at(tmp_path / "b").sentence
    assert not look_at(Path("/a\0b")).there


def test_a_dead_mount_does_not_hold_the_page(tmp_path: Path) -> None:
    answer = threading.Event()

    @contextmanager
    def dead(_path: Path) -> Iterator[Iterator["DirEntry[str]"]]:
        answer.wait()
        yield iter([])

    seen = look_at(tmp_path, dead, patience=0.01)
    answer.set()
    assert not seen.there
    assert "does not answer" in seen.sentence


@pytest.mark.parametrize(
    "path", ["/admin/pipeline/project/add/", "/admin/pipeline/watchedfolder/add/"]
)
def test_set_up_pages_are_not_for_those_who_may_only_look(paul: Client, path: str) -> None:
    assert paul.get(path).status_code == 403


def test_the_only_account_is_chosen_for_a_new_project(account: Account, nora: Client) -> None:
    page = "/admin/pipeline/project/add/"
    assert nora.get(page).context["adminform"].form["frameio_account"].value() == account.pk
    Account.objects.create(name="Another")
    assert nora.get(page).context["adminform"].form["frameio_account"].value() is None


def test_who_may_only_look_reads_a_project_in_words(project: Project, account: Account) -> None:
    user = User.objects.create_user("olga", is_staff=True)
    give(user, Role.OPERATOR)
    olga = Client()
    olga.force_login(user)
    Project.objects.update(frameio_account=account.pk, frameio_project_id="b7-uuid")
    page = olga.get(f"/admin/pipeline/project/{project.pk}/change/").content.decode()
    assert str(account) in page
    for raw in ("{code} · {name}", "[&quot;frameio&quot;]", "delivery_name_template"):
        assert raw not in page
    page = olga.get(f"/admin/frameio/account/{account.pk}/change/").content.decode()
    assert account.email in page
    assert "field-account_id" not in page
    assert "Deleting this account" not in page
