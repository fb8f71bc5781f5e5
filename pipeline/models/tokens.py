"""Keys to the HTTP API."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiToken(models.Model):
    """A key to the HTTP API for one person's program. Only a hash of its secret is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("look at projects, rules, folders and uploads")
        WRITE = "write", _("send files, send again, cancel, put first")
        ADMIN = "admin", _("change projects, rules and folders")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="api_tokens",
        help_text=_("What the token may do, this person must be allowed to do."),
    )
    name = models.CharField(_("name"), max_length=100, help_text=_("The program that uses it."))
    beginning = models.CharField(_("begins with"), max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("may"), default=list)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    rested_at = models.DateTimeField(null=True, editable=False)  # of `pipeline.tokens.take_turn`
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
