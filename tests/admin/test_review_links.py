"""Review links, made for uploads that have arrived."""

from datetime import timedelta

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from pipeline.models import Delivery, Project, ReviewLink, UploadJob
from tests.admin.conftest import MakeJob, State
from tests.admin.test_moving_jobs import LIST, messages_of
from tests.frameio.fake_review import FakeReview

LINKS = "/admin/pipeline/reviewlink/"
PASSPHRASE = "open sesame 41"
PUBLIC = {
    "name": "Dailies",
    "access": "public",
    "comments": "on",
    "shows": "0",
    "number": "0",
}
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


def test_who_made_a_link_is_not_always_known(arrived: UploadJob, nora: Client) -> None:
    made = {"project": arrived.project, "url": "https://f.io/abc", "made_at": timezone.now()}
    ReviewLink.objects.create(origin="a", number=1, asked_by="nora", **made)
    ReviewLink.objects.create(origin="b", number=1, **made)
    page = nora.get(LINKS).content.decode()
    assert page.count("nora · <time") == 1
    assert page.count('field-by"><time') == 1


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
    assert paul.get(LINKS).status_code == 403
    assert frameio.calls == []


def test_a_form_sent_twice_makes_one_link(
    url: str, arrived: UploadJob, nora: Client, frameio: FakeReview
) -> None:
    first, second = nora.post(url, PUBLIC), nora.post(url, PUBLIC)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(frameio.shares) == 1
    assert arrived.events.filter(why__contains="Review link").count() == 1
    assert messages_of(second) == []


def test_two_tabs_make_one_link_and_the_other_wish_is_told(
    url: str, nora: Client, frameio: FakeReview
) -> None:
    tabs = [nora.get(url).context["form"]["number"].value() for _tab in range(2)]
    assert tabs == [0, 0]
    nora.post(url, PUBLIC)
    answer = nora.post(url, SECURE)
    assert len(frameio.shares) == 1
    assert messages_of(answer) == [
        "This form had made its link already: this one. Open it anew for another."
    ]


def test_the_form_opened_anew_makes_another(url: str, nora: Client, frameio: FakeReview) -> None:
    nora.post(url, PUBLIC)
    number = nora.get(url).context["form"]["number"].value()
    nora.post(url, {**SECURE, "number": number})
    assert [share["access"] for share in frameio.shares] == ["public", "secure"]


def test_a_refused_form_may_be_mended_and_sent_again(
    url: str, nora: Client, frameio: FakeReview
) -> None:
    frameio.next("POST", "/shares", httpx.Response(403, json={}))
    nora.post(url, PUBLIC)
    nora.post(url, {**PUBLIC, "name": "Rushes"})
    assert [share["name"] for share in frameio.shares] == ["Rushes"]
    assert ReviewLink.objects.get().name == "Rushes"


def test_what_an_unanswered_try_had_made_is_found(
    url: str, nora: Client, frameio: FakeReview
) -> None:
    frameio.now = timezone.now().isoformat()
    frameio.lose("POST", "/shares")
    frameio.next("GET", "/shares", httpx.Response(404, json={}))
    page = nora.post(url, PUBLIC).content.decode()
    assert "errorlist" in page
    nora.post(url, {**PUBLIC, "name": "Rushes"})
    assert [share["name"] for share in frameio.shares] == ["Dailies"]
    assert ReviewLink.objects.get().url == "https://f.io/abc"


def test_the_links_are_listed_with_what_they_allow(url: str, nora: Client) -> None:
    nora.post(url, {**SECURE, "expires_on": "2099-01-31", "passphrase": PASSPHRASE})
    link = ReviewLink.objects.get()
    page = nora.get(LINKS).content.decode()
    assert "Dailies" in page
    assert "1 file" in page
    assert "only those who are invited" in page
    assert "Jan. 31, 2099" in page
    assert PASSPHRASE not in page + nora.get(f"{LINKS}{link.pk}/change/").content.decode()


def test_one_that_frameio_did_not_make_is_not_listed(
    url: str, nora: Client, frameio: FakeReview
) -> None:
    frameio.next("POST", "/shares", httpx.Response(403, json={}))
    nora.post(url, PUBLIC)
    assert "No review links yet." in nora.get(LINKS).content.decode()


def test_folders_that_all_lie_in_can_be_chosen(
    url: str, arrived: UploadJob, make_job: MakeJob, nora: Client
) -> None:
    arrived.destination = ["SC010", "SH0010", "comp"]
    arrived.save()
    other = make_job(State.DONE, destination=["SC010", "SH0020", "comp"])
    Delivery.objects.filter(job=other).update(done=True, remote_id="file-2")
    assert "the folder SC010 / SH0010 / comp, with" in nora.get(url).content.decode()
    both = nora.get(f"{url},{other.pk}").context["form"]["shows"]
    assert [value for value, _label in both.field.choices] == ["0", "1"]


def test_no_other_folder_is_taken(url: str, nora: Client, frameio: FakeReview) -> None:
    assert nora.post(url, {**PUBLIC, "shows": "1"}).status_code == 200
    assert frameio.calls == []
