"""Many files gone at once are rather half a mount than deletions."""

import pytest

from pipeline.models import UploadJob, WatchedFolder
from tests.watching.conftest import Desk, Mount, states


@pytest.fixture
def twenty(desk: Desk, mount: Mount, folder: WatchedFolder) -> None:
    """Twenty files in two folders, and eleven of them gone."""
    assert [mount.put(f"A/{number}.mov") for number in range(11)]
    assert [mount.put(f"B/{number}.mov") for number in range(9)]
    desk.settle()
    (mount.root / "A").rename(mount.root / ".A")
    desk.look()
    desk.look(61)


def test_more_than_half_of_a_folder_is_not_taken_to_be_gone(
    desk: Desk, folder: WatchedFolder, twenty: None
) -> None:
    desk.look()
    folder.refresh_from_db()
    assert set(states().values()) == {"taken"}
    assert folder.state_reason.startswith("11 of its 20 files are not there any more.")
    assert len([line for line in desk.said if "11 of its 20" in line]) == 1


def test_when_they_come_back_nothing_has_happened(
    desk: Desk, mount: Mount, folder: WatchedFolder, twenty: None
) -> None:
    (mount.root / ".A").rename(mount.root / "A")
    desk.settle()
    folder.refresh_from_db()
    assert folder.state_reason == ""
    assert UploadJob.objects.count() == 20
    assert set(states().values()) == {"taken"}


def test_a_person_can_say_that_they_are_gone_and_that_counts_once(
    desk: Desk, folder: WatchedFolder, twenty: None
) -> None:
    WatchedFolder.objects.update(absence_accepted=True)
    desk.settle()
    folder.refresh_from_db()
    assert list(states().values()).count("vanished") == 11
    assert folder.state_reason == ""
    assert folder.absence_accepted is False
    held_in_vain = UploadJob.objects.filter(state="cancelled")  # for want of a rule
    assert (UploadJob.objects.count(), held_in_vain.count()) == (20, 11)


def test_a_handful_may_go_at_once(desk: Desk, mount: Mount, folder: WatchedFolder) -> None:
    clip = mount.put("only.mov")
    desk.settle()
    clip.unlink()
    desk.look()
    desk.look(61)
    assert states() == {"only.mov": "vanished"}
