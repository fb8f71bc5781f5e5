"""What PostFlow says of a file, at each stage of its life."""

import json
import os
import unicodedata
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from frameio.models import Account
from lucidlink.containers.judgement import COMPLETE
from pipeline import intake, quarantine
from pipeline.explain import Explanation
from pipeline.explain import explain as explain_all
from pipeline.glance import Judgement, Whole, glance
from pipeline.models import (
    Delivery,
    NamingRule,
    Project,
    SourceFile,
    UploadJob,
    WatchedFolder,
    Watcher,
)
from pipeline.nodes import me
from tests.lucidlink.clips import tiny_mov

GOOD = "UNDLM_010_020_comp_v001.mov"
CUT = Judgement(Whole.INCOMPLETE, "It ends in the middle of its pictures.")
explain = partial(explain_all, look_into=lambda _path, _size: COMPLETE)


@pytest.fixture
def folder(db: None, tmp_path: Path) -> WatchedFolder:
    """A folder that a living watcher has looked at."""
    project = Project.objects.create(code="UNDLM", name="Undertow", frameio_project_id="p")
    Account.objects.create(name="Undertow Post", connected_at=timezone.now(), needs_login=False)
    NamingRule.objects.create(name="standard")
    (tmp_path / "mount").mkdir()
    return WatchedFolder.objects.create(
        path=str(tmp_path / "mount"),
        project=project,
        online=True,
        last_pass_at=timezone.now(),
        watcher=Watcher.objects.create(node=me()),
    )


@pytest.fixture
def clip(folder: WatchedFolder) -> Path:
    path = Path(folder.path) / GOOD
    path.write_bytes(b"frames")
    return path


@pytest.fixture
def job(clip: Path, folder: WatchedFolder) -> UploadJob:
    return intake.take_in(intake.source_for(clip), project=folder.project, who="watcher")


def text_of(explanation: Explanation, title: str) -> str:
    return "\n".join(step.text for step in explanation.steps if step.title == title)


def ledger(clip: Path, state: str, reason: str = "") -> None:
    intake.source_for(clip)
    SourceFile.objects.update(state=state, reason=reason)


# --- Before there is an upload --------------------------------------------------------------------


def test_a_file_the_watcher_has_not_seen_yet(clip: Path) -> None:
    told = explain(clip)
    assert "6 bytes" in text_of(told, "On the mount")
    assert text_of(told, "The watcher's ledger") == "PostFlow has never seen it."
    assert "010 / 020 / comp" in text_of(told, "Naming rule")
    assert told.verdict.startswith("The watcher's next look finds it")


def test_a_file_that_is_not_there_and_never_was(folder: WatchedFolder) -> None:
    told = explain(Path(folder.path) / "gone.mov")
    assert text_of(told, "On the mount") == "It is not there (No such file or directory)"
    assert told.verdict.startswith("Check the path")


def test_a_file_that_waits_and_is_not_to_be_seen_says_what_the_watcher_knows(clip: Path) -> None:
    ledger(clip, "settling", "Its folder is away: The mount has not answered for 30 s.")
    WatchedFolder.objects.update(online=False)
    clip.unlink()
    told = explain(clip).verdict.splitlines()
    assert told[0] == "Bring the mount back."
    assert told[1].startswith("Its folder is away: The mount has not answered for 30 s.")


def test_a_file_outside_every_folder(folder: WatchedFolder, tmp_path: Path) -> None:
    path = tmp_path / GOOD
    path.write_bytes(b"frames")
    told = explain(path)
    assert folder.path in text_of(told, "Watched folder")
    remedy = "Save it in a watched folder, or send it by hand: manage.py upload FILE."
    assert told.verdict.splitlines()[0] == remedy


def test_a_folder_is_no_file(folder: WatchedFolder) -> None:
    assert explain(folder.path).verdict.startswith("Name the file itself.")


def test_a_paused_folder(clip: Path) -> None:
    WatchedFolder.objects.update(active=False)
    assert explain(clip).verdict.startswith("Make the folder active in the admin.")


