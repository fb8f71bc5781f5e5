"""A pause in the middle of a real upload: what was sent stays sent."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.commands.conftest import Studio
from tests.commands.test_large_files import connect, sha256, sparse, wait_for_parts
from tests.sandbox.running import Sandbox, StartSandbox

MIB = 1024 * 1024
PARTS = 64
pytestmark = pytest.mark.processes


def taken_parts(sandbox: Sandbox) -> Counter[str]:
    puts = [call for call in sandbox.requests() if call["method"] == "PUT"]
    return Counter(str(call["path"]) for call in puts if call["status"] == 200)


def test_a_paused_upload_goes_on_with_what_is_missing(
    studio: Studio, start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    sandbox = start_sandbox(part_size=MIB)
    connect(studio, sandbox)
    path = sparse(tmp_path / "DEMO_010_0040_comp_v001.mov", PARTS * MIB, random=MIB)
    sandbox.faults(
        [{"match": {"method": "PUT", "path": "/storage/"}, "action": {"delay": 1.0}, "times": 1000}]
    )
    process = studio.start("upload", "--json", path)
    wait_for_parts(sandbox, 12)
    before = taken_parts(sandbox)  # not what is on its way, which may arrive unheard
    assert before
    studio.run("shell", "-v0", "-c", "from pipeline import pausing; pausing.pause(None, 'nora')")
    out, err = process.communicate(timeout=120)
    stopped = json.loads(out)
    assert (process.returncode, stopped["state"]) == (1, "pending"), err
    assert stopped["error"].startswith("All uploads are paused by nora since ")

    sandbox.faults([])
    studio.run("shell", "-v0", "-c", "from pipeline import pausing; pausing.resume(None)")
    arrived = json.loads(studio.run("upload", "--json", path))
    assert arrived["success"]
    [there] = sandbox.tree()
    assert there["sha256"] == sha256(path)
    taken = taken_parts(sandbox)
    assert len(taken) == PARTS
    assert {taken[part] for part in before} == {1}
