"""Every call the product makes, and every answer of the sandbox, against the vendor's document."""

import inspect
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from django.contrib.auth.models import User
from django.test import Client
from openapi_core.exceptions import OpenAPIError
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from frameio.answers import JsonObject
from frameio.client import FrameioClient
from frameio.errors import FrameioError
from frameio.oauth import Bearer
from pipeline.models import Project, ReviewComment
from tests.frameio.serving import serving
from tests.proof.walk import Walk
from tests.sandbox.openapi import Operations, Referee, vendors_rules
from tests.sandbox.running import Entry, StartSandbox

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

FIRST, SECOND, FOURTH, LATE = (f"UNDLM_0040_comp_v{number:03d}.mov" for number in (1, 2, 4, 3))
FETCHED = "UNDLM_0050_anim_v001.mov"
SAMPLES = {
    str: "c00defd4-05eb-4ef1-8890-b793fa2cf5b4",
    int: 1,
    JsonObject: {},
    Sequence[str]: ["c00defd4-05eb-4ef1-8890-b793fa2cf5b4"],
    Mapping[str, str]: {"field": "value"},
}


@pytest.fixture
def walk(
    start_sandbox: StartSandbox, settings: Settings, live_server: LiveServer, tmp_path: Path
) -> Walk:
    sandbox = start_sandbox(part_size=30_000, uploaded_after=0.1, transcoded_after=0)
    settings.FRAMEIO_API_URL = settings.FRAMEIO_IMS_URL = sandbox.url
    settings.FRAMEIO_CLIENT_ID = settings.FRAMEIO_CLIENT_SECRET = "sandbox"
    settings.PUBLIC_URL = live_server.url
    nora = Client()
    nora.force_login(User.objects.create_superuser("nora"))
    return Walk(sandbox, nora, tmp_path)


def go(walk: Walk, settings: Settings) -> None:
    """Each feature once."""
    account = walk.log_in()
    walk.log_in_a_service()
    walk.make_project(account)
    for name in (FIRST, SECOND, FOURTH):
        newest = walk.send(name, 100_000)
    walk.let_what_was_seen_grow_old()
    walk.send(LATE)
    walk.ways(same_name=Project.SameName.REPLACE)
    newest = walk.send(FOURTH, 2000)
    walk.ways(transfer=Project.Transfer.REMOTE)
    with serving() as files:
        settings.PUBLIC_FILE_URL = files.url
        fetched = walk.send(FETCHED, 100_000)
    walk.say_more_than_a_page(newest)
    walk.read_comments()
    walk.hear_of_a_comment(account, newest)
    walk.share(FOURTH, FETCHED)
    walk.share(FETCHED, access="secure", reviewers="rhea@example.com", passphrase="open sesame")
    walk.share_without_an_answer(FOURTH)
    walk.add_to_the_newest_share(account, fetched)
    walk.read_the_status(account, newest)
    walk.sweep(account, FETCHED, 100_000)
    walk.leave(account)


def test_every_call_and_every_answer_is_as_the_vendor_says(walk: Walk, settings: Settings) -> None:
    referee, operations = Referee(vendors_rules()), Operations()
    go(walk, settings)
    calls = [call for call in walk.sandbox.requests() if str(call["path"]).startswith("/v4/")]
    for call in calls:
        referee.check_written(call)
    assert {_operation(operations, call) for call in calls} == all_of_the_clients(operations)
    assert [call for call in calls if call["status"] in {400, 409, 422}] == []
    parts = [call for call in walk.sandbox.requests() if call["method"] == "PUT"]
    assert [call["status"] for call in parts] == [200] * 14
    assert ReviewComment.objects.count() == 103


def test_a_call_or_an_answer_made_up_is_noticed() -> None:
    """So that the test above says something."""
    referee = Referee(vendors_rules())
    told: Entry = {
        "method": "GET",
        "path": "/v4/accounts",
        "request_headers": {},
        "request_body": None,
        "fault": None,
        "status": 200,
        "response_headers": {
            "content-type": "application/json",
            "x-ratelimit-limit": "100",
            "x-ratelimit-remaining": "99",
            "x-ratelimit-window": "60000",
        },
        "response_body": {"data": [], "links": {"next": None}},
    }
    referee.check_written(told)
    with pytest.raises(OpenAPIError):
        referee.check_written(told | {"path": "/v4/accounts?colour=blue"})
    with pytest.raises(OpenAPIError):
        referee.check_written(told | {"response_body": {"data": [{"id": 1}]}})
    with pytest.raises(OpenAPIError):
        referee.check_written(told | {"response_headers": {"content-type": "application/json"}})


def _operation(operations: Operations, call: Entry) -> str:
    return operations.of(str(call["method"]), httpx.URL(str(call["path"])).path).id


def all_of_the_clients(operations: Operations) -> set[str]:
    """What each method of the client asks for first, when it is called with anything."""
    asked: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(operations.of(request.method, request.url.path).id)
        return httpx.Response(403)

    transport = httpx.MockTransport(refuse)
    with FrameioClient("https://api.frame.io", Bearer("any"), transport=transport) as client:
        for name in own_methods():
            method = getattr(client, name)
            needed = inspect.signature(method).parameters.values()
            words = [SAMPLES[each.annotation] for each in needed if each.default is each.empty]
            with suppress(FrameioError):
                method(*words)
    assert len(asked) == len(own_methods())
    return set(asked)


def own_methods() -> list[str]:
    return [name for name in vars(FrameioClient) if not name.startswith("_")]
