"""What PostFlow remembers. `UploadJob.state` is written by `pipeline.jobs` alone."""

import os
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pipeline import naming, nodes, places, studio
from pipeline.channels import Card, CardFile, Change, Channel, Incident, Shot
from pipeline.path_digests import DIGITS, FolderDigest, KeyDigest
from pipeline.studio import MountPath, Pausable, Studio, UploadWindow
from postflow_site.encryption import EncryptedTextField

__all__ = [  # tables of this application, too
    "Card",
    "CardFile",
    "Change",
    "Channel",
    "Incident",
    "MountPath",
    "Shot",
    "Studio",
    "UploadWindow",
]

MEDIA_EXTENSIONS = "mov mp4 avi mkv"
LONGEST_FRAMEIO_NAME = 255
IGNORE_PATTERNS = ".* *.part *.partial *.tmp *.crdownload *~ ._* *_conflicted*"


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


class NamingRule(models.Model):
    """How scene, shot, task and version are read out of a file's name."""

    name = models.CharField(_("name"), max_length=100)
    project = models.ForeignKey(
        Project,
        verbose_name=_("project"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="rules",
        help_text=_("Empty: the rule serves every project, and the name says which."),
    )
    active = models.BooleanField(_("active"), default=True)
    position = models.PositiveIntegerField(
        _("position"), default=100, help_text=_("Rules are listed by this number.")
    )
    expert = models.BooleanField(
        _("expert"),
        default=False,
        help_text=_("The template is a regular expression with named groups."),
    )
    template = models.CharField(
        _("template"),
        max_length=500,
        default="{project}_{scene}_{shot}_{task}_v{version}.{ext}",
        help_text=_("For example {project}_{scene}_{shot}_{task}_v{version:3d}.{ext}"),
    )
    new_projects_like = models.ForeignKey(
        Project,
        verbose_name=_("make missing projects like"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_(
            "When a name's project code is not known here, a project of that code is made, set up"
            " as this one. A misspelt code makes one, too. Empty: the file is held."
        ),
    )
    folder_template = models.CharField(
        _("folders on Frame.io"),
        max_length=300,
        default="{scene}/{shot}/{task}",
        blank=True,
        help_text=_("For example {scene}/{shot}/{task}. Empty: the project's root folder."),
    )

    class Meta:
        verbose_name = _("naming rule")
        verbose_name_plural = _("naming rules")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            self.compiled()
        except naming.TemplateError as error:
            raise ValidationError({error.where: str(error)}) from error

    def compiled(self) -> naming.Rule:
        return _compiled(self.template, self.folder_template, self.expert)


@lru_cache(maxsize=200)
def _compiled(template: str, folder_template: str, expert: bool) -> naming.Rule:  # noqa: FBT001
    """Takes longer than to read a hundred names."""
    return naming.Rule(template, folder_template, expert=expert)


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


class WatchedFolder(models.Model):
    """A folder on the mount whose finished renders go up by themselves."""

    class FirstPass(models.TextChoices):
        BASELINE = "baseline", _("leave what is already there alone")
        SEND = "send", _("send what is already there")

    path = models.CharField(
        _("path"), max_length=1000, unique=True, help_text=_("Absolute, as this machine sees it.")
    )
    project = models.ForeignKey(
        Project,
        verbose_name=_("project"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        help_text=_("Empty: the file name says which project."),
    )
    active = models.BooleanField(_("active"), default=True)
    extensions = models.CharField(
        _("file types"),
        max_length=300,
        default=MEDIA_EXTENSIONS,
        help_text=_("With spaces between."),
    )
    ignore = models.CharField(
        _("ignored names"),
        max_length=1000,
        default=IGNORE_PATTERNS,
        blank=True,
        help_text=_("Patterns such as *.tmp or old/*, with spaces between."),
    )
    quiet_seconds = models.PositiveIntegerField(
        _("quiet time (s)"),
        default=10,
        help_text=_("A file is finished when size and date have not changed for so long."),
    )
    first_pass = models.CharField(
        _("at the first look"),
        max_length=10,
        choices=FirstPass.choices,
        default=FirstPass.BASELINE,
    )
    moves_are_new = models.BooleanField(
        _("send moved files again"),
        default=False,
        help_text=_(
            "A file that was sent and is then renamed or moved inside the folder is not sent again,"
            " unless this is ticked."
        ),
    )
    local = models.BooleanField(
        _("a plain folder, not a mount"),
        default=True,
        help_text=_(
            "Ticked, it may lie on this machine's own disk; otherwise it is offline while no mount"
            " is there. Changing this also forgets which mount it was on."
        ),
    )
    marker = models.CharField(
        _("marker file"),
        max_length=500,
        blank=True,
        help_text=_(
            "A file in the folder, without which it counts as offline, e.g. .postflow. Empty: none."
        ),
    )
    # Written by people's actions, read by the watcher.
    ledger_changes = models.PositiveBigIntegerField(default=0, editable=False)
    absence_accepted = models.BooleanField(default=False, editable=False)
    # Written by the watcher.
    watcher = models.ForeignKey(
        Watcher,
        verbose_name=_("watched by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="folders",
    )
    mount_point = models.CharField(_("mount"), max_length=1000, blank=True, editable=False)
    mount_kind = models.CharField(max_length=100, blank=True, editable=False)
    other_mount_point = models.CharField(max_length=1000, blank=True, editable=False)
    other_mount_kind = models.CharField(max_length=100, blank=True, editable=False)
    client_linked = models.BooleanField(null=True, editable=False)
    client_unsent = models.BigIntegerField(null=True, editable=False)
    missing = models.PositiveIntegerField(default=0, editable=False)
    first_pass_done = models.BooleanField(default=False, editable=False)
    online = models.BooleanField(_("online"), null=True, editable=False)
    state_since = models.DateTimeField(_("since"), null=True, editable=False)
    state_reason = models.CharField(max_length=500, blank=True, editable=False)
    last_pass_at = models.DateTimeField(_("last look"), null=True, editable=False)
    last_pass_seconds = models.FloatField(null=True, editable=False)
    files_seen = models.PositiveIntegerField(_("files"), null=True, editable=False)

    class Meta:
        verbose_name = _("watched folder")
        verbose_name_plural = _("watched folders")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path

    @property
    def root(self) -> Path:
        """Where it is on this machine."""
        return studio.here(Path(self.path))

    def clean(self) -> None:
        if not Path(self.path).is_absolute():
            raise ValidationError({"path": _("Give the whole path, from the root.")})
        self.path = os.path.normpath(self.path)
        if self.active:
            self._refuse_to_watch_twice()

    def _refuse_to_watch_twice(self) -> None:
        """A file in two watched folders would be sent by each."""
        here = places.real(self.root)
        for other in WatchedFolder.objects.filter(active=True).exclude(pk=self.pk):
            there = places.real(other.root)
            if here == there:
                text = _("This is %(other)s, which is watched already.")
            elif here.is_relative_to(there):
                text = _("This lies in %(other)s, which is watched already with all that is in it.")
            elif there.is_relative_to(here):
                text = _("%(other)s lies in this, and is watched already. Make it inactive first.")
            else:
                continue
            raise ValidationError({"path": text % {"other": other.path}})


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
    )
    key = models.CharField(_("file"), max_length=4096)
    digest = KeyDigest(max_length=DIGITS, editable=False)
    directory = FolderDigest(max_length=DIGITS, editable=False)
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
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def path(self) -> Path:
        """Where this machine opens the file, its name byte for byte as the mount gives it."""
        raw = Path(os.fsdecode(bytes(self.raw_path)))
        return self.folder.root / raw if self.folder else studio.here(raw)


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

    project = models.ForeignKey(
        Project, verbose_name=_("project"), on_delete=models.PROTECT, null=True, blank=True
    )
    rule = models.ForeignKey(
        NamingRule, verbose_name=_("rule"), on_delete=models.SET_NULL, null=True, blank=True
    )
    fields = models.JSONField(_("fields"), default=dict, blank=True)
    version = models.PositiveIntegerField(_("version"), null=True, blank=True)
    # Of `fields`, for lists: the database keeps them in step.
    scene = models.GeneratedField(
        expression=KT("fields__scene"),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name=_("scene"),
    )
    shot = models.GeneratedField(
        expression=KT("fields__shot"),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name=_("shot"),
    )
    # The film's technical data (pipeline.media), once it was asked for.
    media = models.JSONField(default=dict, blank=True, editable=False)
    destination = models.JSONField(_("folders on Frame.io"), default=list, blank=True)
    # What a person gave by hand (project, scene, shot, folder): wins over the name.
    overrides = models.JSONField(default=dict, blank=True, editable=False)
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
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:pipeline_uploadjob_change", args=[self.pk])


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


class JobEvent(models.Model):
    """A line of a job's history: what happened, when, by whom and why."""

    job = models.ForeignKey(UploadJob, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(_("when"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=UploadJob.State.choices)
    who = models.CharField(_("who"), max_length=200)
    why = models.TextField(_("what"), blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.get_state_display()}"


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
    """What the last examination on a machine found of one thing (pipeline.doctor)."""

    class State(models.TextChoices):
        OK = "ok", _("well")
        WARNING = "warning", _("warning")
        FAULT = "fault", _("fault")

    host = models.CharField(_("machine"), max_length=200)
    name = models.CharField(max_length=1100)
    title = models.CharField(_("what"), max_length=1100)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    text = models.TextField(_("found"))
    advice = models.TextField(_("what to do"), blank=True)
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


class Chore(models.Model):
    """What is done once in a while, and when somebody last set about it (pipeline.chores)."""

    name = models.CharField(max_length=50, unique=True)
    begun_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


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
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
