"""What the watcher has seen."""

import os
from pathlib import Path
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pipeline import studio
from pipeline.models.folders import WatchedFolder
from pipeline.models.projects import Project
from pipeline.path_digests import DIGITS, FolderDigest, KeyDigest
from pipeline.search_index import SearchedPath


class Beginning(models.Func):
    """Of a path, to sort by: what an index can hold. Its length is no parameter, or SQLite would
    not see that the index is meant."""

    template = "SUBSTR(%(expressions)s, 1, 200)"
    output_field = models.TextField()


class SourceFile(models.Model):
    """The watcher's ledger: one row for each path ever seen, with what became of it.

    `key` is the NFC form of the path relative to the folder (absolute when sent by hand from
    outside every folder): LucidLink hands names out in NFD, and one file must be one row.
    Rows are looked for by its `digest`, or by that of the `directory` it is in: it is too long for
    an index. `raw_path` keeps the bytes that open it. `quick_hash` is of the content last handed
    over (`pipeline.quick_hash`), empty where it is not known.
    """

    class State(models.TextChoices):
        SETTLING = "settling", _("not finished yet")
        TAKEN = "taken", _("handed over")
        BASELINE = "baseline", _("was there before")
        IGNORED = "ignored", _("ignored")
        VANISHED = "vanished", _("no longer there")

    folder = models.ForeignKey(
        WatchedFolder,
        verbose_name=_("watched folder"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_index=False,  # file_by_folder
    )
    key = models.CharField(_("file"), max_length=4096)
    digest = KeyDigest(max_length=DIGITS, editable=False)
    directory = FolderDigest(max_length=DIGITS, editable=False)
    words = SearchedPath(editable=False)
    raw_path = models.BinaryField(editable=False)
    size = models.BigIntegerField(_("size"))
    mtime_ns = models.BigIntegerField(_("modified (ns)"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    quick_hash = models.CharField(max_length=32, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    first_seen = models.DateTimeField(_("first seen"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("source file")
        verbose_name_plural = _("source files")
        ordering = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["folder", "digest"], name="one_row_a_path"),
            models.UniqueConstraint(
                fields=["digest"], condition=Q(folder=None), name="one_row_a_path_sent_by_hand"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["folder", "directory"], name="file_by_directory"),
            models.Index(
                fields=["folder", "quick_hash"],
                condition=~Q(quick_hash=""),
                name="file_by_content",
            ),
            models.Index(
                fields=["changed_at"], condition=Q(state="settling"), name="file_that_waits"
            ),
            # The orders and filters of the list.
            models.Index(fields=["folder", "-id"], name="file_by_folder"),
            models.Index(fields=["state", "-id"], name="file_by_state"),
            models.Index(fields=["changed_at"], name="file_by_change"),
            models.Index(fields=["size"], name="file_by_size"),
            models.Index(Beginning("key"), name="file_by_path"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def path(self) -> Path:
        """Where this machine opens the file, its name byte for byte as the mount gives it."""
        raw = Path(os.fsdecode(bytes(self.raw_path)))
        return self.folder.root / raw if self.folder else studio.here(raw)

    @property
    def folder_project(self) -> Project | None:
        """Of the watched folder in which it lies."""
        return self.folder.project if self.folder else None
