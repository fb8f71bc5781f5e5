"""What LucidLink's client says, told by stand-ins: a program in a file, and a server on a port."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, urlsplit

import pytest

from lucidlink.signals import (
    REST,
    Client,
    Instance,
    Status,
    Upload,
    client_of,
    parse_list,
    parse_status,
    run_program,
)

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
PROGRAM = f"""\
#!/bin/sh
test "$1" = list && cat <<END && exit
{LIST}END
test "$*" = "--instance 2001 status" && cat <<END && exit
{STATUS}END
echo "Lucid is currently not running"
"""
CLIP = PurePosixPath("/UNDLM/é a.mov")


def test_the_list_is_read() -> None:
    assert parse_list(LIST) == [
        Instance(2000, "production.dmpfs", 9778, "live"),
        Instance(2001, "archive.dmpfs", 9779, "live"),
    ]
    assert parse_list("No instances are running.") == []


def test_the_status_is_read() -> None:
    assert parse_status(STATUS) == Status(
        linked=True, filespace="archive.dmpfs", mount_point="/media/dmpfs/archive"
    )
    assert parse_status("Lucid is currently not running") == Status(linked=False)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "lucid3").write_text(PROGRAM)
    (tmp_path / "lucid3").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return tmp_path


def test_the_client_of_a_folder_is_the_one_that_mounts_it(program: Path) -> None:
    found = client_of(Path("/media/dmpfs/archive/UNDLM"))
    assert found is not None
    assert (found[0].port, found[1].linked) == (9779, True)
    assert client_of(Path("/media/dmpfs/archived")) is None


def test_without_a_client_nothing_is_known() -> None:
    assert run_program(["postflow-has-no-such-program"]) is None
    assert client_of(Path("/media/dmpfs/archive"), run=lambda _words: None) is None


class Answers(BaseHTTPRequestHandler):
    """The client's address. `said`: what it says of a path; `asked`: what it was asked."""

    said: dict[str, object]
    asked: list[str]

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.asked.append(url.path)
        if url.path == "/v1/archive.dmpfs/files":
            self._say({"files": [{"remoteUpload": self.said[parse_qs(url.query)["path"][0]]}]})
        elif url.path == "/cache/info":
            self._say({"dirtyBytes": 4096, "size": 1})
        elif url.path == "/odd":
            self._say({"files": []})
        else:
            self.send_error(404)

    def _say(self, body: object) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name there
        pass


@pytest.fixture
def answers() -> type[Answers]:
    class Now(Answers):
        said: dict[str, object] = {}
        asked: list[str] = []

    return Now


@pytest.fixture
def address(answers: type[Answers]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    client = Client(address, "archive.dmpfs")
    yield client
    client.close()


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
    client: Client, answers: type[Answers], said: object, upload: Upload, reason: str
) -> None:
    answers.said[str(CLIP)] = said
    assert client.upload_of(CLIP) is upload
    assert reason in client.why_not_whole(CLIP)


def test_it_says_what_this_machine_has_not_sent_yet(client: Client) -> None:
    assert client.unsent_bytes() == 4096


def test_the_route_can_be_another(address: str) -> None:
    client = Client(address, "archive.dmpfs", files_route="/odd", queue_route="/odd")
    assert client.upload_of(CLIP) is Upload.UNKNOWN
    assert client.unsent_bytes() is None
    client.close()


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_after_an_answer_that_never_came_it_is_not_asked_for_a_while(
    address: str, answers: type[Answers]
) -> None:
    clock = Clock()
    client = Client(address, "archive.dmpfs", files_route="/v9/none", clock=clock)
    assert [client.upload_of(CLIP) for _ in range(3)] == [Upload.UNKNOWN] * 3
    assert answers.asked == ["/v9/none"]
    assert client.unsent_bytes() == 4096
    clock.now += REST
    client.upload_of(CLIP)
    assert answers.asked.count("/v9/none") == 2
    client.close()


def test_nobody_at_the_address_is_no_fault() -> None:
    client = Client("http://127.0.0.1:9", "archive.dmpfs")
    assert client.upload_of(CLIP) is Upload.UNKNOWN
    assert client.unsent_bytes() is None
    client.close()
