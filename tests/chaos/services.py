"""What PostFlow leans on, so that it can be taken away: the database and the broker."""

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

from tests.postgresql import USER, PostgreSQL, free_port, why_impossible

Row = Sequence[object]

REDIS = shutil.which("redis-server") or ""
PATIENCE = 30.0  # seconds for a database that is being restarted
COMBINATIONS = ("sqlite+orm", "sqlite+redis", "postgresql+orm", "postgresql+redis")


class SqliteFile:
    """The database as a file on this machine. It cannot be restarted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.url = f"sqlite:///{path}"

    def ask(self, sql: str) -> list[Row]:
        with closing(sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)) as db:
            rows: list[Row] = db.execute(sql).fetchall()
            return rows


class PostgresServer:
    def __init__(self, server: PostgreSQL, url: str) -> None:
        self.server = server
        self.url = url

    def ask(self, sql: str) -> list[Row]:
        give_up_at = time.monotonic() + PATIENCE
        while True:
            try:
                with psycopg.connect(self.url, autocommit=True) as db:
                    found = db.execute(sql.encode())
                    return list(found.fetchall()) if found.description else []
            except psycopg.OperationalError:
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.2)


Database = SqliteFile | PostgresServer


class RedisServer:
    """Keeps nothing on disk: a restart forgets every wake-up."""

    def __init__(self, place: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._place = place
        self._start()

    def _start(self) -> None:
        words = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir"]
        self._process = subprocess.Popen(
            [REDIS, *words, str(self._place)], stdout=subprocess.DEVNULL
        )
        with redis.Redis(port=self.port) as client:
            give_up_at = time.monotonic() + PATIENCE
            while True:
                try:
                    client.ping()
                    return
                except redis.ConnectionError:
                    if time.monotonic() > give_up_at:
                        raise
                    time.sleep(0.05)

    def flush(self) -> None:
        with redis.Redis(port=self.port) as client:
            client.flushall()

    def restart(self) -> None:
        self.stop()
        self._start()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@dataclass(frozen=True)
class Services:
    """`redis` is None where the database is the broker too."""

    name: str
    database: Database
    redis: RedisServer | None

    def flush_broker(self) -> None:
        if self.redis:
            self.redis.flush()
        else:
            self.database.ask("DELETE FROM django_q_ormq")


def why_not(combination: str) -> str:
    """Why it cannot be had here; empty when it can."""
    if "redis" in combination and not REDIS:
        return "redis-server is not installed"
    return why_impossible() if "postgresql" in combination else ""


@contextmanager
def running(combination: str, place: Path) -> Iterator[Services]:
    with ExitStack() as stack:
        database: Database = SqliteFile(place / "postflow.sqlite3")
        if "postgresql" in combination:
            port = free_port()
            server = PostgreSQL(f"-c listen_addresses=127.0.0.1 -c port={port}")
            stack.callback(server.stop)
            url = f"postgres://{USER}@127.0.0.1:{port}/postgres"
            database = PostgresServer(server, url)
        broker = None
        if "redis" in combination:
            broker = RedisServer(place)
            stack.callback(broker.stop)
        yield Services(combination, database, broker)
