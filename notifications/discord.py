"""Cards in a Discord channel, through a webhook.

https://docs.discord.com/developers/resources/webhook#execute-webhook
"""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NoReturn

import httpx

from notifications.addresses import NotAllowed, checked
from notifications.base import ChannelGone, NotificationError, Notifier
from notifications.card import embed
from notifications.message import Message
from notifications.plain import plain

TIMEOUT = httpx.Timeout(10.0)
TRIES = 4
LONGEST_WAIT = 10.0  # seconds in all; who needs to wait longer comes back later


class DiscordWebhook(Notifier):
    """Whoever has the address may post, so it is shown nowhere. A `thread_id` in it is kept."""

    def __init__(
        self,
        url: str,
        *,
        client: httpx.Client | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        # Without wait=true, a message that Discord does not keep is no error.
        self._url = _checked(url).copy_merge_params({"wait": "true"})
        self._client = client
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def send(self, message: Message) -> str:
        payload = {"embeds": [embed(message)], "allowed_mentions": {"parse": []}}
        left = LONGEST_WAIT
        for _ in range(TRIES - 1):
            answer = self._post(payload)
            wait = _wanted_wait(answer)
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS or wait > left:
                return _message_id(answer)
            self._sleep(wait)
            left -= wait
        return _message_id(self._post(payload))

    def _post(self, payload: Mapping[str, object]) -> httpx.Response:
        """Sent once: when no answer comes, the card may be there all the same."""
        try:
            if self._client:
                return self._client.post(
                    self._url, json=payload, timeout=TIMEOUT, follow_redirects=False
                )
            return httpx.post(
                self._url, json=payload, timeout=TIMEOUT, follow_redirects=False, trust_env=False
            )
        except httpx.TimeoutException:
            raise NotificationError("Discord did not answer in time.") from None
        except (
            httpx.HTTPError,
            UnicodeError,
        ) as error:  # from None: what it was called with is a secret
            kind = type(error).__name__
            raise NotificationError(f"Discord cannot be reached ({kind}).") from None


def _checked(url: str) -> httpx.URL:
    try:
        return checked(url)
    except NotAllowed as error:
        _refuse_address(error.host)


def _refuse_address(host: str) -> NoReturn:
    """The host is no secret; the rest of the address is."""
    how = "Copy it in Discord from the channel's settings, Integrations, Webhooks."
    if host:
        raise NotificationError(
            f"That is no Discord webhook address: cards may not be sent to {plain(host)[:100]}."
            f" {how} Another service's host has to be listed in the setting WEBHOOK_HOSTS.",
            permanent=True,
        ) from None
    raise NotificationError(
        f"That is no Discord webhook address: it has to begin with https://. {how}",
        permanent=True,
    ) from None


def _wanted_wait(answer: httpx.Response) -> float:
    """Seconds to wait before the next try; the body is more exact than the header."""
    said = _json(answer).get("retry_after", answer.headers.get("Retry-After"))
    try:
        return max(0.0, float(str(said)))
    except ValueError:
        return 1.0


def _message_id(answer: httpx.Response) -> str:
    """The one place that reads a status."""
    status = answer.status_code
    if answer.is_success:
        return str(_json(answer).get("id", ""))
    said = _said(answer)
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.NOT_FOUND}:
        raise ChannelGone(f"The Discord webhook or its thread no longer exists ({said}).")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        wait = timedelta(seconds=min(_wanted_wait(answer), 86_400))
        raise NotificationError("Discord asks us to slow down.", retry_after=wait)
    permanent = answer.is_redirect or answer.is_client_error
    raise NotificationError(f"Discord did not take the card ({said}).", permanent=permanent)


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
