"""What people do with the watcher's ledger."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from pipeline import intake
from pipeline.models import (
    Delivery,
    NamingRule,
    Project,
    SourceFile,
    UploadJob,
    WatchedFolder,
    Watcher,
)
from tests.admin.conftest import MakeJob
from tests.admin.test_moving_jobs import messages_of

LIST = "/admin/pipeline/sourcefile/"
GOOD = "UNDLM_010_020_comp_v001.mov"


@pytest.fixture
def mount(tmp_path: Path, project: Project, rule: NamingRule) -> WatchedFolder:
    return WatchedFolder.objects.create(path=str(tmp_path), project=project, online=True)


@pytest.fixture
def source(mount: WatchedFolder) -> SourceFile:
    clip = Path(mount.path) / GOOD
    clip.write_bytes(b"frames")
    row = intake.source_for(clip)
    row.state = SourceFile.State.BASELINE
    row.save()
    return row


def act(client: Client, action: str, *sources: SourceFile, **form: str) -> object:
    chosen = [str(source.pk) for source in sources]
    return client.post(LIST, {"action": action, "_selected_action": chosen, "index": "0", **form})


@pytest.mark.parametrize("state", ["baseline", "ignored", "vanished", "settling"])
def test_send_anyway_hands_the_file_over_as_it_is(
    source: SourceFile, nora: Client, state: str
) -> None:
    SourceFile.objects.update(state=state, reason="for some reason", size=1, mtime_ns=1)
    answer = nora.post(f"{LIST}{source.pk}/send/")
    job = UploadJob.objects.get()
    source.refresh_from_db()
    assert (job.state, job.size, job.events.get().who) == ("pending", 6, "nora")
    assert (source.state, source.reason, source.size) == ("taken", "", 6)
    assert messages_of(answer) == ["1 file is handed over."]


def test_send_anyway_refuses_what_is_not_there(source: SourceFile, nora: Client) -> None:
    source.path.unlink()
    answer = nora.post(f"{LIST}{source.pk}/send/")
    assert "cannot be read: it is not there" in messages_of(answer)[0]
    assert not UploadJob.objects.exists()


def test_send_anyway_refuses_an_empty_file(source: SourceFile, nora: Client) -> None:
    source.path.write_bytes(b"")
    assert "empty" in messages_of(nora.post(f"{LIST}{source.pk}/send/"))[0]


def test_send_anyway_sends_no_content_twice(source: SourceFile, nora: Client) -> None:
    intake.take_in(source, project=None, who="watcher")
    UploadJob.objects.update(state="done")
    answer = nora.post(f"{LIST}{source.pk}/send/")
    assert "arrived already" in messages_of(answer)[0]
    assert UploadJob.objects.get().state == "done"


def test_send_anyway_tries_a_failed_one_again(source: SourceFile, nora: Client) -> None:
    intake.take_in(source, project=None, who="watcher")
    UploadJob.objects.update(state="failed")
    nora.post(f"{LIST}{source.pk}/send/")
    assert UploadJob.objects.get().state == "pending"


@pytest.mark.parametrize("hold", ["", "file"])
def test_send_anyway_sends_what_was_cancelled_or_dropped(
    source: SourceFile, nora: Client, hold: str
) -> None:
    intake.take_in(source, project=None, who="watcher")
    UploadJob.objects.update(state="cancelled", hold=hold)
    answer = nora.post(f"{LIST}{source.pk}/send/")
    assert messages_of(answer) == ["1 file is handed over."]
    assert UploadJob.objects.get().state == "pending"


def test_send_anyway_pressed_twice_makes_one_upload(source: SourceFile, nora: Client) -> None:
    nora.post(f"{LIST}{source.pk}/send/")
    nora.post(f"{LIST}{source.pk}/send/")
    assert UploadJob.objects.count() == 1


def test_the_list_sends_many_and_names_those_that_cannot(source: SourceFile, nora: Client) -> None:
    gone = SourceFile.objects.create(
        folder=source.folder, key="gone.mov", raw_path=b"gone.mov", size=1, mtime_ns=1
    )
    answer = act(nora, "send_chosen", source, gone)
    assert messages_of(answer)[0].startswith("gone.mov cannot be read")
    assert messages_of(answer)[1] == "1 file is handed over."


def test_ignored_says_by_whom_and_tells_the_watcher(
    source: SourceFile, nora: Client, mount: WatchedFolder
) -> None:
    nora.post(f"{LIST}{source.pk}/ignore/")
    source.refresh_from_db()
    mount.refresh_from_db()
    assert (source.state, source.reason) == ("ignored", "Ignored by nora.")
    assert mount.ledger_changes == 1


def test_forgetting_asks_first(source: SourceFile, nora: Client) -> None:
    asked = nora.get(f"{LIST}{source.pk}/forget/")
    assert GOOD in asked.content.decode().replace("<wbr>", "")
    assert SourceFile.objects.exists()
    nora.post(f"{LIST}{source.pk}/forget/", {"confirmed": "yes"})
    source.refresh_from_db()
    assert (source.state, source.reason) == ("settling", "To be looked at again, for nora.")


def test_what_no_watcher_looks_at_any_more_is_forgotten_for_good(
    source: SourceFile, nora: Client
) -> None:
    WatchedFolder.objects.update(active=False)
    answer = nora.post(f"{LIST}{source.pk}/forget/", {"confirmed": "yes"})
    assert answer.headers["Location"] == LIST
    assert not SourceFile.objects.exists()


def test_the_list_asks_before_it_forgets(source: SourceFile, nora: Client) -> None:
    asked = act(nora, "forget_chosen", source)
    assert SourceFile.objects.exists()
    assert "Forget this file?" in asked.content.decode()  # type: ignore[attr-defined]
    act(nora, "forget_chosen", source, confirmed="yes")
    assert SourceFile.objects.get().state == "settling"


def test_a_file_with_uploads_is_looked_at_again_and_keeps_them(
    source: SourceFile, nora: Client
) -> None:
    intake.take_in(source, project=None, who="watcher")
    nora.post(f"{LIST}{source.pk}/forget/", {"confirmed": "yes"})
    source.refresh_from_db()
    assert (source.state, source.reason) == ("settling", "To be looked at again, for nora.")
    assert UploadJob.objects.count() == 1


@pytest.mark.parametrize("move", ["send", "ignore", "forget"])
def test_who_may_only_look_can_do_none_of_it(source: SourceFile, move: str) -> None:
    user = User.objects.create_user("vera", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_sourcefile"))
    vera = Client()
    vera.force_login(user)
    assert vera.get(f"{LIST}{source.pk}/change/").status_code == 200
    assert vera.post(f"{LIST}{source.pk}/{move}/").status_code == 403
    act(vera, f"{move}_chosen", source, confirmed="yes")
    assert SourceFile.objects.get().state == "baseline"
    assert b"Send anyway" not in vera.get(f"{LIST}{source.pk}/change/").content.split(b"<ol")[0]


@pytest.mark.parametrize("move", ["send", "ignore"])
def test_nothing_is_done_by_following_a_link(source: SourceFile, nora: Client, move: str) -> None:
    assert nora.get(f"{LIST}{source.pk}/{move}/").status_code == 405


def test_the_page_says_the_same_as_explain(source: SourceFile, nora: Client) -> None:
    page = nora.get(f"{LIST}{source.pk}/change/").content.decode()
    assert "In short:" in page
    assert "Watched folder" in page


def test_where_it_arrived_can_be_opened(make_job: MakeJob, nora: Client) -> None:
    job = make_job(UploadJob.State.DONE)
    Delivery.objects.filter(job=job).update(done=True, url="https://f.io/1")
    page = nora.get(f"{LIST}{job.source_id}/change/").content.decode()
    assert "→ Frame.io</b>" in page
    assert '<a href="https://f.io/1"' in page.split("In short:")[1]


def test_so_does_the_page_of_an_upload(make_job: MakeJob, nora: Client) -> None:
    job = make_job("failed", reason="It was refused.")
    page = nora.get(f"/admin/pipeline/uploadjob/{job.pk}/change/").content.decode()
    assert "It was refused. When that is put right, press Send again." in page


def test_a_held_uploads_reason_stands_in_the_ledgers_list(make_job: MakeJob, nora: Client) -> None:
    make_job("waiting", reason="Its name fits no rule, says the test.")
    assert "says the test" in nora.get(LIST).content.decode()


def test_files_that_wait_for_hours_need_a_person(source: SourceFile, nora: Client) -> None:
    SourceFile.objects.update(
        state="settling",
        reason="It is empty so far.",
        changed_at=timezone.now() - timedelta(hours=5),
    )
    page = nora.get("/").content.decode()
    assert "files waiting for hours" in page
    assert "It is empty so far." in page
    assert len(nora.get(f"{LIST}?waiting=long").context["cl"].result_list) == 1


def test_files_that_wait_for_minutes_do_not(source: SourceFile, nora: Client) -> None:
    SourceFile.objects.update(state="settling", changed_at=timezone.now() - timedelta(hours=3))
    assert "files waiting for hours" not in nora.get("/").content.decode()


# --- Watchers and folders -------------------------------------------------------------------------


def test_the_overview_shows_who_watches(mount: WatchedFolder, nora: Client) -> None:
    WatchedFolder.objects.update(watcher=Watcher.objects.create(node="mac-01/x/4711/1.00"))
    page = nora.get("/").content.decode()
    assert "mac-01 (4711)" in page
    assert "Not answering since" not in page


def test_it_shows_since_when_a_watcher_does_not_answer(mount: WatchedFolder, nora: Client) -> None:
    before = nora.get("/admin/progress.json").json()["version"]
    silent = Watcher.objects.create(
        node="mac-01/x/4711/1.00", seen_at=timezone.now() - timedelta(minutes=3)
    )
    WatchedFolder.objects.update(watcher=silent)
    page = nora.get("/").content.decode()
    assert "Not answering since" in page
    assert "3\xa0minutes ago" in page
    assert nora.get("/admin/progress.json").json()["version"] != before


def test_missing_files_are_written_off_on_a_persons_word(
    mount: WatchedFolder, nora: Client
) -> None:
    page = f"/admin/pipeline/watchedfolder/{mount.pk}/"
    assert "gone for good" not in nora.get(f"{page}change/").content.decode()
    assert "Nothing is missing" in messages_of(nora.post(f"{page}gone/"))[0]
    WatchedFolder.objects.update(missing=11)
    assert "gone for good" in nora.get(f"{page}change/").content.decode()
    assert "gone for good" in nora.get("/").content.decode()
    assert "11 files are not there any more." in nora.get(f"{page}gone/").content.decode()
    assert not WatchedFolder.objects.filter(absence_accepted=True).exists()
    nora.post(f"{page}gone/")
    assert WatchedFolder.objects.filter(absence_accepted=True).count() == 1


def test_who_may_not_change_folders_cannot_write_files_off(
    mount: WatchedFolder, paul: Client
) -> None:
    WatchedFolder.objects.update(missing=11)
    assert paul.post(f"/admin/pipeline/watchedfolder/{mount.pk}/gone/").status_code == 403
    assert not WatchedFolder.objects.filter(absence_accepted=True).exists()


def moved(mount: WatchedFolder) -> str:
    """The folder, with another mount than the one it was on; its page."""
    WatchedFolder.objects.update(
        online=False,
        mount_point="/mnt/old",
        mount_kind="fuse.lucidfs",
        other_mount_point="/media/dmpfs/films",
        other_mount_kind="fuse.lucid3",
    )
    return f"/admin/pipeline/watchedfolder/{mount.pk}/"


def test_a_mount_that_has_moved_is_accepted_on_a_persons_word(
    mount: WatchedFolder, nora: Client
) -> None:
    page = f"/admin/pipeline/watchedfolder/{mount.pk}/"
    assert "Use the mount" not in nora.get(f"{page}change/").content.decode()
    moved(mount)
    assert f'href="{page}mount/"' in nora.get(f"{page}change/").content.decode()
    assert f'href="{page}mount/"' in nora.get("/").content.decode()
    asked = nora.get(f"{page}mount/").content.decode()
    assert "/mnt/old (fuse.lucidfs)" in asked
    assert "/media/dmpfs/films (fuse.lucid3)" in asked
    shown = {"point": "/media/dmpfs/films", "kind": "fuse.lucid3"}
    assert "within seconds" in messages_of(nora.post(f"{page}mount/", shown))[0]
    mount.refresh_from_db()
    assert (mount.mount_point, mount.other_mount_point) == ("/media/dmpfs/films", "")
    history = nora.get(f"{page}history/").content.decode()
    assert "<del>/mnt/old</del>" in history
    assert "<ins>/media/dmpfs/films</ins>" in history


def test_a_mount_that_has_moved_again_since_it_was_shown_is_not_accepted(
    mount: WatchedFolder, nora: Client
) -> None:
    page = moved(mount)
    shown = {"point": "/media/dmpfs/other", "kind": "fuse.lucid3"}
    assert "has just changed" in messages_of(nora.post(f"{page}mount/", shown))[0]
    mount.refresh_from_db()
    assert mount.mount_point == "/mnt/old"


def test_who_may_not_change_folders_cannot_accept_a_mount(
    mount: WatchedFolder, paul: Client
) -> None:
    page = moved(mount)
    assert paul.get(f"{page}mount/").status_code == 403
    assert paul.post(f"{page}mount/").status_code == 403


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"client_linked": False}, "is not linked"),
        ({"client_linked": True, "client_unsent": 4000}, "4.0"),
    ],
)
def test_what_lucidlinks_client_says_is_shown(
    mount: WatchedFolder, nora: Client, columns: dict[str, object], said: str
) -> None:
    pages = ["/", "/admin/pipeline/watchedfolder/", moved(mount) + "change/"]
    quiet = [nora.get(url).content.decode() for url in pages]
    WatchedFolder.objects.update(**columns)
    told = [nora.get(url).content.decode() for url in pages]
    assert all("LucidLink on the watcher" not in text for text in quiet)
    assert all("LucidLink on the watcher" in text and said in text for text in told)
