"""The watched folder: its first look, a mount that goes, files that go, settings that change."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from lucidlink.mount import Carrier
from pipeline import file_actions, ledger
from pipeline.models import UploadJob, WatchedFolder
from tests.watching.conftest import GOOD, OWN_DISK, Desk, Mount, jobs, row, states


@contextmanager
def refusing(name: str) -> Iterator[None]:
    """A folder that answers EIO, which no permission does to root."""
    real = os.open
    refused = {name: OSError(errno.EIO, "Input/output error")}

    def opened(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if path in refused:
            raise refused[path]
        return real(path, flags, mode, dir_fd=dir_fd)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", opened)
        yield


# --- The first look -------------------------------------------------------------------------------


def test_what_was_there_before_is_left_alone(
    desk: Desk, mount: Mount, baseline: WatchedFolder
) -> None:
    mount.put("old.mov")
    desk.settle()
    mount.put(GOOD)
    desk.settle()
    assert states() == {"old.mov": "baseline", GOOD: "taken"}
    assert jobs() == [(GOOD, 6)]
    baseline.refresh_from_db()
    assert baseline.there_before == 1


def test_it_is_left_alone_after_a_restart_too(
    desk: Desk, mount: Mount, baseline: WatchedFolder
) -> None:
    mount.put("old.mov")
    desk.look()
    desk.restart().settle()
    assert jobs() == []


def test_new_content_of_an_old_file_is_sent(
    desk: Desk, mount: Mount, baseline: WatchedFolder
) -> None:
    mount.put(GOOD)
    desk.look()
    mount.change(GOOD, b"second version")
    desk.settle()
    assert jobs() == [(GOOD, 14)]


def test_an_old_file_that_goes_and_comes_back_is_left_alone(
    desk: Desk, mount: Mount, baseline: WatchedFolder
) -> None:
    old = mount.put("old.mov")
    desk.look()
    old.rename(mount.root / "old.hidden")
    desk.settle()
    (mount.root / "old.hidden").rename(old)
    desk.settle()
    assert states() == {"old.mov": "baseline"}
    assert jobs() == []


def test_the_first_look_counts_only_when_it_saw_everything(
    desk: Desk, mount: Mount, baseline: WatchedFolder
) -> None:
    mount.put("bad/old.mov")
    mount.put("good/old.mov")
    with refusing("bad"):
        desk.settle()
    baseline.refresh_from_db()
    assert states() == {}
    assert "Nothing is sent before the first look has seen everything." in baseline.state_reason
    desk.settle()
    assert states() == {"bad/old.mov": "baseline", "good/old.mov": "baseline"}
    assert jobs() == []


def test_of_two_first_looks_the_earlier_one_counts(
    desk: Desk, mount: Mount, baseline: WatchedFolder
) -> None:
    desk.look()
    mount.put(GOOD)
    assert not ledger.take_baseline(baseline, [])
    desk.settle()
    assert jobs() == [(GOOD, 6)]


def test_a_first_look_at_a_folder_that_is_away_does_not_count(
    desk: Desk, mount: Mount, baseline: WatchedFolder
) -> None:
    mount.put("old.mov")
    mount.go()
    desk.settle()
    mount.come_back()
    desk.settle()
    assert states() == {"old.mov": "baseline"}


# --- A mount that goes ----------------------------------------------------------------------------


def test_a_mount_that_goes_changes_nothing_but_the_folders_state(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.put("A/one.mov")
    desk.settle()
    mount.put("A/two.mov")
    desk.look()
    before = states()
    mount.go()
    desk.settle()
    desk.settle()
    folder.refresh_from_db()
    assert folder.online is False
    assert "it is not there" in folder.state_reason
    assert states() == before
    assert row("A/two.mov").reason.startswith("Its folder is away: ")


def test_since_when_it_is_away_stays_as_it_was(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.go()
    desk.settle()
    folder.refresh_from_db()
    since = folder.state_since
    desk.settle()
    folder.refresh_from_db()
    assert folder.state_since == since
    assert since is not None


def test_of_two_watchers_one_says_that_it_is_away(folder: WatchedFolder) -> None:
    assert ledger.note_state(folder, online=False, reason="gone")
    assert not ledger.note_state(folder, online=False, reason="gone")


def test_it_goes_on_where_it_was_when_the_mount_is_back(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.put("A/one.mov")
    desk.settle()
    mount.put("A/two.mov")
    desk.look()
    mount.go()
    desk.settle()
    mount.come_back()
    desk.look(6)
    desk.settle()
    folder.refresh_from_db()
    assert folder.online is True
    assert folder.state_reason == ""
    assert jobs() == [("one.mov", 6), ("two.mov", 6)]


def test_an_empty_mount_point_is_no_deletion(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.put(GOOD)
    desk.settle()
    mount.go()
    mount.root.mkdir()
    desk.settle()
    desk.settle()
    folder.refresh_from_db()
    assert folder.online is False
    assert states() == {GOOD: "taken"}


def test_it_says_offline_and_online_once(desk: Desk, mount: Mount, folder: WatchedFolder) -> None:
    desk.look()
    mount.go()
    desk.settle()
    mount.come_back()
    desk.settle()
    assert [line.split(".")[0] for line in desk.said] == [
        f"{mount.root} is online",
        f"{mount.root} is OFFLINE",
        f"{mount.root} is online",
    ]


def test_one_folder_away_does_not_disturb_another(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    WatchedFolder.objects.create(path=str(mount.root.parent / "nowhere"))
    mount.put(GOOD)
    desk.settle()
    assert jobs() == [(GOOD, 6)]


# --- Files that go --------------------------------------------------------------------------------


def test_a_file_has_vanished_after_two_passes_and_a_minute_without_it(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    clip = mount.put(GOOD)
    desk.settle()
    clip.unlink()
    desk.look()
    assert row().state == "taken"
    desk.look(59)
    assert row().state == "taken"
    desk.look()
    assert row().state == "vanished"
    assert UploadJob.objects.get().state == "pending"


def test_a_file_missing_from_one_pass_alone_has_not_vanished(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    clip = mount.put(GOOD)
    desk.settle()
    clip.rename(mount.root / "x.hidden")
    desk.look()
    (mount.root / "x.hidden").rename(clip)
    desk.look()
    clip.rename(mount.root / "x.hidden")
    desk.look()
    assert row().state == "taken"


def test_a_vanished_file_that_comes_back_is_not_sent_again(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    clip = mount.put(GOOD)
    desk.settle()
    clip.rename(mount.root / "x.hidden")
    desk.settle()
    desk.look(60)
    assert states() == {GOOD: "vanished"}
    (mount.root / "x.hidden").rename(clip)
    desk.settle()
    assert states() == {GOOD: "taken"}
    assert jobs() == [(GOOD, 6)]


def test_nobody_is_asked_about_a_held_file_that_is_gone(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    clip = mount.put("holiday.mov")
    desk.settle()
    assert UploadJob.objects.get().state == "waiting"
    clip.rename(mount.root / "x.hidden")
    desk.settle()
    desk.look(60)
    job = UploadJob.objects.get()
    assert (job.state, job.reason.partition(".")[0]) == (
        "cancelled",
        "The file is no longer there",
    )
    (mount.root / "x.hidden").rename(clip)
    desk.settle()
    assert UploadJob.objects.get().state == "pending"


def test_a_held_file_that_is_renamed_after_it_was_missed_is_read_again(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    clip = mount.put("holiday.mov")
    desk.settle()
    clip.rename(mount.root / "x.hidden")
    desk.settle()
    desk.look(60)
    (mount.root / "x.hidden").rename(mount.root / GOOD)
    desk.settle()
    assert [(job.name, job.state) for job in UploadJob.objects.all()] == [(GOOD, "pending")]


def test_a_file_that_vanishes_while_it_settles_is_sent_when_it_comes_back(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    clip = mount.put(GOOD)
    desk.look()
    clip.rename(mount.root / "x.hidden")
    desk.settle()
    desk.look(60)
    assert states() == {GOOD: "vanished"}
    (mount.root / "x.hidden").rename(clip)
    desk.settle()
    assert jobs() == [(GOOD, 6)]


def test_an_unreadable_folder_keeps_its_files(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.put("bad/a.mov")
    mount.put("good/b.mov")
    desk.settle()
    with refusing("bad"):
        desk.settle()
        mount.put("good/new.mov")
        desk.settle()
    folder.refresh_from_db()
    assert folder.online is True
    assert "bad for one: the mount gives read errors" in folder.state_reason
    assert states() == {"bad/a.mov": "taken", "good/b.mov": "taken", "good/new.mov": "taken"}


def test_the_reason_goes_when_the_folder_can_be_read_again(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.put("bad/a.mov")
    with refusing("bad"):
        desk.settle()
    desk.settle()
    folder.refresh_from_db()
    assert folder.state_reason == ""


# --- Settings that change, and what it costs ------------------------------------------------------


def test_files_of_a_type_no_longer_watched_have_not_vanished(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.put("sent.mov")
    desk.settle()
    mount.put("waits.mov")
    desk.look()
    WatchedFolder.objects.update(extensions="mp4")
    desk.settle()
    assert states() == {"sent.mov": "taken", "waits.mov": "settling"}
    assert "not one of those watched for" in row("waits.mov").reason


def test_a_change_in_the_admin_acts_at_once(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.put("a.exr")
    desk.settle()
    WatchedFolder.objects.update(extensions="exr")
    desk.settle()
    assert jobs() == [("a.exr", 6)]


def test_a_longer_quiet_time_counts_for_files_that_already_wait(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.put(GOOD)
    desk.look()
    WatchedFolder.objects.update(quiet_seconds=60)
    desk.look(30)
    assert jobs() == []
    desk.look(31)
    assert jobs() == [(GOOD, 6)]


def test_a_folder_switched_off_is_not_looked_at(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    WatchedFolder.objects.update(active=False)
    mount.put(GOOD)
    desk.settle()
    assert states() == {}
    assert desk.said == []


def test_an_unchanged_pass_asks_the_database_for_the_folders_alone(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.put(GOOD)
    desk.settle()
    desk.look(2.4)
    with CaptureQueriesContext(connection) as asked:
        desk.look(2.4)  # before a heartbeat is due
    assert len(asked) == 1


def test_the_last_look_is_written_down(desk: Desk, mount: Mount, folder: WatchedFolder) -> None:
    mount.put(GOOD)
    desk.look()
    folder.refresh_from_db()
    assert folder.files_seen == 1
    assert folder.last_pass_at is not None
    assert folder.last_pass_seconds is not None
    first = folder.last_pass_at
    desk.look(11)
    folder.refresh_from_db()
    assert folder.last_pass_at > first


def test_a_database_that_was_away_costs_nothing_but_time(
    desk: Desk, mount: Mount, folder: WatchedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise OperationalError("could not connect to server")

    mount.put(GOOD)
    desk.look()
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "settling", away)
        with pytest.raises(OperationalError):
            desk.look(11)
    desk.watching.forget()
    desk.settle()
    assert jobs() == [(GOOD, 6)]


def test_a_fault_in_one_folder_rests_that_folder_alone(
    desk: Desk,
    mount: Mount,
    folder: WatchedFolder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def faulty(*_args: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    mount.put(GOOD)
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "add", faulty)
        desk.look()
    assert "the look failed" in caplog.text
    assert desk.watching.due_in() > 0
    desk.look(31)
    desk.settle()
    assert jobs() == [(GOOD, 6)]


# --- Which mount it is on -------------------------------------------------------------------------

LUCID = Carrier("/mnt/lucid", "fuse.lucidfs")
ELSEWHERE = Carrier("/media/dmpfs/films", "fuse.lucid3")


def test_a_mount_that_was_there_once_is_missed_by_every_watcher(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    desk.carrier = LUCID
    desk.look()
    folder.refresh_from_db()
    assert (folder.mount_point, folder.mount_kind) == LUCID
    again = desk.restart()
    mount.put(GOOD)
    again.settle()
    folder.refresh_from_db()
    assert not folder.online
    assert "/mnt/lucid (fuse.lucidfs)" in folder.state_reason
    assert jobs() == []
    again.carrier = LUCID
    again.look(60)
    again.settle()
    assert jobs() == [(GOOD, 6)]


def test_the_first_sight_of_a_mount_does_not_begin_the_watching_anew(
    desk: Desk, folder: WatchedFolder
) -> None:
    desk.carrier = LUCID
    desk.look()
    watches = desk.watching.watches
    desk.settle()
    assert desk.watching.watches == watches


def test_a_folder_that_has_to_be_on_a_mount_is_offline_on_the_own_disk(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    WatchedFolder.objects.update(local=False)
    mount.put(GOOD)
    desk.settle()
    folder.refresh_from_db()
    assert not folder.online
    assert jobs() == []


def test_a_folder_without_its_marker_file_is_offline_until_it_is_back(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    WatchedFolder.objects.update(marker=".postflow")
    mount.put(GOOD)
    desk.settle()
    assert jobs() == []
    mount.put(".postflow")
    desk.look(60)
    desk.settle()
    assert jobs() == [(GOOD, 6)]


def other_mount(folder: WatchedFolder) -> Carrier:
    folder.refresh_from_db()
    return Carrier(folder.other_mount_point, folder.other_mount_kind)


def test_another_mount_in_its_place_is_offered_and_taken_on_a_persons_word(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.put(GOOD)
    desk.carrier = LUCID
    desk.settle()
    desk.carrier = ELSEWHERE
    mount.put("new.mov")
    desk.settle()
    assert other_mount(folder) == ELSEWHERE
    assert jobs() == [(GOOD, 6)]
    file_actions.accept_mount(folder, *ELSEWHERE)
    desk.settle()
    assert other_mount(folder) == Carrier("", "")
    assert folder.online
    assert (folder.mount_point, folder.mount_kind) == ELSEWHERE
    assert jobs() == [(GOOD, 6), ("new.mov", 6)]


def test_what_is_offered_goes_when_the_old_mount_is_back(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    desk.carrier = LUCID
    desk.look()
    desk.carrier = ELSEWHERE
    desk.settle()
    desk.carrier = LUCID
    desk.look(60)
    assert other_mount(folder) == Carrier("", "")
    with pytest.raises(file_actions.ActionRefused, match="has just changed"):
        file_actions.accept_mount(folder, *ELSEWHERE)


def test_a_mount_nobody_was_shown_is_not_taken(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    desk.carrier = LUCID
    desk.look()
    desk.carrier = ELSEWHERE
    desk.settle()
    with pytest.raises(file_actions.ActionRefused):
        file_actions.accept_mount(folder, "/mnt/third", "fuse.lucidfs")
    with pytest.raises(file_actions.ActionRefused):
        file_actions.accept_mount(folder, "", "")
    assert other_mount(folder) == ELSEWHERE


def test_the_own_disk_is_never_offered_in_place_of_a_mount(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    desk.carrier = LUCID
    desk.look()
    desk.carrier = OWN_DISK
    desk.settle()
    assert other_mount(folder) == Carrier("", "")


# --- Saved while the first look was still to come -------------------------------------------------


def dated(path: Path, seconds: float) -> None:
    os.utime(path, (seconds, seconds))


def test_a_file_saved_after_its_folder_was_is_new_though_the_first_look_finds_it(
    desk: Desk, mount: Mount, baseline: WatchedFolder
) -> None:
    since = baseline.watched_since.timestamp()
    desk.wall = since + 60
    for name, age in {"old.mov": -60, "copied.mov": -9_000, "ahead.mov": 3_600}.items():
        dated(mount.put(name), since + age)
    dated(mount.put(GOOD), since + 5)
    desk.settle()
    assert states() == {
        "old.mov": "baseline",
        "copied.mov": "baseline",  # a copy that keeps its date
        "ahead.mov": "baseline",  # by a clock that is ahead, and so proves nothing
        GOOD: "taken",
    }
    assert [name for name, _size in jobs()] == [GOOD]


def test_what_was_there_before_goes_up_on_a_persons_word(
    desk: Desk, mount: Mount, baseline: WatchedFolder
) -> None:
    mount.put(GOOD)
    mount.put("UNDLM_010_020_comp_v002.mov")
    desk.settle()
    assert jobs() == []
    assert file_actions.send_what_was_there(baseline, "nora") == 2
    desk.settle()
    assert len(jobs()) == 2


def test_a_folder_that_was_inactive_is_watched_since_it_is_active(baseline: WatchedFolder) -> None:
    before = baseline.watched_since
    baseline.active = True
    file_actions.save_changes(baseline, ["active"])
    assert baseline.watched_since > before
