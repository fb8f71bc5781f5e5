"""A watched folder tried before it is saved: what the watcher would find in it, and what would
become of each file. Nothing is written."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline import glance, ledger
from pipeline.explain.steps import account_trouble
from pipeline.models import Project, SourceFile, WatchedFolder
from pipeline.routing import FitsNone, Held, Route, route
from pipeline.rulebook import Rulebook

FILES_AT_MOST = 2_000
SECONDS_AT_MOST = 4.0  # to look through the folder, and as long again to read the names
SHOWN = 20
REASONS = 8

State = SourceFile.State


class Fate(StrEnum):
    SENT = "sent"
    WAITS = "waits"
    HELD = "held"
    LEFT = "left"  # there before
    KNOWN = "known"


KNOWN: Mapping[str, tuple[Fate, object]] = {
    State.TAKEN: (Fate.KNOWN, gettext_lazy("It was handed over already.")),
    State.IGNORED: (Fate.LEFT, gettext_lazy("It is ignored.")),
    State.BASELINE: (Fate.LEFT, gettext_lazy("It was there before.")),
}


@dataclass(frozen=True)
class File:
    """`goes`: the project and the folders, where its name tells; `why` it would not go there now,
    or not yet."""

    name: str
    fate: Fate
    why: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    goes: str = ""
    unread: bool = False  # no rule reads its name


@dataclass
class Trial:
    """`mount`: what carries the folder, or why it cannot be watched as it is (not `well`).
    `remark`: what was not looked at."""

    well: bool
    mount: str
    files: list[File] = field(default_factory=list)
    others: int = 0
    remark: str = ""

    @property
    def shown(self) -> list[File]:
        return self._in_order(self.files)[:SHOWN]

    @property
    def unread(self) -> list[File]:
        return [file for file in self.files if file.unread]

    def _in_order(self, files: list[File]) -> list[File]:
        return sorted(files, key=lambda file: file.name)

    @property
    def unread_shown(self) -> list[File]:
        return self._in_order(self.unread)[:SHOWN]

    @property
    def counts(self) -> Mapping[Fate, int]:
        return Counter(file.fate for file in self.files)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why files wait or are held, the most frequent first; names that fit no rule apart."""
        whys = (
            file.why
            for file in self.files
            if file.fate in {Fate.WAITS, Fate.HELD} and not file.unread
        )
        return Counter(whys).most_common(REASONS)


def try_folder(
    folder: WatchedFolder,
    *,
    clock: Callable[[], float] = time.monotonic,
    wall: Callable[[], float] = time.time,
    look: glance.LookThrough = glance.look_through,
    mount_of: glance.MountOf = glance.mount_of,
) -> Trial:
    """`folder` as it would be saved."""
    mount = mount_of(folder)
    trial = Trial(mount.online, mount.reason or _carried(mount.carrier))
    if not mount.online:
        return trial
    seen = look(folder, FILES_AT_MOST, SECONDS_AT_MOST)
    end = clock() + SECONDS_AT_MOST
    known = ledger.known(folder, [one.key for one in seen.files]) if folder.pk else {}
    judge = _Judge(folder, Rulebook.now(), wall())
    for one in seen.files:
        if clock() > end:
            break
        trial.files.append(judge.file(one.key, one.size, one.mtime_ns, known.get(one.key)))
    trial.others = seen.others
    trial.remark = " ".join(_remarks(len(trial.files), seen))
    return trial


def _carried(carrier: glance.Carrier | None) -> str:
    if carrier is None:
        return _("It can be read.")
    if carrier.is_own_disk:
        text = _("It can be read. It is on this machine's own disk, %(mount)s.")
    else:
        text = _("It can be read. It is on the mount %(mount)s.")
    return text % {"mount": carrier}


def _remarks(read: int, seen: glance.Sample) -> Iterator[str]:
    if not seen.ended or read < len(seen.files):
        text = _(
            "Time or room was over after %(count)d files: there may be more, and the watcher sees"
            " all of them."
        )
        yield text % {"count": read}
    if seen.unreadable:
        text = _("%(count)d folders in it could not be read.")
        yield text % {"count": seen.unreadable}


class _Judge:
    def __init__(self, folder: WatchedFolder, book: Rulebook, now: float) -> None:
        self._folder = folder
        self._book = book
        self._now = now
        self._troubles: dict[str, str] = {}

    def file(self, key: str, size: int, mtime_ns: int, known: ledger.Known | None) -> File:
        told = self._by_name(PurePosixPath(key).name)
        goes, fields = "", dict[str, str]()
        if isinstance(told, Route):
            goes, fields = " / ".join([told.project.code, *told.destination]), told.fields
        fate, why = self._fate(size, mtime_ns, known) or self._of_name(told)
        unread = isinstance(told, FitsNone)
        return File(key, fate, why, fields, goes, unread)

    def _by_name(self, name: str) -> Route | Held:
        try:
            return route(name, self._folder.project, book=self._book)
        except Held as held:
            return held

    def _fate(
        self, size: int, mtime_ns: int, known: ledger.Known | None
    ) -> tuple[Fate, str] | None:
        """Where it is not for the name to say."""
        if known and known.state in KNOWN and (known.size, known.mtime_ns) == (size, mtime_ns):
            fate, why = KNOWN[known.state]
            return fate, str(why)
        first = self._folder.first_pass == WatchedFolder.FirstPass.BASELINE
        if first and not self._folder.first_pass_done:
            return Fate.LEFT, _("It is there before the folder is watched.")
        if size == 0:
            return Fate.WAITS, _("It is empty: its content has to arrive.")
        if self._now - mtime_ns / 1e9 < self._folder.quiet_seconds:
            return Fate.WAITS, _("It has just changed: it has to be quiet first.")
        return None

    def _of_name(self, told: Route | Held) -> tuple[Fate, str]:
        if isinstance(told, Held):
            return Fate.HELD, told.reason
        if why := self._trouble(told.project):
            return Fate.HELD, why
        return Fate.SENT, ""

    def _trouble(self, project: Project) -> str:
        if project.code not in self._troubles:
            self._troubles[project.code] = account_trouble(project)
        return self._troubles[project.code]
