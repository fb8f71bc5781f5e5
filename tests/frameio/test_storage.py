import hashlib
import threading
from collections.abc import Iterator

import httpx
import pytest

from frameio.errors import StorageRefused, Unavailable
from frameio.http import storage_client
from frameio.lanes import Stopped
from frameio.shapes import Part
from frameio.storage import PART_TRIES, PartSender

PART = Part(2, 3_000, 3_000, "https://storage.test/part?X-Amz-Signature=secret")


def _blocks() -> Iterator[bytes]:
    yield from [bytes(1_000)] * 3


class Hasty(httpx.BaseTransport):
    """Says yes before it has read anything."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200)


class Careful(httpx.BaseTransport):
    """Reads everything, and has a bad moment the first time."""

    def __init__(self) -> None:
        self.moments = [503]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return httpx.Response(self.moments.pop() if self.moments else 200)


class Storing(httpx.BaseTransport):
    """Answers with these headers once, then with the true checksum."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.answers = [headers]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        true = {"etag": f'"{hashlib.md5(request.read(), usedforsecurity=False).hexdigest()}"'}
        return httpx.Response(200, headers=self.answers.pop() if self.answers else true)


def _never(_stop: threading.Event, _seconds: float) -> bool:
    return False


def _stopped(stop: threading.Event, _seconds: float) -> bool:
    return True


def test_a_yes_before_the_last_byte_is_no_yes() -> None:
    reports: list[int] = []
    sender = PartSender(storage_client(Hasty()), threading.Event(), reports.append, _never)
    with pytest.raises(Unavailable, match=r"only some of part 2 of a\.mov"):
        sender.send(PART, "a.mov", None, _blocks)
    assert reports == [0] * PART_TRIES


def test_a_part_ends_at_its_next_block_when_all_is_stopped() -> None:
    stop, reports = threading.Event(), list[int]()

    def report(count: int) -> None:
        reports.append(count)
        stop.set()

    with pytest.raises(Stopped):
        PartSender(storage_client(Careful()), stop, report).send(PART, "part", None, _blocks)
    assert reports == [1_000]


def test_a_part_is_not_tried_again_when_all_is_stopped() -> None:
    reports: list[int] = []
    sender = PartSender(storage_client(Careful()), threading.Event(), reports.append, _stopped)
    with pytest.raises(Stopped):
        sender.send(PART, "a.mov", None, _blocks)
    assert sum(reports) == 0


def test_an_address_that_is_none_is_refused() -> None:
    sender = PartSender(storage_client(Careful()), threading.Event(), lambda _count: None, _never)
    with pytest.raises(StorageRefused, match=r"an address for part 1 of a\.mov that is none"):
        sender.send(Part(1, 0, 3_000, "\x00"), "a.mov", None, _blocks)


def test_an_error_of_the_line_shows_no_signature() -> None:
    part = Part(1, 0, 3_000, "http://127.0.0.1:1/part?X-Amz-Signature=secret")
    with storage_client() as http, pytest.raises(Unavailable) as caught:
        PartSender(http, threading.Event(), lambda _count: None, _never).send(
            part, "part", None, _blocks
        )
    assert "secret" not in str(caught.value)


WRONG = {"etag": f'"{"0" * 32}"'}


def _tries(headers: dict[str, str], *, checksums: bool = True) -> int:
    """How often three thousand bytes were sent."""
    reports: list[int] = []
    http = storage_client(Storing(headers))
    PartSender(http, threading.Event(), reports.append, _never, checksums=checksums).send(
        PART, "part", None, _blocks
    )
    assert sum(reports) == 3_000
    return reports.count(1_000) // 3


def test_a_part_that_arrived_damaged_is_sent_again() -> None:
    assert _tries(WRONG) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"etag": '"0123-4"'},
        {"etag": "W/abc"},
        {**WRONG, "x-amz-server-side-encryption": "aws:kms"},
        {**WRONG, "x-amz-server-side-encryption-customer-algorithm": "AES256"},
    ],
)
def test_an_etag_that_is_no_checksum_is_let_be(headers: dict[str, str]) -> None:
    assert _tries(headers) == 1


def test_the_storages_own_encryption_leaves_the_checksum() -> None:
    assert _tries({**WRONG, "x-amz-server-side-encryption": "AES256"}) == 2


def test_checksums_can_be_switched_off() -> None:
    assert _tries(WRONG, checksums=False) == 1


def test_a_part_that_always_arrives_damaged_is_an_error() -> None:
    transport = Storing(WRONG)
    transport.answers *= PART_TRIES
    sender = PartSender(storage_client(transport), threading.Event(), lambda _count: None, _never)
    with pytest.raises(Unavailable, match="not what was sent"):
        sender.send(PART, "a.mov", None, _blocks)
