"""The file server on real sockets."""

import os
import random
import resource
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from frameio import served
from frameio.listening import WAITING
from frameio.served import Identity
from tests.frameio.serving import Serving, serving
from tests.sandbox.running import plain_client

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "0123456789abcdef" * 4
MIB = 1024 * 1024


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "sh010_comp_v001.mov"
    path.write_bytes(random.Random(4).randbytes(20 * MIB + 1))
    served.open_path(TOKEN, path, Identity.of(path.stat()))
    return path


@pytest.fixture
def server() -> Iterator[Serving]:
    with serving() as server:
        yield server


@pytest.fixture
def many_files() -> Iterator[None]:
    """Both ends of a thousand connections are ours."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4096 if hard == resource.RLIM_INFINITY else min(4096, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.01)


def test_a_file_arrives_byte_for_byte(server: Serving, film: Path) -> None:
    with plain_client() as http:
        answer = http.get(f"{server.url}/{TOKEN}")
    assert answer.status_code == 200
    assert answer.content == film.read_bytes()
    wait_until(lambda: served.bytes_served(TOKEN) == film.stat().st_size)


def test_its_parts_arrive_byte_for_byte(server: Serving, film: Path) -> None:
    ranges = ["bytes=0-7000000", "bytes=7000001-14000000", "bytes=14000001-"]
    with plain_client() as http:
        parts = [http.get(f"{server.url}/{TOKEN}", headers={"Range": part}) for part in ranges]
    assert {part.status_code for part in parts} == {206}
    assert b"".join(part.content for part in parts) == film.read_bytes()


def test_head_has_no_body(server: Serving, film: Path) -> None:
    answer = server.ask(f"/{TOKEN}", "HEAD")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"content-length: 20971521\r\n" in answer.lower()
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "target",
    [
        "/",
        f"/{'f' * 64}",
        f"/x/../{TOKEN}",
        f"/x/%2e%2e/{TOKEN}",
        f"/%2f{TOKEN}",
        f"/{TOKEN}%2f",
        "/../../etc/passwd",
        "/admin/",
    ],
)
def test_what_is_not_served_looks_all_the_same(server: Serving, film: Path, target: str) -> None:
    nothing = server.ask("/nothing")
    assert nothing.startswith(b"HTTP/1.1 404 ")
    assert nothing.endswith(b"\r\n\r\n")
    assert server.ask(target) == nothing


def test_other_methods_and_hosts_get_nothing(server: Serving, film: Path) -> None:
    assert server.ask(f"/{TOKEN}", "DELETE").startswith(b"HTTP/1.1 405 ")
    assert server.ask(f"/{TOKEN}", host="evil.test").startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    "said",
    [
        "hello\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /" + "x" * 20_000 + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x" * 20_000,
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_no_request_gets_no_word(server: Serving, film: Path, said: str) -> None:
    with suppress(ConnectionError):  # it may hang up before we have said it all
        assert server.say(said) == b""
    assert server.ask(f"/{TOKEN}", "HEAD").startswith(b"HTTP/1.1 200 ")


@pytest.mark.usefixtures("many_files")
@pytest.mark.parametrize("said", [b"", f"GET /{TOKEN} HTTP/1.1\r\nHost: 127.0.".encode()])
def test_a_thousand_idle_connections_keep_nobody_waiting(
    server: Serving, film: Path, said: bytes
) -> None:
    with ExitStack() as stack, plain_client() as http:
        for _ in range(1000):
            stack.enter_context(server.connect()).sendall(said)
        answer = http.get(f"{server.url}/{TOKEN}", timeout=20)  # or it raises
        assert answer.content == film.read_bytes()


@pytest.mark.usefixtures("many_files")
def test_a_thousand_who_never_hang_up_keep_nobody_waiting(server: Serving, film: Path) -> None:
    with ExitStack() as stack, plain_client() as http:
        for _ in range(1000):
            sock = stack.enter_context(server.connect())
            sock.sendall(b"GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answer = http.get(f"{server.url}/{TOKEN}", timeout=20)  # or it raises
        assert answer.content == film.read_bytes()


def test_newcomers_take_the_place_of_those_who_say_nothing(server: Serving, film: Path) -> None:
    with ExitStack() as stack:
        idle = [stack.enter_context(server.connect()) for _ in range(WAITING + 1)]
        assert idle[0].recv(1) == b""
        idle[1].sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert idle[1].recv(12) == b"HTTP/1.1 404"


def test_who_does_not_finish_asking_is_sent_away(film: Path) -> None:
    with serving(head_within=0.1) as server, server.connect() as sock:
        sock.sendall(b"GET / HT")
        assert sock.recv(1) == b""


def test_who_does_not_read_is_sent_away(film: Path) -> None:
    """And the one place there is to send from serves the next."""
    with serving(transfers=1, stalled_after=0.2) as server, server.connect() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.sendall(f"GET /{TOKEN} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert server.ask("/nothing").startswith(b"HTTP/1.1 404 ")


def test_a_file_that_becomes_shorter_is_seen_to_be_short(server: Serving, film: Path) -> None:
    with plain_client() as http, http.stream("GET", f"{server.url}/{TOKEN}") as answer:
        os.truncate(film, 100)
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
            answer.read()


def test_a_closed_path_ends_the_transfer(film: Path) -> None:
    with (
        serving(note_every=0) as server,
        plain_client() as http,
        http.stream("GET", f"{server.url}/{TOKEN}") as answer,
    ):
        served.close_path(TOKEN)
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
            answer.read()


def test_the_secret_is_not_logged(
    server: Serving, film: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    server.ask(f"/{TOKEN}")
    film.unlink()
    server.ask(f"/{TOKEN}")
    server.ask(f"/{TOKEN}", "POST")
    assert "has changed" in caplog.text
    assert TOKEN not in caplog.text