def test_a_folder_that_is_away(clip: Path) -> None:
    WatchedFolder.objects.update(
        online=False,
        state_reason="The mount has not answered for 30 s.",
        state_since=timezone.now(),
    )
    told = explain(clip)
    assert "has not answered for 30 s" in text_of(told, "Watched folder")
    assert told.verdict.startswith("Bring the mount back.")


def test_another_mount_than_the_one_it_was_on(clip: Path) -> None:
    WatchedFolder.objects.update(online=False, other_mount_point="/media/dmpfs/films")
    assert "accept the one that is there on its page" in explain(clip).verdict


def test_a_mount_that_hangs_keeps_nobody_waiting(clip: Path) -> None:
    told = explain(clip, look=lambda path: glance(path, patience=0, start=lambda _work: None))
    assert text_of(told, "On the mount") == "The mount has not answered for 0 s"


def test_no_watcher_is_running(clip: Path) -> None:
    Watcher.objects.all().delete()
    told = explain(clip).verdict
    assert told.startswith("No watcher is running. Start it: manage.py runwatcher.")


def test_a_watcher_that_does_not_answer(clip: Path) -> None:
    Watcher.objects.update(seen_at=timezone.now() - timedelta(seconds=40))
    assert "does not answer" in explain(clip).verdict


def test_a_type_that_is_not_watched_for(folder: WatchedFolder) -> None:
    path = Path(folder.path) / "notes.txt"
    path.write_bytes(b"text")
    told = explain(path)
    assert "Its type is not one of those watched for" in text_of(told, "Type and ignored names")
    assert told.verdict.startswith("Rename the file, or change the watched folder's file types")


def test_a_name_that_is_ignored(folder: WatchedFolder) -> None:
    path = Path(folder.path) / "a_conflicted.mov"
    path.write_bytes(b"frames")
    told = explain(path)
    assert "ignored by the pattern" in text_of(told, "Type and ignored names")


def test_all_that_is_in_the_way_is_named(folder: WatchedFolder) -> None:
    path = Path(folder.path) / "untitled.mov"
    path.write_bytes(b"frames")
    ledger(path, "settling", "It is still being written.")
    Account.objects.update(needs_login=True)
    told = explain(path).verdict.splitlines()
    assert told[0].startswith("It is still being written. It goes up by itself")
    assert told[1].startswith("untitled.mov: no scene")
    assert told[2:] == ["Connect Frame.io in the admin."]


def test_a_project_without_its_frameio_project(clip: Path) -> None:
    Project.objects.update(frameio_project_id="")
    assert "Choose its Frame.io project" in explain(clip).verdict


def test_the_default_frameio_project_will_do(clip: Path, settings: Settings) -> None:
    Project.objects.update(frameio_project_id="")
    settings.FRAMEIO_DEFAULT_PROJECT_ID = "the-default"
    assert text_of(explain(clip), "Project").endswith("ready.")


def test_a_frameio_project_that_is_made_by_rule_is_not_in_the_way(clip: Path) -> None:
    Project.objects.update(frameio_project_id="", frameio_project_kind=Project.Remote.MADE)
    assert text_of(explain(clip), "Project").endswith("ready.")


def test_a_project_that_a_rule_makes_is_not_made_by_asking(folder: WatchedFolder) -> None:
    WatchedFolder.objects.update(project=None)
    NamingRule.objects.update(new_projects_like=Project.objects.get())
    Project.objects.update(frameio_project_kind=Project.Remote.MADE, frameio_workspace_id="ws")
    path = Path(folder.path) / "KES_010_020_comp_v001.mov"
    path.write_bytes(b"frames")
    assert text_of(explain(path), "Project") == "KES, made when the file goes up."
    assert Project.objects.count() == 1


def test_a_project_that_is_inactive(clip: Path) -> None:
    Project.objects.update(active=False)
    assert "inactive" in text_of(explain(clip), "Project")


