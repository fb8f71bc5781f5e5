"""How the installation itself is."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """How often something has happened since the installation began (pipeline.tallies).

    `label` tells its kinds apart. Of what lasts, `up_to` is the upper bound in seconds as
    Prometheus writes it ("60", "+Inf"); `amount` is the sum of the seconds, or of the bytes.
    """

    class What(models.TextChoices):
        MOVE = "move", "jobs that came into a state"
        ERROR = "error", "jobs that were held, tried again or given up"
        LEASE_LOST = "lease_lost", "jobs whose worker died or stood still"
        DURATION = "duration", "from the start of the last attempt to the arrival"
        BYTES = "bytes", "bytes that have arrived"

    what = models.CharField(max_length=10, choices=What.choices)
    label = models.CharField(max_length=20, blank=True)
    up_to = models.CharField(max_length=8, blank=True)
    times = models.PositiveBigIntegerField(default=0)
    amount = models.FloatField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["what", "label", "up_to"], name="one_tally_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.label}".strip()


class HealthFinding(models.Model):
    """What the last examination on a machine found of one thing (pipeline.doctor).

    `words`: its title, text and advice in each language, `{"en": {"title": ...}}`.
    """

    class State(models.TextChoices):
        OK = "ok", _("well")
        WARNING = "warning", _("warning")
        FAULT = "fault", _("fault")

    host = models.CharField(_("machine"), max_length=200)
    name = models.CharField(max_length=1100)
    words = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    since = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("examined"))

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["host", "name"], name="one_finding_a_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.get_state_display()}"

    @property
    def title(self) -> str:
        return self._worded("title")

    @property
    def text(self) -> str:
        return self._worded("text")

    @property
    def advice(self) -> str:
        return self._worded("advice")

    def _worded(self, which: str) -> str:
        in_theirs = self.words.get(get_language()) or self.words.get(settings.LANGUAGE_CODE, {})
        return str(in_theirs.get(which, ""))


class Chore(models.Model):
    """What is done once in a while, and when somebody last set about it (pipeline.chores)."""

    name = models.CharField(max_length=50, unique=True)
    begun_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
