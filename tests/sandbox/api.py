"""The road to Frame.io as the tests walk it: small steps over real sockets."""

from typing import Any

Document = dict[str, Any]  # JSON of the V4 API
