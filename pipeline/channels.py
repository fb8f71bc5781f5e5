"""Where the team is told, what each place was told, and what is still to be told.

What happens to a job leaves a `Change` in the same transaction. From that, `pipeline.announcing`
makes cards; a card that is due (`wanted` is ahead of `told`) is worded when it is sent, from how
things stand then. So nothing is lost with a process, and what is overtaken is never said.
"""

import hashlib
import hmac
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from postflow_site.encryption import EncryptedTextField


def fingerprint(address: str) -> str:
    """Tells two addresses apart without showing either."""
    return hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()


class Channel(models.Model):
    """A place where the team reads. Whoever has its address may write there: it is shown nowhere.

    One process at a time speaks to it, by a lease, and not before `not_before`: so all processes
    together keep to the service's limits.
    """

    class Kind(models.TextChoices):
        DISCORD = "discord", _("Discord")
        SERVICE = "service", _("another service, by its Apprise address")
        LOG = "log", _("PostFlow's log")

    class Origin(models.TextChoices):
        PERSON = "person", _("a person")
        SETTINGS = "settings", _("the settings")
        UPLOAD = "upload", _("an upload's own")

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.DISCORD)
    origin = models.CharField(
        max_length=10, choices=Origin.choices, default=Origin.PERSON, editable=False
    )
    address = EncryptedTextField(_("address"), blank=True)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    active = models.BooleanField(_("active"), default=True)
    projects = models.ManyToManyField(
        "pipeline.Project",
        verbose_name=_("projects"),
        blank=True,
        help_text=_("None chosen: all projects."),
    )
    thread_id = models.CharField(
        _("thread"),
        max_length=30,
        blank=True,
        help_text=_("The number of a thread in the Discord channel. Empty: the channel itself."),
    )
    thread_name = models.CharField(
        _("new post in a forum"),
        max_length=100,
        blank=True,
        help_text=_("For Discord's forum channels: the first card opens a post of this name."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Empty: the project's."),
    )
    success = models.BooleanField(_("files on their way and arrived"), default=True)
    error = models.BooleanField(_("files that failed"), default=True)
    comments = models.BooleanField(_("comments"), default=True)
    status = models.BooleanField(_("what reviewers decide"), default=True)
    summary = models.BooleanField(_("daily summary"), default=True)
    incidents = models.BooleanField(_("incidents"), default=True)

    trouble = models.TextField(_("last error"), blank=True, editable=False)
    state_since = models.DateTimeField(_("since"), db_default=Now(), editable=False)
    not_before = models.DateTimeField(null=True, editable=False)
    lease_token = models.CharField(max_length=32, blank=True, editable=False)
    lease_expires_at = models.DateTimeField(null=True, editable=False)
    node = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["origin"], condition=Q(origin="settings"), name="one_channel_of_settings"
            ),
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(origin="upload"), name="one_channel_an_address"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:pipeline_channel_change", args=[self.pk])

    @property
    def edits(self) -> bool:
        """Whether what was said there can be changed afterwards."""
        return self.kind == self.Kind.DISCORD

    @property
    def is_refused(self) -> bool:
        """Its service has refused its address for good, so that it was switched off."""
        return not self.active and bool(self.trouble and self.fingerprint)


class Change(models.Model):
    """Something happened to a job of which the team has not been told."""

    job = models.ForeignKey("pipeline.UploadJob", on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"job {self.job_id}"


class Card(models.Model):
    """One message in one channel, edited when there is more to say.

    `key` says of what, and is unique in its channel: who makes a card twice finds the first.
    `unanswered`: posts that may have arrived all the same. `gist` is a digest of what it says.
    """

    class Kind(models.TextChoices):
        FILE = "file"
        SCENE = "scene"  # many files of a scene that came at once
        COMMENTS = "comments"
        STATUS = "status"
        INCIDENT = "incident"
        SUMMARY = "summary"

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="cards")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=200)
    about = models.JSONField(default=dict)
    wanted = models.PositiveIntegerField(default=1)
    told = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    over = models.BooleanField(default=False)  # nothing more is said, whatever happens
    message_id = models.CharField(max_length=30, blank=True)
    thread_id = models.CharField(max_length=30, blank=True)
    gist = models.CharField(max_length=64, blank=True)
    unanswered = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    run_after = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "key"], name="one_card_a_subject"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "changed_at"],
                condition=Q(over=False, wanted__gt=F("told")),
                name="card_that_is_due",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class CardFile(models.Model):
    """The card that tells of a job in a channel: its own, or its scene's."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="files")
    job = models.ForeignKey("pipeline.UploadJob", on_delete=models.CASCADE, related_name="cards")
    scene = models.CharField(max_length=200)
    joined_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "job"], name="one_card_a_job"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["channel", "scene", "joined_at"], name="card_file_by_scene"),
        ]

    def __str__(self) -> str:
        return f"job {self.job_id}"


class Incident(models.Model):
    """Something that stops more than one file, from when it was seen until it was over."""

    class Kind(models.TextChoices):
        MOUNT = "mount", _("a folder is away")
        LOGIN = "login", _("Frame.io needs a login")
        FRAMEIO = "frameio", _("Frame.io does not take files")
        WATCHER = "watcher", _("nobody watches the folders")
        CHANNEL = "channel", _("a channel is gone")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=100)
    name = models.CharField(max_length=1000, blank=True)
    reason = models.TextField(blank=True)
    project = models.ForeignKey("pipeline.Project", on_delete=models.CASCADE, null=True)
    count = models.PositiveIntegerField(default=0)  # files that wait for its end
    begun_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(over_at=None), name="one_incident_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Shot(models.Model):
    """What a project expects: a line of its shot list. Empty parts fit any."""

    project = models.ForeignKey(
        "pipeline.Project",
        verbose_name=_("project"),
        on_delete=models.CASCADE,
        related_name="shots",
    )
    scene = models.CharField(_("scene"), max_length=100, blank=True)
    shot = models.CharField(_("shot"), max_length=100)
    task = models.CharField(_("task"), max_length=100, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)

    class Meta:
        verbose_name = _("expected shot")
        verbose_name_plural = _("expected shots")
        ordering = ["project", "scene", "shot", "task"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "scene", "shot", "task"], name="one_line_a_shot"
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.scene, self.shot, self.task) if part)
