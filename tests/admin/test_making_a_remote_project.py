"""A project that is made on Frame.io from the page of ours."""

import httpx
import pytest
from django.test import Client

from pipeline.models import Project
from tests.admin.test_moving_jobs import messages_of
from tests.frameio.fake import FakeFrameio, data
from tests.frameio.test_projects import listing, remote_project, two_workspaces


@pytest.fixture
def url(project: Project, frameio: FakeFrameio) -> str:
    two_workspaces(frameio)
    return f"/admin/pipeline/project/{project.pk}/remote/new/"


FORM = {"workspace": "ws-2", "name": "Undertow"}


def test_the_page_offers_the_workspaces_and_makes_nothing(
    url: str, nora: Client, frameio: FakeFrameio
) -> None:
    page = nora.get(url).content.decode()
    assert '<option value="ws-2">Features</option>' in page
    assert 'value="Undertow"' in page
    assert {call.split()[0] for call in frameio.calls} == {"GET"}


def test_it_is_made_in_the_chosen_workspace(url: str, nora: Client, frameio: FakeFrameio) -> None:
    frameio.next("GET", "/ws-2/projects", listing())
    frameio.next("POST", "/ws-2/projects", data(remote_project("p-1", "Undertow"), 201))
    answer = nora.post(url, FORM)
    assert Project.objects.get().frameio_project_id == "p-1"
    assert messages_of(answer) == ["Undertow is made."]


def test_one_of_the_name_is_used(url: str, nora: Client, frameio: FakeFrameio) -> None:
    frameio.next("GET", "/ws-2/projects", listing(remote_project("p-7", "Undertow")))
    answer = nora.post(url, FORM)
    assert Project.objects.get().frameio_project_id == "p-7"
    assert messages_of(answer) == ["Undertow was there, and is used."]


def test_what_frameio_refuses_is_said(url: str, nora: Client, frameio: FakeFrameio) -> None:
    frameio.next("GET", "/ws-2/projects", httpx.Response(403, json={}))
    assert messages_of(nora.post(url, FORM))
    assert Project.objects.get().frameio_project_id == ""


def test_who_may_only_look_makes_none(url: str, paul: Client, frameio: FakeFrameio) -> None:
    assert paul.post(url, FORM).status_code == 403
    assert frameio.calls == []


def test_one_that_was_chosen_meanwhile_stays(url: str, nora: Client, frameio: FakeFrameio) -> None:
    Project.objects.update(frameio_project_id="chosen")
    nora.post(url, FORM)
    assert Project.objects.get().frameio_project_id == "chosen"
    assert frameio.calls == []
