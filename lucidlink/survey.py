"""What a real mount does, measured on it: what others write, what it tells, and what asking costs.

Nothing here is taken for granted by the watching; it says what to expect of it on this mount.
"""

import contextlib
import os
import queue
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lucidlink.filter import Filter
from lucidlink.hints import Hints
from lucidlink.mount import carrier_of
from lucidlink.scanner import scan
from lucidlink.threads import share

SAMPLE = 500  # files
POLL_EVERY = 0.01
EVENT_WITHIN = 2.0  # seconds after what it is about can be seen
PROBE = "mov"
MANY = 8


@dataclass(frozen=True)
class Costs:
    """`pass_seconds`: of a pass over everything, None when it did not end in time. `stat_ms` and
    `stat_ms_of_many`: a question about one file, asked one by one and by eight threads."""

    files: int
    pass_seconds: float | None
    stat_ms: float | None
    stat_ms_of_many: float | None
    kinds_told: bool | None
    inodes_stable: bool | None


@dataclass(frozen=True)
class FromAfar:
    """After a write by another machine. Seconds until it was seen here, None when it was not.
    `events`: whether the system told of it; `folder_dated`: whether the folder got a new date."""

    name_after: float | None
    size_after: float | None
    events: bool | None
    folder_dated: bool | None


@dataclass(frozen=True)
class Survey:
    carrier: str
    kind: str
    own_disk: bool
    costs: Costs
    own_events: bool | None
    from_afar: FromAfar | None


class OutOfTime(Exception):
    """The pass took longer than it was given."""


# --- What asking costs ----------------------------------------------------------------------------


def costs(root: Path, wanted: Filter, seconds: float) -> Costs:
    began = time.monotonic()

    def beat() -> None:
        if time.monotonic() - began > seconds:
            raise OutOfTime

    try:
        seen = scan(root, wanted, threads=MANY, beat=beat)
    except OutOfTime:
        return Costs(0, None, None, None, kinds_told(root), None)
    took = time.monotonic() - began
    files = [root / os.fsdecode(file.raw) for file, _ in zip(seen.files, range(SAMPLE))]  # noqa: B905
    inodes = dict(_inodes(files))
    return Costs(
        files=seen.count,
        pass_seconds=took,
        stat_ms=_stat_ms(files, 1),
        stat_ms_of_many=_stat_ms(files, MANY),
        kinds_told=kinds_told(root),
        inodes_stable=dict(_inodes(files)) == inodes if files else None,
    )


def _stat_ms(files: list[Path], threads: int) -> float | None:
    began = time.monotonic()
    share(_look, files, threads)
    return 1000 * (time.monotonic() - began) / len(files) if files else None


def _look(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.lstat()


def _inodes(files: list[Path]) -> Iterator[tuple[Path, int]]:
    for file in files:
        with contextlib.suppress(OSError):
            yield file, file.lstat().st_ino


def kinds_told(root: Path) -> bool | None:
    """Whether names come with what they are of; if not, each has to be asked about.

    Asked after the descriptor was closed, is_dir() answers from what came with the name, or not at
    all. None: the folder is empty, or this system has no descriptors.
    """
    if os.scandir not in os.supports_fd:
        return None
    descriptor = os.open(root, os.O_RDONLY)
    with os.scandir(descriptor) as entries:
        listed = list(entries)
    os.close(descriptor)
    try:
        return [entry.is_dir(follow_symlinks=False) for entry in listed] != [] or None
    except OSError:
        return False


# --- What is written ------------------------------------------------------------------------------


class Heard(queue.SimpleQueue[str]):
    def anything(self, seconds: float) -> bool:
        try:
            self.get(timeout=seconds)
        except queue.Empty:
            return False
        return True


@contextlib.contextmanager
def _listening(folder: Path) -> Iterator[Heard]:
    heard = Heard()
    hints = Hints(folder, Filter([PROBE]), heard.put)
    hints.started.wait(EVENT_WITHIN)
    yield heard
    hints.stop()


@contextlib.contextmanager
def _probe_folder(above: Path) -> Iterator[str]:
    """A folder that no watcher looks into."""
    name = f".postflow-probe-{secrets.token_hex(4)}"
    (above / name).mkdir()
    yield name
    shutil.rmtree(above / name, ignore_errors=True)


def own_events(root: Path) -> bool | None:
    """Whether the system tells of what this machine writes; None when it may not write there."""
    with (
        contextlib.suppress(OSError),
        _probe_folder(root) as name,
        _listening(root / name) as heard,
    ):
        (root / name / f"a.{PROBE}").write_bytes(b"PostFlow")
        return heard.anything(EVENT_WITHIN)
    return None


def from_afar(root: Path, far: Path, seconds: float) -> FromAfar:
    """`far`: the same folder by another way, as another machine has it."""
    with _probe_folder(far) as name:
        if _until((root / name).is_dir, seconds) is None:
            return FromAfar(None, None, None, None)
        with _listening(root / name) as heard:
            return _written_in(root / name, far / name, heard, seconds)


def _written_in(near: Path, far: Path, heard: Heard, seconds: float) -> FromAfar:
    file = f"a.{PROBE}"
    dated = near.stat().st_mtime_ns
    time.sleep(2 * POLL_EVERY)  # some clocks tick that slowly
    (far / file).write_bytes(b"PostFlow")
    name_after = _until(lambda: file in os.listdir(near), seconds)  # noqa: PTH208
    if name_after is None:
        return FromAfar(None, None, heard.anything(0), None)
    told = heard.anything(EVENT_WITHIN)
    folder_dated = near.stat().st_mtime_ns != dated
    (near / file).stat()  # from here on its size may be remembered
    (far / file).write_bytes(b"PostFlow was here")
    size_after = _until(lambda: (near / file).stat().st_size == len(b"PostFlow was here"), seconds)
    return FromAfar(name_after, size_after, told, folder_dated)


def by_hand(root: Path, name: str, seconds: float) -> FromAfar:
    """The same when a person makes the file on another machine: when it was made is not known."""
    dated = root.stat().st_mtime_ns
    with _listening(root) as heard:
        if _until(lambda: name in os.listdir(root), seconds) is None:  # noqa: PTH208
            return FromAfar(None, None, None, None)
        told = heard.anything(EVENT_WITHIN)
    return FromAfar(None, None, told, root.stat().st_mtime_ns != dated)


def _until(happened: Callable[[], bool], seconds: float) -> float | None:
    """How long it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        with contextlib.suppress(OSError):
            if happened():
                return time.monotonic() - began
        time.sleep(POLL_EVERY)
    return None


def survey(
    root: Path, wanted: Filter, seconds: float, afar: Callable[[], FromAfar | None]
) -> Survey:
    """No step that can be limited takes longer than `seconds`."""
    carrier = carrier_of(root)
    return Survey(
        carrier=carrier.mount_point,
        kind=carrier.kind,
        own_disk=carrier.is_own_disk,
        costs=costs(root, wanted, seconds),
        own_events=own_events(root),
        from_afar=afar(),
    )
