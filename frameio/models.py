"""What we remember of Frame.io: logins, folders we made or found, and who is at work where."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from postflow_site.encryption import EncryptedTextField


class Account(models.Model):
    """One person's login to Frame.io, and the account it is used for."""

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

    class Meta:
        verbose_name = _("folder on Frame.io")
        verbose_name_plural = _("folders on Frame.io")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parent_id", "name"], name="one_folder_a_name"),
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
        return f"file {self.pk} that may be fetched"


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
