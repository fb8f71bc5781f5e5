"""What many processes do at once, and what a killed one leaves: real processes, real sockets."""

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from frameio.connecting import client_for, sandbox_login
from frameio.http import storage_client
from frameio.models import Account, Lease, RemoteFolder
from frameio.shapes import Project
from frameio.uploads import DirectUpload
from tests.frameio.journals import FileJournal
from tests.sandbox.running import ROOT, Sandbox, StartSandbox

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

MIB = 1024 * 1024
Process = subprocess.Popen[str]


class Workers:
    """Processes of `tests.frameio.sending`, on the test's own database."""

    def __init__(self, var: Path) -> None:
        given = urlsplit(os.environ["DATABASE_URL"])
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.frameio.worker_settings",
            "DATABASE_URL": f"{given.scheme}://{given.netloc}/{connection.settings_dict['NAME']}",
            "POSTFLOW_VAR": str(var),
            "SECRET_KEY": settings.SECRET_KEY,
            "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
        }
        self.started: list[Process] = []

    def start(self, *words: str | Path) -> Process:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.frameio.sending", *map(str, words)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def end(self) -> None:
        for process in self.started:
            process.kill()
            process.communicate()


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(tmp_path / "var")
    yield workers
    workers.end()


@pytest.fixture
def project(sandbox: Sandbox) -> Project:
    return _project(sandbox_login(sandbox.url))


def _project(account: Account) -> Project:
    with client_for(account) as client:
        workspace = client.workspaces(account.account_id)[0]
        return client.projects(account.account_id, workspace.id)[0]


def _result(process: Process) -> dict[str, object]:
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    result: dict[str, object] = json.loads(out)
    return result


def _wait_for(path: Path, text: str) -> None:
    """Until the other process has written it."""
    give_up_at = time.monotonic() + 30
    while time.monotonic() < give_up_at:
        if path.exists() and text in path.read_text():
            return
        time.sleep(0.005)
    pytest.fail(f"{text} never came")


def test_eight_processes_that_ask_for_one_folder_make_one(
    workers: Workers, project: Project
) -> None:
    names = ("sc010", "sh020", "comp")
    started = [workers.start("folder", project.root_folder_id, *names) for _ in range(8)]
    assert len({_result(process)["folder"] for process in started}) == 1
    account = Account.objects.get()
    with client_for(account) as client:
        (scene,) = client.folders(account.account_id, project.root_folder_id)
        (shot,) = client.folders(account.account_id, scene.id)
        (task,) = client.folders(account.account_id, shot.id)
    assert [scene.name, shot.name, task.name] == ["sc010", "sh020", "comp"]
    assert (RemoteFolder.objects.count(), Lease.objects.count()) == (3, 0)


def test_eight_processes_that_ask_for_one_project_make_one(
    workers: Workers, project: Project
) -> None:
    name = "UNDLM · Undertow"
    started = [workers.start("project", project.workspace_id, name) for _ in range(8)]
    results = [_result(process) for process in started]
    assert len({result["project"] for result in results}) == 1
    assert [result["made"] for result in results].count(True) == 1
    account = Account.objects.get()
    with client_for(account) as client:
        there = client.projects(account.account_id, project.workspace_id)
    assert [each.name for each in there].count(name) == 1
    assert Lease.objects.count() == 0


def test_eight_processes_renew_one_login_once(
    workers: Workers, project: Project, sandbox: Sandbox
) -> None:
    """Two refreshes with one refresh token would be a lost login."""
    Account.objects.update(access_expires_at=timezone.now() - timedelta(hours=1))
    before = Account.objects.get()
    started = [workers.start("me") for _ in range(8)]
    assert {_result(process)["user"] for process in started} == {before.user_id}
    after = Account.objects.get()
    assert (after.needs_login, Lease.objects.count()) == (False, 0)
    assert after.refresh_token != before.refresh_token
    tokens = [call for call in sandbox.requests() if call["path"] == "/ims/token/v3"]
    assert [call["status"] for call in tokens] == [200, 200]  # the login, and one refresh


