"""Where cards may be sent: an address that a person gives must not make us call just anything."""

from urllib.parse import urlsplit

import httpx
from django.conf import settings

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class NotAllowed(Exception):
    """The address is no https:// one, or leads to a host that was not listed."""

    def __init__(self, host: str = "") -> None:
        super().__init__(host)
        self.host = host


def checked(url: str) -> httpx.URL:
    """Only exact host names are listed, redirects are never followed, and no name that is given
    here is looked up before it was found in the list: so nobody steers a call into the studio's
    network. Raises NotAllowed.
    """
    try:
        parsed = httpx.URL(url.strip())
    except (httpx.InvalidURL, UnicodeError):
        raise NotAllowed from None
    if not parsed.host or parsed.scheme not in {"https", "http"}:
        raise NotAllowed
    if _is_the_operators(parsed):
        return parsed
    if parsed.scheme == "http" and parsed.host not in LOOPBACK:
        raise NotAllowed
    if parsed.host.lower() not in {host.lower() for host in settings.WEBHOOK_HOSTS}:
        raise NotAllowed(parsed.host)
    return parsed


def _is_the_operators(url: httpx.URL) -> bool:
    """The channel in the settings was given by whoever runs PostFlow, who need not list its host;
    but it is not sent in the clear over a network."""
    own = urlsplit(settings.DISCORD_WEBHOOK_URL.strip())
    same = (url.scheme, url.netloc.decode()) == (own.scheme, own.netloc)
    return same and (url.scheme == "https" or url.host in LOOPBACK)
