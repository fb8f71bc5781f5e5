"""`manage.py start`, whole."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest
from django.test import override_settings

from pipeline.management.commands.start import the_children
from pipeline.supervisor import ports
from tests.supervisor.conftest import wait_until
from tests.supervisor.test_demo import left_of

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"


class Started:
    def __init__(self, place: Path, log: Path, *flags: str) -> None:
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "start", *flags],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "POSTFLOW_VAR": str(place)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.log.read_text()

    def wait_for(self, words: str) -> None:
        wait_until(lambda: words in self.text, self._check)

    def _check(self) -> None:
        assert self.process.poll() is None, self.text


@pytest.mark.parametrize(
    ("given", "files"),
    [
        ({}, []),
        ({"PUBLIC_FILE_URL": "https://files.studio.test"}, ["files"]),
        ({"NGROK_AUTHTOKEN": "secret"}, ["files"]),
    ],
)
def test_files_are_served_where_they_can_be_fetched(
    given: dict[str, str], files: list[str]
) -> None:
    with override_settings(**given):
        family = the_children(HOST, 8000, no_web=True)
    assert [child.name for child in family] == ["cluster", "watcher", *files]


Start: TypeAlias = Callable[..., Started]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def start(place: Path) -> Iterator[Start]:
    all_started: list[Started] = []

    def begin(*flags: str) -> Started:
        log = place.parent / f"start-{len(all_started)}.log"
        all_started.append(Started(place, log, *flags))
        return all_started[-1]

    yield begin
    for started in all_started:
        started.process.kill()
        started.process.wait()
    wait_until(lambda: left_of(place) == [])


def test_everything_runs_in_one_terminal_and_ends_with_it(start: Start, place: Path) -> None:
    port = ports.free_port(HOST)
    started = start("--port", str(port))
    started.wait_for("Listening at")
    started.wait_for("uploads  | ")
    started.wait_for("short    | ")

    assert httpx.get(f"http://{HOST}:{port}/admin/login/", trust_env=False).status_code == 200
    assert f"The pages will be at http://{HOST}:{port}/" in started.text
    assert "manage.py createsuperuser" in started.text
    assert {"web", "cluster", "watcher"} >= set(re.findall(r"^(\w+) +\| ", started.text, re.M))

    second = start("--port", str(port))
    assert second.process.wait(timeout=60) == 1
    assert f"already running in {place} (process {started.process.pid})" in second.text

    started.process.send_signal(signal.SIGTERM)
    assert started.process.wait(timeout=60) == 0
    assert started.text.endswith("Everything has ended.\n")
    assert "killed" not in started.text
    assert left_of(place) == []


def test_a_port_in_use_is_said_before_anything_is_begun(start: Start, place: Path) -> None:
    with ports.listen(HOST, 0) as listener:
        port = listener.getsockname()[1]
        refused = start("--port", str(port))
        assert refused.process.wait(timeout=60) == 1

    assert f"Port {port} on {HOST} cannot be used (Address already in use)" in refused.text
    assert "Traceback" not in refused.text
    assert not (place / "postflow.sqlite3").exists()


@pytest.mark.parametrize("flag", ["--port=0", "--port=70000", "--port=web", "--grace=-1"])
def test_a_flag_that_makes_no_sense_is_refused(start: Start, flag: str) -> None:
    refused = start(flag)

    assert refused.process.wait(timeout=60) == 2
    assert "give" in refused.text
