"""Review links, what they show and who was asked to look."""

import json
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from uuid import uuid4

from frameio.sandbox.store.database import transaction
from frameio.sandbox.store.journal import Json
from frameio.sandbox.store.paging import Page, Wanted, page
from frameio.sandbox.store.records import Asset, Project, Share, User


class Shares:
    def __init__(self, db: sqlite3.Connection, clock: Callable[[], float]) -> None:
        self._db = db
        self._clock = clock

    def get(self, share_id: str) -> Share | None:
        row = self._db.execute("SELECT * FROM shares WHERE id = ?", (share_id,)).fetchone()
        return Share(**row) if row else None

    def all(self) -> list[Share]:
        return [Share(**row) for row in self._db.execute("SELECT * FROM shares ORDER BY seq")]

    def page_of(self, project_id: str, wanted: Wanted) -> Page:
        return page(self._db, "shares", "project_id = ?", (project_id,), wanted)

    def assets(self, share: Share) -> list[str]:
        rows = self._db.execute(
            "SELECT asset_id FROM share_assets WHERE share_id = ? ORDER BY rowid", (share.id,)
        )
        return [row["asset_id"] for row in rows]

    def assets_page(self, share: Share, wanted: Wanted) -> Page:
        where = "id IN (SELECT asset_id FROM share_assets WHERE share_id = ?)"
        return page(self._db, "assets", where, (share.id,), wanted)

    def reviewers_page(self, share: Share, wanted: Wanted) -> Page:
        where = "id IN (SELECT user_id FROM share_reviewers WHERE share_id = ?)"
        return page(self._db, "users", where, (share.id,), wanted)

    def create(
        self, project: Project, name: str, settings: Mapping[str, Json], assets: Sequence[Asset]
    ) -> Share:
        now = self._clock()
        with transaction(self._db):
            row = self._db.execute(
                "INSERT INTO shares (id, account_id, project_id, collection_id, token, name,"
                " settings, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
                (
                    str(uuid4()),
                    project.account_id,
                    project.id,
                    str(uuid4()),
                    secrets.token_urlsafe(6),
                    name,
                    json.dumps(dict(settings)),
                    now,
                    now,
                ),
            ).fetchone()
            share = Share(**row)
            for asset in assets:
                self.add_asset(share, asset)
        return share

    def update(self, share: Share, name: str, settings: Mapping[str, Json]) -> Share:
        row = self._db.execute(
            "UPDATE shares SET name = ?, settings = ?, updated_at = ? WHERE id = ? RETURNING *",
            (name, json.dumps(dict(settings)), self._clock(), share.id),
        ).fetchone()
        return Share(**row)

    def delete(self, share: Share) -> None:
        self._db.execute("DELETE FROM shares WHERE id = ?", (share.id,))

    def add_asset(self, share: Share, asset: Asset) -> None:
        self._db.execute("INSERT OR IGNORE INTO share_assets VALUES (?, ?)", (share.id, asset.id))

    def remove_asset(self, share: Share, asset_id: str) -> bool:
        """False when it was not in it."""
        removed = self._db.execute(
            "DELETE FROM share_assets WHERE share_id = ? AND asset_id = ?", (share.id, asset_id)
        )
        return removed.rowcount == 1

    def add_reviewer(self, share: Share, user: User) -> None:
        self._db.execute("INSERT OR IGNORE INTO share_reviewers VALUES (?, ?)", (share.id, user.id))

    def remove_reviewer(self, share: Share, user: User) -> None:
        self._db.execute(
            "DELETE FROM share_reviewers WHERE share_id = ? AND user_id = ?", (share.id, user.id)
        )
