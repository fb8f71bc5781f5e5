"""What an upload's page says of it, and the lines of the overview and the list."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pipeline.models import Project
from pipeline.studio import Studio
from tests.admin.conftest import MakeJob, State
from tests.admin.reading import page_text

AWAY = "Frame.io is in trouble (503). Try again later."


@pytest.mark.parametrize("address", ["", "/", "/admin/pipeline/uploadjob/"])
def test_a_try_that_is_to_come_is_told_with_its_time(
    address: str, make_job: MakeJob, nora: Client
) -> None:
    soon = timezone.now() + timedelta(minutes=7)
    job = make_job(State.PENDING, reason=AWAY, run_after=soon)
    said = page_text(nora, address or job.get_absolute_url())
    when = timezone.localtime(soon)
    day = "" if when.date() == timezone.localdate() else f"{when:%A} "
    assert f"Tried again by itself at {day}{when:%H:%M}. {AWAY}" in said


def test_who_pauses_it_has_the_say_not_its_next_try(
    make_job: MakeJob, project: Project, nora: Client
) -> None:
    Studio.objects.update_or_create(pk=1, defaults={"paused_at": timezone.now(), "paused_by": "x"})
    job = make_job(State.PENDING, reason=AWAY, run_after=timezone.now() + timedelta(hours=1))
    said = page_text(nora, job.get_absolute_url())
    assert "All uploads are paused by x" in said
    assert "Tried again by itself at" not in said


def test_of_what_a_person_must_mend_no_next_try_is_told(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.WAITING, reason="No rule reads it.", hold="name")
    assert "Tried again by itself" not in page_text(nora, job.get_absolute_url())
