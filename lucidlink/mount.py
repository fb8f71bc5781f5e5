"""Is the folder there, alive, and the one it was? An unreadable mount is never an empty one."""

import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from lucidlink.errors import in_words
from lucidlink.threads import Start, in_thread
from lucidlink.words import gettext as _

MOUNT_TABLE = Path("/proc/self/mountinfo")
DISKS = "apfs btrfs exfat ext2 ext3 ext4 f2fs hfs jfs ntfs ntfs3 vfat xfs zfs"
OF_THE_SYSTEM = "devtmpfs overlay ramfs rootfs squashfs tmpfs"
OWN_DISKS = frozenset(f"{DISKS} {OF_THE_SYSTEM}".split())


class Carrier(NamedTuple):
    """The mount that carries a folder. Its point and its kind stay as they are when it is mounted
    again; device and inode numbers do not. `kind`: "fuse.lucidfs"; empty where the system keeps no
    table that can be read (macOS and Windows), where the point has the volume's name in it."""

    mount_point: str
    kind: str

    @property
    def is_own_disk(self) -> bool:
        """A lost mount looks like that: its mount point is an ordinary folder then."""
        system = self.is_on_disk_of(os.sep, os.environ.get("SYSTEMDRIVE", ""))
        return self.kind in OWN_DISKS or system

    def is_on_disk_of(self, sep: str, drive: str) -> bool:
        """Whether it is the system's own: "/"; on Windows, where case says nothing, "C:\\"."""
        return self.mount_point.lower() in {sep, f"{drive}{sep}".lower()}

    def __str__(self) -> str:
        return f"{self.mount_point} ({self.kind})" if self.kind else self.mount_point


@dataclass(frozen=True)
class Place:
    """What has to be true of a watched folder besides that it can be read.

    `local`: a plain folder on this machine's own disk is what is wanted. `carrier`: what carried it
    when it was first seen. `marker`: a path below the root that has to be there.
    """

    local: bool = False
    carrier: Carrier | None = None
    marker: str = ""


ANYWHERE = Place(local=True)


@dataclass(frozen=True)
class MountState:
    """`reason` says in words why it is not online; nothing when it is."""

    online: bool
    reason: str = ""
    carrier: Carrier | None = None


Peek = Callable[[Path], bool]
FindCarrier = Callable[[Path], Carrier]


def has_entries(root: Path) -> bool:
    with os.scandir(root) as entries:
        return any(True for _entry in entries)


def carrier_of(
    root: Path, *, table: Path = MOUNT_TABLE, ismount: Callable[[str], bool] = os.path.ismount
) -> Carrier:
    """Of the mounts above `root` the nearest one, and of several at one point the last."""
    real = os.path.realpath(root)
    try:
        text = table.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        above = [real, *map(str, Path(real).parents)]
        return Carrier(next(filter(ismount, above), above[-1]), "")
    carriers = [_carrier_in(line) for line in text.splitlines()]
    around = [one for one in reversed(carriers) if Path(real).is_relative_to(one.mount_point)]
    return max(around, key=lambda one: len(one.mount_point))


def _carrier_in(line: str) -> Carrier:
    """https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html"""
    before, _dash, after = line.partition(" - ")
    point = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), before.split(" ")[4])
    return Carrier(point, after.split(" ")[0])


def look_at(
    root: Path,
    place: Place,
    *,
    had_files: bool = False,
    peek: Peek = has_entries,
    find_carrier: FindCarrier = carrier_of,
) -> MountState:
    """Hangs as long as the mount does: see `check`.

    A mount that went away leaves its empty mount point behind, so an empty root that `had_files`
    is taken to be offline. It is asked by listing it: exists() and isdir() are False for a mount
    whose program died, and then all its files would look deleted.
    """
    try:
        carrier = find_carrier(root)
        filled = peek(root)
    except OSError as error:
        why = _("The folder cannot be read: %(why)s.") % {"why": in_words(error)}
        return MountState(online=False, reason=why)
    reason = _not_the_mount(place, carrier) or _without_its_marker(root, place.marker)
    if had_files and not filled and not reason:
        reason = _(
            "The folder is empty though files were in it: is the mount there?"
            " It is watched again as soon as anything is in it."
        )
    return MountState(online=not reason, reason=reason, carrier=carrier)


def _not_the_mount(place: Place, now: Carrier) -> str:
    if place.carrier is not None and place.carrier != now:
        places = {"before": place.carrier, "now": now}
        if now.is_own_disk:
            return (
                _("The mount is not there: the folder was on %(before)s, and is now on %(now)s.")
                % places
            )
        return (
            _(
                "Another mount is there: the folder was on %(before)s, and is now on %(now)s. If"
                " that is right, say so on the folder's page."
            )
            % places
        )
    if now.is_own_disk and not place.local:
        return _(
            "The folder is on this machine's own disk, %(now)s: is LucidLink running?"
            " If a plain folder is what you want to watch, say so in its settings."
        ) % {"now": now}
    return ""


def _without_its_marker(root: Path, marker: str) -> str:
    if not marker:
        return ""
    try:
        (root / marker).stat()
    except OSError as error:
        return _("The marker file %(marker)s cannot be seen: %(why)s. Is the mount there?") % {
            "marker": marker,
            "why": in_words(error),
        }
    return ""


def check(
    root: Path,
    place: Place,
    *,
    had_files: bool = False,
    seconds: float = 10,
    peek: Peek = has_entries,
    start: Start = in_thread,
) -> MountState:
    """`look_at`, waited for no longer than `seconds`.

    The thread of a question that is never answered stays behind, so whoever asks again and again
    must not ask anew before the last answer: see `lucidlink.watcher`.
    """
    answers: list[MountState] = []
    answered = threading.Event()

    def ask() -> None:
        answers.append(look_at(root, place, had_files=had_files, peek=peek))
        answered.set()

    start(ask)
    return answers[0] if answered.wait(seconds) else no_answer(seconds)


def no_answer(seconds: float) -> MountState:
    why = _("The mount has not answered for %(seconds).0f s.") % {"seconds": seconds}
    return MountState(online=False, reason=why)
