"""One content of one file is one job, however often and by whomever it is seen."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from django_q.models import OrmQ

from pipeline import intake, jobs
from pipeline.jobs import waking
from pipeline.models import NamingRule, Project, SourceFile, UploadJob, WatchedFolder
from tests.pipeline.conftest import rewrite

Render = Callable[..., Path]


def taken_in(path: Path) -> UploadJob:
    return intake.take_in(intake.source_for(path), project=None, who="test")


def test_a_render_becomes_a_queued_job(rule: NamingRule, render: Render) -> None:
    job = taken_in(render())
    assert (job.state, job.version, job.destination) == ("pending", 3, ["00412", "anim"])
    assert job.source.state == SourceFile.State.TAKEN


def test_a_name_that_fits_no_rule_is_held_with_the_reason(rule: NamingRule, render: Render) -> None:
    job = taken_in(render("final_FINAL.mov"))
    assert (job.state, job.hold) == ("waiting", "name")
    assert job.reason
    assert [event.why for event in job.events.all()] == [job.reason]


def test_the_same_file_is_the_same_job(rule: NamingRule, render: Render) -> None:
    path = render()
    assert taken_in(path) == taken_in(path)
    assert UploadJob.objects.count() == 1


def test_new_content_is_a_new_job_of_the_same_file(rule: NamingRule, render: Render) -> None:
    path = render()
    first = taken_in(path)
    rewrite(path, b"better frames")
    second = taken_in(path)
    assert first != second
    assert first.source == second.source


@pytest.mark.parametrize("state", ["pending", "waiting", "failed"])
def test_what_waits_to_send_an_earlier_content_ends(
    rule: NamingRule, render: Render, state: str
) -> None:
    path = render()
    first = taken_in(path)
    UploadJob.objects.update(state=state)
    rewrite(path, b"better frames")
    second = taken_in(path)
    first.refresh_from_db()
    assert first.state == "cancelled"
    assert f"job {second.pk} sends" in first.reason


def test_an_earlier_content_on_its_way_or_there_is_left_alone(
    rule: NamingRule, render: Render
) -> None:
    path = render()
    first = taken_in(path)
    assert jobs.claim()
    rewrite(path, b"better frames")
    taken_in(path)
    first.refresh_from_db()
    assert first.state == "running"


def test_a_name_in_nfd_is_the_file_in_nfc(rule: NamingRule, render: Render) -> None:
    path = render(unicodedata.normalize("NFD", "été.mov"))
    source = intake.source_for(path)
    assert source.key.endswith(unicodedata.normalize("NFC", "été.mov"))
    assert source.path == path


def test_a_file_in_a_watched_folder_is_known_by_its_place_in_it(
    project: Project, rule: NamingRule, tmp_path: Path, render: Render
) -> None:
    outer = WatchedFolder.objects.create(path=str(tmp_path))
    (tmp_path / "shots").mkdir()
    inner = WatchedFolder.objects.create(path=str(tmp_path / "shots"))
    source = intake.source_for(render("shots/UNDLM_00412_anim_v003.mov"))
    assert (source.folder, source.key) == (inner, "UNDLM_00412_anim_v003.mov")
    assert intake.source_for(render()).folder == outer


def test_a_file_is_known_by_whatever_symlinks_it_is_named(
    project: Project, rule: NamingRule, tmp_path: Path, render: Render
) -> None:
    (tmp_path / "mount").mkdir()
    (tmp_path / "link").symlink_to("mount")
    folder = WatchedFolder.objects.create(path=str(tmp_path / "link"))
    render("mount/UNDLM_00412_anim_v003.mov")
    names = [tmp_path / way / "UNDLM_00412_anim_v003.mov" for way in ("mount", "link")]
    (physical, linked) = [taken_in(name) for name in names]
    assert physical == linked
    assert (physical.source.folder, physical.source.key) == (folder, "UNDLM_00412_anim_v003.mov")
    assert physical.source.path == names[1]


def test_a_link_to_a_file_is_sent_under_its_own_name(
    project: Project, tmp_path: Path, render: Render
) -> None:
    folder = WatchedFolder.objects.create(path=str(tmp_path))
    render("master.mov")
    (tmp_path / "UNDLM_00412_anim_v003.mov").symlink_to("master.mov")
    source = intake.source_for(tmp_path / "UNDLM_00412_anim_v003.mov")
    assert (source.folder, source.key) == (folder, "UNDLM_00412_anim_v003.mov")


def test_of_nested_folders_it_belongs_to_the_active_one(
    project: Project, tmp_path: Path, render: Render
) -> None:
    outer = WatchedFolder.objects.create(path=str(tmp_path))
    (tmp_path / "shots").mkdir()
    WatchedFolder.objects.create(path=str(tmp_path / "shots"), active=False)
    assert intake.source_for(render("shots/UNDLM_00412_anim_v003.mov")).folder == outer


def test_a_file_outside_every_folder_is_known_by_its_whole_path(
    project: Project, tmp_path: Path, render: Render
) -> None:
    WatchedFolder.objects.create(path=str(tmp_path / "shots"))
    path = render("shots_UNDLM_00412_anim_v003.mov")
    source = intake.source_for(path)
    assert (source.folder, source.key) == (None, str(path))


def test_the_known_job_is_found_without_writing(rule: NamingRule, render: Render) -> None:
    path = render()
    assert intake.known_job(path) is None
    assert SourceFile.objects.count() == 0
    job = taken_in(path)
    assert intake.known_job(path) == job
    rewrite(path, b"other")
    assert intake.known_job(path) is None


def test_a_dropped_job_goes_on_when_its_file_has_settled_as_it_was(
    rule: NamingRule, render: Render
) -> None:
    path = render()
    job = taken_in(path)
    UploadJob.objects.update(state=jobs.State.CANCELLED, hold=jobs.Hold.FILE)
    SourceFile.objects.update(state=SourceFile.State.SETTLING)
    assert taken_in(path) == job
    assert UploadJob.objects.get().state == jobs.State.PENDING


def test_a_job_that_a_person_cancelled_stays_cancelled(rule: NamingRule, render: Render) -> None:
    path = render()
    jobs.cancel(taken_in(path), "Paula")
    SourceFile.objects.update(state=SourceFile.State.SETTLING)
    taken_in(path)
    assert UploadJob.objects.get().state == jobs.State.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_woken_once_the_job_can_be_seen(render: Render) -> None:
    Project.objects.create(code="UNDLM", name="Underland")
    NamingRule.objects.create(
        name="Shots", template="{project}_{shot}_{task}_v{version}.{ext}", folder_template="{shot}"
    )
    taken_in(render())
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_does_not_lose_the_job(
    render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(waking, "async_task", away)
    assert taken_in(render()).pk


def test_a_project_that_is_missing_is_made_by_the_rule(
    project: Project, rule: NamingRule, render: Render
) -> None:
    NamingRule.objects.update(new_projects_like=project)
    first = taken_in(render("KES_00412_anim_v001.mov"))
    second = taken_in(render("kes_00412_anim_v002.mov"))
    assert (first.state, second.state) == ("pending", "pending")
    made = Project.objects.get(code="KES")
    assert first.project == second.project == made


def test_of_two_who_make_it_at_once_both_get_the_first(project: Project) -> None:
    mine, theirs = project.another("KES"), project.another("KES")
    theirs.save()
    assert intake.saved(mine) == theirs
