"""From the mount to the ledger to a job: what becomes of a file."""

import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from pipeline import arrivals, intake, routing
from pipeline.models import Project, SourceFile, UploadJob, WatchedFolder
from pipeline.rulebook import Rulebook
from pipeline.watching import handing_over
from tests.watching.conftest import GOOD, Desk, Mount, jobs, row, states

Form: TypeAlias = Literal["NFC", "NFD"]

pytestmark = pytest.mark.usefixtures("folder")


def test_a_finished_file_becomes_one_queued_job(desk: Desk, mount: Mount) -> None:
    mount.put(f"A/{GOOD}")
    desk.settle()
    job = UploadJob.objects.get()
    assert (job.name, job.size, job.state) == (GOOD, 6, "pending")
    assert row(f"A/{GOOD}").state == "taken"
    assert row(f"A/{GOOD}").path.read_bytes() == b"frames"


def test_it_waits_out_the_quiet_time(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.look()
    desk.look(9.9)
    assert jobs() == []
    assert row().reason == "Waiting until it has not changed for 10 s."
    desk.look(1)
    assert jobs() == [(GOOD, 6)]


@override_settings(LANGUAGE_CODE="fr")
def test_a_french_studio_reads_in_french_why_it_waits(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.look()
    assert row().reason == "Il doit encore rester inchang\u00e9 pendant 10 s."
    mount.go()
    desk.look(9)
    assert "Le dossier est illisible\N{NO-BREAK SPACE}: il est introuvable" in row().reason


def test_a_growing_file_waits_and_says_so(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.look()
    mount.change(GOOD, b"more frames")
    desk.look(9)
    assert row().reason == "It is still being written."
    desk.look(9)
    assert jobs() == []
    desk.look(1)
    assert jobs() == [(GOOD, 11)]
    assert row().size == 11


def test_a_placeholder_waits_until_its_content_comes(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD, b"")
    desk.settle()
    desk.settle()
    assert jobs() == []
    assert "empty" in row().reason
    mount.change(GOOD, b"frames")
    desk.settle()
    assert jobs() == [(GOOD, 6)]


def test_a_temporary_name_is_not_seen_until_it_gets_its_own(desk: Desk, mount: Mount) -> None:
    part = mount.put(f"{GOOD}.part")
    desk.settle()
    assert states() == {}
    part.rename(mount.root / GOOD)
    desk.settle()
    assert jobs() == [(GOOD, 6)]


def test_a_name_that_fits_no_rule_is_held_with_the_reason(desk: Desk, mount: Mount) -> None:
    mount.put("untitled.mov")
    desk.settle()
    job = UploadJob.objects.get()
    assert job.state == "waiting"
    assert f"held: untitled.mov: {job.reason}" in desk.said


def test_it_says_what_was_found_and_handed_over(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.settle()
    job = UploadJob.objects.get()
    assert desk.said[1:] == [
        f"found: {GOOD}",
        f"handed over: {GOOD} (job {job.pk}, queued)",
    ]


def test_a_burst_is_counted_rather_than_listed(desk: Desk, mount: Mount) -> None:
    assert [mount.put(f"shot{number:03}.mov") for number in range(50)]
    desk.look()
    assert len([line for line in desk.said if line.startswith("found:")]) == 11
    assert f"found: 40 more in {mount.root}" in desk.said


def test_new_content_at_the_same_path_is_a_new_job(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.settle()
    mount.change(GOOD, b"second version")
    desk.look()
    assert row().state == "settling"
    desk.settle()
    assert jobs() == [(GOOD, 6), (GOOD, 14)]
    assert row().state == "taken"


def test_the_same_size_with_another_date_is_new_content(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.settle()
    mount.change(GOOD, b"FRAMES")
    desk.settle()
    assert jobs() == [(GOOD, 6), (GOOD, 6)]


def test_what_stands_still_is_never_sent_again(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.settle()
    desk.settle()
    desk.restart().settle()
    assert jobs() == [(GOOD, 6)]


def test_a_name_in_nfd_is_one_row_in_nfc_and_opens(desk: Desk, mount: Mount) -> None:
    raw = unicodedata.normalize("NFD", "Brouillé.mov")
    mount.put(raw)
    desk.settle()
    key = unicodedata.normalize("NFC", raw)
    assert bytes(row(key).raw_path) == raw.encode()
    assert row(key).path.read_bytes() == b"frames"


def test_a_name_that_comes_back_in_another_form_is_the_same_file(desk: Desk, mount: Mount) -> None:
    nfd = mount.put(unicodedata.normalize("NFD", "é.mov"))
    desk.settle()
    nfd.rename(mount.root / unicodedata.normalize("NFC", "é.mov"))
    desk.settle()
    assert len(jobs()) == 1


@pytest.mark.parametrize(("first", "second"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_of_two_forms_of_one_name_one_is_sent_and_the_ledger_says_so(
    desk: Desk, mount: Mount, first: Form, second: Form
) -> None:
    mount.put(unicodedata.normalize(first, "é.mov"), b"first")
    desk.settle()
    mount.put(unicodedata.normalize(second, "é.mov"), b"second one")
    desk.settle()
    desk.settle()
    assert [size for _name, size in jobs()] == [5]
    assert "two Unicode forms" in row(unicodedata.normalize("NFC", "é.mov")).reason


def test_a_name_that_is_no_text_is_shown_and_never_sent(desk: Desk, mount: Mount) -> None:
    mount.put(os.fsdecode(b"bad\xff.mov"))
    mount.put(GOOD)
    desk.settle()
    shown = row("bad\\xff.mov")
    assert shown.state == "ignored"
    assert "rename it" in shown.reason
    assert bytes(shown.raw_path) == b"bad\xff.mov"
    assert jobs() == [(GOOD, 6)]


def test_a_file_renamed_to_text_is_sent_and_the_old_name_is_gone(desk: Desk, mount: Mount) -> None:
    bad = mount.put(os.fsdecode(b"bad\xff.mov"))
    desk.settle()
    bad.rename(mount.root / GOOD)
    desk.settle()
    desk.look(60)
    assert states() == {"bad\\xff.mov": "vanished", GOOD: "taken"}


def dig(root: Path, depth: int) -> str:
    """A file below so many folders with names of 250 bytes."""
    part = "x" * 250
    here = os.open(root, os.O_RDONLY)
    for _level in range(depth):
        os.mkdir(part, dir_fd=here)
        here, above = os.open(part, os.O_RDONLY, dir_fd=here), here
        os.close(above)
    with open(os.open(GOOD, os.O_CREAT | os.O_WRONLY, dir_fd=here), "wb") as file:
        file.write(b"frames")
    os.close(here)
    return "/".join([part] * depth + [GOOD])


def test_a_path_too_long_to_open_is_shown_and_never_sent(desk: Desk, mount: Mount) -> None:
    key = dig(mount.root, 16)
    desk.settle()
    assert len(key) < 4096 < len(str(mount.root)) + len(key)
    assert row(key).state == "ignored"
    assert "shorten" in row(key).reason
    assert jobs() == []


def test_a_path_too_long_for_the_ledger_is_said_once_and_stops_nothing(
    desk: Desk, mount: Mount
) -> None:
    dig(mount.root, 20)
    mount.put(GOOD)
    desk.settle()
    assert states() == {GOOD: "taken"}
    assert len([line for line in desk.said if line.startswith("cannot be sent")]) == 1


def test_a_name_with_an_escape_sequence_cannot_reach_the_terminal(desk: Desk, mount: Mount) -> None:
    mount.put("\x1b[2Ja\n.mov")
    desk.look()
    assert "found: \\x1b[2Ja\\n.mov" in desk.said


def test_a_restart_while_a_file_settles_loses_nothing(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.look()
    assert states() == {GOOD: "settling"}
    desk.restart().settle()
    assert jobs() == [(GOOD, 6)]


def test_a_file_that_grew_while_we_were_down_is_settled_as_it_is_now(
    desk: Desk, mount: Mount
) -> None:
    mount.put(GOOD)
    desk.look()
    mount.change(GOOD, b"more frames")
    desk.restart().settle()
    assert jobs() == [(GOOD, 11)]


def test_what_came_while_we_were_down_is_caught_up(desk: Desk, mount: Mount) -> None:
    desk.settle()
    mount.put(GOOD)
    desk.restart().settle()
    assert jobs() == [(GOOD, 6)]


def test_a_file_sent_by_hand_is_not_sent_again(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    desk.look()
    path = mount.put(GOOD)
    intake.take_in(intake.source_for(path), project=folder.project, who="alice")
    desk.settle()
    assert jobs() == [(GOOD, 6)]


def test_a_file_sent_by_hand_while_it_settles_is_not_sent_again(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    path = mount.put(GOOD)
    desk.look()
    intake.take_in(intake.source_for(path), project=folder.project, who="alice")
    desk.settle()
    assert jobs() == [(GOOD, 6)]
    assert row().state == "taken"


def test_what_grew_after_it_was_sent_by_hand_is_sent_too(
    desk: Desk, mount: Mount, folder: WatchedFolder
) -> None:
    path = mount.put(GOOD)
    desk.look()
    intake.take_in(intake.source_for(path), project=folder.project, who="alice")
    mount.change(GOOD, b"more frames")
    desk.settle()
    assert jobs() == [(GOOD, 6), (GOOD, 11)]


def test_a_long_hand_over_lets_others_have_their_turn(
    desk: Desk, mount: Mount, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = arrivals.take_in

    def slow(folder: WatchedFolder, samples: arrivals.Samples, *, who: str) -> dict[str, UploadJob]:
        desk.now += 1.5
        return real(folder, samples, who=who)

    assert [mount.put(f"{name}.mov") for name in "abc"]
    desk.look()
    monkeypatch.setattr(handing_over, "TOGETHER", 1)
    monkeypatch.setattr(arrivals, "take_in", slow)
    desk.look(11)
    assert len(jobs()) == 2
    desk.look()
    assert len(jobs()) == 3


def test_a_file_the_uploader_gives_back_is_settled_again(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.settle()
    SourceFile.objects.update(state=SourceFile.State.SETTLING)
    UploadJob.objects.update(state=UploadJob.State.CANCELLED, hold=UploadJob.Hold.FILE)
    desk.look(301)
    desk.settle()
    assert row().state == "taken"
    assert UploadJob.objects.get().state == "pending"


def test_one_file_that_cannot_be_taken_in_does_not_hold_up_the_rest(
    desk: Desk, mount: Mount, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mount.put("a_poison.mov")
    mount.put(GOOD)
    poison = {"a_poison.mov": ZeroDivisionError("poison")}
    real = routing.route

    def route(
        name: str, project: Project | None, by_hand: Mapping[str, str], book: Rulebook | None
    ) -> routing.Route:
        if name in poison:
            raise poison[name]
        return real(name, project, by_hand, book)

    monkeypatch.setattr(routing, "route", route)
    desk.settle()
    assert jobs() == [(GOOD, 6)]
    assert states() == {"a_poison.mov": "settling", GOOD: "taken"}
    assert "a_poison.mov could not be taken in" in caplog.text
    caplog.clear()
    desk.look(5)
    assert "a_poison.mov" not in caplog.text
    poison.clear()
    desk.settle()
    assert len(jobs()) == 2


def test_being_told_to_stop_leaves_the_rest_for_the_next_start(desk: Desk, mount: Mount) -> None:
    mount.put(GOOD)
    desk.look()
    desk.stopping = True
    desk.look(11)
    assert jobs() == []
    desk.restart().settle()
    assert jobs() == [(GOOD, 6)]


def test_a_render_that_grows_for_hours_is_never_taken_early_and_costs_next_to_nothing(
    desk: Desk, mount: Mount
) -> None:
    """Four hours, a frame every 50 seconds, with a quiet time of 60."""
    WatchedFolder.objects.update(quiet_seconds=60)
    mount.put(GOOD)
    desk.look()
    desk.look()
    with CaptureQueriesContext(connection) as asked:
        for frame in range(288):
            mount.change(GOOD, b"x" * (7 + frame))
            desk.look(50)
    written = [query["sql"] for query in asked if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert len([sql for sql in written if "pipeline_sourcefile" in sql]) == 1  # that it grows
    assert row().reason == "It is still being written."
    assert jobs() == []
    desk.look(61)
    assert jobs() == [(GOOD, 294)]