def test_a_file_that_waits_says_since_when_and_for_what(clip: Path) -> None:
    ledger(clip, "settling", "It is still being written.")
    told = explain(clip)
    assert "It is still being written." in text_of(told, "The watcher's ledger")
    assert told.verdict.startswith("It is still being written. It goes up by itself")


@pytest.mark.parametrize(
    ("state", "remedy"),
    [
        ("baseline", "Press Send anyway on its page, or save it again."),
        ("ignored", "Press Send anyway, or Forget and look again, on its page."),
        ("vanished", "Save it again."),
    ],
)
def test_a_file_that_is_left_alone(clip: Path, state: str, remedy: str) -> None:
    ledger(clip, state)
    assert explain(clip).verdict == remedy


def test_a_name_in_nfd_is_found_in_nfc(folder: WatchedFolder) -> None:
    path = Path(folder.path) / unicodedata.normalize("NFC", "Brouillé.mov")
    path.write_bytes(b"frames")
    ledger(path, "settling", "It is still being written.")
    told = explain(Path(folder.path) / unicodedata.normalize("NFD", "Brouillé.mov"))
    assert "It is still being written." in text_of(told, "The watcher's ledger")


def test_a_name_that_is_no_text_is_shown_as_it_is(folder: WatchedFolder) -> None:
    path = Path(folder.path) / os.fsdecode(b"bad\xff.mov")
    path.write_bytes(b"frames")
    SourceFile.objects.create(
        folder=folder,
        key="bad\\xff.mov",
        raw_path=b"bad\xff.mov",
        size=6,
        mtime_ns=1,
        state="ignored",
        reason="Its name is not valid text (UTF-8): rename it.",
    )
    told = explain(path)
    assert told.path.endswith("bad\\xff.mov")
    assert told.verdict.startswith("Its name is not valid text (UTF-8): rename it.")


def test_it_changes_nothing(clip: Path) -> None:
    explain(clip)
    assert SourceFile.objects.count() == UploadJob.objects.count() == 0


# --- Once there is one ----------------------------------------------------------------------------


def test_a_name_that_fits_no_rule(folder: WatchedFolder) -> None:
    path = Path(folder.path) / "untitled.mov"
    path.write_bytes(b"frames")
    job = intake.take_in(intake.source_for(path), project=folder.project, who="watcher")
    told = explain(path)
    assert job.reason in text_of(told, f"Upload {job.pk}")
    assert told.verdict == f"{job.reason} When that is put right, press Send again."


def test_a_file_of_which_a_person_said_what_it_is(folder: WatchedFolder) -> None:
    path = Path(folder.path) / "untitled.mov"
    path.write_bytes(b"frames")
    job = intake.take_in(intake.source_for(path), project=folder.project, who="watcher")
    rule, project = NamingRule.objects.get(), Project.objects.get()
    quarantine.send_as(job, project, rule, {"scene": "1", "shot": "2", "task": "comp"}, "nora")
    told = explain(path)
    assert told.verdict == "It is queued: it goes up as soon as a worker is free."
    assert text_of(told, "Naming rule") == (
        "A person said what it is: scene 1, shot 2, task comp; it goes to UNDLM: 1 / 2 / comp"
    )


def test_an_upload_that_is_queued(clip: Path, job: UploadJob) -> None:
    assert explain(clip).verdict == "It is queued: it goes up as soon as a worker is free."


def test_an_upload_under_way(clip: Path, job: UploadJob) -> None:
    UploadJob.objects.update(state="running", bytes_sent=3)
    assert explain(clip).verdict == "It is going up now: 50 %."


def test_an_upload_that_is_tried_again(clip: Path, job: UploadJob) -> None:
    UploadJob.objects.update(run_after=timezone.now(), reason="Frame.io is away.", attempts=3)
    told = explain(clip)
    assert "attempt 3." in text_of(told, f"Upload {job.pk}")
    assert "Next try" in text_of(told, f"Upload {job.pk}")
    assert told.verdict.startswith("It is tried again by itself")


