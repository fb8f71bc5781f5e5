"""What was said about a file on Frame.io, on the page of its upload."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from pipeline.models import Delivery, ReviewComment, UploadJob
from tests.admin.conftest import MakeJob, State
from tests.admin.test_moving_jobs import LIST

SAID_AT = datetime(2026, 11, 20, tzinfo=UTC)


def say(job: UploadJob, ident: str, text: str, **more: object) -> ReviewComment:
    comment = ReviewComment(job=job, remote_id=ident, author="Ingrid", text=text, said_at=SAID_AT)
    vars(comment).update(more)
    comment.save()
    return comment


def page_of(job: UploadJob, browser: Client) -> str:
    return browser.get(f"{LIST}{job.pk}/change/").content.decode()


def test_a_comment_has_its_author_place_and_standing(make_job: MakeJob, paul: Client) -> None:
    job = make_job(State.DONE)
    say(job, "1", "Too dark.", frame=24, timecode="01:00:01:00", done_at=timezone.now())
    page = page_of(job, paul)
    assert page.index("01:00:01:00") < page.index("Ingrid") < page.index("Too dark.")
    assert ">done<" in page


def test_one_without_a_timecode_has_its_frame(make_job: MakeJob, paul: Client) -> None:
    job = make_job(State.DONE)
    say(job, "1", "Too dark.", frame=0)
    assert ">frame 0<" in page_of(job, paul)


def test_they_stand_in_the_order_of_the_film(make_job: MakeJob, paul: Client) -> None:
    job = make_job(State.DONE)
    say(job, "1", "In all: good.")
    say(job, "2", "Later.", frame=100)
    say(job, "3", "Earlier.", frame=20)
    page = page_of(job, paul)
    assert page.index("Earlier.") < page.index("Later.") < page.index("In all: good.")


def test_an_answer_stands_under_its_comment_alone(make_job: MakeJob, paul: Client) -> None:
    job = make_job(State.DONE)
    asked = say(job, "1", "Too dark.")
    say(job, "2", "Mended in v004.", answers_id=asked.pk)
    page = page_of(job, paul)
    assert page.count("Mended in v004.") == 1
    assert page.index("Too dark.") < page.index("Mended in v004.")


def test_what_looks_like_html_is_shown_as_it_is(make_job: MakeJob, paul: Client) -> None:
    job = make_job(State.DONE)
    say(job, "1", "<script>alert(1)</script>", author="<img src=x>")
    page = page_of(job, paul)
    assert "<script>alert(1)" not in page
    assert "<img src=x>" not in page


def test_without_comments_there_is_no_panel(make_job: MakeJob, paul: Client) -> None:
    assert "Comments on Frame.io" not in page_of(make_job(State.DONE), paul)


def test_they_are_had_as_a_table_and_as_markers(make_job: MakeJob, paul: Client) -> None:
    job = make_job(State.DONE, 'shot "7".mov')
    say(job, "1", "Too dark.", frame=24, timecode="00:00:01:00")
    page = page_of(job, paul)
    table = paul.get(f"{LIST}{job.pk}/comments.csv")
    markers = paul.get(f"{LIST}{job.pk}/comments.edl")
    assert f'href="{LIST}{job.pk}/comments.csv"' in page
    assert f'href="{LIST}{job.pk}/comments.edl"' in page
    assert f'href="{LIST}{job.pk}/comments.otio"' in page
    assert '"Timeline.1"' in paul.get(f"{LIST}{job.pk}/comments.otio").content.decode()
    assert "Ingrid,Too dark." in table.content.decode()
    assert "* LOC: 00:00:01:00" in markers.content.decode()
    assert table["Content-Disposition"] == 'attachment; filename="shot \\"7\\".mov.csv"'


def test_who_may_see_no_uploads_gets_none(make_job: MakeJob, charlie: Client) -> None:
    job = make_job(State.DONE)
    assert charlie.get(f"{LIST}{job.pk}/comments.csv").status_code == 403


def test_in_another_form_there_are_none(make_job: MakeJob, paul: Client) -> None:
    job = make_job(State.DONE)
    assert paul.get(f"{LIST}{job.pk}/comments.exe").status_code == 404


def test_the_timeline_is_offered_only_where_its_library_is(
    make_job: MakeJob, paul: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.admin.comment_files.HAS_TIMELINES", False)
    job = make_job(State.DONE)
    say(job, "1", "Too dark.")
    assert "comments.otio" not in page_of(job, paul)
    assert paul.get(f"{LIST}{job.pk}/comments.otio").status_code == 404


def test_the_status_stands_on_the_page_and_in_the_list(make_job: MakeJob, paul: Client) -> None:
    job = make_job(State.DONE)
    Delivery.objects.update(done=True, status="Needs Work")
    badge = '<span class="badge is-failed">Needs Work</span>'
    assert badge in page_of(job, paul)
    assert badge in paul.get(LIST).content.decode()
