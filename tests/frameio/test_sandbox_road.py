"""Against the sandbox: a real server in a process of its own."""

import hashlib
import random
from pathlib import Path

import pytest

from frameio.accounts import disconnect
from frameio.client import FrameioClient
from frameio.comments import comments_on
from frameio.connecting import (
    SANDBOX_CREDENTIAL,
    Server,
    client_for,
    connect_service,
    sandbox_login,
)
from frameio.errors import LoginFailed, NeedsLogin, NotFound, Unavailable
from frameio.http import storage_client
from frameio.models import Account
from frameio.oauth import Ims, ims_of
from frameio.shapes import Project
from frameio.structure import ensure_folder
from frameio.uploads import DirectUpload
from tests.frameio.journals import PaperJournal
from tests.sandbox.running import Sandbox, StartSandbox

pytestmark = [pytest.mark.processes, pytest.mark.django_db]


def _project(client: FrameioClient, account: Account) -> Project:
    workspace = client.workspaces(account.account_id)[0]
    return client.projects(account.account_id, workspace.id)[0]


def _send(client: FrameioClient, account: Account, folder_id: str, path: Path) -> str:
    stat = path.stat()
    with storage_client() as storage:
        upload = DirectUpload(client, storage, PaperJournal())
        file = upload.send(
            path, stat.st_size, stat.st_mtime_ns, account.account_id, folder_id, path.name
        )
    return file.id


def test_it_logs_in_by_itself(sandbox: Sandbox) -> None:
    account = sandbox_login(sandbox.url)
    assert account.account_id
    with client_for(account) as client:
        assert client.me().email == account.email


def test_logging_in_again_renews_the_same_row(sandbox: Sandbox) -> None:
    first = sandbox_login(sandbox.url)
    second = sandbox_login(sandbox.url)
    assert first.pk == second.pk
    assert first.access_token != second.access_token


def test_it_says_that_there_is_no_sandbox() -> None:
    with pytest.raises(Unavailable, match="sandbox cannot be reached"):
        sandbox_login("http://127.0.0.1:1")


def test_what_is_no_sandbox_is_no_login(sandbox: Sandbox) -> None:
    with pytest.raises(LoginFailed, match="no sandbox"):
        sandbox_login(f"{sandbox.url}/_sandbox")


def test_a_render_goes_the_whole_way(sandbox: Sandbox, render: Path) -> None:
    account = sandbox_login(sandbox.url)
    with client_for(account) as client:
        project = _project(client, account)
        names = ["sc010", "sh020", "comp"]
        folder = ensure_folder(client, account, project.id, project.root_folder_id, names)
        file_id = _send(client, account, folder, render)
        (arrived,) = [entry for entry in sandbox.tree() if entry["id"] == file_id]
        assert arrived["sha256"] == hashlib.sha256(render.read_bytes()).hexdigest()
        client.delete_file(account.account_id, file_id)
        with pytest.raises(NotFound):
            client.file(account.account_id, file_id)


def test_a_login_is_renewed_when_it_ends(start_sandbox: StartSandbox) -> None:
    """Tokens that live for a second, and refresh tokens that serve once."""
    account = sandbox_login(start_sandbox(access_token_life=1).url)
    with client_for(account) as client:
        client.me()
        client.me()
    renewed = Account.objects.get()
    assert renewed.refresh_token != account.refresh_token


def test_a_project_is_made(sandbox: Sandbox) -> None:
    account = sandbox_login(sandbox.url)
    with client_for(account) as client:
        workspace = client.workspaces(account.account_id)[0]
        made = client.create_project(account.account_id, workspace.id, "Undertow")
        assert client.project(account.account_id, made.id) == made


def test_parts_without_a_media_type_go_up(start_sandbox: StartSandbox, tmp_path: Path) -> None:
    sandbox = start_sandbox(part_size=100_000, uploaded_after=0, no_media_type=True)
    path = tmp_path / "plate.bin"
    path.write_bytes(random.Random(2).randbytes(1_050_000))
    account = sandbox_login(sandbox.url)
    with client_for(account) as client:
        file_id = _send(client, account, _project(client, account).root_folder_id, path)
    (arrived,) = [entry for entry in sandbox.tree() if entry["id"] == file_id]
    assert arrived["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_service_connects_and_renews_itself(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox(access_token_life=1)
    ims = Ims(sandbox.url, SANDBOX_CREDENTIAL, SANDBOX_CREDENTIAL)
    account = connect_service(Server(sandbox.url, ims))
    with client_for(account) as client:
        assert client.me().email == account.email
    assert Account.objects.get().access_token != account.access_token


def test_what_was_disconnected_is_of_no_more_use(sandbox: Sandbox) -> None:
    account = sandbox_login(sandbox.url)
    refresh_token = account.refresh_token
    assert disconnect(account) == ""
    with pytest.raises(NeedsLogin):
        ims_of(account).refresh(refresh_token)


def test_comments_come_with_frame_timecode_and_replies(sandbox: Sandbox, render: Path) -> None:
    account = sandbox_login(sandbox.url)
    with client_for(account) as client:
        root = _project(client, account).root_folder_id
        file_id = _send(client, account, root, render)
        said = sandbox.say(file_id, "Too dark", timestamp=48)
        sandbox.say(file_id, "It is meant to be", reply_to=str(said["id"]))
        (comment,) = comments_on(client, account.account_id, file_id)
    assert (comment.text, comment.frame) == ("Too dark", 48)
    assert comment.timecode is not None
    assert [reply.text for reply in comment.replies] == ["It is meant to be"]
