"""`manage.py demo`, whole: what a newcomer sees first."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.demo.clips import clips
from tests.supervisor.conftest import wait_until

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "POSTFLOW_VAR": str(tmp_path / "var")}


def left_of(place: Path) -> list[list[str]]:
    """The processes that belong to it, by their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("POSTFLOW_VAR", "").startswith(str(place)):
                found.append(process.cmdline())
        except psutil.Error:
            continue
    return found


class Demo:
    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--once"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def text(self) -> str:
        return self.log.read_text()


@pytest.fixture
def demo(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], Demo]]:
    begun: list[Demo] = []

    def begin() -> Demo:
        begun.append(Demo(environment, tmp_path / f"demo-{len(begun)}.log"))
        return begun[-1]

    yield begin
    for demo in begun:
        demo.process.kill()
        demo.process.wait()
    wait_until(lambda: left_of(tmp_path) == [])


def test_every_clip_arrives_and_nothing_is_left_running(
    demo: Callable[[], Demo], tmp_path: Path
) -> None:
    once = demo()

    assert once.process.wait(timeout=200) == 0, once.text
    assert "All clips have arrived on the sandbox, byte for byte." in once.text
    assert [clip.name for clip in clips() if f"{clip.name}: arrived" not in once.text] == []
    assert left_of(tmp_path) == []


@pytest.mark.slow
@pytest.mark.long
def test_it_can_be_run_again_after_it_was_killed(demo: Callable[[], Demo]) -> None:
    killed = demo()
    wait_until(lambda: "uploading" in killed.text, limit=100)
    killed.process.kill()

    again = demo()
    assert again.process.wait(timeout=200) == 0, again.text
