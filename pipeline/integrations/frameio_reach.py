"""Whether Frame.io can fetch files from us now."""

from dataclasses import dataclass

import httpx

from frameio.errors import NotReachable
from frameio.publicly import look, probe_client, public_address


@dataclass(frozen=True)
class Way:
    """`trouble`: why it is not open, in a sentence; else empty."""

    url: str
    trouble: str = ""


def public_way(transport: httpx.BaseTransport | None = None) -> Way:
    url = ""
    try:
        url = public_address().url
        with probe_client(transport) as http:
            look(http, url)
    except NotReachable as error:
        return Way(url, str(error))
    return Way(url)
