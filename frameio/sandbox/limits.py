"""How often each operation may be called, as the vendor's document says."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    calls: int
    window_ms: int


MINUTE = 60_000
SECOND = 1_000

LIMITS = {
    "account_permissions.account_user_roles_update": Limit(10, MINUTE),
    "account_projects.index": Limit(100, MINUTE),
    "account_user_roles.index": Limit(100, MINUTE),
    "accounts.index": Limit(100, MINUTE),
    "actions.create": Limit(10, MINUTE),
    "actions.delete": Limit(60, MINUTE),
    "actions.index": Limit(100, MINUTE),
    "actions.show": Limit(100, MINUTE),
    "actions.update": Limit(10, MINUTE),
    "auditlog.index": Limit(100, MINUTE),
    "collections.index": Limit(100, MINUTE),
    "collections.show": Limit(100, MINUTE),
    "comments.create": Limit(100, MINUTE),
    "comments.create_attachment": Limit(60, MINUTE),
    "comments.delete": Limit(60, MINUTE),
    "comments.delete_attachment": Limit(60, MINUTE),
    "comments.index": Limit(100, MINUTE),
    "comments.show": Limit(100, MINUTE),
    "comments.update": Limit(10, MINUTE),
    "files.bulk_copy": Limit(60, MINUTE),
    "files.bulk_move": Limit(60, MINUTE),
    "files.copy": Limit(100, MINUTE),
    "files.create": Limit(5, SECOND),
    "files.create_local_upload": Limit(5, SECOND),
    "files.create_remote_upload": Limit(5, SECOND),
    "files.delete": Limit(100, MINUTE),
    "files.import_file": Limit(5, SECOND),
    "files.list": Limit(5, SECOND),
    "files.move": Limit(100, MINUTE),
    "files.show": Limit(10, SECOND),
    "files.show_file_upload_status": Limit(5, SECOND),
    "files.update": Limit(100, MINUTE),
    "folder_permissions.delete": Limit(60, MINUTE),
    "folder_user_roles.index": Limit(100, MINUTE),
    "folder_user_roles.update": Limit(10, MINUTE),
    "folders.bulk_copy": Limit(10, MINUTE),
    "folders.bulk_move": Limit(10, MINUTE),
    "folders.copy": Limit(10, MINUTE),
    "folders.create": Limit(3, SECOND),
    "folders.delete": Limit(60, MINUTE),
    "folders.index": Limit(100, MINUTE),
    "folders.list": Limit(5, SECOND),
    "folders.move": Limit(10, MINUTE),
    "folders.show": Limit(100, MINUTE),
    "folders.update": Limit(10, MINUTE),
    "groups.create": Limit(10, MINUTE),
    "groups.index": Limit(100, MINUTE),
    "groups.show": Limit(100, MINUTE),
    "groups.update": Limit(10, MINUTE),
    "invited_projects.index": Limit(100, MINUTE),
    "metadata.bulk_update": Limit(10, MINUTE),
    "metadata.field_definitions.create": Limit(10, MINUTE),
    "metadata.field_definitions.delete": Limit(60, MINUTE),
    "metadata.field_definitions.index": Limit(100, MINUTE),
    "metadata.field_definitions.update": Limit(10, MINUTE),
    "metadata.show": Limit(100, MINUTE),
    "project_permissions.delete": Limit(60, MINUTE),
    "project_user_roles.index": Limit(100, MINUTE),
    "project_user_roles.update": Limit(10, MINUTE),
    "projects.create": Limit(10, MINUTE),
    "projects.delete": Limit(60, MINUTE),
    "projects.index": Limit(100, MINUTE),
    "projects.recently_deleted": Limit(5, SECOND),
    "projects.show": Limit(100, MINUTE),
    "projects.update": Limit(10, MINUTE),
    "search.search": Limit(100, MINUTE),
    "shares.add_asset": Limit(10, MINUTE),
    "shares.add_reviewers": Limit(10, MINUTE),
    "shares.create": Limit(10, MINUTE),
    "shares.delete": Limit(60, MINUTE),
    "shares.index": Limit(100, MINUTE),
    "shares.list_activities": Limit(100, MINUTE),
    "shares.list_assets": Limit(100, MINUTE),
    "shares.list_reviewers": Limit(10, MINUTE),
    "shares.remove_asset": Limit(10, MINUTE),
    "shares.remove_reviewers": Limit(10, MINUTE),
    "shares.show": Limit(100, MINUTE),
    "shares.update": Limit(10, MINUTE),
    "users.show": Limit(100, MINUTE),
    "version_stacks.copy": Limit(10, MINUTE),
    "version_stacks.create": Limit(10, MINUTE),
    "version_stacks.index": Limit(100, MINUTE),
    "version_stacks.list": Limit(5, SECOND),
    "version_stacks.move": Limit(10, MINUTE),
    "version_stacks.show": Limit(100, MINUTE),
    "webhooks.create": Limit(10, MINUTE),
    "webhooks.delete": Limit(60, MINUTE),
    "webhooks.index": Limit(100, MINUTE),
    "webhooks.show": Limit(100, MINUTE),
    "webhooks.update": Limit(10, MINUTE),
    "workspace_user_roles.delete": Limit(60, MINUTE),
    "workspace_user_roles.index": Limit(100, MINUTE),
    "workspace_user_roles.update": Limit(10, MINUTE),
    "workspaces.create": Limit(10, MINUTE),
    "workspaces.delete": Limit(60, MINUTE),
    "workspaces.index": Limit(100, MINUTE),
    "workspaces.show": Limit(100, MINUTE),
    "workspaces.update": Limit(10, MINUTE),
}


OTHERS = Limit(100, MINUTE)


class Buckets:
    """Leaky buckets, one an operation and user: each call is a drop, and drops leak evenly.

    `scale` makes windows that many times shorter; with 0 nothing is refused.
    """

    def __init__(self, clock: Callable[[], float], *, scale: float) -> None:
        self._clock = clock
        self._scale = scale
        self._levels: dict[tuple[str, str], tuple[float, float]] = {}

    def pour(self, operation: str, user_id: str) -> bool:
        """One more call; False when it does not fit, and then it does not count."""
        if not self._scale:
            return True
        level = self._level(operation, user_id)
        if level + 1 > limit_of(operation).calls:
            return False
        self._levels[operation, user_id] = (level + 1, self._clock())
        return True

    def room(self, operation: str, user_id: str) -> int:
        """How many more calls fit at this moment."""
        return int(limit_of(operation).calls - self._level(operation, user_id))

    def wait(self, operation: str, user_id: str) -> float:
        """Seconds until one more call fits."""
        excess = self._level(operation, user_id) + 1 - limit_of(operation).calls
        return max(0.0, excess / self._drain(operation))

    def headers(self, operation: str, room: int) -> dict[str, str]:
        """Three on every answer."""
        limit = limit_of(operation)
        return {
            "x-ratelimit-limit": str(limit.calls),
            "x-ratelimit-remaining": str(room),
            "x-ratelimit-window": str(round(limit.window_ms / (self._scale or 1))),
        }

    def empty(self) -> None:
        self._levels.clear()

    def _level(self, operation: str, user_id: str) -> float:
        level, at = self._levels.get((operation, user_id), (0.0, 0.0))
        return max(0.0, level - (self._clock() - at) * self._drain(operation))

    def _drain(self, operation: str) -> float:
        """Calls a second."""
        limit = limit_of(operation)
        return limit.calls / limit.window_ms * 1000 * self._scale


def limit_of(operation: str) -> Limit:
    return LIMITS.get(operation, OTHERS)
