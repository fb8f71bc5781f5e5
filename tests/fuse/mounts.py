"""Real mounts of a folder: by bindfs, and by the file system of our own that fails on demand."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def why_impossible(*programs: str) -> str:
    """Empty where a mount can be made."""
    missing = [program for program in ("fusermount3", *programs) if not shutil.which(program)]
    if missing:
        return f"not installed: {' '.join(missing)} (Debian: bindfs fuse3)"
    try:
        os.close(os.open("/dev/fuse", os.O_RDWR))
    except OSError as error:
        return f"/dev/fuse cannot be opened: {error}"
    return ""


class Mount:
    """`far`: the folder as other machines see it; `near`: the mount of it."""

    def __init__(self, where: Path) -> None:
        self.far, self.near = where / "far", where / "near"
        self.far.mkdir(parents=True)
        self.near.mkdir()
        self._program: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        options = "attr_timeout=0,entry_timeout=0"
        return ["bindfs", "-f", "-o", options, str(self.far), str(self.near)]

    def mount(self) -> None:
        self._program = subprocess.Popen(self.command(), cwd=ROOT, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while not self.near.is_mount():
            assert time.monotonic() < end, "the mount did not come up"
            time.sleep(0.02)

    def unmount(self) -> None:
        words = ["fusermount3", "-uz", str(self.near)]
        subprocess.run(words, stderr=subprocess.DEVNULL, check=False)
        if self._program is not None:
            self._program.wait(60)
            self._program = None

    def kill(self) -> None:
        """The program dies, its mount stays: every call into it gives ENOTCONN."""
        assert self._program is not None
        self._program.kill()
        self._program.wait(20)

    def put(self, name: str, content: bytes = b"frames") -> None:
        """By another machine."""
        path = self.far / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class FaultyMount(Mount):
    def __init__(self, where: Path) -> None:
        super().__init__(where)
        self._control = where / "control.json"
        self.fail()

    def fail(self, **faults: object) -> None:
        """See `tests.fuse.program`; nothing: all is well again."""
        new = self._control.with_suffix(".new")
        new.write_text(json.dumps(faults))
        new.replace(self._control)

    def command(self) -> Sequence[str]:
        places = (str(self.far), str(self.near), str(self._control))
        return [sys.executable, "-W", "ignore", "-m", "tests.fuse.program", *places]

    def unmount(self) -> None:
        self.fail()
        super().unmount()
