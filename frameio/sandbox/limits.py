"""How often each operation may be called, as the vendor's document says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    calls: int
    window_ms: int


MINUTE = 60_000
SECOND = 1_000

LIMITS = {
    "account_projects.index": Limit(100, MINUTE),
    "accounts.index": Limit(100, MINUTE),
    "files.create_local_upload": Limit(5, SECOND),
    "files.delete": Limit(100, MINUTE),
    "files.list": Limit(5, SECOND),
    "files.move": Limit(100, MINUTE),
    "files.show": Limit(10, SECOND),
    "files.show_file_upload_status": Limit(5, SECOND),
    "files.update": Limit(100, MINUTE),
    "folders.create": Limit(3, SECOND),
    "folders.delete": Limit(60, MINUTE),
    "folders.index": Limit(100, MINUTE),
    "folders.list": Limit(5, SECOND),
    "folders.move": Limit(10, MINUTE),
    "folders.show": Limit(100, MINUTE),
    "folders.update": Limit(10, MINUTE),
    "projects.create": Limit(10, MINUTE),
    "projects.index": Limit(100, MINUTE),
    "projects.show": Limit(100, MINUTE),
    "users.show": Limit(100, MINUTE),
    "version_stacks.list": Limit(5, SECOND),
    "workspaces.create": Limit(10, MINUTE),
    "workspaces.index": Limit(100, MINUTE),
    "workspaces.show": Limit(100, MINUTE),
}


def rate_headers(operation: str | None) -> dict[str, str]:
    """Three on every answer. Nothing is refused, so each call is like the first."""
    limit = LIMITS.get(operation or "", Limit(100, MINUTE))
    return {
        "x-ratelimit-limit": str(limit.calls),
        "x-ratelimit-remaining": str(limit.calls - 1),
        "x-ratelimit-window": str(limit.window_ms),
    }
