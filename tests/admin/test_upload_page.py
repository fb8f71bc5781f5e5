"""What an upload's page says of it, and the lines of the overview and the list."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from pipeline.admin.wording import opened
from pipeline.models import JobEvent, Project, UploadJob, WatchedFolder
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


# --- While it goes up -----------------------------------------------------------------------------


def begun(at: datetime) -> dict[str, object]:
    """As the journal keeps it: parts 4, 5 and 7 of twelve are there."""
    return {"begun": {"at": at.isoformat()}, "sent": "b0", "parts": 12}


def going_up(nora: Client) -> dict[str, object]:
    told: dict[str, object] = nora.get("/admin/progress.json").json()["running"][0]
    return told


def test_its_parts_are_counted_live(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.RUNNING, started_at=timezone.now())
    job.deliveries.update(memory=begun(timezone.now()))
    assert "3 of 12 parts" in page_text(nora, job.get_absolute_url())
    assert going_up(nora)["parts"] == "3 of 12 parts"


def test_of_parts_that_nobody_counted_it_tells_those_that_are_there(
    make_job: MakeJob, nora: Client
) -> None:
    job = make_job(State.FAILED)
    job.deliveries.update(memory={"sent": "b0"})
    assert "3 parts are there" in page_text(nora, job.get_absolute_url())


def test_what_goes_in_one_part_has_none_to_count(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.RUNNING)
    job.deliveries.update(memory={"parts": 1, "sent": "0"})
    assert going_up(nora)["parts"] == ""


def test_the_first_look_knows_the_speed_of_what_was_begun_now(
    make_job: MakeJob, nora: Client
) -> None:
    start = timezone.now() - timedelta(seconds=10)
    job = make_job(State.RUNNING, started_at=start, bytes_sent=500)
    job.deliveries.update(memory=begun(start))
    speed = going_up(nora)["speed"]
    assert isinstance(speed, int)
    assert 0 < speed <= 50


def test_how_long_earlier_parts_took_nobody_knows(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.RUNNING, started_at=timezone.now(), bytes_sent=500)
    job.deliveries.update(memory=begun(timezone.now() - timedelta(hours=1)))
    assert going_up(nora)["speed"] is None


# --- Where its file is ----------------------------------------------------------------------------


def link_on(nora: Client, job: UploadJob) -> str:
    """What *Open the file* leads to; empty when it is not there."""
    page = nora.get(job.get_absolute_url()).content.decode()
    found = re.search(r'href="([^"]*)">Open the file<', page)
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize(
    ("template", "link"),
    [
        ("", ""),
        ("lucid:open?file={path}", "lucid:open?file=/no/such/mount/1/a%20%26.mov"),
        ("file:///V/films/{in_mount}", "file:///V/films/such/mount/1/a%20%26.mov"),
        ("javascript:alert({path})", ""),
    ],
)
def test_a_link_opens_the_file_by_the_studios_own_template(
    template: str, link: str, make_job: MakeJob, nora: Client, settings: Settings
) -> None:
    settings.FILE_LINK_TEMPLATE = template
    job = make_job(State.DONE, "a &.mov")
    WatchedFolder.objects.update(mount_point="/no")
    assert link_on(nora, job) == link
    assert "/no/such/mount/1/a &.mov" in page_text(nora, job.get_absolute_url())


def test_without_its_mount_there_is_no_path_below_it(
    make_job: MakeJob, nora: Client, settings: Settings
) -> None:
    settings.FILE_LINK_TEMPLATE = "file:///V/films/{in_mount}"
    assert link_on(nora, make_job(State.DONE)) == ""


# --- What happened, and how it stands in short ----------------------------------------------------


def test_a_line_of_its_history_says_what_it_tells_of(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.DONE)
    events = JobEvent.objects
    events.create(job=job, state=State.DONE, kind="untold", who="notifications", why="no channel")
    events.create(job=job, state=State.DONE, kind="link", who="nora", why="For the director")
    said = page_text(nora, job.get_absolute_url()).partition("What happened")[2]
    assert said.count("Arrived") == 1
    assert "Team not told just now · notificationsno channel" in said
    assert "Review link made just now · noraFor the director" in said


LONG = f"https://f.invalid/{'a' * 40}"


@pytest.mark.parametrize(
    ("text", "before", "link", "after"),
    [
        (f"<b>\nIt is there: {LONG}.", "&lt;b&gt;<br>It is there: ", (LONG, "Open"), "."),
        (
            "Ask http://[::1]:9778, then",
            "Ask ",
            ("http://[::1]:9778", "http://[::1]:9778"),
            ", then",
        ),
    ],
)
def test_a_long_address_is_opened_and_not_read_out(
    text: str, before: str, link: tuple[str, str], after: str
) -> None:
    address, shown = link
    tag = f'<a href="{address}" title="{address}" rel="noopener noreferrer" target="_blank">'
    assert opened(text) == f"{before}{tag}{shown}</a>{after}"


def test_in_short_comes_first(make_job: MakeJob, nora: Client) -> None:
    said = page_text(nora, make_job(State.FAILED, reason="Too big.").get_absolute_url())
    assert said.index("In short:") < said.index("On the mount")


def test_its_work_is_told_in_words(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.DONE, node="render-7/4026531836-41d4aba2/7861/2354541")
    page = nora.get(job.get_absolute_url()).content.decode()
    said = page_text(nora, job.get_absolute_url())
    assert "4026531836" not in said
    assert "Machine: render-7 " in said
    assert "Priority: normal " in said
    assert "At any hour: no " in said
    assert "icon-no" not in page


def test_of_an_upload_that_belongs_nowhere_its_file_tells_the_size_first(
    make_job: MakeJob, nora: Client
) -> None:
    job = make_job(State.WAITING, "final.mov", fields={}, hold="name")
    UploadJob.objects.update(project=None)
    said = page_text(nora, f"/admin/pipeline/sourcefile/{job.source_id}/change/")
    assert "final.mov1.0 kB · " in said
