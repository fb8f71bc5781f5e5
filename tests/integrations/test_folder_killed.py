"""A copy whose process is killed, and begun again by another."""

import hashlib
import os
import signal
import time
from pathlib import Path

import pytest

from tests.commands.conftest import Studio
from tests.fresh import fresh_database

pytestmark = [pytest.mark.processes, pytest.mark.slow]

SIZE = 700 * 1024 * 1024
PROJECT = """
from pipeline.integrations import prepare_places
from pipeline.models import Project
project = Project.objects.create(
    code="KES", name="Kestrel", integrations=["folder"], delivery_root={root!r}
)
assert prepare_places(project) == []
"""


def test_it_goes_on_in_the_file_that_was_begun(tmp_path: Path) -> None:
    root = tmp_path / "delivery"
    root.mkdir()
    render = tmp_path / "KES_0010.mov"
    with render.open("wb") as file:
        file.truncate(SIZE)
        file.seek(SIZE - 5)
        file.write(b"whole")
    studio = Studio(tmp_path / "var", {"DELIVERY_ROOTS": str(tmp_path)})
    fresh_database(studio.var)
    studio.run("shell", "-c", PROJECT.format(root=str(root)))
    upload = ["upload", str(render), "--project", "KES", "--folder", "010"]

    first = studio.start(*upload)
    half = grown(root, 300 * 1024 * 1024)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    inode = half.stat().st_ino
    assert not (root / "010/KES_0010.mov").exists()

    studio.run(*upload)
    there = root / "010/KES_0010.mov"
    assert there.stat().st_ino == inode
    assert not half.exists()
    sum_of = hashlib.sha256(render.read_bytes()).hexdigest()
    assert hashlib.sha256(there.read_bytes()).hexdigest() == sum_of
    assert (root / "010/SHA256SUMS").read_text() == f"{sum_of}  KES_0010.mov\n"


def grown(root: Path, size: int) -> Path:
    """The copy under way, once it has so many bytes."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for half in root.rglob("*.part"):
            if half.stat().st_size >= size:
                return half
        time.sleep(0.01)
    raise AssertionError("no copy was begun")
