"""`manage.py qcluster` with real clusters: planned stops, kills, freezes.

Its processes are killed one by one with POSTFLOW_LONG=1 in the environment."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fresh import fresh_database
from tests.sandbox.running import StartSandbox
from tests.supervisor.conftest import wait_until
from tests.supervisor.installation import Installation, parts_put, render

pytestmark = pytest.mark.processes

MIB = 1024 * 1024
STORAGE = {"method": "PUT", "path": "/storage/"}
PLANNED = "planned stop; it goes on where it was"
STOPPED = 60.0  # seconds that a stop may take on a loaded machine; 30 is what we state
GOES_ON = 120.0  # the same for a frozen cluster, of which we say: within a minute

Install = Callable[..., Installation]


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    made: list[Installation] = []

    def make(url: str, **environment: str) -> Installation:
        made.append(Installation(tmp_path, environment))
        fresh_database(made[-1].var)
        made[-1].run("connect", "--sandbox", url)
        return made[-1]

    yield make
    for installation in made:
        installation.end()


def test_a_planned_stop_gives_uploads_back_and_they_go_on_without_what_arrived(
    install: Install, start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    sandbox = start_sandbox(part_size=MIB)
    here = install(sandbox.url)
    sandbox.faults([{"match": STORAGE, "action": {"delay": 0.3}}])
    here.run("upload", "--no-wait", render(tmp_path, 40, 64 * MIB))
    here.start()
    wait_until(lambda: len(parts_put(sandbox)) >= 8)

    here.send(signal.SIGTERM)
    assert here.wait(STOPPED) == 0
    assert here.text.endswith("Everything has ended.\n")
    assert "killed" not in here.text
    assert here.ask("SELECT state, attempts FROM pipeline_uploadjob") == [("pending", 0)]
    assert here.history()[-1] == PLANNED
    assert here.ask("SELECT * FROM pipeline_node") == []
    assert here.processes() == []

    sandbox.faults([])
    here.start()
    wait_until(lambda: here.states() == ["done"])
    parts = parts_put(sandbox)
    assert len(set(parts)) == 64
    assert len(parts) - 64 <= 8, "at most the parts in flight go twice"
    assert sum("died" in str(why) for why in here.history()) == 0


def test_a_second_signal_does_not_wait_and_is_a_planned_stop_all_the_same(
    install: Install, start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    sandbox = start_sandbox(part_size=MIB)
    here = install(sandbox.url)
    sandbox.faults([{"match": STORAGE, "action": {"delay": 600}}])  # no part ever ends
    here.run("upload", "--no-wait", render(tmp_path, 40, 4 * MIB))
    here.start("--queue", "uploads", "--grace", "600")
    wait_until(lambda: here.states() == ["running"])
    assert "short" not in here.text

    here.send(signal.SIGTERM)
    wait_until(lambda: here.ask("SELECT draining FROM pipeline_node") == [(1,)])
    here.send(signal.SIGINT)
    assert here.wait(STOPPED) == 0
    assert here.ask("SELECT state, attempts FROM pipeline_uploadjob") == [("pending", 0)]
    assert here.history()[-1] == PLANNED
    assert here.processes() == []


def test_a_node_drained_from_elsewhere_gives_its_uploads_back_and_stays(
    install: Install, start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    sandbox = start_sandbox(part_size=MIB)
    here = install(sandbox.url)
    sandbox.faults([{"match": STORAGE, "action": {"delay": 5.0}}])  # the shell takes its time, too
    here.run("upload", "--no-wait", render(tmp_path, 40, 64 * MIB))
    here.start("--queue", "uploads")
    wait_until(lambda: here.states() == ["running"])

    here.run(
        "shell",
        "-v0",
        "-c",
        "from pipeline.models import Node;"
        " from pipeline import node_table; node_table.drain(Node.objects.get().name)",
    )
    wait_until(lambda: here.history()[-1] == PLANNED)
    assert here.states() == ["pending"]
    assert here.process
    assert here.process.poll() is None


@pytest.mark.slow
@pytest.mark.long  # tests/chaos kills them all
@pytest.mark.parametrize("victim", ["worker", "sentinel", "monitor", "pusher", "main"])
def test_uploads_go_on_whichever_process_of_a_cluster_is_killed(
    install: Install, sandbox_url: str, tmp_path: Path, victim: str
) -> None:
    """The idle worker holds the lock of the queue: killed, it freezes the cluster for good."""
    here = install(sandbox_url, UPLOAD_WORKERS="1")
    here.start()
    here.run("upload", "--no-wait", render(tmp_path, 1, MIB))
    wait_until(lambda: here.states() == ["done"] and here.is_idle())
    before = here.members()

    before[victim].kill()
    for number in range(2, 5):
        here.run("upload", "--no-wait", render(tmp_path, number, MIB))
    wait_until(lambda: here.states() == ["done"] * 4, limit=GOES_ON)

    here.send(signal.SIGTERM)
    assert here.wait(STOPPED) == 0
    assert here.processes() == []


@pytest.mark.slow
@pytest.mark.long  # the one over Redis, below, is replaced by the same watchdog
def test_a_frozen_cluster_that_still_uploads_is_replaced_when_others_wait(
    install: Install, start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    sandbox = start_sandbox(part_size=MIB)
    here = install(sandbox.url, UPLOAD_WORKERS="2")
    sandbox.faults([{"match": STORAGE, "action": {"delay": 20}}])
    here.start()
    here.run("upload", "--no-wait", render(tmp_path, 1, 64 * MIB))
    wait_until(lambda: len(parts_put(sandbox)) >= 1)
    idle = here.idle_worker()

    idle.kill()
    here.run("upload", "--no-wait", render(tmp_path, 2, MIB))
    wait_until(lambda: "uploads does not take any work and is replaced" in here.text, limit=GOES_ON)
    sandbox.faults([])
    wait_until(lambda: here.states() == ["done"] * 2, limit=GOES_ON)
    assert len(set(parts_put(sandbox))) == 65


@pytest.mark.slow
def test_a_cluster_that_is_frozen_over_redis_is_replaced(
    install: Install, sandbox_url: str, redis_url: str, tmp_path: Path
) -> None:
    here = install(sandbox_url, UPLOAD_WORKERS="1", REDIS_URL=redis_url)
    here.start()
    here.run("upload", "--no-wait", render(tmp_path, 1, MIB))
    wait_until(lambda: here.states() == ["done"] and here.is_idle())

    here.members()["worker"].kill()
    here.run("upload", "--no-wait", render(tmp_path, 2, MIB))
    wait_until(lambda: here.states() == ["done"] * 2, limit=GOES_ON)
    assert "uploads does not take any work and is replaced" in here.text


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A Redis on a socket: a port would have to be guessed."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("needs redis-server")
    with tempfile.TemporaryDirectory() as place:
        socket = Path(place) / "redis"
        words = ["--port", "0", "--save", "", "--unixsocket", str(socket), "--dir", place]
        server = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL)
        wait_until(socket.exists)
        yield f"unix://{socket}"
        server.terminate()
        server.wait(10)


@pytest.mark.slow
def test_nothing_works_on_when_the_command_itself_was_killed(
    install: Install, sandbox_url: str
) -> None:
    here = install(sandbox_url)
    here.start()
    wait_until(lambda: "uploads  | " in here.text and "short    | " in here.text)

    here.send(signal.SIGKILL)
    wait_until(lambda: here.processes() == [])


@pytest.fixture
def sandbox_url(start_sandbox: StartSandbox) -> str:
    return start_sandbox(part_size=MIB).url
