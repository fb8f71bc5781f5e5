"""What we ask of Frame.io, held against the vendor's own document."""

from datetime import UTC, datetime

import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest

from frameio.client import FrameioClient
from frameio.comments import comments_on
from frameio.connecting import sandbox_login
from frameio.http import storage_client
from frameio.models import Account
from frameio.oauth import AccountAuth, Bearer
from frameio.shares import Wanted
from frameio.structure import ensure_folder
from frameio.uploads import DirectUpload
from frameio.versions import Version, stack
from frameio.webhooks import register, remove
from tests.frameio.fake import API
from tests.frameio.fake_review import FakeReview
from tests.frameio.journals import FileJournal
from tests.sandbox.openapi import FRAMEIO, Referee, vendors_rules
from tests.sandbox.running import Sandbox

ONE, OTHER = "c00defd4-05eb-4ef1-8890-b793fa2cf5b4", "5685a475-2cdf-4b7c-9605-44f164cb0d86"


@pytest.fixture(scope="module")
def rules() -> OpenAPI:
    return vendors_rules()


class Refereed(httpx.BaseTransport):
    """The network, with somebody watching."""

    def __init__(self, referee: Referee) -> None:
        self.referee = referee
        self.line = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self.line.handle_request(request)
        response.request = request
        self.referee.check(response)
        return response

    def close(self) -> None:
        self.line.close()


class Asked(FakeReview):
    """Holds each request against the document."""

    rules: OpenAPI

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.rules.validate_request(
            MockRequest(
                FRAMEIO,
                request.method.lower(),
                request.url.path,
                args=dict(request.url.params),
                headers=dict(request.headers),
                data=request.read() or None,
            )
        )
        return super().answer(request)


@pytest.fixture
def asked(rules: OpenAPI) -> Asked:
    asked = Asked()
    asked.rules = rules
    return asked


@pytest.fixture
def client(asked: Asked) -> FrameioClient:
    return FrameioClient(API, Bearer("good"), transport=asked.transport())


def _upload(client: FrameioClient, account: Account, folder: str, journal: FileJournal) -> str:
    path = journal.path.with_suffix(".mov")
    path.write_bytes(b"frames")
    stat = path.stat()
    with storage_client() as storage:
        upload = DirectUpload(client, storage, journal)
        where = account.account_id, folder, path.name
        return upload.send(path, stat.st_size, stat.st_mtime_ns, *where).id


@pytest.mark.processes
@pytest.mark.django_db
def test_the_whole_road(
    sandbox: Sandbox, rules: OpenAPI, tmp_path_factory: pytest.TempPathFactory
) -> None:
    account = sandbox_login(sandbox.url)
    referee, home = Referee(rules), tmp_path_factory.mktemp("road")
    with FrameioClient(sandbox.url, AccountAuth(account.pk), transport=Refereed(referee)) as client:
        client.me()
        client.accounts()
        workspace = client.workspaces(account.account_id)[0].id
        client.projects(account.account_id, workspace)
        project = client.create_project(account.account_id, workspace, "Undertow")
        root = client.project(account.account_id, project.id).root_folder_id
        folder = ensure_folder(client, account, project.id, root, ["sc010", "sh020"])
        first, late, newest = (
            Version(_upload(client, account, folder, FileJournal(home / f"v{number}")), number)
            for number in (1, 2, 3)
        )
        stack(client, account.account_id, folder, "sh020", first)
        stack(client, account.account_id, folder, "sh020", newest)
        assert stack(client, account.account_id, folder, "sh020", late).position == 2
        comments_on(client, account.account_id, newest.file_id)
        url = "https://postflow.test/hook"
        hook = register(client, account, workspace, "PostFlow", lambda _row: url, ["file.ready"])
        remove(client, hook)
        client.files_in(account.account_id, folder, creators=True)
        client.delete_file(account.account_id, late.file_id)
    assert {"GET 200", "POST 201", "PATCH 200", "DELETE 204"} == set(referee.seen)


def test_share_links(client: FrameioClient) -> None:
    wanted = Wanted(
        "Dailies",
        [ONE, OTHER],
        secure=True,
        expires_at=datetime(2026, 12, 1, tzinfo=UTC),
        passphrase="open sesame",
    )
    share = client.create_share(ONE, ONE, wanted.as_json())
    client.newest_shares(ONE, ONE)
    assert share.name == "Dailies"


def test_what_is_shared_and_with_whom(client: FrameioClient, asked: Asked) -> None:
    asked.shares.append({"id": ONE, "asset_ids": []})
    client.add_share_asset(ONE, ONE, OTHER)
    assert client.share_assets(ONE, ONE) == [OTHER]
    client.reviewers(ONE, ONE)
    client.add_reviewers(ONE, ONE, ["nora@studio.test"], "Please look")


def test_metadata(client: FrameioClient) -> None:
    client.create_text_field(ONE, "Scene")
    client.field_definitions(ONE)
    client.set_metadata(ONE, ONE, [ONE], {OTHER: "010"})
    client.metadata(ONE, ONE)


def test_a_field_made_up_is_noticed(client: FrameioClient) -> None:
    """So that the tests above say something."""
    with pytest.raises(OpenAPIError):
        client.create_share(ONE, ONE, {**Wanted("Dailies", [ONE]).as_json(), "colour": "blue"})
