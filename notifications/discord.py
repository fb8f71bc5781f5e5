"""Cards in a Discord channel, through a webhook.

https://docs.discord.com/developers/resources/webhook#execute-webhook
"""

import json
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import timedelta
from typing import NoReturn

import httpx
from django.utils.translation import gettext as _

from notifications.addresses import NotAllowed, checked
from notifications.base import (
    ChannelGone,
    MessageGone,
    NoAnswer,
    NotificationError,
    Notifier,
    Sent,
    SlowDown,
)
from notifications.card import embed, fit
from notifications.message import Message, Picture
from notifications.plain import plain

TIMEOUT = httpx.Timeout(10.0)
THREAD_NAME = 100
UNKNOWN_MESSAGE = 10008
LONGEST_WAIT = 86_400.0
# The headers do not tell of it: about 30 messages a minute for a channel, whoever writes.
# https://github.com/discord/discord-api-docs/issues/367
AT_LEAST = timedelta(seconds=2)
# The request has not left, or not wholly.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class DiscordWebhook(Notifier):
    """Whoever has the address may post, so it is shown nowhere. A `thread_id` in it is kept.

    `thread_name` opens a post in a forum channel; it counts while there is no thread yet.
    """

    def __init__(
        self,
        url: str,
        *,
        thread_id: str = "",
        thread_name: str = "",
        client: httpx.Client | None = None,
    ) -> None:
        self._url = _checked(url)
        self._thread_id = thread_id or self._url.params.get("thread_id", "")
        self._thread_name = thread_name
        self._client = client

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def send(self, message: Message) -> Sent:
        payload = _payload(message)
        if self._thread_name and not self._thread_id:
            payload |= {"thread_name": fit(self._thread_name, THREAD_NAME, markup=False)}
        answer = self._call("POST", self._url, self._thread_id, payload, message.picture)
        opened = str(_json(answer).get("channel_id", "")) if "thread_name" in payload else ""
        return Sent(str(_json(answer).get("id", "")), opened or self._thread_id)

    def edit(self, sent: Sent, message: Message) -> None:
        place = self._url.copy_with(path=f"{self._url.path.rstrip('/')}/messages/{sent.message_id}")
        thread = sent.thread_id or self._thread_id
        # Of the attachments only those listed stay, and a picture that is brought takes the place
        # of the one there: https://docs.discord.com/developers/resources/message#edit-message
        payload: dict[str, object] = {"attachments": [], **_payload(message)}
        self._call("PATCH", place, thread, payload, message.picture)

    def look(self) -> None:
        """Whether it is still there. Posts nothing. Raises NotificationError."""
        _raise_for(self._request("GET", self._url.copy_with(query=None), None))

    def _call(
        self,
        method: str,
        url: httpx.URL,
        thread_id: str,
        payload: Mapping[str, object],
        picture: Picture | None,
    ) -> httpx.Response:
        # Without wait=true, a message that Discord does not keep is no error.
        params = {"wait": "true"} if method == "POST" else {}
        if thread_id:
            params["thread_id"] = thread_id
        answer = self._request(method, url.copy_merge_params(params), payload, picture)
        self.pause = max(AT_LEAST, _asked_pause(answer))
        _raise_for(answer)
        return answer

    def _request(
        self,
        method: str,
        url: httpx.URL,
        payload: Mapping[str, object] | None,
        picture: Picture | None = None,
    ) -> httpx.Response:
        try:
            given = nullcontext(self._client) if self._client else None
            with given or httpx.Client(trust_env=False) as client:
                return client.request(
                    method,
                    url,
                    json=None if picture else payload,
                    data={"payload_json": json.dumps(payload)} if picture else None,
                    files={"files[0]": _file(picture)} if picture else None,
                    timeout=TIMEOUT,
                    follow_redirects=False,
                )
        # from None: what it was called with is a secret
        except (*NOT_SENT, UnicodeError) as error:
            kind = type(error).__name__
            text = _("Discord cannot be reached (%(kind)s).")
            raise NotificationError(text % {"kind": kind}) from None
        except httpx.TimeoutException:
            raise NoAnswer(_("Discord did not answer in time.")) from None
        except httpx.HTTPError as error:
            kind = type(error).__name__
            text = _("Discord broke the line off without an answer (%(kind)s).")
            raise NoAnswer(text % {"kind": kind}) from None


def _payload(message: Message) -> dict[str, object]:
    payload: dict[str, object] = {"embeds": [embed(message)], "allowed_mentions": {"parse": []}}
    if message.picture:
        payload["attachments"] = [{"id": 0, "filename": message.picture.name}]
    return payload


def _file(picture: Picture) -> tuple[str, bytes, str]:
    return picture.name, picture.content, picture.kind


def _checked(url: str) -> httpx.URL:
    try:
        return checked(url)
    except NotAllowed as error:
        _refuse_address(error.host)


def _refuse_address(host: str) -> NoReturn:
    """The host is no secret; the rest of the address is."""
    if host:
        text = _(
            "That is no Discord webhook address: cards may not be sent to %(host)s. Copy it in"
            " Discord from the channel's settings, Integrations, Webhooks. Another service's host"
            " has to be listed in the setting WEBHOOK_HOSTS."
        )
        raise NotificationError(text % {"host": plain(host)[:100]}, permanent=True) from None
    text = _(
        "That is no Discord webhook address: it has to begin with https://. Copy it in Discord from"
        " the channel's settings, Integrations, Webhooks."
    )
    raise NotificationError(text, permanent=True) from None


def _asked_pause(answer: httpx.Response) -> timedelta:
    """What the limit's headers ask for, once nothing is left of it."""
    if answer.headers.get("X-RateLimit-Remaining") != "0":
        return timedelta()
    return _seconds(answer.headers.get("X-RateLimit-Reset-After"), otherwise=0.0)


def _wanted_wait(answer: httpx.Response) -> timedelta:
    """Before the next try; the body is more exact than the header."""
    said = _json(answer).get("retry_after", answer.headers.get("Retry-After"))
    return _seconds(said, otherwise=1.0)


def _seconds(said: object, *, otherwise: float) -> timedelta:
    try:
        return timedelta(seconds=min(max(0.0, float(str(said))), LONGEST_WAIT))
    except ValueError:
        return timedelta(seconds=otherwise)


def _raise_for(answer: httpx.Response) -> None:
    """The one place that reads a status."""
    status = answer.status_code
    if answer.is_success:
        return
    said = {"said": _said(answer)}
    if status == httpx.codes.NOT_FOUND and _json(answer).get("code") == UNKNOWN_MESSAGE:
        raise MessageGone(_("The card was deleted on Discord (%(said)s).") % said)
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.NOT_FOUND}:
        text = _("The Discord webhook or its thread no longer exists (%(said)s).")
        raise ChannelGone(text % said)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise SlowDown(_("Discord asks us to slow down."), retry_after=_wanted_wait(answer))
    permanent = answer.is_redirect or answer.is_client_error
    text = _("Discord did not take the card (%(said)s).")
    raise NotificationError(text % said, permanent=permanent)


def _said(answer: httpx.Response) -> str:
    said = _json(answer).get("message")
    words = f": {plain(said)[:200]}" if isinstance(said, str) else ""
    return f"{answer.status_code}{words}"


def _json(answer: httpx.Response) -> dict[str, object]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
