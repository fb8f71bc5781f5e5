"""How often Frame.io lets each operation be called: leaky buckets that drain evenly.

The operations we use, as the vendor's document has them; the answers' headers correct it
(frameio.pace). https://api.frame.io/v4/openapi.json
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Limit:
    """`calls` at once, and then one more each `interval`."""

    calls: int
    window: timedelta

    @property
    def interval(self) -> timedelta:
        return self.window / self.calls

    @property
    def burst(self) -> int:
        """A tenth is kept free: calls that leave in time may still arrive closer together."""
        return max(1, self.calls - max(1, self.calls // 10))

    @classmethod
    def told_in(cls, headers: Mapping[str, str]) -> Self | None:
        """The window is in milliseconds."""
        try:
            calls = int(headers["x-ratelimit-limit"])
            window = timedelta(milliseconds=int(headers["x-ratelimit-window"]))
        except (KeyError, ValueError, OverflowError):
            return None
        return cls(calls, window) if calls > 0 and window > timedelta() else None


UNKNOWN = Limit(10, MINUTE)  # the slowest there is, until the first answer says better
LIMITS = {
    "GET /v4/me": Limit(100, MINUTE),
    "GET /v4/accounts": Limit(100, MINUTE),
    "GET /v4/accounts/*/workspaces": Limit(100, MINUTE),
    "GET /v4/accounts/*/workspaces/*": Limit(100, MINUTE),
    "GET /v4/accounts/*/projects": Limit(100, MINUTE),
    "GET /v4/accounts/*/workspaces/*/projects": Limit(100, MINUTE),
    "POST /v4/accounts/*/workspaces/*/projects": Limit(10, MINUTE),
    "GET /v4/accounts/*/projects/*": Limit(100, MINUTE),
    "GET /v4/accounts/*/folders/*": Limit(100, MINUTE),
    "GET /v4/accounts/*/folders/*/folders": Limit(5, SECOND),
    "POST /v4/accounts/*/folders/*/folders": Limit(3, SECOND),
    "GET /v4/accounts/*/folders/*/files": Limit(5, SECOND),
    "POST /v4/accounts/*/folders/*/files/local_upload": Limit(5, SECOND),
    "POST /v4/accounts/*/folders/*/files/remote_upload": Limit(5, SECOND),
    "GET /v4/accounts/*/files/*": Limit(10, SECOND),
    "DELETE /v4/accounts/*/files/*": Limit(100, MINUTE),
    "GET /v4/accounts/*/files/*/status": Limit(5, SECOND),
    "PATCH /v4/accounts/*/files/*/move": Limit(100, MINUTE),
    "POST /v4/accounts/*/folders/*/version_stacks": Limit(10, MINUTE),
    "GET /v4/accounts/*/version_stacks/*": Limit(100, MINUTE),
    "GET /v4/accounts/*/version_stacks/*/children": Limit(100, MINUTE),
    "GET /v4/accounts/*/files/*/comments": Limit(100, MINUTE),
    "GET /v4/accounts/*/comments/*": Limit(100, MINUTE),
    "GET /v4/accounts/*/workspaces/*/webhooks": Limit(100, MINUTE),
    "POST /v4/accounts/*/workspaces/*/webhooks": Limit(10, MINUTE),
    "DELETE /v4/accounts/*/webhooks/*": Limit(60, MINUTE),
    "GET /v4/accounts/*/projects/*/shares": Limit(100, MINUTE),
    "POST /v4/accounts/*/projects/*/shares": Limit(10, MINUTE),
    "POST /v4/accounts/*/shares/*/assets": Limit(10, MINUTE),
    "GET /v4/accounts/*/shares/*/assets": Limit(100, MINUTE),
    "GET /v4/accounts/*/shares/*/reviewers": Limit(10, MINUTE),
    "POST /v4/accounts/*/shares/*/reviewers": Limit(10, MINUTE),
    "GET /v4/accounts/*/files/*/metadata": Limit(100, MINUTE),
    "GET /v4/accounts/*/metadata/field_definitions": Limit(100, MINUTE),
    "POST /v4/accounts/*/metadata/field_definitions": Limit(10, MINUTE),
    "PATCH /v4/accounts/*/projects/*/metadata/values": Limit(10, MINUTE),
}


def operation(method: str, path: str) -> str:
    """The row of `LIMITS` for a call, or a name that stands for itself."""
    call = f"{method} {path}"
    return next((name for name, fits in _PATTERNS.items() if fits.fullmatch(call)), call[:150])


_PATTERNS = {name: re.compile(name.replace("*", "[^/]+")) for name in LIMITS}
