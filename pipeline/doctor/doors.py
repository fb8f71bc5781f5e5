"""The services outside: Frame.io, Discord, and the way back to our file server."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from pipeline import notices
from pipeline.announcing.known_channels import keep_default
from pipeline.channels import Channel
from pipeline.doctor.finding import Finding, fault, warning, well
from pipeline.integrations.base import IntegrationError, NeedsLogin
from pipeline.integrations.frameio_accounts import AccountState, accounts, client_of
from pipeline.integrations.frameio_reach import public_way
from pipeline.models import Project
from postflow_site.said import said

day = lazy(date_format, str)


def frameio_answers() -> Iterator[Finding]:
    """Of each login: whether it lasts, and whether Frame.io takes it."""
    found = accounts()
    for account in found:
        yield from _of_login(account)
    if not found:
        text = _("No Frame.io account is connected, so nothing can go up.")
        yield fault("accounts", "Frame.io", text, _login_advice())


def _of_login(account: AccountState) -> Iterator[Finding]:
    name, title = f"frameio:{account.pk}", f"Frame.io, {account.label}"
    try:
        with client_of(account.pk, in_haste=True) as (client, _account):
            client.me()
    except NeedsLogin as error:
        yield fault(name, title, str(error), _login_advice())
        return
    except IntegrationError as error:
        advice = _("Uploads wait and go on by themselves. See status.frame.io, and this line out.")
        yield fault(name, title, str(error), advice)
        return
    if account.warning:
        yield warning(name, title, account.warning, _login_advice())
    else:
        yield well(name, title, _lasting(account))


def _lasting(account: AccountState) -> str | Promise:
    if account.login_expires_at is None:
        return _("It answers, and takes the login.")
    ends = day(timezone.localtime(account.login_expires_at), "DATE_FORMAT")
    text = _("It answers. The login is valid until %(date)s, renewed with each use.")
    return said(text, date=ends)


def _login_advice() -> str:
    text = _("Open %(url)s and press Connect Frame.io, or run: manage.py connect")
    return said(text, url=settings.PUBLIC_URL)


def channels_live() -> Iterator[Finding]:
    """Of each channel that people gave: whether it would take a card. Nothing is posted."""
    keep_default()
    channels = Channel.objects.exclude(kind=Channel.Kind.LOG).exclude(origin=Channel.Origin.UPLOAD)
    for channel in channels:
        yield from _of_channel(channel)
    if not channels:
        yield well("discord", "Discord", _("No webhook is set; cards go to the log."))


def _of_channel(channel: Channel) -> Iterator[Finding]:
    name, title = f"discord:{channel.pk}", said(_("Channel %(name)s"), name=channel.name)
    anew = _("Make a new webhook in Discord and write its address on the channel's page.")
    if channel.is_refused:
        yield fault(name, title, channel.trouble, anew)
    elif channel.active and (trouble := notices.trouble_there(channel)):
        wait = _("It is tried again by itself. If that goes on, check this machine's network.")
        yield fault(name, title, str(trouble), anew if trouble.permanent else wait)
    elif channel.active:
        yield well(name, title, _("It is there."))


def files_are_reached() -> Iterator[Finding]:
    """Only where something is fetched from here."""
    fetched = Project.objects.filter(active=True, transfer=Project.Transfer.REMOTE).exists()
    if not fetched and not settings.PUBLIC_FILE_URL and not settings.NGROK_AUTHTOKEN:
        return
    name, title = "tunnel", _("File server")
    way = public_way()
    if not way.trouble:
        yield well(name, title, said(_("Frame.io reaches it at %(url)s."), url=way.url))
    else:
        make = fault if fetched else warning
        yield make(
            name, title, way.trouble, _("Check that manage.py fileserver runs, and why not.")
        )
