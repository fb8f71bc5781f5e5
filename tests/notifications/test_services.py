"""Other services through Apprise: a plain message arrives at a real HTTP server."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pytest_django import Settings

from notifications.base import NotificationError
from notifications.message import Message
from notifications.services import AppriseService
from pipeline.channels import Channel
from tests.notifications.conftest import Become, MakeJob

# Apprise's e-mail looks for a module that Python gives up.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


class Service(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        self.got: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's own name
        """Nothing."""


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    settings.APPRISE_SERVICES = ["json"]
    with Service() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_message_is_plain_text(service: Service) -> None:
    message = Message("SH010 *anim* v003", fields=(("File", "a_b_c.mov"),), url="https://f.test/1")
    AppriseService(service.url).send(message)
    (got,) = service.got
    assert got["title"] == "SH010 *anim* v003"
    assert got["message"] == "https://f.test/1\nFile: a_b_c.mov"


def test_what_is_not_taken_is_an_error(service: Service) -> None:
    service.status = 500
    with pytest.raises(NotificationError, match="did not take"):
        AppriseService(service.url).send(Message("x"))


def test_an_address_of_no_service_is_refused_unseen(settings: Settings) -> None:
    settings.APPRISE_SERVICES = ["slack"]
    with pytest.raises(NotificationError, match="knows no such address") as caught:
        AppriseService("slack://nonsense-of-mine")
    assert "nonsense-of-mine" not in str(caught.value)


def test_a_service_that_may_lead_anywhere_is_refused_unless_it_is_listed() -> None:
    with pytest.raises(NotificationError, match=r"by json://.*APPRISE_SERVICES") as caught:
        AppriseService("json://10.0.0.1/secret-path")
    assert "secret-path" not in str(caught.value)


@pytest.mark.django_db
def test_a_file_is_one_message_there_at_its_end(
    service: Service, make_job: MakeJob, become: Become, tell: Callable[..., None]
) -> None:
    Channel.objects.create(name="Slack", kind=Channel.Kind.SERVICE, address=service.url)
    job = make_job("pending")
    for state in ("running", "done"):
        tell()
        become(job, state)
    tell()
    tell()
    assert [got["title"] for got in service.got] == ["SH001 anim v003"]
