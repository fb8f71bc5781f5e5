"""Signed deliveries over real sockets."""

import hashlib
import hmac
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.sandbox.receiver import Receiver, receiving, wait_until
from tests.sandbox.running import Sandbox, StartSandbox
from tests.sandbox.studio import Document, Studio, sample

ARRIVAL = ["file.created", "file.upload.completed", "file.ready"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def hasty(start_sandbox: StartSandbox) -> Sandbox:
    """Tries again after 0.1 s."""
    return start_sandbox(uploaded_after=0, transcoded_after=0, webhook_delay=0.1)


@pytest.fixture
def impatient(start_sandbox: StartSandbox) -> Sandbox:
    """Waits 0.3 s for an answer."""
    return start_sandbox(webhook_delay=0.1, webhook_timeout=0.3)


def all_of(studio: Studio) -> str:
    return f"{studio.account}/workspaces/{studio.project['workspace_id']}/webhooks"


def register(studio: Studio, url: str, *events: str) -> Document:
    body = {"data": {"name": "PostFlow", "url": url, "events": list(events)}}
    hook: Document = studio.http.post(all_of(studio), json=body).raise_for_status().json()["data"]
    return hook


def test_the_secret_is_told_once(studio: Studio, sandbox: Sandbox, receiver: Receiver) -> None:
    hook = register(studio, receiver.url, "file.ready")
    one = f"{studio.account}/webhooks/{hook['id']}"
    changed = studio.http.patch(one, json={"data": {"name": "Other"}}).json()["data"]
    assert len(hook["secret"]) > 20
    assert changed == {**without_secret(hook), **{key: changed[key] for key in CHANGED}}
    assert studio.get(one)["data"] == changed
    assert studio.get(all_of(studio))["data"] == [changed]
    assert hook["secret"] not in str(sandbox.requests())


def test_a_delivery_is_signed_over_its_raw_body(studio: Studio, receiver: Receiver) -> None:
    hook = register(studio, receiver.url, "folder.created")
    folder = studio.make_folder("SH010")
    (received,) = receiver.wait_for(1)
    stamp = received.headers["x-frameio-request-timestamp"]
    signed = b"v0:" + stamp.encode() + b":" + received.body
    expected = hmac.new(hook["secret"].encode(), signed, hashlib.sha256).hexdigest()
    assert received.headers["x-frameio-signature"] == f"v0={expected}"
    assert abs(time.time() - int(stamp)) < 5
    assert received.headers["user-agent"] == "Frame.io V4 API"
    assert received.event == {
        "type": "folder.created",
        "resource": {"id": folder["id"], "type": "folder"},
        "account": {"id": studio.account.rpartition("/")[2]},
        "workspace": {"id": studio.project["workspace_id"]},
        "project": {"id": studio.project["id"]},
        "user": {"id": studio.get("/me")["data"]["id"]},
    }


def test_an_upload_is_followed_to_its_end(studio: Studio, receiver: Receiver) -> None:
    register(studio, receiver.url, *ARRIVAL)
    file = studio.upload(sample(1000))
    received = receiver.wait_for(3)
    assert sorted(receiver.names()) == sorted(ARRIVAL)
    assert {each.event["resource"]["id"] for each in received} == {file["id"]}


def test_what_nobody_asked_for_is_not_sent(studio: Studio, receiver: Receiver) -> None:
    register(studio, receiver.url, "folder.deleted")
    folder = studio.make_folder("SH010")["id"]
    studio.upload(b"film")
    studio.http.delete(studio.folder_path(folder)).raise_for_status()
    receiver.wait_for(1)
    assert receiver.names() == ["folder.deleted"]


def test_all_that_people_do_is_told(studio: Studio, sandbox: Sandbox, receiver: Receiver) -> None:
    wanted = ["created", "updated", "completed", "uncompleted", "deleted"]
    register(studio, receiver.url, *(f"comment.{what}" for what in wanted))
    said = sandbox.say(studio.upload(b"film")["id"], "Too dark")
    path = f"/_sandbox/comments/{said['id']}"
    changes = [{"text": "Brighter"}, {"completed": True}, {"completed": False}]
    for change in changes:
        sandbox.http.patch(path, json=change).raise_for_status()
    sandbox.http.delete(path).raise_for_status()
    received = receiver.wait_for(5)
    assert sorted(receiver.names()) == sorted(f"comment.{what}" for what in wanted)
    assert {each.event["resource"]["id"] for each in received} == {said["id"]}
    assert studio.get("/me")["data"]["id"] not in str([each.event for each in received])


def test_stacking_is_told_as_versioned(studio: Studio, receiver: Receiver) -> None:
    register(studio, receiver.url, "file.versioned")
    files = [studio.upload(b"film")["id"] for _ in range(3)]
    stack = studio.stack(files[:2])["id"]
    body = {"data": {"parent_id": stack}}
    studio.http.patch(f"{studio.file_path(files[2])}/move", json=body).raise_for_status()
    received = receiver.wait_for(2)
    assert {each.event["resource"]["id"] for each in received} == {files[1], files[2]}


def test_a_failed_delivery_is_tried_five_times_with_growing_pauses(
    hasty: Sandbox, receiver: Receiver
) -> None:
    receiver.answers = [500, 404, 302, 500, 500, 500]
    with Studio(hasty) as studio:
        register(studio, receiver.url, "folder.created")
        studio.make_folder("SH010")
    wait_until(lambda: len(hasty.deliveries()) == 5)
    pauses = [after.at - before.at for before, after in pairwise(receiver.received)]
    assert [entry["status"] for entry in hasty.deliveries()] == [500, 404, 302, 500, 500]
    assert len({received.body for received in receiver.received}) == 1
    assert pauses[0] < pauses[3]
    assert pauses[0] >= 0.05


def test_it_stops_trying_once_it_was_taken(hasty: Sandbox, receiver: Receiver) -> None:
    receiver.answers = [503, 200]
    with Studio(hasty) as studio:
        register(studio, receiver.url, "folder.created")
        studio.make_folder("SH010")
    receiver.wait_for(2)
    time.sleep(0.5)
    assert [entry["status"] for entry in hasty.deliveries()] == [503, 200]


def test_a_slow_answer_is_a_failure(impatient: Sandbox, receiver: Receiver) -> None:
    receiver.slowness = 0.6
    with Studio(impatient) as studio:
        register(studio, receiver.url, "folder.created")
        studio.make_folder("SH010")
    receiver.wait_for(2)
    assert impatient.deliveries()[0]["status"] is None


@pytest.mark.parametrize("change", ["inactive", "deleted"])
def test_nothing_goes_to_one_who_left(hasty: Sandbox, receiver: Receiver, change: str) -> None:
    receiver.answers = [500] * 5
    with Studio(hasty) as studio:
        hook = register(studio, receiver.url, "folder.created")
        one = f"{studio.account}/webhooks/{hook['id']}"
        studio.make_folder("SH010")
        receiver.wait_for(1)
        leave = {
            "inactive": lambda: studio.http.patch(one, json={"data": {"active": False}}),
            "deleted": lambda: studio.http.delete(one),
        }
        leave[change]().raise_for_status()
        told = len(receiver.received)
        studio.make_folder("SH020")
        time.sleep(0.5)
    assert len(receiver.received) <= told + 1


def test_a_delivery_can_come_twice_late_or_never(
    studio: Studio, sandbox: Sandbox, receiver: Receiver
) -> None:
    register(studio, receiver.url, "folder.created", "folder.updated", "folder.deleted")
    sandbox.faults(
        [
            {"action": {"effect": "delivered_late", "delay": 0.5}, "match": match("created")},
            {"action": {"effect": "delivered_twice"}, "match": match("updated")},
            {"action": {"effect": "delivery_lost"}, "match": match("deleted")},
        ]
    )
    path = studio.folder_path(studio.make_folder("SH010")["id"])
    studio.http.patch(path, json={"data": {"name": "SH020"}}).raise_for_status()
    studio.http.delete(path).raise_for_status()
    receiver.wait_for(3)
    assert receiver.names() == ["folder.updated", "folder.updated", "folder.created"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"events": []}, "/data/events"),
        ({"events": ["file.eaten"]}, "/data/events"),
        ({"events": ["file.ready", "file.ready"]}, "/data/events"),
        ({"url": "http://example.com/hook"}, "/data/url"),
        ({"url": ""}, "/data/url"),
        ({"name": ""}, "/data/name"),
        ({"is_active": True}, "/data/is_active"),
    ],
)
def test_a_wrong_webhook_is_refused(
    studio: Studio, change: dict[str, object], pointer: str
) -> None:
    body = {"name": "PostFlow", "url": "https://example.com/hook", "events": ["file.ready"]}
    answer = studio.http.post(all_of(studio), json={"data": body | change})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"]["pointer"] == pointer


CHANGED = ("name", "updated_at")


def without_secret(hook: Document) -> Document:
    return {key: value for key, value in hook.items() if key != "secret"}


def match(what: str) -> dict[str, str]:
    return {"path": f"/webhooks/folder.{what}$"}
