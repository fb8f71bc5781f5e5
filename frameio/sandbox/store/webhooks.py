"""Who wants to be told of what, and each attempt to tell them."""

import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from uuid import uuid4

from frameio.sandbox.store.paging import Page, Wanted, page
from frameio.sandbox.store.records import Webhook, Workspace


class Webhooks:
    def __init__(self, db: sqlite3.Connection, clock: Callable[[], float]) -> None:
        self._db = db
        self._clock = clock

    def get(self, webhook_id: str) -> Webhook | None:
        row = self._db.execute("SELECT * FROM webhooks WHERE id = ?", (webhook_id,)).fetchone()
        return Webhook(**row) if row else None

    def page_of(self, workspace_id: str, wanted: Wanted) -> Page:
        return page(self._db, "webhooks", "workspace_id = ?", (workspace_id,), wanted)

    def listening(self, account_id: str, workspace_id: str | None, event: str) -> list[Webhook]:
        """Those of the workspace; of the whole account when the event belongs to none."""
        rows = self._db.execute(
            "SELECT * FROM webhooks WHERE active AND account_id = ?1"
            " AND workspace_id = coalesce(?2, workspace_id) ORDER BY seq",
            (account_id, workspace_id),
        )
        hooks = [Webhook(**row) for row in rows]
        return [hook for hook in hooks if event in hook.events.split()]

    def create(self, workspace: Workspace, name: str, url: str, events: Sequence[str]) -> Webhook:
        now = self._clock()
        row = self._db.execute(
            "INSERT INTO webhooks (id, account_id, workspace_id, name, url, events, active, secret,"
            " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?) RETURNING *",
            (
                str(uuid4()),
                workspace.account_id,
                workspace.id,
                name,
                url,
                " ".join(events),
                secrets.token_urlsafe(32),
                now,
                now,
            ),
        ).fetchone()
        return Webhook(**row)

    def update(self, webhook: Webhook, changes: Mapping[str, str | bool]) -> Webhook:
        """`changes` are columns: name, url, events, active."""
        columns = {**changes, "updated_at": self._clock()}
        row = self._db.execute(
            f"UPDATE webhooks SET {', '.join(f'{name} = ?' for name in columns)}"  # noqa: S608  # our own names
            " WHERE id = ? RETURNING *",
            [*columns.values(), webhook.id],
        ).fetchone()
        return Webhook(**row)

    def delete(self, webhook: Webhook) -> None:
        self._db.execute("DELETE FROM webhooks WHERE id = ?", (webhook.id,))

    def log(
        self, webhook: Webhook, event: str, resource_id: str, attempt: int, status: int | None
    ) -> None:
        self._db.execute(
            "INSERT INTO deliveries (at, webhook_id, event, resource_id, attempt, status)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (self._clock(), webhook.id, event, resource_id, attempt, status),
        )

    def deliveries(self) -> list[dict[str, object]]:
        return [dict(row) for row in self._db.execute("SELECT * FROM deliveries ORDER BY seq")]
