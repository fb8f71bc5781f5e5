"""Big files in real processes: memory, and what a SIGKILL costs."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.commands.conftest import Studio
from tests.sandbox.running import Sandbox, StartSandbox

pytestmark = pytest.mark.processes
MIB = 1024 * 1024


def sparse(path: Path, size: int, *, random: int) -> Path:
    """A file of `size` bytes with `random` of them random at its beginning, middle and end."""
    with path.open("wb") as file:
        file.truncate(size)
        for start in (0, size // 2, size - random):
            file.seek(start)
            file.write(os.urandom(random))
    return path


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def peak_memory(process: subprocess.Popen[str]) -> int:
    """The highest resident memory of the process itself until it ends, bytes.

    The file's bytes go through this one alone; its child, MediaInfo's process, has 30 MiB of its
    own, but between fork and exec its parent's pages may count as its own, too.
    """
    peak = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
            peak = max(peak, watched.memory_info().rss)
        time.sleep(0.05)
    return peak


def parts_put(sandbox: Sandbox) -> list[str]:
    """The part numbers that arrived whole, in order of arrival."""
    return [
        str(call["path"]).split("?")[0]
        for call in sandbox.requests()
        if call["method"] == "PUT" and call["status"] == 200
    ]


def wait_for_parts(sandbox: Sandbox, number: int) -> None:
    deadline = time.monotonic() + 60
    while len(parts_put(sandbox)) < number:
        assert time.monotonic() < deadline, "no parts arrive"
        time.sleep(0.02)


def connect(studio: Studio, sandbox: Sandbox) -> None:
    studio.run("connect", "--sandbox", sandbox.url)


@pytest.mark.slow
def test_three_gib_arrive_in_little_memory(
    studio: Studio, start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    sandbox = start_sandbox()
    connect(studio, sandbox)
    path = sparse(tmp_path / "DEMO_010_0040_comp_v001.mov", 3 * 1024 * MIB, random=64 * MIB)
    process = studio.start("upload", "--json", path)
    peak = peak_memory(process)
    out, err = process.communicate(timeout=60)
    assert json.loads(out)["success"], err
    [there] = sandbox.tree()
    assert there["sha256"] == sha256(path)
    assert peak < 170 * MIB


def test_after_a_sigkill_only_the_missing_parts_are_sent(
    studio: Studio, start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    sandbox = start_sandbox(part_size=2 * MIB)
    connect(studio, sandbox)
    path = sparse(tmp_path / "DEMO_010_0040_comp_v001.mov", 128 * MIB, random=MIB)
    slow = [{"match": {"method": "PUT", "path": "/storage/"}, "action": {"delay": 0.05}}]
    sandbox.faults([{**slow[0], "times": 1000}])
    process = studio.start("upload", "--json", path)
    wait_for_parts(sandbox, 16)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    before = parts_put(sandbox)
    sandbox.faults([])
    told = json.loads(studio.run("upload", "--json", path))
    everything = parts_put(sandbox)
    assert told["success"]
    assert len(set(everything)) == 64
    assert len(everything) - 64 <= 8, "at most the parts in flight go twice"
    assert len(everything) - len(before) < 64
    [there] = sandbox.tree()
    assert there["sha256"] == sha256(path)
