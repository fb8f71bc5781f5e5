"""A file system of our own that shows a folder and fails as it is told to, in a process of its own:
`python -m tests.fuse.program FOLDER MOUNT_POINT CONTROL`.

CONTROL is a file with JSON that may change at any time: `delay` (seconds a call), `eio` (paths of
which nothing can be told, "/bad"), `torn` (files of which no content can be read), `inodes` (any
number: another one gives all files other inode numbers) and `hang` (answer nothing for as long as
it is true). Like some mounts it does not tell with the names what they are of.
"""

import errno
import json
import os
import sys
import threading
import time
from pathlib import Path

import mfusepy

ATTRIBUTES = ("st_mode", "st_nlink", "st_size", "st_uid", "st_gid")
CONTROL_EVERY = 0.02


class Faults:
    """What the control file says."""

    def __init__(self, control: Path) -> None:
        self._control = control
        self.delay, self.eio, self.inodes = 0.0, frozenset[str](), 0
        self.torn = frozenset[str]()
        self._flows = threading.Event()
        self.read()
        threading.Thread(target=self._follow, daemon=True).start()

    def read(self) -> None:
        said = json.loads(self._control.read_text())
        self.delay = said.get("delay", 0.0)
        self.eio = frozenset(said.get("eio", []))
        self.torn = frozenset(said.get("torn", []))
        self.inodes = said.get("inodes", 0)
        if said.get("hang", False):
            self._flows.clear()
        else:
            self._flows.set()

    def _follow(self) -> None:
        while True:
            time.sleep(CONTROL_EVERY)
            self.read()

    def suffer(self, path: str) -> None:
        self._flows.wait()
        time.sleep(self.delay)
        if path in self.eio:
            raise mfusepy.FuseOSError(errno.EIO)


class Faulty:
    use_ns = True

    def __init__(self, folder: Path, faults: Faults) -> None:
        self._folder, self._faults = folder, faults

    def _below(self, path: str) -> str:
        self._faults.suffer(path)
        return f"{self._folder}{path}"

    def getattr(self, path: str, fh: int | None = None) -> dict[str, int]:
        status = os.lstat(self._below(path))
        inode = hash((path, self._faults.inodes)) % 2**32
        times = {"st_mtime": status.st_mtime_ns, "st_ctime": status.st_ctime_ns}
        return {**{name: getattr(status, name) for name in ATTRIBUTES}, **times, "st_ino": inode}

    def readdir(self, path: str, fh: int) -> list[tuple[str, dict[str, int], int]]:
        """A name with inode number 0 would not be shown; kind 0 is one that is not told."""
        names = [".", "..", *os.listdir(self._below(path))]  # noqa: PTH208  strings are wanted
        return [(name, {"st_ino": 1, "st_mode": 0}, 0) for name in names]

    def open(self, path: str, flags: int) -> int:
        return os.open(self._below(path), os.O_RDONLY)

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        self._faults.suffer(path)
        if path in self._faults.torn:
            raise mfusepy.FuseOSError(errno.EIO)
        return os.pread(fh, size, offset)

    def release(self, path: str, fh: int) -> int:
        os.close(fh)
        return 0


def main() -> None:
    folder, point, control = map(Path, sys.argv[1:])
    faults = Faults(control)
    mfusepy.FUSE(
        Faulty(folder, faults),
        str(point),
        foreground=True,
        use_ino=True,
        attr_timeout=0,
        entry_timeout=0,
        negative_timeout=0,
    )


if __name__ == "__main__":
    main()
