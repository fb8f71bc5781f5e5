import io
import os
import signal
import time

import psutil
import pytest
from rich.console import Console

from pipeline.supervisor.lines import Lines
from pipeline.supervisor.supervisor import Child
from tests.supervisor import children
from tests.supervisor.conftest import Stage, wait_until

pytestmark = pytest.mark.processes


def test_each_line_of_a_child_has_its_name_in_front(stage: Stage) -> None:
    stage.add("import sys; print('one\\ntwo'); print('three', file=sys.stderr)", "web")
    stage.wait_for("three")

    assert stage.lines[:3] == ["web      | one", "web      | two", "web      | three"]


def test_a_line_cannot_steer_the_terminal(stage: Stage) -> None:
    stage.add(r"import sys; sys.stdout.buffer.write(b'a\x1b[2J [red]b \xff\tc\n')", "web")
    stage.wait_for("web ")

    assert stage.lines[0] == "web      | a?[2J [red]b \ufffd  c"


def test_a_terminal_that_knows_only_ascii_gets_every_line() -> None:
    written = io.BytesIO()
    with io.TextIOWrapper(written, encoding="ascii") as terminal:
        Lines(Console(file=terminal)).say("web", "r\u00e9union \udcff")
        assert written.getvalue() == b"web      | r?union ?\n"


def test_a_long_line_stays_one_line(stage: Stage) -> None:
    stage.add("print('x' * 5000)", "web")
    stage.wait_for("x\n")

    assert stage.lines[0] == "web      | " + "x" * 5000


def test_a_child_that_dies_is_started_again_later_and_later(stage: Stage) -> None:
    stage.add(children.DIES_AT_ONCE)

    stage.wait_until_gone()
    assert "postflow | cluster ended with code 3; starting it again in 1 s" in stage.lines
    stage.now += 0.9
    stage.supervisor.tick()
    assert not stage.supervisor.pids
    stage.now += 0.2
    stage.supervisor.tick()
    assert stage.supervisor.pids

    stage.wait_until_gone()
    assert stage.lines[-1].endswith("starting it again in 2 s")


def test_the_delay_has_a_ceiling(stage: Stage) -> None:
    stage.supervisor.add(Child("web", ("/nowhere/python",)))
    delays = []
    for _ in range(9):
        delays.append(stage.lines[-1].split()[-2])
        stage.now += 31
        stage.supervisor.tick()

    assert delays == ["1", "2", "4", "8", "15", "30", "30", "30", "30"]


def test_a_child_that_had_lived_long_is_started_again_soon(stage: Stage) -> None:
    stage.add(children.DIES_AT_ONCE)
    stage.wait_until_gone()
    stage.now += 2
    stage.supervisor.tick()
    stage.now += 61

    stage.wait_until_gone()
    assert stage.lines[-1].endswith("starting it again in 1 s")


def test_a_program_that_is_not_there_is_a_sentence(stage: Stage) -> None:
    stage.supervisor.add(Child("web", ("/nowhere/python",)))

    said = "web cannot be started (No such file or directory); starting it again in 1 s"
    assert stage.lines == [f"postflow | {said}"]


def test_only_the_first_process_of_a_child_is_asked_to_end(stage: Stage) -> None:
    stage.add(children.WITH_A_WORKER)
    stage.wait_for("| worker")

    stage.supervisor.stop()
    assert "cluster  | worker is alive" in stage.lines
    assert not psutil.pid_exists(stage.pid())


def test_children_may_end_in_their_own_time(stage: Stage) -> None:
    stage.add(children.POLITE, "web")
    stage.add(children.POLITE, "watcher")
    stage.wait_for("web      | ready")
    stage.wait_for("watcher  | ready")

    stage.supervisor.stop()
    assert {"web      | goodbye", "watcher  | goodbye"} < set(stage.lines)
    assert "killed" not in stage.text


def test_a_child_that_does_not_end_is_killed_with_all_it_started(stage: Stage) -> None:
    stage.add(children.DEAF_WITH_A_WORKER)
    stage.wait_for("| worker")

    began = stage.now
    stage.supervisor.stop()
    assert stage.lines[-1] == "postflow | cluster does not end by itself and is killed"
    assert 29 < stage.now - began < 32
    wait_until(lambda: not psutil.pid_exists(stage.pid()))
    assert not psutil.pid_exists(stage.pid("pid"))


def test_what_a_killed_child_leaves_behind_is_ended_before_it_is_started_again(
    stage: Stage,
) -> None:
    stage.add(children.WITH_A_WORKER)
    stage.wait_for("| worker")
    orphan = stage.pid()

    os.kill(stage.pid("pid"), signal.SIGKILL)
    stage.wait_until_gone()
    assert "was ended by SIGKILL" in stage.text
    wait_until(lambda: not psutil.pid_exists(orphan))


def test_a_child_can_be_replaced_with_all_it_started(stage: Stage) -> None:
    stage.add(children.DEAF_WITH_A_WORKER)
    stage.wait_for("| worker")
    frozen, orphan = stage.pid("pid"), stage.pid()

    stage.supervisor.replace("cluster", "is frozen")
    stage.wait_until_gone()
    assert "postflow | cluster is frozen" in stage.lines
    wait_until(lambda: not psutil.pid_exists(frozen) and not psutil.pid_exists(orphan))
    stage.now += 2
    stage.supervisor.tick()
    assert "cluster" in stage.supervisor.pids


def test_it_runs_until_what_is_waited_for(stage: Stage) -> None:
    assert stage.supervisor.run(until=lambda: stage.now > 1001)
    assert not stage.supervisor.run(until=lambda: False, limit=1)


def test_stopping_twice_is_harmless(stage: Stage) -> None:
    stage.add(children.LIVES)
    stage.supervisor.stop()
    stage.supervisor.stop()

    assert not stage.supervisor.pids


def test_the_environment_of_a_child_is_not_shown() -> None:
    assert "hush" not in repr(Child("web", ("x",), {"SECRET_KEY": "hush"}))


def test_a_child_gets_its_environment_on_top_of_ours(stage: Stage) -> None:
    code = "import os; print(os.environ['EXTRA'], 'PATH' in os.environ, flush=True)"
    stage.supervisor.add(Child("web", (_python(), "-c", code), {"EXTRA": "more"}))
    stage.wait_for("more True")


def _python() -> str:
    return str(psutil.Process().exe())


def test_lines_arrive_while_the_child_lives(stage: Stage) -> None:
    stage.add("import time; print('now'); time.sleep(60)")
    began = time.monotonic()
    stage.wait_for("| now")

    assert time.monotonic() - began < 15
