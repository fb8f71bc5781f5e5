"""Review links, made for uploads that have arrived."""

from datetime import timedelta

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from pipeline.models import Delivery, Project, UploadJob
from tests.admin.conftest import MakeJob, State
from tests.admin.test_moving_jobs import LIST, messages_of
from tests.frameio.fake_review import FakeReview

PASSPHRASE = "open sesame 41"
PUBLIC = {"name": "Dailies", "access": "public", "comments": "on"}
SECURE = {**PUBLIC, "access": "secure"}


@pytest.fixture
def arrived(make_job: MakeJob) -> UploadJob:
    job = make_job(State.DONE)
    Delivery.objects.filter(job=job).update(done=True, remote_id="file-1")
    Project.objects.update(frameio_project_id="p-1")
    return job


@pytest.fixture
def url(arrived: UploadJob) -> str:
    return f"{LIST}review-link/?jobs={arrived.pk}"


def test_the_list_leads_to_the_form(arrived: UploadJob, nora: Client) -> None:
    form = {"action": "link_chosen", "_selected_action": [arrived.pk]}
    assert nora.post(LIST, form).headers["Location"] == f"{LIST}review-link/?jobs={arrived.pk}"


def test_the_jobs_page_does_too(url: str, arrived: UploadJob, nora: Client) -> None:
    assert f'href="{url}"' in nora.get(f"{LIST}{arrived.pk}/change/").content.decode()


def test_looking_at_the_form_makes_nothing(url: str, nora: Client, frameio: FakeReview) -> None:
    assert "Undertow" in nora.get(url).content.decode()
    assert frameio.calls == []


def test_a_public_link_is_made_shown_and_written_down(
    url: str, arrived: UploadJob, nora: Client, frameio: FakeReview
) -> None:
    page = nora.post(url, PUBLIC, follow=True).content.decode()
    assert 'value="https://f.io/abc"' in page
    (share,) = frameio.shares
    assert (share["access"], share["asset_ids"], share["downloading_enabled"]) == (
        "public",
        ["file-1"],
        False,
    )
    event = arrived.events.last()
    assert event is not None
    assert (event.who, event.why) == ("nora", "Review link Dailies: https://f.io/abc")
    assert 'href="https://f.io/abc"' in nora.get(f"{LIST}{arrived.pk}/change/").content.decode()


def test_a_secure_one_ends_with_the_day_and_invites(
    url: str, nora: Client, frameio: FakeReview
) -> None:
    day = timezone.localdate() + timedelta(days=7)
    more = {"expires_on": day.isoformat(), "reviewers": "a@b.test, c@d.test\n"}
    nora.post(url, {**SECURE, **more})
    share, invitation = frameio.sent("POST")
    assert share["expiration"] == f"{day.isoformat()}T23:59:59+00:00"
    assert invitation["reviewers"] == {"emails": ["a@b.test", "c@d.test"]}


def test_the_passphrase_goes_to_frameio_and_nowhere_else(
    url: str, arrived: UploadJob, nora: Client, frameio: FakeReview
) -> None:
    frameio.next("POST", "/shares", httpx.Response(403, json={}))
    form = {**SECURE, "passphrase": PASSPHRASE}
    refused = nora.post(url, form).content.decode()
    made = nora.post(url, form, follow=True).content.decode()
    assert frameio.shares[0]["passphrase"] == PASSPHRASE
    history = nora.get(f"{LIST}{arrived.pk}/change/").content.decode()
    assert PASSPHRASE not in refused + made + history


def test_a_link_stays_when_its_reviewers_cannot_be_invited(
    url: str, arrived: UploadJob, nora: Client, frameio: FakeReview
) -> None:
    frameio.next("POST", "/reviewers", httpx.Response(422, json={}))
    page = nora.post(url, {**SECURE, "reviewers": "a@b.test"}, follow=True).content.decode()
    assert "The reviewers could not be invited" in page
    assert "https://f.io/abc" in page
    assert arrived.events.filter(why__contains="https://f.io/abc").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"access": "secure", "reviewers": "nora at home"}, "nora is no e-mail address."),
        ({"reviewers": "a@b.test"}, "Only a link for those who are invited takes addresses."),
        ({"expires_on": "2020-01-01"}, "This day is over. Choose a later one."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_a_wrong_form_makes_nothing(
    url: str, nora: Client, frameio: FakeReview, wrong: dict[str, str], said: str
) -> None:
    assert said in nora.post(url, {**PUBLIC, **wrong}).content.decode()
    assert frameio.calls == []


def test_what_has_not_arrived_is_left_out(
    url: str, make_job: MakeJob, nora: Client, frameio: FakeReview
) -> None:
    both = f"{url},{make_job(State.RUNNING).pk}"
    assert "1 that has not arrived is left out." in nora.get(both).content.decode()
    nora.post(both, PUBLIC)
    assert frameio.shares[0]["asset_ids"] == ["file-1"]


def test_when_nothing_has_arrived_it_says_so(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.FAILED)
    answer = nora.get(f"{LIST}review-link/?jobs={job.pk}")
    assert messages_of(answer) == ["None of these has arrived on Frame.io yet."]


def test_one_link_shows_one_project(url: str, make_job: MakeJob, nora: Client) -> None:
    kestrel = Project.objects.create(code="KES", name="Kestrel")
    other = make_job(State.DONE, project_id=kestrel.pk)
    Delivery.objects.filter(job=other).update(done=True, remote_id="file-2")
    answer = nora.get(f"{url},{other.pk}")
    assert messages_of(answer) == ["A link shows files of one project. Choose those of one."]


def test_more_than_a_hundred_are_refused(arrived: UploadJob, nora: Client) -> None:
    row = {"size": 1, "state": State.DONE, "source": arrived.source, "name": "x"}
    UploadJob.objects.bulk_create([UploadJob(mtime_ns=9 + n, **row) for n in range(100)])
    form = {"action": "link_chosen", "select_across": "1", "_selected_action": [arrived.pk]}
    assert messages_of(nora.post(LIST, form)) == [
        "A review link takes 100 files at most. Choose fewer."
    ]


def test_who_may_only_look_makes_none(url: str, paul: Client, frameio: FakeReview) -> None:
    assert paul.get(url).status_code == 403
    assert paul.post(url, PUBLIC).status_code == 403
    assert paul.get(f"{LIST}review-link/made/").status_code == 403
    assert frameio.calls == []


def test_the_link_page_without_a_link_leads_back(nora: Client) -> None:
    assert nora.get(f"{LIST}review-link/made/").headers["Location"] == LIST
