"""Productions."""

import re
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pipeline.studio import Pausable

LONGEST_FRAMEIO_NAME = 255


def default_integrations() -> list[str]:
    return list(settings.INTEGRATIONS)[:1]


class Project(Pausable):
    """A production, and the Frame.io project its renders go to."""

    class Remote(models.TextChoices):
        """Which Frame.io project that is."""

        CHOSEN = "chosen", _("one that is there: choose it below")
        MADE = "made", _("a new one, made with the first upload")

    class Transfer(models.TextChoices):
        DIRECT = "direct", _("sent by PostFlow")
        REMOTE = "remote", _("fetched by Frame.io")

    class SameName(models.TextChoices):
        VERSION = "version", _("send it as a new version")
        REPLACE = "replace", _("send it, then delete the earlier one")
        HOLD = "hold", _("hold it for a person")

    class ReviewAccess(models.TextChoices):
        NONE = "", _("no review link")
        PUBLIC = "public", _("whoever has the link")
        SECURE = "secure", _("only those who are invited")

    code = models.CharField(
        _("code"),
        max_length=32,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]*$")],
        help_text=_("As it stands in file names: letters, digits and hyphens, e.g. UNDLM."),
    )
    name = models.CharField(_("name"), max_length=200)
    active = models.BooleanField(
        _("active"), default=True, help_text=_("New files of an inactive project are held.")
    )
    integrations = models.JSONField(
        _("delivered to"),
        default=default_integrations,
        help_text=_("Where finished renders go."),
    )
    same_name = models.CharField(
        _("same name, new content"),
        max_length=10,
        choices=SameName.choices,
        default=SameName.VERSION,
        help_text=_("When a file of a name that has gone up already comes with other content."),
    )
    stack_versions = models.BooleanField(
        _("stack versions"),
        default=True,
        help_text=_("The versions of a shot lie in one stack on Frame.io, the newest on top."),
    )
    existing_folders_only = models.BooleanField(
        _("use existing folders only"),
        default=False,
        help_text=_("Make no folders on Frame.io; a file whose folder is missing is refused."),
    )
    write_metadata = models.BooleanField(
        _("write metadata"),
        default=False,
        help_text=_("Scene, shot, task, version and source path as fields on Frame.io."),
    )
    comments_for_days = models.PositiveSmallIntegerField(
        _("read comments for (days)"),
        default=14,
        help_text=_("After a file has arrived. 0: comments are not read."),
    )
    comments_beside_file = models.BooleanField(
        _("comments beside the file"),
        default=False,
        help_text=_("Write a CSV file of the comments beside the render on the mount."),
    )
    review_access = models.CharField(
        _("review link in the card"),
        max_length=10,
        choices=ReviewAccess.choices,
        default=ReviewAccess.NONE,
        blank=True,
        help_text=_("Each file that arrives gets a link of its own, open to these."),
    )
    review_days = models.PositiveSmallIntegerField(
        _("open for (days)"), default=14, help_text=_("0: the link does not end.")
    )
    review_downloads = models.BooleanField(
        _("allow downloads"),
        default=False,
        help_text=_("Whoever may open the link may also download the file."),
    )
    summary_at = models.TimeField(
        _("daily summary at"),
        null=True,
        blank=True,
        help_text=_("Sent to the project's channels, of the 24 hours before. Empty: none."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        help_text=_("Of the production, e.g. Europe/Paris. Empty: this server's."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Of what the team is told. Empty: this server's."),
    )
    summary_when_empty = models.BooleanField(
        _("summary of empty days"),
        default=False,
        help_text=_("Send it when nothing happened and nothing is open, too."),
    )
    summary_told_on = models.DateField(null=True, editable=False)
    # Ids, not foreign keys: the account is frameio's, and no key crosses apps.
    frameio_account = models.PositiveBigIntegerField(_("Frame.io account"), null=True, blank=True)
    frameio_project_kind = models.CharField(
        _("its Frame.io project"), max_length=10, choices=Remote.choices, default=Remote.CHOSEN
    )
    frameio_workspace_id = models.CharField(_("workspace"), max_length=64, blank=True)
    frameio_workspace_name = models.CharField(max_length=255, blank=True, editable=False)
    frameio_project_id = models.CharField(_("Frame.io project"), max_length=64, blank=True)
    frameio_project_name = models.CharField(max_length=255, blank=True, editable=False)
    frameio_name_template = models.CharField(
        _("name of a new one"),
        max_length=200,
        default="{code} · {name}",
        help_text=_(
            "{code} and {name} stand for this project's. If the workspace has a project of that"
            " name, it is used and none is made."
        ),
    )
    transfer = models.CharField(
        _("transfer"),
        max_length=10,
        choices=Transfer.choices,
        default=Transfer.DIRECT,
        help_text=_(
            "Files are sent in parts, unless they may not leave that way: then Frame.io fetches"
            " them from the file server, 50 GB at most."
        ),
    )
    delivery_root = models.CharField(
        _("delivery folder"),
        max_length=1000,
        blank=True,
        help_text=_("The whole path, from the root. Checked copies of the renders are laid there."),
    )
    delivery_folder_template = models.CharField(
        _("folders in it"),
        max_length=300,
        blank=True,
        help_text=_("For example {scene}/{shot}. Empty: the same as on Frame.io."),
    )
    delivery_name_template = models.CharField(
        _("name of the copy"),
        max_length=200,
        blank=True,
        help_text=_("For example {shot}_{task}_v{version}.{ext}. Empty: the file's own."),
    )
    delivery_approved_only = models.BooleanField(
        _("approved files only"),
        default=False,
        help_text=_("A file is copied when reviewers have approved it on Frame.io."),
    )
    uploads_at_once = models.PositiveSmallIntegerField(
        _("uploads at a time"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("On all machines together. Empty: as many as there are workers."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"

    def clean(self) -> None:
        if re.search(r"[{}]", re.sub(r"\{(code|name)\}", "", self.frameio_name_template)):
            text = _("Only {code} and {name} may stand in braces.")
            raise ValidationError({"frameio_name_template": text})
        if len(self.new_frameio_name()) > LONGEST_FRAMEIO_NAME:
            text = _("Frame.io takes names of up to 255 characters. Shorten this one.")
            raise ValidationError({"frameio_name_template": text})
        if self.time_zone and self.time_zone not in available_timezones():
            text = _("There is no such time zone. Give one such as Europe/Paris.")
            raise ValidationError({"time_zone": text})
        workspace = self.frameio_workspace_id or settings.FRAMEIO_DEFAULT_WORKSPACE_ID
        if self.frameio_project_kind == self.Remote.MADE and not workspace:
            text = _("Choose the workspace in which the new project is made.")
            raise ValidationError({"frameio_workspace_id": text})

    @property
    def remote_project_id(self) -> str:
        """Of the Frame.io project its renders go to; empty while there is none."""
        if self.frameio_project_id or self.frameio_project_kind == self.Remote.MADE:
            return self.frameio_project_id
        return str(settings.FRAMEIO_DEFAULT_PROJECT_ID)

    def new_frameio_name(self) -> str:
        """Of the Frame.io project that is made for it."""
        return self.frameio_name_template.replace("{code}", self.code).replace("{name}", self.name)

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)

    def another(self, code: str) -> "Project":
        """One of that code that is set up as this one, active, and not saved yet."""
        own = {"id", "code", "name", "active", "frameio_project_id", "frameio_project_name"}
        shared = [field.attname for field in self._meta.concrete_fields if field.attname not in own]
        return Project(code=code, name=code, **{name: getattr(self, name) for name in shared})
