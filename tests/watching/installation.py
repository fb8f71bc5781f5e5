"""A PostFlow of its own in a folder, whose real watcher can be measured."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil

from tests.fresh import fresh_database

ROOT = Path(__file__).resolve().parents[2]

MAKE = """
from pipeline.models import NamingRule, Project, WatchedFolder
NamingRule.objects.create(name="standard")
WatchedFolder.objects.create(
    path={path!r},
    project=Project.objects.create(code="UNDLM", name="Undertow"),
    extensions="mov exr",
    first_pass="baseline",
    quiet_seconds={quiet},
)
"""


class Installation:
    def __init__(self, where: Path, watched: Path, quiet: int = 10) -> None:
        where.mkdir()
        self.database = where / "postflow.sqlite3"
        self._log = where / "watcher.log"
        self._env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "postflow_site.settings",
            "POSTFLOW_VAR": str(where),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "REDIS_URL": "",
        }
        fresh_database(where)
        self._manage("shell", "-v0", "-c", MAKE.format(path=str(watched), quiet=quiet))

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *words]

    def _manage(self, *words: str) -> None:
        subprocess.run(self._command(*words), env=self._env, check=True)

    @contextmanager
    def runwatcher(self) -> Iterator[psutil.Process]:
        """After its first pass."""
        words = self._command("runwatcher")
        with (
            self._log.open("wb") as log,
            subprocess.Popen(words, env=self._env, stdout=log, stderr=log) as started,
        ):
            try:
                while not self._first_pass_is_done():
                    time.sleep(0.5)
                yield psutil.Process(started.pid)
            finally:
                started.terminate()

    def _first_pass_is_done(self) -> bool:
        with closing(sqlite3.connect(self.database)) as database:
            row = database.execute("select first_pass_done from pipeline_watchedfolder").fetchone()
        return bool(row[0])
