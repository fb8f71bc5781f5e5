"""The web server in the table of nodes."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import OperationalError

from pipeline import node_table, presence
from pipeline.models import Node
from tests.postgresql import free_port
from tests.supervisor.conftest import wait_until
from tests.supervisor.installation import ROOT, Installation


class Over(threading.Event):
    """After three rounds."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[int] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.alive.append(node_table.alive().filter(role=Node.Role.WEB).count())
        if len(self.alive) == 3:
            self.set()
        return self.is_set()


@pytest.mark.django_db(transaction=True)
def test_it_beats_while_it_answers_and_leaves_when_it_ends() -> None:
    over = Over()
    presence.keep(over)
    assert over.alive == [1, 1, 1]
    assert not Node.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    beats = iter([OperationalError("away"), None, None])

    def beat(role: Node.Role) -> None:
        if error := next(beats):
            raise error
        Node.objects.get_or_create(name="me", defaults={"pid": 1, "role": role})

    monkeypatch.setattr(node_table, "beat", beat)
    over = Over()
    presence.keep(over)
    assert over.alive == [0, 1, 1]
    assert "The database does not answer; trying again. away" in caplog.text


@pytest.mark.processes
def test_a_real_web_server_is_among_the_nodes_until_it_ends(tmp_path: Path) -> None:
    here = Installation(tmp_path, {})
    here.run("migrate", "-v0")
    command = ["gunicorn", f"--bind=127.0.0.1:{free_port()}", "--worker-class=gthread"]
    words = [sys.executable, "-m", *command, "--no-control-socket", "postflow_site.wsgi"]
    environment = {"PATH": os.environ["PATH"], "POSTFLOW_VAR": str(here.var)}
    server = subprocess.Popen(words, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: here.ask("SELECT role FROM pipeline_node") == [("web",)])
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
        assert here.ask("SELECT role FROM pipeline_node") == []
    finally:
        server.kill()
        server.wait()
