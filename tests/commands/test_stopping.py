"""Ctrl+C in the middle of an upload by hand."""

import os
import signal
from pathlib import Path

import pytest

from tests.commands.conftest import Studio
from tests.commands.test_large_files import connect, sparse, wait_for_parts
from tests.sandbox.running import StartSandbox

MIB = 1024 * 1024
pytestmark = pytest.mark.processes


def test_ctrl_c_says_what_becomes_of_the_upload(
    studio: Studio, start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    sandbox = start_sandbox(part_size=MIB)
    connect(studio, sandbox)
    path = sparse(tmp_path / "DEMO_010_0040_comp_v001.mov", 64 * MIB, random=MIB)
    slow = {"match": {"method": "PUT", "path": "/storage/"}, "action": {"delay": 0.2}}
    sandbox.faults([slow])
    process = studio.start("upload", path)
    wait_for_parts(sandbox, 4)
    os.kill(process.pid, signal.SIGINT)
    _out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Stopped. What was sent is kept" in err
    assert "Traceback" not in err
    sandbox.faults([])
    assert "✓" in studio.run("upload", path)
