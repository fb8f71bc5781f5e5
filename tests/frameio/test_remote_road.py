"""Remote uploads whole: the command that serves, the sandbox that fetches."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import psutil
import pytest

from frameio.client import FrameioClient
from frameio.connecting import client_for, sandbox_login
from frameio.errors import Incomplete
from frameio.models import Account, ServedFile
from frameio.publicly import PublicAddress, probe_client
from frameio.remote import RemoteUpload
from frameio.shapes import File
from tests.frameio.journals import PaperJournal
from tests.frameio.serving import Serving, serving, stand_in_agent
from tests.frameio.test_fileserver_wire import wait_until
from tests.fresh import fresh_database
from tests.sandbox.running import ROOT, Sandbox

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

MIB = 1024 * 1024


@pytest.fixture
def server() -> Iterator[Serving]:
    with serving() as server:
        yield server


@pytest.fixture
def account(transactional_db: None, sandbox: Sandbox) -> Account:
    return sandbox_login(sandbox.url)


def film(path: Path, size: int) -> Path:
    """A hole with random bytes at its beginning, in its middle and at its end."""
    with path.open("wb") as file:
        file.truncate(size)
        for start in (0, size // 2, size - MIB):
            file.seek(start)
            file.write(os.urandom(MIB))
    return path


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def root_folder(client: FrameioClient, account: Account) -> str:
    workspace = client.workspaces(account.account_id)[0]
    return client.projects(account.account_id, workspace.id)[0].root_folder_id


def send(
    account: Account,
    server: Serving,
    path: Path,
    report: Callable[[int], None] = lambda _bytes: None,
) -> File:
    stat = path.stat()
    with client_for(account) as client, probe_client() as http:
        address = PublicAddress(server.url)
        upload = RemoteUpload(client, http, PaperJournal(), lambda: address, report=report)
        folder = root_folder(client, account)
        return upload.send(
            path, stat.st_size, stat.st_mtime_ns, account.account_id, folder, path.name
        )


def test_a_file_arrives(account: Account, server: Serving, sandbox: Sandbox, render: Path) -> None:
    file = send(account, server, render)
    (there,) = sandbox.tree()
    assert (there["id"], there["sha256"]) == (file.id, sha256(render))
    assert not ServedFile.objects.exists()


@pytest.mark.slow
def test_two_gib_arrive_byte_for_byte(
    account: Account, server: Serving, sandbox: Sandbox, tmp_path: Path
) -> None:
    path = film(tmp_path / "sh010_comp_v001.mov", 2048 * MIB)
    reports: list[int] = []
    send(account, server, path, reports.append)
    (there,) = sandbox.tree()
    assert there["sha256"] == sha256(path)
    assert sum(reports) == 2048 * MIB


def test_a_fetch_that_fails_leaves_nothing(
    account: Account, server: Serving, sandbox: Sandbox, render: Path
) -> None:
    sandbox.faults([{"action": {"effect": "fetch_fails"}}])
    with pytest.raises(Incomplete):
        send(account, server, render)
    assert sandbox.tree() == []
    assert not ServedFile.objects.exists()


class Command:
    """`manage.py fileserver`."""

    def __init__(self, var: Path, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "fileserver", "--port", "0"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "POSTFLOW_VAR": str(var), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self.ready = threading.Event()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        assert self.ready.wait(30), self.lines

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            self.ready.set() if line.startswith("Serving files at ") else None

    @property
    def url(self) -> str:
        (line,) = [line for line in self.lines if line.startswith("Serving files at ")]
        return line.split()[-1]

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def var(tmp_path: Path) -> Path:
    place = tmp_path / "var"
    fresh_database(place)
    return place


@pytest.fixture
def start(var: Path) -> Iterator[Callable[..., Command]]:
    with ExitStack() as stack:

        def begin(**environment: str) -> Command:
            return stack.enter_context(closing(Command(var, **environment)))

        yield begin


def test_the_command_serves_on_this_machine_alone_and_ends_when_asked(
    start: Callable[..., Command],
) -> None:
    command = start()
    assert command.url.startswith("http://127.0.0.1:")
    with httpx.Client(trust_env=False) as http:
        pages = ("/", "/admin/", "/admin/login/", "/healthz", "/" + "0" * 64)
        told = [http.get(command.url + page) for page in pages]
    assert {(answer.status_code, answer.content) for answer in told} == {(404, b"")}
    assert command.end() == 0


def test_the_command_opens_the_tunnel_and_ends_its_agent(
    start: Callable[..., Command], tmp_path: Path
) -> None:
    agent = stand_in_agent(tmp_path / "bin")
    command = start(NGROK_AUTHTOKEN="good", NGROK_PATH=str(agent))
    wait_until(lambda: any("Frame.io reaches" in line for line in command.lines))
    (line,) = [line for line in command.lines if "Frame.io reaches" in line]
    (child,) = psutil.Process(command.process.pid).children()
    with httpx.Client(trust_env=False) as http:
        assert http.get(line.split()[-1]).status_code == 404
    assert command.end() == 0
    assert not child.is_running()


def test_the_command_says_that_there_is_no_agent(
    start: Callable[..., Command], tmp_path: Path
) -> None:
    command = start(NGROK_AUTHTOKEN="good", NGROK_PATH=str(tmp_path / "ngrok"))
    wait_until(lambda: any("There is no ngrok agent" in line for line in command.lines))
    assert command.end() == 0
    assert "Traceback" not in "".join(command.lines)


def test_a_port_in_use_is_said(var: Path, server: Serving) -> None:
    refused = subprocess.run(
        [sys.executable, "manage.py", "fileserver", "--port", str(server.port)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "POSTFLOW_VAR": str(var)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 1
    assert f"Port {server.port} on 127.0.0.1 cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr
