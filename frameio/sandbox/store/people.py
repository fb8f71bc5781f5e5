"""The user, accounts, workspaces and projects."""

import sqlite3
from collections.abc import Callable
from uuid import uuid4

from frameio.sandbox.store.database import transaction
from frameio.sandbox.store.paging import Page, Wanted, page
from frameio.sandbox.store.records import Account, Project, User, Workspace


class People:
    def __init__(self, db: sqlite3.Connection, clock: Callable[[], float]) -> None:
        self._db = db
        self._clock = clock

    def move_in(self) -> None:
        """What a fresh sandbox holds: one user, account, workspace and project."""
        account, now = str(uuid4()), self._clock()
        self.add_user("Sandy Box", "sandy@example.com")
        self.add_user("Sandbox Service Account", "service@example.com")
        self._db.execute(
            "INSERT INTO accounts (id, display_name, created_at, updated_at) VALUES (?, ?, ?, ?)",
            (account, "Sandbox Studio", now, now),
        )
        workspace = self.create_workspace(account, "Sandbox Studio's Workspace")
        self.create_project(workspace, "Demo", restricted=False)

    def user(self) -> User:
        """Who logs in."""
        return User(**self._db.execute("SELECT * FROM users ORDER BY seq").fetchone())

    def service(self) -> User:
        """Who a server's own credentials stand for."""
        query = "SELECT * FROM users ORDER BY seq LIMIT 1 OFFSET 1"
        return User(**self._db.execute(query).fetchone())

    def user_by_id(self, user_id: str) -> User | None:
        row = self._row("users", user_id)
        return User(**row) if row else None

    def user_by_email(self, email: str) -> User | None:
        row = self._db.execute("SELECT * FROM users WHERE email = ?", (email,)).fetchone()
        return User(**row) if row else None

    def add_user(self, name: str, email: str) -> User:
        row = self._db.execute(
            "INSERT INTO users (id, name, email) VALUES (?, ?, ?) RETURNING *",
            (str(uuid4()), name, email),
        ).fetchone()
        return User(**row)

    def users_page(self, wanted: Wanted) -> Page:
        return page(self._db, "users", "1", (), wanted)

    def accounts(self) -> list[Account]:
        return [Account(**row) for row in self._db.execute("SELECT * FROM accounts ORDER BY seq")]

    def account(self, account_id: str) -> Account | None:
        row = self._row("accounts", account_id)
        return Account(**row) if row else None

    def workspace(self, workspace_id: str) -> Workspace | None:
        row = self._row("workspaces", workspace_id)
        return Workspace(**row) if row else None

    def project(self, project_id: str) -> Project | None:
        row = self._row("projects", project_id)
        return Project(**row) if row else None

    def projects(self) -> list[Project]:
        return [Project(**row) for row in self._db.execute("SELECT * FROM projects ORDER BY seq")]

    def accounts_page(self, wanted: Wanted) -> Page:
        return page(self._db, "accounts", "1", (), wanted)

    def workspaces_page(self, account_id: str, wanted: Wanted) -> Page:
        return page(self._db, "workspaces", "account_id = ?", (account_id,), wanted)

    def projects_page(
        self, account_id: str, wanted: Wanted, *, workspace_id: str | None = None
    ) -> Page:
        if workspace_id is None:
            return page(self._db, "projects", "account_id = ?", (account_id,), wanted)
        return page(self._db, "projects", "workspace_id = ?", (workspace_id,), wanted)

    def create_workspace(self, account_id: str, name: str) -> Workspace:
        row = self._db.execute(
            "INSERT INTO workspaces (id, account_id, name, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?) RETURNING *",
            (str(uuid4()), account_id, name, self._clock(), self._clock()),
        ).fetchone()
        return Workspace(**row)

    def create_project(self, workspace: Workspace, name: str, *, restricted: bool) -> Project:
        project, root, now = str(uuid4()), str(uuid4()), self._clock()
        account = workspace.account_id
        with transaction(self._db):
            row = self._db.execute(
                "INSERT INTO projects (id, account_id, workspace_id, root_folder_id, name,"
                " restricted, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
                (project, account, workspace.id, root, name, restricted, now, now),
            ).fetchone()
            self._db.execute(
                "INSERT INTO assets (id, type, account_id, project_id, name, created_at,"
                " updated_at) VALUES (?, 'folder', ?, ?, ?, ?, ?)",
                (root, account, project, "root", now, now),
            )
        return Project(**row)

    def storage_of(self, *, account_id: str, project_id: str | None = None) -> int:
        """Bytes announced, in the whole account or in one project."""
        row = self._db.execute(
            "SELECT coalesce(sum(file_size), 0) FROM assets"
            " WHERE account_id = ? AND coalesce(? = project_id, 1)",
            (account_id, project_id),
        ).fetchone()
        return int(row[0])

    def _row(self, table: str, id_: str) -> sqlite3.Row | None:
        query = f"SELECT * FROM {table} WHERE id = ?"  # noqa: S608  # our own names
        row: sqlite3.Row | None = self._db.execute(query, (id_,)).fetchone()
        return row