def test_an_arrived_file_with_its_link_and_without_its_secrets(clip: Path, job: UploadJob) -> None:
    UploadJob.objects.update(state="done")
    Delivery.objects.create(
        job=job, integration="frameio", done=True, url="https://f.io/1", secrets="sentinel-77"
    )
    told = explain(clip)
    assert told.verdict == "It has arrived: https://f.io/1"
    assert text_of(told, f"Upload {job.pk} → Frame.io") == "Delivered: https://f.io/1"
    assert "sentinel-77" not in repr(told)


def test_an_arrived_file_that_is_not_there_any_more(clip: Path, job: UploadJob) -> None:
    UploadJob.objects.update(state="done")
    clip.unlink()
    assert explain(clip).verdict.startswith("It has arrived")


def test_a_file_that_has_changed_since_it_was_sent(clip: Path, job: UploadJob) -> None:
    UploadJob.objects.update(state="done")
    clip.write_bytes(b"other frames")
    assert explain(clip).verdict.startswith("It has changed since it was sent")


def test_a_cancelled_upload(clip: Path, job: UploadJob) -> None:
    UploadJob.objects.update(state="cancelled", reason="cancelled by nora")
    assert explain(clip).verdict.startswith("It was cancelled (cancelled by nora).")


def test_an_upload_dropped_because_its_file_changed_goes_on_by_itself(
    clip: Path, job: UploadJob
) -> None:
    UploadJob.objects.update(state="cancelled", hold="file", reason="It is sent when finished.")
    assert explain(clip).verdict == "It is sent when finished."


# --- Its content ----------------------------------------------------------------------------------


def test_a_file_cut_short_says_so(clip: Path) -> None:
    told = explain_all(clip, look_into=lambda _path, _size: CUT)
    assert text_of(told, "Content") == CUT.reason
    assert told.verdict.startswith(f"{CUT.reason} The rest of it has to arrive.")


def test_what_the_ledger_says_of_its_content_is_not_said_twice(clip: Path) -> None:
    ledger(clip, "settling", CUT.reason)
    told = explain_all(clip, look_into=lambda _path, _size: CUT)
    assert told.verdict.count(CUT.reason) == 1


def test_a_real_file_is_looked_into(clip: Path) -> None:
    clip.write_bytes(tiny_mov())
    assert text_of(explain_all(clip), "Content") == "It is whole."
    clip.write_bytes(tiny_mov()[:-1])
    assert "The rest of it has to arrive." in explain_all(clip).verdict


def test_a_content_the_mount_does_not_give_is_in_the_way(clip: Path) -> None:
    silent = Judgement(Whole.UNREADABLE, "The mount has not given its content for 2 s.")
    told = explain_all(clip, look_into=lambda _path, _size: silent)
    assert told.verdict.startswith(silent.reason)
    assert "rest of it" not in told.verdict


def test_a_kind_that_does_not_tell_is_not_in_the_way(clip: Path) -> None:
    unknown = Judgement(Whole.UNKNOWN, "Its kind does not tell.")
    told = explain_all(clip, look_into=lambda _path, _size: unknown)
    assert "Its kind does not tell." in text_of(told, "Content")
    assert "does not tell" not in told.verdict


# --- The command ----------------------------------------------------------------------------------


def test_the_command_prints_a_screen_that_ends_with_the_verdict(
    clip: Path, job: UploadJob, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("explain", str(clip))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == str(clip)
    assert lines[-1].strip() == "It is queued: it goes up as soon as a worker is free."
    assert "\x1b" not in "".join(lines)
    assert len(lines) < 24


def test_the_command_cuts_nothing_off(
    folder: WatchedFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(folder.path) / f"{'very_long_' * 20}.mov"
    path.write_bytes(b"frames")
    call_command("explain", str(path))
    verdict = explain(path).verdict.splitlines()[-1]
    assert len(verdict) > 200
    assert verdict in capsys.readouterr().out


def test_the_command_prints_json(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("explain", str(clip), "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["path"] == str(clip)
    assert told["steps"][0]["well"] is True
    assert told["verdict"]
