"""Where Frame.io reaches our file server, and a look whether it does."""

import secrets
from dataclasses import dataclass

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from frameio.errors import NotReachable
from frameio.http import trusted
from frameio.served import Identity
from frameio.tunnel import address_told


@dataclass(frozen=True)
class PublicAddress:
    """`metered`: it is a tunnel whose provider counts the bytes."""

    url: str
    metered: bool = False

    def of(self, token: str) -> str:
        return f"{self.url.rstrip('/')}/{token}"


def public_address() -> PublicAddress:
    """The fixed one, or that of the tunnel that is up now. Raises NotReachable."""
    if settings.PUBLIC_FILE_URL:
        return PublicAddress(settings.PUBLIC_FILE_URL)
    if url := address_told():
        return PublicAddress(url, metered=True)
    raise NotReachable(
        _(
            "Frame.io cannot fetch from here: no file server is running with a tunnel or an address"
            " of its own. Set PUBLIC_FILE_URL or NGROK_AUTHTOKEN and run manage.py fileserver, or"
            " choose direct upload on the project's page."
        )
    )


def probe_client(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    return httpx.Client(
        transport=transport,
        timeout=httpx.Timeout(20),
        headers={"User-Agent": "PostFlow"},
        follow_redirects=False,
        trust_env=False,
        verify=trusted(),
    )


def probe(http: httpx.Client, url: str, identity: Identity, position: int, byte: bytes) -> None:
    """Fetch one byte the way Frame.io would. What a tunnel puts before its visitors, such as a
    page of warning, would arrive as the film. Raises NotReachable.
    """
    try:
        with http.stream("GET", url, headers={"Range": f"bytes={position}-{position}"}) as answer:
            shown = answer.headers.get("Content-Range")
            ours = answer.status_code == 206 and answer.headers.get("ETag") == identity.etag
            whole = shown == f"bytes {position}-{position}/{identity.size}"
            if ours and whole and answer.read() == byte:
                return
            what = _what_came(answer)
    except (httpx.RequestError, httpx.InvalidURL) as error:
        what = _("no answer (%(kind)s)") % {"kind": type(error).__name__}
    raise NotReachable(
        _(
            "Our file server is not reached at its public address: %(what)s came instead of a byte"
            " of the file. Check PUBLIC_FILE_URL or the tunnel, and that manage.py fileserver runs."
        )
        % {"what": what}
    )


def look(http: httpx.Client, url: str) -> None:
    """Whether it is our file server that answers there: to a path that nobody opened it says 404,
    and not a byte more. Raises NotReachable.
    """
    try:
        answer = http.get(PublicAddress(url).of(secrets.token_hex(32)))
    except (httpx.RequestError, httpx.InvalidURL) as error:
        what = _("no answer (%(kind)s)") % {"kind": type(error).__name__}
    else:
        if answer.status_code == httpx.codes.NOT_FOUND and not answer.content:
            return
        what = _what_came(answer)
    raise NotReachable(
        _("Our file server is not reached at its public address: %(what)s came from there.")
        % {"what": what}
    )


def _what_came(answer: httpx.Response) -> str:
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if kind == "text/html":
        return _("a web page (status %(status)d)") % {"status": answer.status_code}
    return _("status %(status)d") % {"status": answer.status_code}
