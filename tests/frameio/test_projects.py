import httpx
import pytest
from django.utils import timezone

from frameio.answers import JsonObject
from frameio.client import FrameioClient
from frameio.errors import Unavailable
from frameio.models import Account
from frameio.projects import SEEN_LASTS, doubt, ensure_project, known_project
from tests.frameio.fake import FakeFrameio, data

pytestmark = pytest.mark.django_db


def remote_project(ident: str, name: str) -> JsonObject:
    place = {"workspace_id": "ws-2", "root_folder_id": "root", "view_url": "https://f.io/p"}
    return {"id": ident, "name": name, **place}


def listing(*rows: JsonObject) -> httpx.Response:
    return httpx.Response(200, json={"data": list(rows), "links": {"next": None}})


def two_workspaces(fake: FakeFrameio) -> None:
    rows: list[JsonObject] = [{"id": "ws-1", "name": "Series"}, {"id": "ws-2", "name": "Features"}]
    fake.next("GET", "/workspaces", listing(*rows))


def test_a_project_of_that_name_is_used(client: FrameioClient, fake: FakeFrameio) -> None:
    fake.next("GET", "/projects", listing(remote_project("p", "Cafe\u0301")))
    project, made = ensure_project(client, "acc", "ws-2", "Café")
    assert (project.id, made) == ("p", False)


def test_none_is_made_twice_when_the_answer_is_lost(
    client: FrameioClient, fake: FakeFrameio
) -> None:
    fake.next("GET", "/projects", listing())
    fake.next("POST", "/projects", httpx.ReadTimeout("lost"))
    fake.next("GET", "/projects", listing(remote_project("p", "Undertow")))
    project, made = ensure_project(client, "acc", "ws-2", "Undertow")
    assert (project.id, made) == ("p", True)


def test_a_project_that_was_not_made_is_an_error(client: FrameioClient, fake: FakeFrameio) -> None:
    fake.next("GET", "/projects", listing())
    fake.next("POST", "/projects", httpx.Response(502))
    fake.next("GET", "/projects", listing())
    with pytest.raises(Unavailable):
        ensure_project(client, "acc", "ws-2", "Undertow")


def test_it_is_made_when_there_is_none(client: FrameioClient, fake: FakeFrameio) -> None:
    fake.next("GET", "/projects", listing(remote_project("p", "Another")))
    fake.next("POST", "/projects", data(remote_project("new", "Undertow"), 201))
    assert ensure_project(client, "acc", "ws-2", "Undertow")[0].id == "new"


def project_answers(fake: FakeFrameio, *names: str) -> None:
    for name in names:
        fake.next("GET", "/projects/p", data(remote_project("p", name)))


def test_a_project_that_was_seen_lately_costs_no_call(
    client: FrameioClient, account: Account, fake: FakeFrameio
) -> None:
    project_answers(fake, "Undertow")
    known_project(client, account, "p")
    assert known_project(client, account, "p").root_folder_id == "root"
    assert len(fake.calls) == 1


def test_a_project_that_was_seen_long_ago_is_asked_for(
    client: FrameioClient, account: Account, fake: FakeFrameio
) -> None:
    project_answers(fake, "Undertow", "Underland")
    known_project(client, account, "p")
    later = timezone.now() + SEEN_LASTS
    assert known_project(client, account, "p", lambda: later).name == "Underland"


def test_a_doubted_project_is_asked_for(
    client: FrameioClient, account: Account, fake: FakeFrameio
) -> None:
    project_answers(fake, "Undertow", "Underland")
    known_project(client, account, "p")
    doubt(account, "p")
    assert known_project(client, account, "p").name == "Underland"
