"""What is kept between two looks: nothing of a file that is neither waited for nor missed."""

import gc
import os
import shutil
import tracemalloc
import unicodedata

import pytest

from pipeline import file_actions, ledger
from pipeline.models import WatchedFolder
from tests.watching.conftest import GOOD, Desk, Mount, jobs, row, states
from tests.watching.test_folders import refusing

BYTES_A_FILE = 40


def traced() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_files_that_are_done_with_cost_no_memory(
    desk: Desk, mount: Mount, baseline: WatchedFolder
) -> None:
    desk.look()
    WatchedFolder.objects.update(first_pass_done=False)
    assert [mount.put(f"A/shot{number:04}.mov") for number in range(2_000)]
    tracemalloc.start()
    try:
        before = traced()
        desk.look()
        desk.look()
        after = traced()
    finally:
        tracemalloc.stop()
    assert len(states()) == 2_000
    assert after - before < 2_000 * BYTES_A_FILE


def test_what_went_while_we_were_down_has_vanished(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.put("A/one.mov")
    clip = mount.put("B/two.mov")
    mount.put("B/three.mov")
    desk.settle()
    shutil.rmtree(mount.root / "A")
    clip.unlink()
    again = desk.restart()
    again.look()
    again.look(61)
    assert states() == {"A/one.mov": "vanished", "B/two.mov": "vanished", "B/three.mov": "taken"}


def test_it_has_so_too_when_the_first_look_could_not_see_everything(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    clip = mount.put("A/one.mov")
    mount.put("bad/two.mov")
    desk.settle()
    clip.unlink()
    again = desk.restart()
    with refusing("bad"):
        again.look()
    again.settle()
    again.look(61)
    assert states() == {"A/one.mov": "vanished", "bad/two.mov": "taken"}


def test_a_name_that_is_no_text_has_not_vanished_from_a_folder_in_nfd(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    where = unicodedata.normalize("NFD", "Szène")
    mount.put(f"{where}/{os.fsdecode(bytes([255]))}.mov")
    mount.put(GOOD)
    desk.settle()
    (mount.root / GOOD).unlink()
    desk.look()
    desk.look(61)
    assert states() == {"Sz\u00e8ne/\\xff.mov": "ignored", GOOD: "vanished"}


def test_twins_are_known_for_such_however_few_files_are_held_at_once(
    desk: Desk, mount: Mount, folder: WatchedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "BATCH", 1)
    mount.put(unicodedata.normalize("NFC", "é.mov"), b"first")
    mount.put("é_other.mov")
    desk.settle()
    mount.put(unicodedata.normalize("NFD", "é.mov"), b"second one")
    desk.settle()
    desk.settle()
    assert sorted(jobs()) == [("é.mov", 5), ("é_other.mov", 6)]


def test_what_a_person_does_with_one_file_leaves_the_others_quiet_time_alone(
    desk: Desk, mount: Mount, baseline: WatchedFolder
) -> None:
    mount.put("A/old.mov")
    desk.look()
    mount.put(GOOD)
    desk.look()
    desk.look()
    file_actions.forget(row("A/old.mov"), "nora")
    desk.look(9)
    assert states() == {"A/old.mov": "settling", GOOD: "taken"}
    desk.settle()
    assert states() == {"A/old.mov": "taken", GOOD: "taken"}


def test_a_file_that_is_ignored_while_it_settles_is_waited_for_no_longer(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.put(GOOD)
    desk.look()
    file_actions.ignore(row(), "nora")
    desk.look()
    assert [watch.still_waiting() for watch in desk.watching.watches] == [[]]


def test_a_file_that_settled_when_the_mount_went_says_so_again_the_next_time(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    mount.put(GOOD, b"")
    desk.look()
    mount.go()
    desk.look()
    assert row().reason.startswith("Its folder is away: ")
    mount.come_back()
    desk.look(40)
    assert row().reason.startswith("It is empty so far")
    mount.go()
    desk.look()
    assert row().reason.startswith("Its folder is away: ")


def test_a_first_look_that_was_cut_short_is_taken_up_again(
    desk: Desk, mount: Mount, baseline: WatchedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "BATCH", 2)
    assert [mount.put(f"{name}.mov") for name in "abcde"]
    real = ledger.add

    def dies(*values: object) -> None:
        if len(states()) == 2:
            raise KeyboardInterrupt
        real(*values)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "add", dies)
        with pytest.raises(KeyboardInterrupt):
            desk.look()
    assert len(states()) == 2
    desk.restart().settle()
    assert set(states().values()) == {"baseline"}
    assert len(states()) == 5
