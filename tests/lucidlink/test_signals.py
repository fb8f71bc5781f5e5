"""What LucidLink's client says, told by stand-ins: a program in a file, and a server on a port."""

import socket
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from lucidlink.signals import (
    MOST,
    REMEMBERED,
    REST,
    Client,
    Instance,
    Status,
    Upload,
    parse_list,
    parse_status,
    run_program,
)
from tests.lucidlink.client_server import LucidClient, lucid_client

LIST = """\
INSTANCE ID        FILESPACE                PORT        MODE
2000               production.dmpfs         9778        live
2001               archive.dmpfs            9779        live
"""
STATUS = """\
Client version: 3.0.1
Filespace: archive.dmpfs
Client state: Linked
Mount point: /media/dmpfs/archive
"""
CLIP = PurePosixPath("/UNDLM/é a.mov")


def test_the_list_is_read() -> None:
    assert parse_list(LIST) == [
        Instance(2000, "production.dmpfs", 9778, "live"),
        Instance(2001, "archive.dmpfs", 9779, "live"),
    ]
    assert parse_list("No instances are running.") == []
    assert parse_list(f"{'9' * 5000} x {'9' * 5000} live") == []


def test_the_status_is_read() -> None:
    assert parse_status(STATUS) == Status(
        linked=True, filespace="archive.dmpfs", mount_point="/media/dmpfs/archive"
    )
    assert parse_status("Lucid is currently not running") == Status(linked=False)


def test_a_program_that_is_not_there_says_nothing() -> None:
    assert run_program(["postflow-has-no-such-program"]) is None


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def lucid() -> Iterator[LucidClient]:
    with lucid_client() as lucid:
        yield lucid


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(lucid: LucidClient, clock: Clock) -> Client:
    return Client(lucid.address, "films.dmpfs", clock=clock)


@pytest.mark.parametrize(
    ("said", "upload", "reason"),
    [
        ("yes", Upload.RUNNING, "Another machine is still uploading it to LucidLink."),
        ("no", Upload.DONE, ""),
        ("stuck", Upload.STUCK, "is stuck"),
        ("something new", Upload.UNKNOWN, ""),
        (None, Upload.UNKNOWN, ""),
    ],
)
def test_it_says_whether_another_machine_still_uploads_a_file(
    client: Client, lucid: LucidClient, said: object, upload: Upload, reason: str
) -> None:
    lucid.uploads[str(CLIP)] = said
    assert client.upload_of(CLIP) is upload
    assert reason in client.why_not_whole(CLIP)


def test_it_says_what_this_machine_has_not_sent_yet(client: Client, lucid: LucidClient) -> None:
    lucid.unsent = 4096
    assert client.unsent_bytes() == 4096


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b"\xff\x00",
        b'{"files": []}',
        b'{"files": [{"remoteUpload": 7}]}',
        b'{"files": 7, "dirtyBytes": "many"}',
        b'{"dirtyBytes": -1}',
        b'{"dirtyBytes": 99999999999999999999}',
        b" " * (MOST + 1),
    ],
)
def test_nonsense_says_nothing(client: Client, lucid: LucidClient, body: bytes) -> None:
    lucid.body = body
    assert client.upload_of(CLIP) is Upload.UNKNOWN
    assert client.unsent_bytes() is None


def test_the_routes_can_be_others(lucid: LucidClient) -> None:
    client = Client(
        lucid.address, "a b", files_route="/v2/{filespace}/entry", queue_route="/{filespace}/queue"
    )
    assert client.upload_of(CLIP) is Upload.UNKNOWN
    assert client.unsent_bytes() is None
    assert lucid.asked == ["/v2/a%20b/entry", "/a%20b/queue"]


def test_after_an_answer_that_never_came_it_is_not_asked_for_a_while(
    lucid: LucidClient, clock: Clock
) -> None:
    client = Client(lucid.address, "films.dmpfs", files_route="/v9/none", clock=clock)
    assert [client.upload_of(CLIP) for _ in range(3)] == [Upload.UNKNOWN] * 3
    assert lucid.asked == ["/v9/none"]
    assert client.unsent_bytes() == 0
    clock.now += REST
    client.upload_of(CLIP)
    assert lucid.asked.count("/v9/none") == 2


def test_a_file_on_its_way_stays_so_for_a_while_when_the_client_falls_silent(
    client: Client, lucid: LucidClient, clock: Clock
) -> None:
    lucid.uploads[str(CLIP)] = "yes"
    client.upload_of(CLIP)
    lucid.body = b"starting"
    clock.now += REMEMBERED - 1
    assert client.upload_of(CLIP) is Upload.RUNNING
    assert client.upload_of(PurePosixPath("/other.mov")) is Upload.UNKNOWN
    clock.now += 1
    assert client.upload_of(CLIP) is Upload.UNKNOWN


def test_a_file_that_has_arrived_is_not_remembered_as_on_its_way(
    client: Client, lucid: LucidClient
) -> None:
    lucid.uploads[str(CLIP)] = "stuck"
    client.upload_of(CLIP)
    del lucid.uploads[str(CLIP)]
    client.upload_of(CLIP)
    lucid.body = b""
    assert client.upload_of(CLIP) is Upload.UNKNOWN


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9", "http://127.0.0.1:nine", "nonsense", "ftp://x", "http://"]
)
def test_nobody_at_the_address_is_no_fault(address: str) -> None:
    client = Client(address, "films.dmpfs")
    assert client.upload_of(CLIP) is Upload.UNKNOWN
    assert client.unsent_bytes() is None


def test_one_that_takes_the_question_and_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        client = Client(f"http://127.0.0.1:{deaf.getsockname()[1]}", "films.dmpfs")
        assert client.upload_of(CLIP) is Upload.UNKNOWN


def test_one_that_answers_byte_by_byte_is_given_up(lucid: LucidClient) -> None:
    lucid.drips = True
    client = Client(lucid.address, "films.dmpfs")
    assert client.upload_of(CLIP) is Upload.UNKNOWN