@pytest.mark.parametrize("calls", [20, pytest.param(100, marks=pytest.mark.slow)])
def test_four_processes_keep_to_one_limit(
    workers: Workers, start_sandbox: StartSandbox, calls: int
) -> None:
    """Ten calls in 0.3 seconds, one more each 30 ms: all succeed in about that time."""
    sandbox = start_sandbox(rate_scale=200)
    workspace = _project(sandbox_login(sandbox.url)).workspace_id
    started = [workers.start("projects", workspace, str(calls)) for _ in range(4)]
    assert [_result(process)["made"] for process in started] == [calls] * 4
    creates = [call for call in sandbox.requests() if call["method"] == "POST"]
    answers = Counter(call["status"] for call in creates if str(call["path"]).endswith("/projects"))
    assert answers[201] == 4 * calls
    assert answers[429] <= 8, answers


def test_eight_versions_at_once_make_one_stack_in_order(
    workers: Workers, start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    sandbox = start_sandbox(uploaded_after=0, transcoded_after=0, rate_scale=100)
    account = sandbox_login(sandbox.url)
    root = _project(account).root_folder_id
    numbers = [3, 1, 4, 8, 5, 7, 2, 6]
    files = [_uploaded(account, root, tmp_path / f"v{number}.mov") for number in numbers]
    pairs = zip(files, numbers, strict=True)
    started = [workers.start("stack", root, file, str(number)) for file, number in pairs]
    assert len([_result(process) for process in started]) == 8
    (stack_id,) = {str(file["stack_id"]) for file in sandbox.tree()}
    order = sorted(sandbox.tree(), key=lambda file: int(str(file["stack_position"])))
    assert [file["name"] for file in order] == [f"v{number}.mov" for number in range(1, 9)]
    with client_for(account) as client:
        head = client.version_stack(account.account_id, stack_id).head_id
    assert head == files[numbers.index(8)]


def _uploaded(account: Account, folder_id: str, path: Path) -> str:
    path.write_bytes(b"frames")
    stat = path.stat()
    with client_for(account) as client, storage_client() as storage:
        upload = DirectUpload(client, storage, FileJournal(path.with_suffix(".journal")))
        sent = upload.send(
            path, stat.st_size, stat.st_mtime_ns, account.account_id, folder_id, path.name
        )
    return sent.id


def test_a_killed_upload_goes_on_with_what_is_missing(
    workers: Workers, start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    """Forty parts of 1 MiB, killed somewhere in the middle."""
    sandbox = start_sandbox(part_size=MIB, uploaded_after=0, transcoded_after=0)
    root = _project(sandbox_login(sandbox.url)).root_folder_id
    path, journal = tmp_path / "sh010_comp_v001.mov", tmp_path / "journal"
    path.write_bytes(random.Random(3).randbytes(40 * MIB))
    sandbox.faults([{"match": {"method": "PUT"}, "action": {"delay": 0.05}, "times": 1000}])

    killed = workers.start("send", root, path, journal)
    _wait_for(journal, '["sent"')
    killed.kill()
    killed.wait()
    begun = FileJournal(journal).load()
    assert begun is not None
    assert begun.placeholder is not None
    done = [part.url for part in begun.placeholder.parts if part.number in begun.sent]
    assert 1 <= len(done) < 40

    _result(workers.start("send", root, path, journal))
    (arrived,) = sandbox.tree()
    assert arrived["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    puts = Counter(call["path"] for call in sandbox.requests() if call["method"] == "PUT")
    assert len(puts) == 40
    assert {puts[path] for path in puts if _is_one_of(str(path), done)} == {1}


def _is_one_of(path: str, urls: list[str]) -> bool:
    """The sandbox shows its addresses without their signature."""
    return urlsplit(path).path in {urlsplit(url).path for url in urls}


def test_memory_does_not_depend_on_the_files_size(
    workers: Workers, project: Project, tmp_path: Path
) -> None:
    """128 MiB, a hole on the disk, take less than 20 MiB more than one."""
    small, big = tmp_path / "small.mov", tmp_path / "big.mov"
    small.write_bytes(bytes(MIB))
    big.touch()
    os.truncate(big, 128 * MIB)
    root = project.root_folder_id
    little = _result(workers.start("send", root, small, tmp_path / "journal-1"))["peak_kib"]
    much = _result(workers.start("send", root, big, tmp_path / "journal-2"))["peak_kib"]
    assert isinstance(little, int)
    assert isinstance(much, int)
    assert much - little < 20 * 1024
