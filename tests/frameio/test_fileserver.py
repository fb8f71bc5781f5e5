"""What the file server answers, before any socket."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from frameio import served
from frameio.fileserver import NOT_ALLOWED, NOT_FOUND, Answer, FileServer, Request, wanted
from frameio.models import ServedFile
from frameio.served import Identity, look_up

pytestmark = pytest.mark.django_db

TOKEN = "0123456789abcdef" * 4
SERVER = FileServer(look_up, lambda: {"files.studio.test", "127.0.0.1"})
GET = Request("GET", f"/{TOKEN}", "files.studio.test")


@pytest.fixture
def opened(render: Path) -> Path:
    served.open_path(TOKEN, render, Identity.of(render.stat()))
    return render


@contextmanager
def answered(request: Request) -> Iterator[Answer]:
    answer = SERVER.answer(request)
    yield answer
    if answer.body:
        answer.body.file.close()


def span(answer: Answer) -> tuple[int, int] | None:
    return (answer.body.start, answer.body.size) if answer.body else None


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("", None),
        ("bytes=0-0", range(1)),
        ("bytes=0-99", range(100)),
        ("bytes=10-19", range(10, 20)),
        ("bytes=99-", range(99, 100)),
        ("bytes=90-1000", range(90, 100)),
        ("bytes=-1", range(99, 100)),
        ("bytes=-1000", range(100)),
        ("bytes=-0", range(100, 100)),
        ("bytes=100-", range(100, 100)),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("bytes=a-b", None),
        ("bytes= 0-1", None),
        ("bytes=0-" + "9" * 20, None),
        ("lines=0-1", None),
    ],
)
def test_a_range_is_read(header: str, asked: range | None) -> None:
    assert wanted(header, 100) == asked


def test_the_whole_file_is_given(opened: Path) -> None:
    with answered(GET) as answer:
        assert (answer.status, span(answer)) == (200, (0, 10_000))
        headers = dict(answer.headers)
    assert headers["Content-Length"] == "10000"
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Content-Type"] == "video/quicktime"


def test_a_part_is_given(opened: Path) -> None:
    with answered(replace(GET, range="bytes=100-299")) as answer:
        assert (answer.status, span(answer)) == (206, (100, 200))
        headers = dict(answer.headers)
    assert headers["Content-Range"] == "bytes 100-299/10000"
    assert headers["Content-Length"] == "200"


def test_a_part_behind_the_end_is_refused(opened: Path) -> None:
    with answered(replace(GET, range="bytes=10000-")) as answer:
        assert (answer.status, answer.body) == (416, None)
        assert dict(answer.headers)["Content-Range"] == "bytes */10000"


def test_head_tells_the_size_and_sends_nothing(opened: Path) -> None:
    with answered(replace(GET, method="HEAD", range="bytes=0-0")) as answer:
        assert (answer.status, answer.body) == (200, None)
        assert dict(answer.headers)["Content-Length"] == "10000"


def test_a_part_of_another_content_is_never_mixed_in(opened: Path) -> None:
    etag = Identity.of(opened.stat()).etag
    with answered(replace(GET, range="bytes=1-2", if_range=etag)) as answer:
        assert answer.status == 206
    with answered(replace(GET, range="bytes=1-2", if_range='"of-yesterday"')) as answer:
        assert (answer.status, span(answer)) == (200, (0, 10_000))


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "",
        "*",
        "/admin/",
        "/admin/login/",
        "/api/v1/",
        f"/{TOKEN}/",
        f"/{TOKEN}?x",
        f"/{TOKEN}.mov",
        f"//{TOKEN}",
        f"/./{TOKEN}",
        f"/x/../{TOKEN}",
        f"/%2e%2e/{TOKEN}",
        f"%2f{TOKEN}",
        f"/%30{TOKEN[1:]}",
        f"/{TOKEN}%00",
        f"/{TOKEN}\n",
        f"/{TOKEN.upper()}",
        f"/{TOKEN[:-1]}",
        f"/{TOKEN[:-1]}0",
        f"/{'0' * 64}",
        f"http://files.studio.test/{TOKEN}",
        "/../../../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
    ],
)
def test_everything_else_is_not_there(opened: Path, target: str) -> None:
    assert SERVER.answer(replace(GET, target=target)) == NOT_FOUND


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get"])
def test_other_methods_are_refused_whatever_they_name(opened: Path, method: str) -> None:
    assert SERVER.answer(replace(GET, method=method)) == NOT_ALLOWED
    assert SERVER.answer(replace(GET, method=method, target="/nothing")) == NOT_ALLOWED


@pytest.mark.parametrize("host", ["", "evil.test", "files.studio.test.evil.test", "evil.test:80"])
def test_other_hosts_see_nothing(opened: Path, host: str) -> None:
    assert SERVER.answer(replace(GET, host=host)) == NOT_FOUND


def test_a_port_in_the_host_is_no_other_host(opened: Path) -> None:
    with answered(replace(GET, host="FILES.studio.test:443")) as answer:
        assert answer.status == 200


def test_an_expired_path_is_not_there(opened: Path) -> None:
    ServedFile.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert SERVER.answer(GET) == NOT_FOUND


def test_a_closed_path_is_not_there(opened: Path) -> None:
    served.close_path(TOKEN)
    assert SERVER.answer(GET) == NOT_FOUND


def _written_again(path: Path) -> None:
    path.write_bytes(b"x" * 10_000)
    os.utime(path, ns=(1, 1))


def _grown(path: Path) -> None:
    before = path.stat()
    with path.open("ab") as file:
        file.write(b"more")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _replaced_by_one_just_like_it(path: Path) -> None:
    before = path.stat()
    twin = path.with_suffix(".twin")
    twin.write_bytes(path.read_bytes())
    os.utime(twin, ns=(before.st_atime_ns, before.st_mtime_ns))
    twin.replace(path)


def _a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    "change",
    [_written_again, _grown, _replaced_by_one_just_like_it, _a_pipe, Path.unlink],
)
def test_a_changed_file_is_no_longer_given(opened: Path, change: object) -> None:
    assert callable(change)
    change(opened)
    assert SERVER.answer(GET) == NOT_FOUND


def test_a_mount_that_does_not_answer_is_asked_again_later(opened: Path) -> None:
    """503, for 404 would end it for good."""
    opened.parent.joinpath("loop").symlink_to("loop")
    ServedFile.objects.update(path=os.fsencode(opened.parent / "loop"))
    assert SERVER.answer(GET).status == 503


def test_the_database_holds_no_path_to_fetch_from(opened: Path) -> None:
    row = ServedFile.objects.values().get()
    assert TOKEN not in str(row)


def test_a_path_opened_again_keeps_its_count(opened: Path) -> None:
    found = look_up(TOKEN)
    assert found is not None
    assert found.note(400)
    served.open_path(TOKEN, opened, Identity.of(opened.stat()))
    assert served.bytes_served(TOKEN) == 400


def test_opening_a_path_sweeps_expired_ones_away(opened: Path) -> None:
    ServedFile.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    served.open_path("f" * 64, opened, Identity.of(opened.stat()))
    assert ServedFile.objects.count() == 1
    assert not served.keep_open(TOKEN)


def test_an_inode_no_database_integer_holds_is_kept(opened: Path) -> None:
    """FUSE file systems make them from a hash: 64 bits without a sign."""
    served.open_path(TOKEN, opened, Identity(str(2**64 - 1), 1, 1))
    found = look_up(TOKEN)
    assert found is not None
    assert found.identity.inode == str(2**64 - 1)
