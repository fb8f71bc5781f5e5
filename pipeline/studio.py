"""What a studio sets for all its uploads: pause, limits, hours, and where its mounts are."""

import os
import time
from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _

from pipeline import nodes

THE_ONE = 1
EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]
DAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
READ_EVERY = 5.0  # seconds
BYTES_PER_MEGABIT = 125_000  # lines are sold in Mbit/s


def every_day() -> list[int]:
    return list(EVERY_DAY)


class Pausable(models.Model):
    """Written by `pipeline.pausing` alone; paused while `paused_at` is set."""

    paused_at = models.DateTimeField(_("paused since"), null=True, editable=False)
    paused_by = models.CharField(_("paused by"), max_length=150, blank=True, editable=False)

    class Meta:
        abstract = True


class Studio(Pausable):
    """The one row of what holds for every project. Whoever starts a job locks it first, so that no
    two processes count the same free place."""

    uploads_per_account = models.PositiveSmallIntegerField(
        _("uploads at a time, for each Frame.io account"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("On all machines together. Empty: as many as there are workers."),
    )

    class Meta:
        verbose_name = _("limits")
        verbose_name_plural = _("limits")

    def __str__(self) -> str:
        return str(_("Limits of all uploads"))

    @classmethod
    def now(cls) -> "Studio":
        return cls.objects.filter(pk=THE_ONE).first() or cls(pk=THE_ONE)

    @classmethod
    def locked(cls) -> "Studio":
        """In a transaction, until it ends. (SQLite locks all there is at a transaction's begin.)"""
        rows = cls.objects.select_for_update().filter(pk=THE_ONE)
        found = rows.first()
        if found is None:
            cls.objects.get_or_create(pk=THE_ONE)
            found = rows.get()
        return found


class UploadWindow(models.Model):
    """Hours in which uploads go, or go slower; in the studio's time zone (`TIME_ZONE`).

    `to_time` at or before `from_time` is on the day after; `days` (Monday is 0) are those on which
    it begins. `pipeline.hours` reads it.
    """

    project = models.ForeignKey(
        "pipeline.Project",
        verbose_name=_("project"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="windows",
        help_text=_("Empty: every project that has no hours of its own."),
    )
    days = models.JSONField(_("days"), default=every_day)
    from_time = models.TimeField(_("from"))
    to_time = models.TimeField(
        _("to"), help_text=_("Earlier than the beginning: on the next day. The same: a whole day.")
    )
    only_then = models.BooleanField(
        _("uploads go in these hours only"),
        default=True,
        help_text=_("Not ticked: they go at other times too, and in these hours at this speed."),
    )
    megabits_per_second = models.PositiveIntegerField(
        _("speed limit (Mbit/s)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("All uploads of a machine together. Empty: as fast as it goes."),
    )

    class Meta:
        verbose_name = _("upload hours")
        verbose_name_plural = _("upload hours")
        ordering: ClassVar = ["project__code", "from_time", "id"]

    def __str__(self) -> str:
        return f"{self.from_time:%H:%M} – {self.to_time:%H:%M}"  # noqa: RUF001

    @property
    def bytes_per_second(self) -> int | None:
        return self.megabits_per_second and self.megabits_per_second * BYTES_PER_MEGABIT

    def clean(self) -> None:
        if not self.only_then and not self.megabits_per_second:
            raise ValidationError(
                {"megabits_per_second": _("Give a speed, or tick that uploads go only then.")}
            )
        if self.project and self.megabits_per_second:
            raise ValidationError(
                {"megabits_per_second": _("The speed is the whole machine's: leave project empty.")}
            )


class MountPath(models.Model):
    """Where one share is mounted on some machines. The rows of a share are one place: its first row
    is how paths are written down, the first that fits a machine is how they are opened there."""

    share = models.CharField(
        _("share"), max_length=100, help_text=_("Any name; the same for all paths of one share.")
    )
    host = models.CharField(
        _("machines"),
        max_length=200,
        help_text=_("Their host name; * stands for anything, as in mac-*."),
    )
    path = models.CharField(
        _("path there"), max_length=1000, help_text=_("For example /Volumes/studio")
    )

    class Meta:
        verbose_name = _("mount path")
        verbose_name_plural = _("mount paths")
        ordering: ClassVar = ["share", "id"]

    def __str__(self) -> str:
        where = "" if self.host == "*" else f" ({self.host})"
        return f"{self.share}: {self.path}{where}"

    def clean(self) -> None:
        if not Path(self.path).is_absolute():
            raise ValidationError({"path": _("Give the whole path, from the root.")})
        self.path = os.path.normpath(self.path)
        other = MountPath.objects.filter(path=self.path).exclude(share=self.share).first()
        if other:
            text = _("This path is of the share %(share)s already.") % {"share": other.share}
            raise ValidationError({"path": text})


def here(path: Path, host: str | None = None) -> Path:
    """How a path is opened on this machine (or on `host`), whichever machine's way it is in."""
    machine = host or nodes.host()
    return _moved(path, lambda row: fnmatch(machine.lower(), row.host.lower()))


def written(path: Path) -> Path:
    """How a path is written down, the same on every machine."""
    return _moved(path, lambda _row: True)


class MountPaths:
    """The table as it was a few seconds ago: each path on a page or in a round asks for it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._read: tuple[float, Sequence[MountPath]] | None = None

    def rows(self) -> Sequence[MountPath]:
        now, read = self._clock(), self._read
        if read is None or now - read[0] > READ_EVERY:
            self._read = read = now, list(MountPath.objects.all())
        return read[1]

    def forget(self, **_signal: object) -> None:
        self._read = None


MOUNT_PATHS = MountPaths()
# Who changes them here sees it at once; other processes do a few seconds later.
post_save.connect(MOUNT_PATHS.forget, sender=MountPath)
post_delete.connect(MOUNT_PATHS.forget, sender=MountPath)


def _moved(path: Path, fits: Callable[[MountPath], bool]) -> Path:
    rows = MOUNT_PATHS.rows()
    holding = [row for row in rows if path.is_relative_to(row.path)]
    if not holding:
        return path
    innermost = max(holding, key=lambda row: len(Path(row.path).parts))
    for row in rows:
        if row.share == innermost.share and fits(row):
            return Path(row.path) / path.relative_to(innermost.path)
    return path
