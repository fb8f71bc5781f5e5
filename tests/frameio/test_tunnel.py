"""pyngrok's own code against a stand-in agent, in a process of its own."""

import json
import logging
import stat
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from django.test import override_settings
from django.utils import timezone

from frameio import served
from frameio.errors import NotReachable
from frameio.models import TunnelAddress
from frameio.publicly import PublicAddress, probe, probe_client, public_address
from frameio.served import Identity
from frameio.tunnel import Tunnel, address_told, keep_up
from tests.frameio.serving import serving, stand_in_agent
from tests.frameio.test_fileserver_wire import wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

TOKEN = "0123456789abcdef" * 4


@pytest.fixture
def agent(tmp_path: Path) -> Path:
    return stand_in_agent(tmp_path / "bin")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def tunnel(agent: Path, place: Path) -> Iterator[Tunnel]:
    with Tunnel(9, ngrok_path=str(agent), authtoken="good", place=place) as tunnel:
        yield tunnel


def agents(agent: Path) -> list[psutil.Process]:
    ours = psutil.Process().children()
    return [
        one
        for one in ours
        if one.status() != psutil.STATUS_ZOMBIE and str(agent) in " ".join(one.cmdline())
    ]


def test_it_leads_to_the_file_server(agent: Path, place: Path, render: Path) -> None:
    identity = Identity.of(render.stat())
    served.open_path(TOKEN, render, identity)
    with (
        serving() as server,
        Tunnel(server.port, ngrok_path=str(agent), authtoken="good", place=place) as tunnel,
        probe_client() as http,
    ):
        url = PublicAddress(tunnel.open()).of(TOKEN)
        probe(http, url, identity, 17, render.read_bytes()[17:18])
        assert http.get(url).content == render.read_bytes()


def test_the_agent_ends_with_it(tunnel: Tunnel, agent: Path) -> None:
    tunnel.open()
    assert tunnel.is_up()
    assert len(agents(agent)) == 1
    tunnel.close()
    assert not tunnel.is_up()
    assert agents(agent) == []


def test_requests_are_not_inspected(tunnel: Tunnel, agent: Path) -> None:
    tunnel.open()
    endpoint = json.loads(agent.with_name("started.json").read_text())["endpoint"]
    assert endpoint["inspect"] is False
    assert endpoint["upstream"] == {"url": "http://127.0.0.1:9"}


def test_the_authtoken_is_in_a_file_of_ours_alone(
    agent: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command line is read by everybody on the machine."""
    monkeypatch.setenv("NGROK_AUTHTOKEN", "good-and-secret")
    with Tunnel(9, ngrok_path=str(agent), authtoken="good-and-secret", place=place) as tunnel:
        tunnel.open()
    assert "good-and-secret" not in agent.with_name("started.json").read_text()
    written = place / "ngrok.yml"
    assert "good-and-secret" in written.read_text()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_a_missing_agent_is_named_and_not_downloaded(tmp_path: Path, place: Path) -> None:
    missing = tmp_path / "nowhere" / "ngrok"
    tunnel = Tunnel(9, ngrok_path=str(missing), authtoken="good", place=place)
    with tunnel, pytest.raises(NotReachable, match="NGROK_PATH") as refusal:
        tunnel.open()
    assert str(missing) in str(refusal.value)
    assert not missing.parent.exists()


def test_a_refused_authtoken_is_said_and_not_shown(
    agent: Path, place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tunnel = Tunnel(9, ngrok_path=str(agent), authtoken="refused", place=place)
    with tunnel, pytest.raises(NotReachable, match=r"_107\)\. Check NGROK_AUTHTOKEN") as error:
        tunnel.open()
    assert "Your authtoken" not in str(error.value) + caplog.text
    assert error.value.__cause__ is None
    assert agents(agent) == []


def test_an_agent_that_crashes_is_said(agent: Path, place: Path) -> None:
    tunnel = Tunnel(9, ngrok_path=str(agent), authtoken="crashing", place=place)
    with tunnel, pytest.raises(NotReachable, match="version 3"):
        tunnel.open()


def test_an_agent_that_died_is_started_again(tunnel: Tunnel, agent: Path) -> None:
    heard: list[str] = []
    stop = Hurried()
    thread = threading.Thread(target=keep_up, args=(tunnel, stop, heard.append))
    thread.start()
    wait_until(lambda: address_told() in {*heard[:1]} and len(heard) == 1)
    agents(agent)[0].kill()
    wait_until(lambda: len(heard) == 2 and address_told() == heard[1])
    stop.set()
    thread.join(timeout=30)
    assert heard[0] != heard[1]
    assert address_told() == ""


class Hurried(threading.Event):
    """Looks every hundredth of a second."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(0.01)


# --- Who asks for the address ---------------------------------------------------------------------
def test_the_fixed_address_comes_first() -> None:
    told("https://a.ngrok-free.app", timedelta(seconds=30))
    with override_settings(PUBLIC_FILE_URL="https://files.studio.test/"):
        assert public_address() == PublicAddress("https://files.studio.test/")
    assert public_address() == PublicAddress("https://a.ngrok-free.app", metered=True)


def test_an_address_that_nobody_confirms_is_none() -> None:
    told("https://a.ngrok-free.app", timedelta(seconds=-1))
    with pytest.raises(NotReachable, match=r"NGROK_AUTHTOKEN and run manage\.py fileserver"):
        public_address()


def told(url: str, left: timedelta) -> None:
    TunnelAddress.objects.create(url=url, until=timezone.now() + left)
