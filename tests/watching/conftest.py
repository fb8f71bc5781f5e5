"""A mount that is a real folder, watched with a clock that the test moves."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lucidlink.containers.judgement import COMPLETE
from lucidlink.filter import Filter
from lucidlink.mount import Carrier
from pipeline.models import NamingRule, Project, SourceFile, UploadJob, WatchedFolder
from pipeline.watching import Surroundings, Watching
from pipeline.watching.examination import Examine, examine

GOOD = "UNDLM_010_020_comp_v001.mov"
OWN_DISK = Carrier("/", "ext4")


class Deaf:
    """The system's events, on a mount that sends none."""

    def __init__(self, _root: Path, _wanted: Filter, _hint: Callable[[str], None]) -> None:
        pass

    def stop(self) -> None:
        pass


class Desk:
    """A watcher process: what it says, and its clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.said: list[str] = []
        self.stopping = False
        self.wall = 0.0  # half a century late, which harms nothing
        self.examine: Examine = examine
        self.carrier = OWN_DISK
        self.around = Surroundings(
            say=self.said.append,
            wake=lambda: None,
            stopping=lambda: self.stopping,
            clock=lambda: self.now,
            cpu=lambda: 0.0,
            wall=lambda: self.wall,
            start=lambda work: work(),
            hints=Deaf,
            find_carrier=self.found_carrier,
            look_into=lambda _path, _size: COMPLETE,
            examine=lambda path: self.examine(path),
        )
        self.watching = Watching(self.around)

    def found_carrier(self, root: Path) -> Carrier:
        root.stat()
        return self.carrier

    def look(self, seconds: float = 2.5) -> None:
        """One round, so long after the one before that a full pass is due."""
        self.now += seconds
        self.watching.round()

    def settle(self) -> None:
        """Long enough for what stands still to be handed over."""
        self.look()
        self.look()
        self.look(11)

    def restart(self) -> "Desk":
        self.watching.close()
        return self.beside()

    def beside(self) -> "Desk":
        """A second watcher on the same database."""
        other = Desk()
        other.now = self.now
        return other


class Mount:
    """The folder, seen from the far side."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()

    def put(self, name: str, content: bytes = b"frames") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def change(self, name: str, content: bytes) -> None:
        """New content with a date that surely differs."""
        path = self.root / name
        before = path.stat().st_mtime_ns
        path.write_bytes(content)
        os.utime(path, ns=(before + 10**9, before + 10**9))

    def go(self) -> None:
        self.root.rename(self.root.parent / "away")

    def come_back(self) -> None:
        (self.root.parent / "away").rename(self.root)


@pytest.fixture
def mount(tmp_path: Path) -> Mount:
    mount = Mount(tmp_path / "mount")
    mount.put("readme.txt")
    return mount


@pytest.fixture
def folder(db: None, mount: Mount) -> WatchedFolder:
    project = Project.objects.create(code="UNDLM", name="Undertow")
    NamingRule.objects.create(name="standard")
    return WatchedFolder.objects.create(
        path=str(mount.root), project=project, quiet_seconds=10, first_pass="send"
    )


@pytest.fixture
def baseline(folder: WatchedFolder) -> WatchedFolder:
    folder.first_pass = WatchedFolder.FirstPass.BASELINE
    folder.save()
    return folder


@pytest.fixture
def desk() -> Desk:
    return Desk()


def row(key: str = GOOD) -> SourceFile:
    return SourceFile.objects.get(key=key)


def states() -> dict[str, str]:
    return dict(SourceFile.objects.values_list("key", "state"))


def jobs() -> list[tuple[str, int]]:
    return list(UploadJob.objects.order_by("id").values_list("name", "size"))
