"""A review link to a folder, from the form to the sandbox; and two who press at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from pipeline.models import ReviewLink, UploadJob
from tests.review.conftest import Review
from tests.review.said import NAME

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

FORM = {"name": "Scene 010", "access": "public", "comments": "on", "number": "0"}


@pytest.fixture
def nora(transactional_db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("nora"))
    return client


def address(job: UploadJob) -> str:
    return f"/admin/pipeline/uploadjob/review-link/?jobs={job.pk}"


def folder_ids(review: Review) -> dict[str, str]:
    state = review.sandbox.http.get("/_sandbox/state").json()
    return {folder["name"]: folder["id"] for folder in state["folders"]}


def test_a_folder_is_shared_with_what_comes_into_it(review: Review, nora: Client) -> None:
    job = review.sent(NAME)
    nora.post(address(job), {**FORM, "shows": "1"})
    (share,) = review.shares()
    assert share["asset_ids"] == [folder_ids(review)["010"]]
    link = ReviewLink.objects.get()
    assert (link.folder, link.url) == (["010"], share["url"])
    page = nora.get("/admin/pipeline/reviewlink/").content.decode()
    assert "folder 010" in page


def test_a_folder_that_was_deleted_there_is_named(review: Review, nora: Client) -> None:
    job = review.sent(NAME)
    UploadJob.objects.update(destination=["010", "9999"])
    page = nora.post(address(job), {**FORM, "shows": "2"}).content.decode()
    assert "The folder 010/9999 is not on Frame.io any more." in page
    assert review.shares() == []


def test_a_double_click_makes_one_link(review: Review, nora: Client) -> None:
    job = review.sent(NAME)

    def press(_count: int) -> str:
        try:
            return str(nora.post(address(job), {**FORM, "shows": "0"}).headers["Location"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(press, range(4)))
    link = ReviewLink.objects.get()
    assert set(answers) == {link.get_absolute_url()}
    assert len(review.shares()) == 1
    assert job.events.filter(why__startswith="Review link").count() == 1
