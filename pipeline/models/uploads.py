"""What goes up. `UploadJob.state` is written by `pipeline.jobs` alone."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pipeline.models.files import SourceFile
from pipeline.models.projects import Project
from pipeline.models.rules import NamingRule
from pipeline.search_index import SearchedUpload
from postflow_site.encryption import EncryptedTextField


class UploadJob(models.Model):
    """One content of one file on its way up; the only truth about it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("held")
        PENDING = "pending", _("queued")
        RUNNING = "running", _("uploading")
        DONE = "done", _("arrived")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Hold(models.TextChoices):
        """Why a waiting job waits: what a person (or time) has to mend."""

        NAME = "name", _("its name fits no rule, or more than one")
        PROJECT = "project", _("no usable project")
        ACCOUNT = "account", _("Frame.io needs a login")
        FILE = "file", _("the file is away or cannot be read")

    source = models.ForeignKey(
        SourceFile, verbose_name=_("source file"), on_delete=models.PROTECT, related_name="jobs"
    )
    size = models.BigIntegerField(_("size"))
    mtime_ns = models.BigIntegerField(editable=False)
    name = models.CharField(_("file name"), max_length=1024, db_index=True)
    words = SearchedUpload(editable=False)

    project = models.ForeignKey(
        Project,
        verbose_name=_("project"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # job_by_project
    )
    rule = models.ForeignKey(
        NamingRule, verbose_name=_("rule"), on_delete=models.SET_NULL, null=True, blank=True
    )
    fields = models.JSONField(_("fields"), default=dict, blank=True)
    version = models.PositiveIntegerField(_("version"), null=True, blank=True)
    # Of `fields`, for the list and its search: the database keeps them in step.
    scene = models.GeneratedField(
        expression=KT("fields__scene"),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name=_("scene"),
    )
    shot = models.GeneratedField(
        expression=Lower(KT("fields__shot")),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name=_("shot"),
    )
    # The film's technical data (pipeline.media), once it was asked for.
    media = models.JSONField(default=dict, blank=True, editable=False)
    destination = models.JSONField(_("folders on Frame.io"), default=list, blank=True)
    # What a person gave by hand (project, scene, shot, folder): wins over the name.
    overrides = models.JSONField(default=dict, blank=True, editable=False)
    filled_in_by = models.CharField(_("filled in by"), max_length=200, blank=True, editable=False)
    discord_webhook_url = EncryptedTextField(blank=True, editable=False)

    waits_for: str = ""  # in words, where it is set for a page (pipeline.admission)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    hold = models.CharField(_("held because"), max_length=10, choices=Hold.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    priority = models.SmallIntegerField(
        _("priority"), default=0, help_text=_("The higher goes first.")
    )
    any_time = models.BooleanField(
        _("at any hour"), default=False, help_text=_("It does not wait for the upload hours.")
    )
    run_after = models.DateTimeField(_("not before"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    lease_token = models.CharField(max_length=32, blank=True, editable=False)
    lease_expires_at = models.DateTimeField(null=True, editable=False)
    node = models.CharField(_("machine"), max_length=200, blank=True)
    bytes_sent = models.BigIntegerField(_("bytes sent"), default=0)

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "size", "mtime_ns"], name="one_job_a_content"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-id"], name="job_by_state"),
            models.Index(
                # With the state, or SQLite sorts all that is queued; with the project, to pass by
                # those that are full.
                fields=["state", "-priority", "id", "project"],
                condition=Q(state="pending"),
                name="job_next_in_line",
            ),
            # With the size, so that days are added up from the index alone.
            models.Index(fields=["state", "finished_at", "size"], name="job_by_end"),
            models.Index(fields=["created_at"], name="job_by_coming"),
            models.Index(fields=["scene", "-id"], name="job_by_scene"),
            models.Index(fields=["project", "-id"], name="job_by_project"),
            models.Index(fields=["project", "state", "-id"], name="job_by_project_state"),
            models.Index(fields=["project", "shot", "scene"], name="job_by_shot"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:pipeline_uploadjob_change", args=[self.pk])


class JobEvent(models.Model):
    """A line of a job's history: what happened, when, by whom and why. Without a `kind` it has
    moved to that `state`; else it stood there when this was noted."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        LINK = "link", _("Review link made")
        UNTOLD = "untold", _("Team not told")
        REVIEW = "review", _("Reviewed on Frame.io")
        REPLACED = "replaced", _("Replaced")
        RANK = "rank", _("Place in the queue")

    job = models.ForeignKey(UploadJob, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(_("when"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=UploadJob.State.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True)
    who = models.CharField(_("who"), max_length=200)
    why = models.TextField(_("what"), blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.get_state_display()}"
