"""Slack, Teams, e-mail, ntfy and the others that Apprise speaks to. Needs the extra `apprise`.

https://appriseit.com/services/
"""

import apprise
from django.conf import settings
from django.utils.translation import gettext as _

from notifications.base import NotificationError, Notifier, Sent
from notifications.logbook import body
from notifications.message import Level, Message
from notifications.plain import plain

KINDS: dict[Level, apprise.NotifyType] = {
    "success": apprise.NotifyType.SUCCESS,
    "error": apprise.NotifyType.FAILURE,
    "info": apprise.NotifyType.INFO,
}


def _refuse_others(url: str) -> None:
    """An address may lead to any host where its service has none of its own (json://, mailto://),
    also into the studio's network: so only listed services are called."""
    service = url.strip().partition("://")[0].lower()
    if service not in settings.APPRISE_SERVICES:
        text = _(
            "Cards may not be sent by %(service)s://. Whoever runs PostFlow can list the service in"
            " the setting APPRISE_SERVICES."
        )
        raise NotificationError(text % {"service": plain(service)[:30]}, permanent=True)


class AppriseService(Notifier):
    """Plain new messages: Apprise tells no message's id, and so none can be edited."""

    def __init__(self, url: str) -> None:
        self._service = apprise.Apprise()
        _refuse_others(url)
        if not self._service.add(url):
            text = _(
                "Apprise knows no such address. Look up how the service's address is written:"
                " https://appriseit.com/services/"
            )
            raise NotificationError(text, permanent=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def send(self, message: Message) -> Sent:
        taken = self._service.notify(
            title=plain(message.title),
            body=body(message) or plain(message.title),
            notify_type=KINDS[message.level],
            body_format=apprise.NotifyFormat.TEXT,
        )
        if not taken:  # Apprise does not say why; its own log does
            raise NotificationError(_("The service did not take the message."))
        return Sent()
