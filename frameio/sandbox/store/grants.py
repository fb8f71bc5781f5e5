"""Login codes and tokens. Only their digests are kept."""

import hashlib
import secrets
import sqlite3
from collections.abc import Callable
from typing import Literal
from uuid import uuid4

from frameio.sandbox.store.records import Grant

Kind = Literal["code", "access", "refresh"]


class Grants:
    def __init__(self, db: sqlite3.Connection, clock: Callable[[], float]) -> None:
        self._db = db
        self._clock = clock

    def issue(
        self,
        kind: Kind,
        *,
        scope: str,
        life: float,
        grant_id: str | None = None,
        redirect_uri: str | None = None,
    ) -> str:
        """A new secret of that kind, good for `life` seconds."""
        secret = f"{kind}-{secrets.token_urlsafe(32)}"
        self._db.execute(
            "INSERT INTO grants VALUES (?, ?, ?, ?, ?, ?)",
            (
                _digest(secret),
                kind,
                grant_id or str(uuid4()),
                scope,
                redirect_uri,
                self._clock() + life,
            ),
        )
        return secret

    def find(self, kind: Kind, secret: str) -> Grant | None:
        row = self._db.execute(
            "SELECT grant_id AS id, scope, expires_at FROM grants"
            " WHERE digest = ? AND kind = ? AND expires_at > ?",
            (_digest(secret), kind, self._clock()),
        ).fetchone()
        return Grant(**row) if row else None

    def spend(self, kind: Kind, secret: str, *, redirect_uri: str | None = None) -> Grant | None:
        """The grant, once: the second time there is none.

        A redirect address is compared when one is given; Adobe's token call has none of its own.
        """
        row = self._db.execute(
            "DELETE FROM grants WHERE digest = ? AND kind = ?"
            " RETURNING grant_id AS id, scope, expires_at, redirect_uri",
            (_digest(secret), kind),
        ).fetchone()
        if row is None or row["expires_at"] <= self._clock():
            return None
        if redirect_uri is not None and redirect_uri != row["redirect_uri"]:
            return None
        return Grant(id=row["id"], scope=row["scope"], expires_at=row["expires_at"])

    def revoke(self, secret: str) -> None:
        """An access token alone; a refresh token with all that came of the same login."""
        self._db.execute(
            "DELETE FROM grants WHERE digest = ?1 OR grant_id IN"
            " (SELECT grant_id FROM grants WHERE digest = ?1 AND kind = 'refresh')",
            (_digest(secret),),
        )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
