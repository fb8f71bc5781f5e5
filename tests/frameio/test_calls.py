"""The log's line for each call, and what support needs of an error."""

import itertools
import logging
import threading

import httpx
import pytest

from frameio.calls import logged, request_id
from frameio.client import FrameioClient
from frameio.errors import FrameioError, Unavailable
from frameio.oauth import Ims
from frameio.shapes import Part
from frameio.storage import PartSender
from tests.frameio.fake import API, FakeFrameio, refusal

SECRET = "sentinel-9f31"


def ticking() -> float:
    return next(_ticks)


_ticks = itertools.count(start=0.0, step=0.25)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "frameio.calls")
    return caplog


def said(log: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    found = [one for one in log.records if one.name == "frameio.calls"]
    return [(one.levelname, one.getMessage()) for one in found]


@pytest.mark.parametrize(
    ("status", "level"), [(200, "DEBUG"), (404, "INFO"), (429, "INFO"), (502, "WARNING")]
)
def test_a_call_is_one_line(status: int, level: str, lines: pytest.LogCaptureFixture) -> None:
    answer = httpx.Response(status, headers={"x-request-id": "0b8f-77"})
    logged(lambda: answer, "GET /v4/me", clock=ticking)
    assert said(lines) == [(level, f"GET /v4/me: {status} in 250 ms, request 0b8f-77")]


def test_a_call_without_an_answer_is_a_line_too(
    client: FrameioClient, fake: FakeFrameio, lines: pytest.LogCaptureFixture
) -> None:
    fake.next("GET", "/me", httpx.ReadTimeout(f"https://x.test/?token={SECRET}"))
    client.me()
    (level, text), (_level, second) = said(lines)
    assert (level, text.partition(" after ")[0]) == ("WARNING", "GET /v4/me: ReadTimeout")
    assert second.startswith("GET /v4/me: 200 in ")


def test_the_line_names_the_operation_and_not_the_ids(
    client: FrameioClient, fake: FakeFrameio, lines: pytest.LogCaptureFixture
) -> None:
    client.folders("acc", fake.add_folder("root", "sc010"))
    assert said(lines)[0][1].startswith("GET /v4/accounts/*/folders/*/folders: 200 in ")


def test_a_part_is_a_line_with_its_bytes_and_not_its_address(
    lines: pytest.LogCaptureFixture,
) -> None:
    part = Part(2, 0, 3, f"https://storage.test/part?X-Amz-Signature={SECRET}")
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers={"etag": SECRET}))
    with httpx.Client(transport=transport) as http:
        sender = PartSender(http, threading.Event(), lambda _count: None)
        sender.send(part, "a.mov", None, lambda: iter([b"abc"]))
    ((level, text),) = said(lines)
    assert (level, text.startswith("PUT part 2 of a.mov: 200 in ")) == ("DEBUG", True)
    assert text.endswith(" ms, 3 bytes")


def test_a_login_is_a_line_without_its_secrets(
    fake: FakeFrameio, lines: pytest.LogCaptureFixture
) -> None:
    Ims(API, "id", SECRET, fake.transport()).refresh(SECRET)
    ((_level, text),) = said(lines)
    assert text.startswith("POST /ims/token/v3 refresh_token: 200 in ")
    assert SECRET not in text


def test_no_secret_is_in_any_line(
    client: FrameioClient, fake: FakeFrameio, caplog: pytest.LogCaptureFixture
) -> None:
    """Of no logger at all, and not in what the log keeps of an exception either."""
    caplog.set_level(logging.DEBUG, "frameio")
    fake.next("GET", "/me", httpx.ConnectError(f"Bearer {SECRET}"))
    fake.next("POST", "/local_upload", refusal(422, f"https://s.test/a?sig={SECRET}"))
    client.me()
    with pytest.raises(FrameioError):
        client.create_local_upload("acc", "root", "a.mov", 3)
    assert SECRET not in caplog.text
    assert "good" not in caplog.text  # the token


@pytest.mark.parametrize("status", [403, 422, 502, 302])
def test_an_error_keeps_the_id_for_support(
    client: FrameioClient, fake: FakeFrameio, status: int
) -> None:
    for _ in range(4):
        fake.next("GET", "/me", httpx.Response(status, headers={"x-request-id": "0b8f-77"}))
    with pytest.raises(FrameioError, match=r"Frame\.io's request id: 0b8f-77\.$"):
        client.me()


def test_an_error_without_an_id_ends_without_one(client: FrameioClient, fake: FakeFrameio) -> None:
    for _ in range(4):
        fake.next("GET", "/me", httpx.Response(502))
    with pytest.raises(Unavailable, match=r"Try again later\.$"):
        client.me()


@pytest.mark.parametrize("hostile", ["a\tb c", "<script>", "x" * 101, ""])
def test_an_id_that_is_none_is_left_out(hostile: str) -> None:
    assert request_id(httpx.Response(200, headers={"x-request-id": hostile})) == ""


def test_adobe_and_the_storage_call_it_otherwise() -> None:
    assert request_id(httpx.Response(200, headers={"x-debug-id": "a1"})) == "a1"
    assert request_id(httpx.Response(200, headers={"x-amz-request-id": "b2"})) == "b2"
