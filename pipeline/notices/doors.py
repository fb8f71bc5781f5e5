"""The way to each kind of channel."""

import logging
from importlib.util import find_spec

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from notifications.base import NotificationError, Notifier
from notifications.discord import DiscordWebhook
from notifications.logbook import LogNotifier
from notifications.message import Message
from pipeline.channels import Channel
from pipeline.notices.words import page
from postflow_site.encryption import WrongKey

log = logging.getLogger(__name__)

SERVICES = "notifications.services.AppriseService"  # imported on first use: Apprise is an extra


def door(channel: Channel) -> Notifier:
    """Raises NotificationError."""
    try:
        address = channel.address
    except WrongKey as error:
        raise NotificationError(str(error)) from None
    if channel.kind == Channel.Kind.DISCORD:
        return DiscordWebhook(address, thread_id=channel.thread_id, thread_name=channel.thread_name)
    return _service(address) if channel.kind == Channel.Kind.SERVICE else LogNotifier(log)


def _service(address: str) -> Notifier:
    if find_spec("apprise") is None:
        text = _("Other services need Apprise, which is not installed: pip install apprise.")
        raise NotificationError(text, permanent=True)
    service: Notifier = import_string(SERVICES)(address)
    return service


def check_webhook(url: str) -> None:
    """Raises ValueError with a sentence that does not show the address."""
    try:
        DiscordWebhook(url)
    except NotificationError as error:
        raise ValueError(str(error)) from None


def trouble_of(channel: Channel) -> str:
    """What is wrong with its address as it is written; nothing is sent. Empty: nothing."""
    try:
        door(channel)
    except NotificationError as error:
        return str(error)
    return ""


def trouble_there(channel: Channel) -> NotificationError | None:
    """What its service says is wrong with it. Posts nothing."""
    try:
        there = door(channel)
        if isinstance(there, DiscordWebhook):
            there.look()
    except NotificationError as error:
        return error
    return None


def hello(channel: Channel) -> None:
    """Send a test. Raises NotificationError."""
    with override(channel.language or settings.LANGUAGE_CODE):
        message = Message(
            title=_("This is a test from PostFlow"),
            text=_("Cards about renders will appear here."),
            url=page(channel.get_absolute_url()),
        )
    door(channel).send(message)
