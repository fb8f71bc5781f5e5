"""Content that turns up again: touched, moved, copied, put back. Nothing is sent twice."""

import os
import shutil
from pathlib import Path

import pytest

from pipeline import intake
from pipeline import jobs as moves
from pipeline.models import NamingRule, SourceFile, UploadJob, WatchedFolder
from pipeline.watching.examination import Examined
from tests.watching.conftest import GOOD, Desk, Mount, jobs, row, states

pytestmark = pytest.mark.usefixtures("folder")

MOVED = "UNDLM_010_030_comp_v001.mov"


def touch(path: Path) -> int:
    now = path.stat().st_mtime_ns + 10**10
    os.utime(path, ns=(now, now))
    return now


def becomes(state: str) -> UploadJob:
    """The uploader's doing."""
    UploadJob.objects.update(state=state, lease_token="t" if state == "running" else "")
    return UploadJob.objects.get()


# --- Touched --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["done", "pending", "failed", "cancelled"])
def test_a_touch_without_change_sends_nothing(desk: Desk, mount: Mount, state: str) -> None:
    clip = mount.put(GOOD)
    desk.settle()
    becomes(state)
    now = touch(clip)
    desk.settle()
    assert jobs() == [(GOOD, 6)]
    assert (row().state, row().mtime_ns) == ("taken", now)
    assert UploadJob.objects.get().mtime_ns == now
    assert desk.said[-1] == f"only its date has changed: {GOOD}"


