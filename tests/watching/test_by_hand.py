"""What people do in the ledger acts at the watcher's next round."""

import pytest

from pipeline import file_actions
from pipeline.models import SourceFile, UploadJob, WatchedFolder
from tests.watching.conftest import GOOD, Desk, Mount, jobs, row, states

pytestmark = pytest.mark.usefixtures("folder")


def test_a_forgotten_file_is_found_again_and_sent(
    desk: Desk, mount: Mount, baseline: WatchedFolder
) -> None:
    mount.put(GOOD)
    desk.settle()
    assert states() == {GOOD: "baseline"}
    file_actions.forget(row(), "nora")
    desk.settle()
    assert states() == {GOOD: "taken"}
    assert jobs() == [(GOOD, 6)]


def test_a_file_that_has_arrived_is_looked_at_again_and_not_sent_again(
    desk: Desk, mount: Mount
) -> None:
    mount.put(GOOD)
    desk.settle()
    UploadJob.objects.update(state="done")
    file_actions.forget(row(), "nora")
    desk.settle()
    assert states() == {GOOD: "taken"}
    assert jobs() == [(GOOD, 6)]


def test_an_ignored_file_stays_so_whatever_becomes_of_it(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.look()
    file_actions.ignore(row(), "nora")
    desk.settle()
    mount.change(GOOD, b"second version")
    desk.settle()
    desk.restart().settle()
    assert states() == {GOOD: "ignored"}
    assert jobs() == []


def test_a_growing_file_that_is_ignored_is_not_sent_when_it_is_done(
    desk: Desk, mount: Mount
) -> None:
    mount.put(GOOD)
    desk.look()
    before = row()
    mount.change(GOOD, b"more frames")
    file_actions.ignore(before, "nora")
    desk.look()
    desk.settle()
    assert states() == {GOOD: "ignored"}


def test_a_file_ignored_in_the_very_moment_it_is_handed_over_is_not_sent(
    desk: Desk, mount: Mount
) -> None:
    mount.put(GOOD)
    desk.look()
    mount.change(GOOD, b"more frames")
    SourceFile.objects.update(state="ignored")
    desk.look()
    desk.look(11)
    assert states() == {GOOD: "ignored"}
    assert jobs() == []


def test_a_waiting_file_that_is_sent_anyway_is_not_sent_twice(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.look()
    file_actions.send_anyway(row(), "nora")
    desk.settle()
    assert jobs() == [(GOOD, 6)]


def test_of_two_people_the_second_is_told(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.look()
    first, second = row(), row()
    file_actions.ignore(first, "nora")
    with pytest.raises(file_actions.ActionRefused, match="just changed"):
        file_actions.forget(second, "paul")
