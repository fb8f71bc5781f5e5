"""The HTTP clients, and the one place that names the HTTP library's options.

No environment (a proxy or .netrc of the machine must not decide where footage and tokens go) and
no redirects (credentials and one-way bodies cannot follow them).
"""

import ssl
from functools import cache

import httpx

API_TIMEOUT = httpx.Timeout(connect=10, read=40, write=20, pool=10)
# For a page that somebody waits for.
HASTY_TIMEOUT = httpx.Timeout(connect=4, read=8, write=4, pool=4)
# A write timeout covers one block; 512 KiB with eight parts on a 1 Mbit/s line take 34 seconds.
STORAGE_TIMEOUT = httpx.Timeout(connect=15, read=120, write=120, pool=None)


@cache
def trusted() -> ssl.SSLContext:
    """Whom we believe to be who they say. Read once: for a small file, reading it for each client
    takes longer than all else."""
    return httpx.create_ssl_context(trust_env=False)


def api_client(
    base_url: str,
    auth: httpx.Auth | None,
    transport: httpx.BaseTransport | None = None,
    timeout: httpx.Timeout = API_TIMEOUT,
) -> httpx.Client:
    return httpx.Client(
        base_url=base_url,
        auth=auth,
        transport=transport,
        timeout=timeout,
        limits=httpx.Limits(max_connections=4, max_keepalive_connections=2, keepalive_expiry=20),
        headers={"User-Agent": "PostFlow", "Accept": "application/json"},
        follow_redirects=False,
        trust_env=False,
        verify=trusted(),
    )


def storage_client(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """For presigned addresses: no login goes there. Callers bound the parts at once."""
    return httpx.Client(
        transport=transport,
        timeout=STORAGE_TIMEOUT,
        limits=httpx.Limits(max_keepalive_connections=32, keepalive_expiry=20),
        headers={"User-Agent": "PostFlow"},
        follow_redirects=False,
        trust_env=False,
        verify=trusted(),
    )