def test_the_same_size_with_other_content_is_sent(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.settle()
    mount.change(GOOD, b"FRAMES")
    desk.settle()
    assert jobs() == [(GOOD, 6), (GOOD, 6)]


def test_a_touch_while_it_is_sent_waits_for_the_end_of_that(desk: Desk, mount: Mount) -> None:
    clip = mount.put(GOOD)
    desk.settle()
    becomes("running")
    touch(clip)
    desk.settle()
    assert row().reason.startswith("Its upload is under way")
    assert len(jobs()) == 1
    becomes("done")
    desk.settle()
    assert jobs() == [(GOOD, 6)]
    assert row().state == "taken"


def test_an_upload_that_the_touch_has_stopped_is_made_up_for(desk: Desk, mount: Mount) -> None:
    clip = mount.put(GOOD)
    desk.settle()
    becomes("cancelled")
    SourceFile.objects.update(quick_hash="")  # as the orchestrator does when it drops a job
    touch(clip)
    desk.settle()
    assert list(UploadJob.objects.order_by("id").values_list("state", flat=True)) == [
        "cancelled",
        "pending",
    ]


def test_an_old_content_put_back_with_its_date_is_not_sent_again(
    desk: Desk, mount: Mount, tmp_path: Path
) -> None:
    clip = mount.put(GOOD, b"first!")
    shutil.copy2(clip, tmp_path / "kept")
    desk.settle()
    mount.change(GOOD, b"second")
    desk.settle()
    shutil.copy2(tmp_path / "kept", clip)
    desk.settle()
    assert jobs() == [(GOOD, 6), (GOOD, 6)]
    assert row().state == "taken"


# --- Moved ----------------------------------------------------------------------------------------


def test_a_moved_file_keeps_its_row_and_is_not_sent_again(desk: Desk, mount: Mount) -> None:
    clip = mount.put(GOOD)
    desk.settle()
    becomes("done")
    (mount.root / "approved").mkdir()
    clip.rename(mount.root / "approved" / GOOD)
    before = row().pk
    desk.settle()
    desk.look(100)
    moved = row(f"approved/{GOOD}")
    assert states() == {f"approved/{GOOD}": "taken"}
    assert moved.pk == before
    assert moved.path.read_bytes() == b"frames"
    assert moved.reason == f"Moved here from {GOOD}."
    assert jobs() == [(GOOD, 6)]


def test_a_file_that_comes_back_elsewhere_after_it_vanished_was_moved(
    desk: Desk, mount: Mount
) -> None:
    clip = mount.put(GOOD)
    desk.settle()
    clip.rename(mount.root / "x.hidden")
    desk.look()
    desk.look(70)
    assert states() == {GOOD: "vanished"}
    (mount.root / "x.hidden").rename(mount.root / MOVED)
    desk.settle()
    assert states() == {MOVED: "taken"}
    assert len(jobs()) == 1


def test_a_copy_with_the_same_date_is_sent(desk: Desk, mount: Mount) -> None:
    clip = mount.put(GOOD)
    desk.settle()
    shutil.copy2(clip, mount.root / MOVED)
    desk.settle()
    desk.settle()
    assert states() == {GOOD: "taken", MOVED: "taken"}
    assert jobs() == [(GOOD, 6), (MOVED, 6)]


def test_a_move_in_the_middle_of_a_pass_is_no_copy(desk: Desk, mount: Mount) -> None:
    """The pass saw the file in both places; only the next one tells."""
    WatchedFolder.objects.update(quiet_seconds=1)
    clip = mount.put(GOOD)
    desk.settle()
    shutil.copy2(clip, mount.root / MOVED)
    desk.look()
    clip.unlink()
    desk.look(1.1)
    assert row(MOVED).reason.startswith(f"The same as {GOOD}: waiting for a look")
    desk.settle()
    assert states() == {MOVED: "taken"}
    assert len(jobs()) == 1


def test_where_moves_are_new_a_moved_file_is_sent_again(desk: Desk, mount: Mount) -> None:
    WatchedFolder.objects.update(moves_are_new=True)
    clip = mount.put(GOOD)
    desk.settle()
    clip.rename(mount.root / MOVED)
    desk.settle()
    assert jobs() == [(GOOD, 6), (MOVED, 6)]


def test_a_file_moved_over_another_is_that_ones_new_version(desk: Desk, mount: Mount) -> None:
    clip = mount.put(GOOD)
    mount.put(MOVED, b"earlier frames")
    desk.settle()
    clip.rename(mount.root / MOVED)
    desk.settle()
    assert sorted(jobs()) == [(GOOD, 6), (MOVED, 6), (MOVED, 14)]


def test_a_held_file_that_is_renamed_goes_on_under_its_new_name(desk: Desk, mount: Mount) -> None:
    clip = mount.put("untitled.mov")
    desk.settle()
    assert UploadJob.objects.get().hold == "name"
    clip.rename(mount.root / GOOD)
    desk.settle()
    job = UploadJob.objects.get()
    assert (job.name, job.state, job.source.key) == (GOOD, "pending", GOOD)


def test_a_file_that_is_renamed_while_it_is_sent_waits_for_the_end_of_that(
    desk: Desk, mount: Mount
) -> None:
    clip = mount.put(GOOD)
    desk.settle()
    becomes("running")
    clip.rename(mount.root / MOVED)
    desk.settle()
    assert "under way" in row(MOVED).reason
    becomes("done")
    desk.settle()
    assert states() == {MOVED: "taken"}
    assert len(jobs()) == 1


def test_a_moved_folder_sends_nothing_again(desk: Desk, mount: Mount) -> None:
    names = [f"v{number:02}.mov" for number in range(30)]
    assert [mount.put(f"A/{name}", name.encode()) for name in names]
    desk.settle()
    (mount.root / "A").rename(mount.root / "B")
    desk.settle()
    desk.settle()
    assert sorted(states()) == [f"B/{name}" for name in names]
    assert len(jobs()) == 30


# --- Just changed, or not readable ----------------------------------------------------------------


def test_a_file_changed_a_moment_ago_is_looked_at_once_more(desk: Desk, mount: Mount) -> None:
    clip = mount.put(GOOD)
    desk.wall = clip.stat().st_mtime + 1.9
    desk.settle()
    assert jobs() == []
    desk.wall += 0.2
    desk.look()
    assert jobs() == [(GOOD, 6)]


@pytest.mark.parametrize("off", [-86_400.0, 86_400.0])
def test_a_clock_a_day_off_loses_nothing_and_doubles_nothing(
    desk: Desk, mount: Mount, off: float
) -> None:
    clip = mount.put(GOOD)
    desk.wall = clip.stat().st_mtime + off
    desk.settle()
    mount.change(GOOD, b"second version")
    desk.settle()
    touch(clip)
    desk.settle()
    assert jobs() == [(GOOD, 6), (GOOD, 14)]


def test_a_file_that_cannot_be_read_waits_and_says_why(desk: Desk, mount: Mount) -> None:
    found = [Examined(why_not="It cannot be read: the mount gives read errors.")]
    desk.examine = lambda _path: found[0]
    mount.put(GOOD)
    desk.settle()
    assert jobs() == []
    assert row().reason == "It cannot be read: the mount gives read errors."
    found[0] = Examined("h")
    desk.look(11)
    assert jobs() == [(GOOD, 6)]


def test_where_the_content_is_not_known_a_touch_counts_as_new(desk: Desk, mount: Mount) -> None:
    clip = mount.put(GOOD)
    desk.settle()
    SourceFile.objects.update(quick_hash="")
    touch(clip)
    desk.settle()
    assert len(jobs()) == 2


def test_what_was_sent_by_hand_and_then_touched_is_not_sent_again(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    clip = mount.put(GOOD)
    intake.take_in(intake.source_for(clip), project=folder.project, who="alice")
    touch(clip)
    desk.settle()
    assert jobs() == [(GOOD, 6)]


def test_a_job_moved_by_name_is_routed_anew(desk: Desk, mount: Mount) -> None:
    """The name that was read before must not decide where the new one goes."""
    clip = mount.put(GOOD)
    desk.settle()
    clip.rename(mount.root / MOVED)
    desk.settle()
    job = UploadJob.objects.get()
    assert (job.name, job.rule, job.state) == (MOVED, None, "pending")
    assert NamingRule.objects.count() == 1
    assert moves.due().get() == job
