"""All that may befall a shared mount and its watchers, one after the other, in an order that a seed
chooses; and what must be true all the while and at the end.
"""

import random
import struct
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pipeline.models import SourceFile, UploadJob
from tests.fuse.conftest import Watchman, fast_clock
from tests.fuse.mounts import FaultyMount
from tests.lucidlink.clips import tiny_mov

FOLDERS = ("A", "B", "C/deep")
CALM = 90.0  # seconds, of the watchers' clock, until everything has settled


class Storm:
    """Each content has a size of its own, so a size names it wherever its file is moved to.

    `there`: the files on the far side, and the size of each.
    """

    def __init__(self, mount: FaultyMount, seed: int) -> None:
        self.mount = mount
        self.chance = random.Random(seed)
        self.there: dict[str, int] = {}
        self.on_duty = [Watchman(), Watchman()]
        self.asleep: list[Watchman] = []
        self.said: list[str] = []
        self._films = 0
        self.steps: list[Callable[[], None]] = [
            *[self.arrives] * 6,
            *[self.is_rendered_anew] * 2,
            self.is_touched,
            self.is_renamed,
            self.is_deleted,
            self.is_mounted_anew,
            self.loses_its_program,
            self.has_read_errors,
            self.hangs,
            self.has_other_inodes,
            self.watcher_is_killed,
            self.watcher_ends,
            self.watcher_sleeps,
        ]

    def rage(self, steps: int) -> None:
        for _step in range(steps):
            step = self.chance.choice(self.steps)
            self.said.append(step.__name__)
            step()
            self.watch(self.chance.uniform(1, 15))

    def calm_down(self) -> None:
        self.mount.fail()
        self.on_duty += self.asleep
        self.asleep = []
        end = time.monotonic() + 60
        while self.lost() and time.monotonic() < end:
            self.watch(5)
        self.watch(CALM)

    def watch(self, seconds: float) -> None:
        end = fast_clock() + seconds
        while fast_clock() < end:
            for watchman in self.on_duty:
                watchman.watch(0.3)
        assert self.falsely_deleted() == set()

    def close(self) -> None:
        for watchman in [*self.on_duty, *self.asleep]:
            watchman.watching.close()

    # --- What must be true --------------------------------------------------------------------

    def lost(self) -> set[str]:
        """Files that are there, and whose content has no upload."""
        sent = set(UploadJob.objects.values_list("size", flat=True))
        return {name for name, size in self.there.items() if size not in sent}

    def doubled(self) -> list[int]:
        sent = Counter(UploadJob.objects.values_list("size", flat=True))
        return [size for size, count in sent.items() if count > 1]

    def falsely_deleted(self) -> set[str]:
        gone = SourceFile.objects.filter(state="vanished").values_list("key", flat=True)
        return set(gone) & self.there.keys()

    # --- What people do -----------------------------------------------------------------------

    def arrives(self) -> None:
        for _film in range(self.chance.randint(1, 3)):
            folder = self.chance.choice(FOLDERS)
            self._render(f"{folder}/{self._films:03}.mov")

    def is_rendered_anew(self) -> None:
        if self.there:
            self._render(self.chance.choice(sorted(self.there)))

    def is_touched(self) -> None:
        if name := self._at_rest():
            (self.mount.far / name).touch()

    def is_renamed(self) -> None:
        if name := self._at_rest():
            other = f"{self.chance.choice(FOLDERS)}/{Path(name).stem}x.mov"
            (self.mount.far / other).parent.mkdir(parents=True, exist_ok=True)
            (self.mount.far / name).rename(self.mount.far / other)
            self.there[other] = self.there.pop(name)

    def is_deleted(self) -> None:
        if name := self._at_rest():
            (self.mount.far / name).unlink()
            del self.there[name]

    def _render(self, name: str) -> None:
        self._films += 1
        free = 8 + self._films
        film = tiny_mov() + struct.pack(">I4s", free, b"free") + b"\1" * self._films
        self.mount.put(name, film)
        self.there[name] = len(film)

    def _at_rest(self) -> str:
        """A file that was handed over as it is now; empty when there is none."""
        taken = SourceFile.objects.filter(state="taken").values_list("key", "mtime_ns")
        found = [
            key
            for key, mtime_ns in taken
            if key in self.there and (self.mount.far / key).stat().st_mtime_ns == mtime_ns
        ]
        return self.chance.choice(sorted(found)) if found else ""

    # --- What befalls the mount ---------------------------------------------------------------

    def is_mounted_anew(self) -> None:
        self.mount.unmount()
        self.watch(self.chance.choice([0, 5, 80]))
        self.arrives()
        self.mount.mount()

    def loses_its_program(self) -> None:
        self.mount.kill()
        self.watch(self.chance.uniform(1, 10))
        self.arrives()
        self.mount.unmount()
        self.mount.mount()

    def has_read_errors(self) -> None:
        self.mount.fail(eio=[f"/{self.chance.choice(FOLDERS)}"])
        self.arrives()
        self.watch(self.chance.uniform(5, 90))
        self.mount.fail()

    def hangs(self) -> None:
        self.mount.fail(hang=True)
        self.watch(self.chance.uniform(1, 45))
        self.mount.fail()

    def has_other_inodes(self) -> None:
        self.mount.fail(inodes=self.chance.randint(1, 1000), delay=0.002)

    # --- What befalls the watchers ------------------------------------------------------------

    def watcher_is_killed(self) -> None:
        """It gives nothing back; another one is started in its place."""
        self.on_duty.remove(self.chance.choice(self.on_duty))
        self.on_duty.append(Watchman())

    def watcher_ends(self) -> None:
        watchman = self.chance.choice(self.on_duty)
        self.on_duty.remove(watchman)
        watchman.watching.close()
        self.on_duty.append(Watchman())

    def watcher_sleeps(self) -> None:
        """As its machine may, for so long that another one takes over; then it wakes."""
        self.on_duty += self.asleep
        self.asleep = [self.on_duty.pop(self.chance.randrange(len(self.on_duty)))]
        if not self.on_duty:
            self.on_duty.append(Watchman())
