import re

from django.contrib.messages import get_messages
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from pipeline import jobs
from pipeline.models import SourceFile, UploadJob
from tests.admin.conftest import MakeJob, State

LIST = "/admin/pipeline/uploadjob/"


def messages_of(answer: object) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]  # type: ignore[attr-defined]


def state_of(job: UploadJob) -> str:
    return UploadJob.objects.get(pk=job.pk).state


def test_the_retry_button_queues_a_failed_job_in_the_persons_name(
    make_job: MakeJob, nora: Client
) -> None:
    job = make_job(State.FAILED, reason="x")
    answer = nora.post(f"{LIST}{job.pk}/retry/", {"next": "/"})
    assert answer.headers["Location"] == "/"
    assert state_of(job) == State.PENDING
    assert job.events.last().who == "nora"  # type: ignore[union-attr]
    assert messages_of(answer) == ["1 upload is queued again."]


def test_it_never_leads_to_another_site(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.FAILED)
    answer = nora.post(f"{LIST}{job.pk}/retry/", {"next": "https://elsewhere.invalid/"})
    assert answer.headers["Location"] == f"{LIST}{job.pk}/change/"


def test_a_refused_retry_says_why(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.DONE, "UNDLM_done.mov")
    answer = nora.post(f"{LIST}{job.pk}/retry/")
    assert state_of(job) == State.DONE
    assert "UNDLM_done.mov" in messages_of(answer)[0]


def test_cancelling_asks_first(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.RUNNING)
    asked = nora.get(f"{LIST}{job.pk}/cancel/")
    page = asked.content.decode().replace("<wbr>", "")
    assert "Cancel this upload?" in page
    assert job.name in page
    assert state_of(job) == State.RUNNING
    nora.post(f"{LIST}{job.pk}/cancel/", {"confirmed": "yes"})
    assert state_of(job) == State.CANCELLED


def test_the_list_retries_many_and_names_those_that_refuse(make_job: MakeJob, nora: Client) -> None:
    chosen = [make_job(State.FAILED), make_job(State.WAITING), make_job(State.DONE, "done.mov")]
    form = {"action": "retry_chosen", "_selected_action": [job.pk for job in chosen], "index": 0}
    answer = nora.post(LIST, form)
    assert [state_of(job) for job in chosen] == [State.PENDING, State.PENDING, State.DONE]
    assert messages_of(answer)[0].startswith("done.mov cannot be")
    assert messages_of(answer)[1] == "2 uploads are queued again."


def test_the_list_sends_first_in_the_order_in_which_they_were_queued(
    make_job: MakeJob, nora: Client
) -> None:
    before = make_job(State.PENDING)
    chosen = [make_job(State.PENDING), make_job(State.PENDING), make_job(State.DONE, "done.mov")]
    form = {"action": "send_chosen_first", "_selected_action": [job.pk for job in chosen]}
    answer = nora.post(LIST, {**form, "index": 0})
    assert [job.pk for job in jobs.due()] == [chosen[0].pk, chosen[1].pk, before.pk]
    assert messages_of(answer) == [
        "done.mov cannot be sent first: it is arrived.",
        "2 uploads go first, at any hour.",
    ]


def test_the_list_asks_before_it_cancels_many(make_job: MakeJob, nora: Client) -> None:
    chosen = [make_job(State.PENDING), make_job(State.FAILED)]
    form = {"action": "cancel_chosen", "_selected_action": [job.pk for job in chosen]}
    asked = nora.post(LIST, {**form, "index": 0})
    assert "Cancel these uploads?" in asked.content.decode()
    assert [state_of(job) for job in chosen] == [State.PENDING, State.FAILED]
    answer = nora.post(LIST, {**form, "confirmed": "yes"})
    assert [state_of(job) for job in chosen] == [State.CANCELLED, State.CANCELLED]
    assert messages_of(answer) == ["2 uploads are cancelled."]


def fields_of(page: str) -> dict[str, list[str]]:
    """What the page's form would send, but for its token."""
    found = re.findall(r'name="(\w+)" value="([^"]*)"', page)
    names = {name for name, _value in found} - {"csrfmiddlewaretoken"}
    return {name: [value for key, value in found if key == name] for name in names}


def test_thousands_are_cancelled_as_the_list_shows_them(make_job: MakeJob, nora: Client) -> None:
    """Django takes 1000 fields at most, so they are not named one by one."""
    first = make_job(State.PENDING)
    other = make_job(State.FAILED)
    keys = [f"x{number}" for number in range(1200)]
    file = {"folder": first.source.folder, "raw_path": b"x", "size": 1, "mtime_ns": 1}
    sources = SourceFile.objects.bulk_create([SourceFile(key=key, **file) for key in keys])
    job = {"size": 1, "mtime_ns": 1, "state": State.PENDING, "project": first.project}
    UploadJob.objects.bulk_create(
        [UploadJob(source=source, name=source.key, **job) for source in sources]
    )
    url = f"{LIST}?state=pending"
    asked = nora.post(
        url, {"action": "cancel_chosen", "select_across": "1", "_selected_action": [first.pk]}
    )
    later = make_job(State.PENDING)
    form = fields_of(asked.content.decode())
    assert "and 1181 more" in asked.content.decode()
    assert messages_of(nora.post(url, form)) == ["1201 uploads are cancelled."]
    assert [state_of(job) for job in (first, other, later)] == ["cancelled", "failed", "pending"]


def test_who_may_only_look_can_move_nothing(make_job: MakeJob, paul: Client) -> None:
    job = make_job(State.FAILED)
    assert paul.post(f"{LIST}{job.pk}/retry/").status_code == 403
    assert paul.post(f"{LIST}{job.pk}/cancel/").status_code == 403
    paul.post(LIST, {"action": "retry_chosen", "_selected_action": [job.pk], "index": 0})
    assert state_of(job) == State.FAILED


def test_no_one_edits_adds_or_deletes_a_job(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.FAILED)
    assert nora.post(f"{LIST}{job.pk}/change/", {"state": "done"}).status_code == 403
    assert nora.get(f"{LIST}add/").status_code == 403
    assert nora.post(f"{LIST}{job.pk}/delete/", {"post": "yes"}).status_code == 403
    assert state_of(job) == State.FAILED


def test_a_job_that_is_not_there_is_not_found(nora: Client) -> None:
    assert nora.post(f"{LIST}4711/retry/").status_code == 404


def test_the_filter_finds_what_needs_a_person(make_job: MakeJob, nora: Client) -> None:
    wanted = {make_job(State.FAILED).pk, make_job(State.WAITING).pk}
    make_job(State.DONE)
    found = nora.get(f"{LIST}?state=needs-me").context["cl"].result_list
    assert {job.pk for job in found} == wanted


def test_a_long_list_asks_no_more_of_the_database(
    make_job: MakeJob, nora: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    [make_job(State.FAILED) for _i in range(40)]
    with django_assert_max_num_queries(9):
        nora.get(LIST)


def test_a_name_that_looks_like_html_is_shown_as_it_is(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.FAILED, "<script>alert(1)</script>.mov", reason="<img src=x>")
    pages = nora.get(LIST).content + nora.get(f"{LIST}{job.pk}/change/").content
    assert b"<script>alert(1)" not in pages
    assert b"<img src=x>" not in pages


def test_a_name_that_is_not_utf8_opens(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.FAILED)
    job.source.raw_path = b"caf\xe9.mov"
    job.source.save()
    assert "caf\ufffd.mov" in nora.get(f"{LIST}{job.pk}/change/").content.decode()
