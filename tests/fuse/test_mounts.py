"""What a shared mount does to a watcher: nothing lost, nothing doubled, nothing taken for deleted.

Real mounts, the real watcher, a real database.
"""

import threading
from pathlib import Path

import pytest

from pipeline.models import Project, SourceFile, UploadJob
from tests.fuse.conftest import Watchman, watched
from tests.fuse.mounts import FaultyMount, Mount

pytestmark = pytest.mark.processes


def jobs() -> list[str]:
    return list(UploadJob.objects.order_by("name").values_list("name", flat=True))


def states() -> set[str]:
    return set(SourceFile.objects.values_list("state", flat=True))


def test_what_another_machine_writes_is_sent(
    mount: Mount, site: Project, watchman: Watchman
) -> None:
    watched(mount.near, site)
    watchman.watch(3)
    mount.put("shots/010/a.mov")
    watchman.until(lambda: jobs() == ["a.mov"])


def test_a_mount_that_goes_and_comes_back_changes_nothing(
    mount: Mount, site: Project, watchman: Watchman
) -> None:
    folder = watched(mount.near, site)
    mount.put("A/a.mov")
    watchman.until(lambda: jobs() == ["a.mov"])
    mount.unmount()
    watchman.until(lambda: watchman.watching.watches[0].online is False)
    watchman.watch(20)
    folder.refresh_from_db()
    assert "The mount is not there" in folder.state_reason
    assert states() == {"taken"}
    mount.put("A/b.mov")
    mount.mount()
    watchman.until(lambda: jobs() == ["a.mov", "b.mov"])
    watchman.watch(10)
    assert jobs() == ["a.mov", "b.mov"]
    assert states() == {"taken"}


def test_what_is_written_into_the_empty_mount_point_is_not_sent(
    mount: Mount, site: Project, watchman: Watchman
) -> None:
    watched(mount.near, site)
    mount.put("a.mov")
    watchman.until(lambda: jobs() == ["a.mov"])
    mount.unmount()
    (mount.near / "stray.mov").write_bytes(b"never on LucidLink")
    watchman.watch(30)
    assert jobs() == ["a.mov"]
    assert states() == {"taken"}


def test_a_mount_whose_program_dies_comes_back_without_a_false_event(
    mount: Mount, site: Project, watchman: Watchman
) -> None:
    folder = watched(mount.near, site)
    mount.put("A/a.mov")
    watchman.until(lambda: jobs() == ["a.mov"])
    mount.kill()
    watchman.until(lambda: watchman.watching.watches[0].online is False)
    folder.refresh_from_db()
    assert "the mount's program has stopped; start it again" in folder.state_reason
    mount.put("A/b.mov")
    mount.unmount()
    mount.mount()
    watchman.until(lambda: jobs() == ["a.mov", "b.mov"])
    assert states() == {"taken"}


def test_a_folder_with_read_errors_spoils_itself_alone(
    faulty: FaultyMount, site: Project, watchman: Watchman
) -> None:
    folder = watched(faulty.near, site)
    faulty.put("bad/a.mov")
    faulty.put("good/b.mov")
    watchman.until(lambda: jobs() == ["a.mov", "b.mov"])
    faulty.fail(eio=["/bad"])
    faulty.put("good/c.mov")
    watchman.until(lambda: jobs() == ["a.mov", "b.mov", "c.mov"])
    watchman.watch(10)
    folder.refresh_from_db()
    assert folder.online is True
    assert "the mount gives read errors" in folder.state_reason
    faulty.put("bad/d.mov")
    faulty.fail()
    watchman.until(lambda: jobs() == ["a.mov", "b.mov", "c.mov", "d.mov"])
    assert states() == {"taken"}


def test_a_mount_that_hangs_holds_up_nothing_else(
    faulty: FaultyMount, site: Project, watchman: Watchman, tmp_path: Path
) -> None:
    folder = watched(faulty.near, site)
    plain = tmp_path / "plain"
    plain.mkdir()
    watched(plain, site)
    faulty.put("a.mov")
    watchman.until(lambda: jobs() == ["a.mov"])
    faulty.fail(hang=True)
    watchman.watch(5)
    (plain / "b.mov").write_bytes(b"frames")
    watchman.until(lambda: jobs() == ["a.mov", "b.mov"])
    watchman.until(lambda: any("has not answered" in line for line in watchman.said))
    before = threading.active_count()
    watchman.watch(30)
    assert threading.active_count() <= before
    folder.refresh_from_db()
    assert folder.online is False
    faulty.put("c.mov")
    faulty.fail()
    watchman.until(lambda: jobs() == ["a.mov", "b.mov", "c.mov"])
    assert states() == {"taken"}


def test_other_inode_numbers_are_no_other_files(
    faulty: FaultyMount, site: Project, watchman: Watchman
) -> None:
    watched(faulty.near, site)
    faulty.put("A/a.mov")
    watchman.until(lambda: jobs() == ["a.mov"])
    before = (faulty.near / "A" / "a.mov").stat().st_ino
    faulty.fail(inodes=1)
    watchman.watch(2)
    assert (faulty.near / "A" / "a.mov").stat().st_ino != before
    watchman.watch(15)
    assert jobs() == ["a.mov"]
    assert states() == {"taken"}
    assert [line for line in watchman.said if line.startswith("found")] == ["found: A/a.mov"]


def test_after_one_fault_after_the_other_each_file_has_one_job(
    faulty: FaultyMount, site: Project, watchman: Watchman
) -> None:
    watched(faulty.near, site)
    faulty.put("A/0.mov")
    watchman.until(lambda: jobs() == ["0.mov"])
    faulty.unmount()
    faulty.put("A/1.mov")
    watchman.watch(8)
    faulty.mount()
    faulty.fail(eio=["/A"], inodes=1)
    faulty.put("B/2.mov")
    watchman.watch(8)
    faulty.kill()
    faulty.put("B/3.mov")
    watchman.watch(8)
    faulty.unmount()
    faulty.mount()
    faulty.fail(inodes=2, delay=0.01)
    faulty.put("C/4.mov")
    watchman.until(lambda: len(jobs()) == 5)
    watchman.watch(20)
    assert jobs() == [f"{number}.mov" for number in range(5)]
    assert states() == {"taken"}
