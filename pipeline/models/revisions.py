"""Who changed what in the set-up."""

import json
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pipeline.acting import Via


class AsWritten(json.JSONEncoder):
    """With accents as they are: SQLite searches a column's text, where they would be escapes."""

    def __init__(self, **_usual: object) -> None:
        super().__init__(ensure_ascii=False)


class Revision(models.Model):
    """One change of one row, with its columns before and after. `pipeline.revisions` writes it.

    Nothing in it is in a language, and nothing in it is a key to another row: it outlives the
    person and the row that it tells of. `secrets` names those that were changed; their values
    stand nowhere.
    """

    class Act(models.TextChoices):
        MADE = "made", pgettext_lazy("what was done to it", "made")
        CHANGED = "changed", _("changed")
        DELETED = "deleted", _("deleted")
        PAUSED = "paused", _("paused")
        RESUMED = "resumed", _("let go on")
        REVOKED = "revoked", _("revoked")
        MOUNT = "mount", _("accepted the mount that is there")
        WRITTEN_OFF = "written_off", _("said that the missing files are gone")
        SENT_BEFORE = "sent_before", _("let go what was there before")

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    who = models.CharField(_("who"), max_length=150, blank=True)
    via = models.CharField(_("how"), max_length=10, choices=Via.choices)
    means = models.CharField(max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=100)
    object_id = models.CharField(max_length=64)
    name = models.CharField(_("of"), max_length=1000)
    act = models.CharField(_("what"), max_length=20, choices=Act.choices)
    before = models.JSONField(null=True, encoder=AsWritten)
    after = models.JSONField(null=True, encoder=AsWritten)
    secrets = models.JSONField(default=list)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["kind", "object_id", "-id"], name="revision_of_row"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def columns(self) -> list[str]:
        """Those that differ."""
        before, after = self.before or {}, self.after or {}
        names = [*after, *(name for name in before if name not in after)]
        return [name for name in names if before.get(name) != after.get(name)]
