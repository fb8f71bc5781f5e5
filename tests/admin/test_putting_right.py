"""The page on which an upload that has arrived is put right."""

import pytest
from django.test import Client

from pipeline.models import Project, UploadJob
from tests.admin.conftest import MakeJob

NAME = "UNDLM_SC010_SH0010_comp_v003.mov"
READ = {
    "project": "UNDLM",
    "scene": "SC010",
    "shot": "SH0010",
    "task": "comp",
    "version": "003",
    "ext": "mov",
}


@pytest.fixture
def job(make_job: MakeJob) -> UploadJob:
    """Arrived, with another shot than its name says."""
    job = make_job(
        "done",
        NAME,
        fields={**READ, "shot": "SH0020"},
        version=3,
        destination=["SC010", "SH0020", "comp"],
        overrides={"shot": "SH0020"},
        filled_in_by="nora",
    )
    job.deliveries.update(done=True, remote_id="file-1", shot="shot=SH0020")
    return job


def page_of(job: UploadJob) -> str:
    return f"/admin/pipeline/uploadjob/{job.pk}/by-hand/"


def test_it_shows_what_it_was_taken_for_and_what_the_rules_read(
    job: UploadJob, nora: Client
) -> None:
    page = nora.get(page_of(job))
    assert page.context["form"]["field-shot"].initial == "SH0020"
    assert page.context["anew"].destination == ("SC010", "SH0010", "comp")
    assert "It lies in SC010 / SH0020 / comp." in page.content.decode()


def test_as_the_rules_read_it_nothing_by_hand_is_left(job: UploadJob, nora: Client) -> None:
    nora.post(page_of(job), {"anew": "1"})
    job.refresh_from_db()
    assert (job.state, job.destination) == ("pending", ["SC010", "SH0010", "comp"])
    assert (job.overrides, job.filled_in_by, job.fields) == ({}, "", READ)
    (delivery,) = job.deliveries.all()
    assert not delivery.done
    assert delivery.memory["arrived"]["id"] == "file-1"


def test_what_is_right_already_is_refused(job: UploadJob, project: Project, nora: Client) -> None:
    said = {f"field-{token}": text for token, text in job.fields.items() if token != "project"}
    answer = nora.post(page_of(job), {"project": project.pk, **said})
    assert "nothing would be changed" in answer.content.decode()
    job.refresh_from_db()
    assert (job.state, job.filled_in_by) == ("done", "nora")


def test_a_copy_in_a_folder_that_stays_behind_is_named(job: UploadJob, nora: Client) -> None:
    job.deliveries.create(integration="folder", done=True, remote_id="/client/SH0020/x.mov")
    assert "<code>/client/SH0020/x.mov</code>" in nora.get(page_of(job)).content.decode()


def test_who_may_only_look_moves_nothing(job: UploadJob, paul: Client) -> None:
    assert paul.post(page_of(job), {"anew": "1"}).status_code == 403
    assert UploadJob.objects.get().state == "done"
