"""What we remember of Frame.io: logins, folders we made or found, and who is at work where."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from postflow_site.encryption import EncryptedTextField


class Account(models.Model):
    """A login to Frame.io, and the account it is used for."""

    class Kind(models.TextChoices):
        PERSON = "person", _("a person's login")
        SERVICE = "service", _("server to server")

    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind, default=Kind.PERSON, editable=False
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("email"), blank=True)
    user_id = models.CharField(_("Frame.io user"), max_length=200, blank=True, editable=False)
    account_id = models.CharField(
        _("Frame.io account"),
        max_length=200,
        blank=True,
        help_text=_("Chosen by itself when the login has only one."),
    )
    api_url = models.URLField(_("API address"), default="https://api.frame.io")
    ims_url = models.URLField(_("Adobe login address"), default="https://ims-na1.adobelogin.com")
    client_id = models.CharField(
        _("client id"), max_length=200, blank=True, help_text=_("Empty: FRAMEIO_CLIENT_ID.")
    )
    client_secret = EncryptedTextField(
        _("client secret"), blank=True, help_text=_("Empty: FRAMEIO_CLIENT_SECRET.")
    )
    access_token = EncryptedTextField(blank=True, editable=False)
    refresh_token = EncryptedTextField(blank=True, editable=False)
    # Every set of tokens has its own: who writes tokens names the one it read (frameio.oauth).
    access_expires_at = models.DateTimeField(_("token valid until"), null=True, editable=False)
    refresh_expires_at = models.DateTimeField(_("login valid until"), null=True, editable=False)
    needs_login = models.BooleanField(_("needs a login"), default=True, editable=False)
    connected_at = models.DateTimeField(_("connected"), null=True, editable=False)

    class Meta:
        verbose_name = _("Frame.io account")
        verbose_name_plural = _("Frame.io accounts")
        ordering = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user_id"], condition=~Q(user_id=""), name="one_login_a_frameio_user"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(_("Frame.io account"))


class RemoteFolder(models.Model):
    """A folder on Frame.io, so that it is not looked for again. `name` is in NFC."""

    account = models.ForeignKey(Account, verbose_name=_("account"), on_delete=models.CASCADE)
    project_id = models.CharField(_("project"), max_length=200)
    parent_id = models.CharField(_("in folder"), max_length=200)
    name = models.CharField(_("name"), max_length=255)
    folder_id = models.CharField(_("folder"), max_length=200, db_index=True)
    # When Frame.io last said that it is there; empty: it has to be asked (frameio.structure).
    seen_at = models.DateTimeField(null=True, editable=False)
    # When it was last looked through for what dead uploads had left (frameio.sweeping).
    swept_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("folder on Frame.io")
        verbose_name_plural = _("folders on Frame.io")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parent_id", "name"], name="one_folder_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class RemoteProject(models.Model):
    """A project on Frame.io as it was when it was last asked for (frameio.projects)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    project_id = models.CharField(max_length=200)
    name = models.CharField(max_length=255)
    root_folder_id = models.CharField(max_length=200)
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "project_id"], name="one_row_a_project"),
        ]

    def __str__(self) -> str:
        return self.name


class StackKey(models.Model):
    """The versions of one shot in one folder, and the stack they are in (frameio.versions).

    `versions` is a list of [file id, number] in the order in which they came; `unsettled` are the
    files still to be raised above one that came late.
    """

    account_id = models.CharField(max_length=200)
    folder_id = models.CharField(max_length=200)
    key = models.CharField(max_length=500)
    stack_id = models.CharField(max_length=200, blank=True)
    versions = models.JSONField(default=list)
    unsettled = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["folder_id", "key"], name="one_stack_a_shot"),
        ]

    def __str__(self) -> str:
        return self.key


class Webhook(models.Model):
    """Where Frame.io tells us what happened in a workspace (frameio.webhooks).

    `webhook_id` and `secret` are empty until Frame.io has answered our registration.
    """

    account = models.ForeignKey(Account, verbose_name=_("account"), on_delete=models.CASCADE)
    workspace_id = models.CharField(_("workspace"), max_length=200)
    name = models.CharField(_("name"), max_length=255)
    url = models.CharField(_("address"), max_length=2000, blank=True)
    webhook_id = models.CharField(max_length=200, blank=True, editable=False)
    secret = EncryptedTextField(blank=True, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace_id", "name"], name="one_webhook_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class HeardDelivery(models.Model):
    """The signature of a webhook's delivery that was taken in, so that it is not again."""

    signature = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.at)


class MetadataField(models.Model):
    """A metadata field that we made or found, so that it is not looked for again."""

    account_id = models.CharField(max_length=200)
    name = models.CharField(max_length=250)
    field_id = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account_id", "name"], name="one_field_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ServedFile(models.Model):
    """One content of one file that may be fetched from us, until then (frameio.served)."""

    digest = models.CharField(max_length=64, unique=True)  # of the token in its path
    path = models.BinaryField()  # byte for byte as the mount gives it
    inode = models.CharField(max_length=40)  # file systems have some that no database integer holds
    size = models.BigIntegerField()
    mtime_ns = models.BigIntegerField()
    expires_at = models.DateTimeField(db_index=True)
    bytes_served = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"served file {self.pk}"


class TunnelAddress(models.Model):
    """Where a tunnel's file server is reached; `until` is moved on as long as it is up."""

    url = models.CharField(max_length=500, unique=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.url


class Lease(models.Model):
    """Who may do what only one may do at a time, and until when (frameio.leases)."""

    key = models.CharField(max_length=250, unique=True)
    token = models.CharField(max_length=32)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class CallTally(models.Model):
    """How often an operation was answered so, and how fast (frameio.tallies).

    `up_to` is the upper bound of the calls' seconds as Prometheus writes it: "0.5", "+Inf".
    `waited`: how many seconds the calls had been kept waiting by the limits, before they left.
    """

    operation = models.CharField(max_length=150)
    status = models.CharField(max_length=4)
    up_to = models.CharField(max_length=8)
    calls = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    waited = models.FloatField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operation", "status", "up_to"], name="one_tally_an_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.status}"


class RateBucket(models.Model):
    """What one login has called lately of one operation (frameio.pace).

    A leaky bucket of `calls` drops that drain in `window`; it is empty at `drained_at`.
    """

    key = models.CharField(max_length=250, unique=True)
    calls = models.PositiveIntegerField()
    window = models.DurationField()
    drained_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
