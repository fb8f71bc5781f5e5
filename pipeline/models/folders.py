"""What is watched."""

import os
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pipeline import places, studio
from pipeline.models.machines import Watcher
from pipeline.models.projects import Project

MEDIA_EXTENSIONS = "mov mp4 avi mkv"


IGNORE_PATTERNS = ".* *.part *.partial *.tmp *.crdownload *~ ._* *_conflicted*"


class WatchedFolder(models.Model):
    """A folder on the mount whose finished renders go up by themselves."""

    class FirstPass(models.TextChoices):
        BASELINE = "baseline", _("leave what is already there alone")
        SEND = "send", _("send what is already there")

    path = models.CharField(
        _("path"), max_length=1000, unique=True, help_text=_("Absolute, as this machine sees it.")
    )
    project = models.ForeignKey(
        Project,
        verbose_name=_("project"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        help_text=_("Empty: the file name says which project."),
    )
    active = models.BooleanField(_("active"), default=True)
    extensions = models.CharField(
        _("file types"),
        max_length=300,
        default=MEDIA_EXTENSIONS,
        help_text=_("With spaces between."),
    )
    ignore = models.CharField(
        _("ignored names"),
        max_length=1000,
        default=IGNORE_PATTERNS,
        blank=True,
        help_text=_("Patterns such as *.tmp or old/*, with spaces between."),
    )
    quiet_seconds = models.PositiveIntegerField(
        _("quiet time (s)"),
        default=10,
        help_text=_("A file is finished when size and date have not changed for so long."),
    )
    first_pass = models.CharField(
        _("at the first look"),
        max_length=10,
        choices=FirstPass.choices,
        default=FirstPass.BASELINE,
    )
    moves_are_new = models.BooleanField(
        _("send moved files again"),
        default=False,
        help_text=_(
            "A file that was sent and is then renamed or moved inside the folder is not sent again,"
            " unless this is ticked."
        ),
    )
    local = models.BooleanField(
        _("a plain folder, not a mount"),
        default=True,
        help_text=_(
            "Ticked, it may lie on this machine's own disk; otherwise it is offline while no mount"
            " is there. Changing this also forgets which mount it was on."
        ),
    )
    marker = models.CharField(
        _("marker file"),
        max_length=500,
        blank=True,
        help_text=_(
            "A file in the folder, without which it counts as offline, e.g. .postflow. Empty: none."
        ),
    )
    # Written by people's actions, read by the watcher.
    watched_since = models.DateTimeField(default=timezone.now, editable=False)
    ledger_changes = models.PositiveBigIntegerField(default=0, editable=False)
    absence_accepted = models.BooleanField(default=False, editable=False)
    # Written by the watcher.
    watcher = models.ForeignKey(
        Watcher,
        verbose_name=_("watched by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="folders",
    )
    mount_point = models.CharField(_("mount"), max_length=1000, blank=True, editable=False)
    mount_kind = models.CharField(max_length=100, blank=True, editable=False)
    other_mount_point = models.CharField(max_length=1000, blank=True, editable=False)
    other_mount_kind = models.CharField(max_length=100, blank=True, editable=False)
    client_linked = models.BooleanField(null=True, editable=False)
    client_unsent = models.BigIntegerField(null=True, editable=False)
    missing = models.PositiveIntegerField(default=0, editable=False)
    # Left alone at the first look, until a person says what becomes of them.
    there_before = models.PositiveIntegerField(default=0, editable=False)
    first_pass_done = models.BooleanField(default=False, editable=False)
    online = models.BooleanField(_("online"), null=True, editable=False)
    state_since = models.DateTimeField(_("since"), null=True, editable=False)
    state_reason = models.CharField(max_length=500, blank=True, editable=False)
    last_pass_at = models.DateTimeField(_("last look"), null=True, editable=False)
    last_pass_seconds = models.FloatField(null=True, editable=False)
    files_seen = models.PositiveIntegerField(_("files"), null=True, editable=False)

    class Meta:
        verbose_name = _("watched folder")
        verbose_name_plural = _("watched folders")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path

    @property
    def root(self) -> Path:
        """Where it is on this machine."""
        return studio.here(Path(self.path))

    @property
    def real_root(self) -> Path:
        """Where its symlinks lead. One that is away is not asked: that may take for ever."""
        return self.root if self.online is False else places.real(self.root)

    @property
    def is_away(self) -> bool:
        """It is to be watched, and the watcher cannot read it."""
        return self.active and self.online is False

    def clean(self) -> None:
        if not Path(self.path).is_absolute():
            raise ValidationError({"path": _("Give the whole path, from the root.")})
        self.path = os.path.normpath(self.path)
        if self.active:
            self._refuse_to_watch_twice()

    def _refuse_to_watch_twice(self) -> None:
        """A file in two watched folders would be sent by each."""
        here = places.real(self.root)
        for other in WatchedFolder.objects.filter(active=True).exclude(pk=self.pk):
            there = places.real(other.root)
            if here == there:
                text = _("This is %(other)s, which is watched already.")
            elif here.is_relative_to(there):
                text = _("This lies in %(other)s, which is watched already with all that is in it.")
            elif there.is_relative_to(here):
                text = _("%(other)s lies in this, and is watched already. Make it inactive first.")
            else:
                continue
            raise ValidationError({"path": text % {"other": other.path}})
