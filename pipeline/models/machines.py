"""The processes that keep PostFlow going."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pipeline import nodes


class Watcher(models.Model):
    """A watcher process. `beat` counts up every few seconds while it lives: whether it does, the
    others tell by their own clocks and this number, so no two clocks are ever compared."""

    node = models.CharField(_("process"), max_length=200)
    version = models.CharField(_("version"), max_length=50, blank=True)
    beat = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    seen_at = models.DateTimeField(_("last sign of life"), db_default=Now())

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        ordering = ["id"]

    def __str__(self) -> str:
        return nodes.label(self.node)


class Node(models.Model):
    """A process that keeps a part of PostFlow going, on whichever machine (pipeline.node_table).

    `skew_seconds`: how far this machine's clock is ahead of the database's; None: not measured yet.
    """

    class Role(models.TextChoices):
        CLUSTER = "cluster", _("uploads")
        WATCHER = "watcher", _("watches folders")
        WEB = "web", _("shows the pages")

    name = models.CharField(_("name"), max_length=200, unique=True)
    host = models.CharField(_("machine"), max_length=200)
    pid = models.PositiveIntegerField(_("process"))
    role = models.CharField(_("what it does"), max_length=10, choices=Role.choices)
    version = models.CharField(_("version"), max_length=50, blank=True)
    started_at = models.DateTimeField(_("started"), db_default=Now())
    seen_at = models.DateTimeField(_("last sign of life"), db_default=Now())
    draining = models.BooleanField(_("takes no more uploads"), default=False)
    skew_seconds = models.FloatField(_("clock ahead by (s)"), null=True)

    class Meta:
        verbose_name = _("node")
        verbose_name_plural = _("nodes")
        ordering = ["host", "role", "pid"]

    def __str__(self) -> str:
        return nodes.label(self.name)
