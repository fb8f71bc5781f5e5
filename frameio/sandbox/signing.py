"""Addresses that carry their own permission: for parts that come in and media that goes out."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

SIGNED_HEADERS = ("content-type", "host", "x-amz-acl")
SIGNATURE = "X-Amz-Signature"
STAMP = "%Y%m%dT%H%M%SZ"


def presign(
    key: bytes,
    *,
    method: str,
    base: str,
    path: str,
    headers: Mapping[str, str],
    now: float,
    life: int,
) -> str:
    """An address shaped as AWS Signature Version 4 has it, good for `life` seconds.

    `headers` must come with the request exactly as given here (host is taken from `base`).
    """
    made = datetime.fromtimestamp(now, UTC)
    signed = {**headers, "host": base.partition("://")[2]}
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"SANDBOX/{made:%Y%m%d}/us-east-1/s3/aws4_request",
        "X-Amz-Date": made.strftime(STAMP),
        "X-Amz-Expires": str(life),
        "X-Amz-SignedHeaders": ";".join(sorted(signed)),
    }
    return (
        f"{base}{path}?{urlencode({**query, SIGNATURE: _sign(key, method, path, query, signed)})}"
    )


def is_genuine(
    key: bytes, *, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> bool:
    """Method, path, query and each signed header are those that were signed."""
    names = query.get("X-Amz-SignedHeaders", "").split(";")
    signed = {name: headers.get(name, "") for name in names}
    unsigned = {name: value for name, value in query.items() if name != SIGNATURE}
    expected = _sign(key, method, path, unsigned, signed)
    return hmac.compare_digest(expected.encode(), query.get(SIGNATURE, "").encode())


def expiry(query: Mapping[str, str]) -> float:
    """Seconds since 1970 at which the address ends. Raises ValueError when it does not say."""
    made = datetime.strptime(query.get("X-Amz-Date", ""), STAMP).replace(tzinfo=UTC)
    return made.timestamp() + int(query.get("X-Amz-Expires", ""))


def _sign(
    key: bytes, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> str:
    lines = [method, quote(path), urlencode(sorted(query.items()))]
    lines += [f"{name}:{value.strip()}" for name, value in sorted(headers.items())]
    return hmac.new(key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()
