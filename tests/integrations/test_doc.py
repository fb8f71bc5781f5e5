"""The class in docs/integrations.md keeps to what every integration does, as it stands there."""

import hashlib
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from pipeline.integrations import integration, integration_choices
from pipeline.integrations.base import BaseIntegration
from tests.integrations.contract import Away, Delivered, IntegrationContract, MakePlace

DOC = (Path(__file__).parents[2] / "docs" / "integrations.md").read_text()
CLASS, SETTINGS, _TESTS = re.findall(r"^```python\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)
MODULE = "pipeline.integrations.cutroom"


class Cutroom(ThreadingHTTPServer):
    """Keeps what came whole, by folder and name."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.is_open = True
        self.kept: dict[str, tuple[str, str]] = {}  # by clip: place, sha256

    def clips(self) -> dict[str, str]:
        return dict(self.kept.values())

    @contextmanager
    def closed(self) -> Iterator[None]:
        self.is_open = False
        yield
        self.is_open = True


class Handler(BaseHTTPRequestHandler):
    server: Cutroom
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        content = self._chunks()
        if content is None:
            self.close_connection = True
        elif not self.server.is_open:
            self._answer(503, b"{}")
        else:
            url = urlsplit(self.path)
            asked = parse_qs(url.query)
            place = f"{asked['folder'][0]}/{asked['name'][0]}"
            self.server.kept[url.path] = (place, hashlib.sha256(content).hexdigest())
            self._answer(200, b'{"url": "https://cutroom.example/1"}')

    def do_DELETE(self) -> None:
        self.server.kept.pop(urlsplit(self.path).path, None)
        self._answer(200, b"{}")

    def _chunks(self) -> bytes | None:
        """The body; nothing when the sender broke off."""
        content = b""
        while size := int(self.rfile.readline() or b"-1", 16):
            if size < 0:
                return None
            content += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return content

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's own name
        """Nothing."""


class TestCutroom(IntegrationContract):
    @pytest.fixture
    def cutroom(self) -> Iterator[Cutroom]:
        with Cutroom() as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            yield server
            server.shutdown()
            thread.join()

    @pytest.fixture
    def place(
        self, cutroom: Cutroom, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> MakePlace:
        """By its line in the settings, as the product finds it."""
        module = ModuleType(MODULE)
        exec(compile(CLASS, "docs/integrations.md", "exec"), module.__dict__)  # noqa: S102  our own page
        monkeypatch.setitem(sys.modules, MODULE, module)
        named: dict[str, object] = {"env": Environment()}
        exec(compile(SETTINGS, "docs/integrations.md", "exec"), named)  # noqa: S102
        settings.INTEGRATIONS = named["INTEGRATIONS"]
        settings.CUTROOM_URL = f"http://127.0.0.1:{cutroom.server_port}"
        settings.CUTROOM_TOKEN = "t"
        return cutroom_review

    @pytest.fixture
    def delivered(self, cutroom: Cutroom) -> Delivered:
        return cutroom.clips

    @pytest.fixture
    def away(self, cutroom: Cutroom) -> Away:
        return cutroom.closed

    def test_a_project_can_tick_it(self, place: MakePlace) -> None:
        assert ("cutroom", "Cutroom") in integration_choices()

    def test_the_page_lists_what_there_is(self, place: MakePlace) -> None:
        shown = dict(django_settings.INTEGRATIONS)
        assert shown.pop("cutroom") == f"{MODULE}.CutroomReview"
        source = (Path(__file__).parents[2] / "postflow_site/settings.py").read_text()
        assert all(f'"{name}": "{path}"' in source for name, path in shown.items())


class Environment:
    """What the settings read; here all as by default."""

    def str(self, _name: str, default: str) -> str:
        return default


def cutroom_review() -> BaseIntegration:
    return integration("cutroom")
