"""What reviewers say, and the links that they open."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pipeline.models.projects import Project
from pipeline.models.uploads import UploadJob


class ReviewComment(models.Model):
    """What somebody said on Frame.io about a file that we sent. `answers` is set on a reply."""

    job = models.ForeignKey(UploadJob, on_delete=models.CASCADE, related_name="comments")
    answers = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies"
    )
    remote_id = models.CharField(max_length=200, unique=True)
    author = models.CharField(_("author"), max_length=200)
    text = models.TextField(_("comment"))
    frame = models.PositiveIntegerField(_("frame"), null=True)
    timecode = models.CharField(_("timecode"), max_length=20, blank=True)
    duration = models.PositiveIntegerField(_("frames"), null=True)
    said_at = models.DateTimeField(_("when"))
    done_at = models.DateTimeField(_("done"), null=True)
    told_at = models.DateTimeField(_("announced"), null=True, editable=False)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["frame", "said_at", "id"]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:80]}"


class ReviewLink(models.Model):
    """A review link that a person asked for: to the files of some jobs, or to a folder.

    `origin` and `number` stand for one filled-in form: who asks for which jobs, and how often that
    person has before. So the same form sent twice makes one link (integrations.frameio_shares).
    `begun_at`: Frame.io was asked for it and has not refused; `url` is empty until it has answered.
    """

    origin = models.CharField(max_length=64, editable=False)
    number = models.PositiveIntegerField(editable=False)
    project = models.ForeignKey(Project, verbose_name=_("project"), on_delete=models.CASCADE)
    jobs = models.ManyToManyField(UploadJob, related_name="review_links", editable=False)
    name = models.CharField(_("name"), max_length=175)
    folder = models.JSONField(_("folder"), default=list, blank=True)  # from the root; [] for files
    remote_ids = models.JSONField(default=list, editable=False)
    secure = models.BooleanField(_("only those who are invited"), default=False)
    downloads = models.BooleanField(_("downloads"), default=False)
    has_passphrase = models.BooleanField(_("passphrase"), default=False)
    expires_at = models.DateTimeField(_("open until"), null=True, blank=True)
    url = models.URLField(_("link"), max_length=1000, blank=True)
    problem = models.TextField(blank=True, editable=False)  # why nobody could be invited
    asked_by = models.CharField(_("made by"), max_length=150)
    begun_at = models.DateTimeField(null=True, editable=False)
    made_at = models.DateTimeField(_("made"), null=True, editable=False)

    class Meta:
        verbose_name = _("review link")
        verbose_name_plural = _("review links")
        ordering = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["origin", "number"], name="one_link_a_form"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:pipeline_reviewlink_change", args=[self.pk])
