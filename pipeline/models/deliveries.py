"""What went where."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pipeline.models.uploads import UploadJob
from postflow_site.encryption import EncryptedTextField


class Delivery(models.Model):
    """One integration's part of a job, so that only what failed is repeated."""

    job = models.ForeignKey(UploadJob, on_delete=models.CASCADE, related_name="deliveries")
    integration = models.CharField(_("to"), max_length=50)
    done = models.BooleanField(_("delivered"), default=False)
    remote_id = models.CharField(_("remote id"), max_length=200, blank=True)
    url = models.URLField(_("link"), max_length=1000, blank=True)
    error = models.TextField(_("last error"), blank=True)
    # Which files are versions of one another, and in which order (pipeline.earlier).
    shot = models.CharField(max_length=500, blank=True, db_index=True, editable=False)
    number = models.PositiveIntegerField(null=True, editable=False)
    notes = models.JSONField(default=list, editable=False)  # sentences for the team
    review_url = models.URLField(_("review link"), max_length=1000, blank=True)
    # What reviewers set there, as it was last read, and as the team was last told.
    status = models.CharField(_("status"), max_length=200, blank=True, editable=False)
    told_status = models.CharField(max_length=200, blank=True, editable=False)
    polled_at = models.DateTimeField(_("comments read"), null=True, editable=False)
    # What a restart needs. Presigned addresses are keys to the footage, so they go to `secrets`.
    memory = models.JSONField(default=dict, editable=False)
    secrets = EncryptedTextField(blank=True, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "integration"], name="one_delivery_each"),
        ]

    def __str__(self) -> str:
        return f"{self.job} → {self.integration}"
