"""A PostFlow of its own in a directory; its commands run as processes, on one or more machines."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import psutil

from tests.fresh import fresh_database

ROOT = Path(__file__).resolve().parents[2]

MAKE = """
from pipeline.models import NamingRule, Project, WatchedFolder
import sys
Project.objects.create(code="UNDLM", name="Undertow")
NamingRule.objects.create(name="standard")
WatchedFolder.objects.create(path=sys.argv[1], quiet_seconds=1, first_pass="send")
"""


class Site:
    """`mount`: the folder that is watched."""

    def __init__(self, where: Path) -> None:
        self.mount = where / "mount"
        self.mount.mkdir()
        self.database = where / "postflow.sqlite3"
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "postflow_site.settings",
            "POSTFLOW_VAR": str(where),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "REDIS_URL": "",
        }
        fresh_database(where)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *words]

    def manage(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*words), env=self.env, capture_output=True, text=True, timeout=60
        )

    def watch_the_mount(self) -> None:
        code = f"import sys; sys.argv = ['', {str(self.mount)!r}]\n{MAKE}"
        self.manage("shell", "-v0", "-c", code).check_returncode()

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self.command("runwatcher", *words),
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def watchers(self) -> list[tuple[str]]:
        with sqlite3.connect(self.database) as database:
            found = database.execute("select node from pipeline_watcher").fetchall()
        database.close()
        return found

    def nodes(self) -> list[tuple[str, str]]:
        with sqlite3.connect(self.database) as database:
            found = database.execute("select name, role from pipeline_node").fetchall()
        database.close()
        return found

    def jobs(self) -> list[tuple[str, str]]:
        with sqlite3.connect(self.database) as database:
            found = database.execute("select name, state from pipeline_uploadjob").fetchall()
        database.close()
        return found


def lines_until(process: "subprocess.Popen[str]", start: str) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(start):
            return lines
    raise AssertionError(f"it never said {start!r}: {lines}")


# --- Several machines -----------------------------------------------------------------------------

UNSHARE = ["unshare", "--uts", "--pid", "--fork", "--mount-proc", "--kill-child"]


def why_no_hosts() -> str:
    """Empty where a process can be given a host name and process ids of its own."""
    if not shutil.which("unshare"):
        return "not installed: unshare (Debian: util-linux)"
    tried = subprocess.run([*UNSHARE, "true"], capture_output=True, check=False, text=True)
    return tried.stderr.strip() if tried.returncode else ""


class Host:
    """A machine with a watcher: other watchers cannot look at its processes, and its name is its
    own. They share the mount and the database."""

    def __init__(self, site: Site, name: str) -> None:
        own = ["sh", "-c", 'hostname "$0" && exec "$@"', name]
        self.name = name
        self.process = subprocess.Popen(
            [*UNSHARE, *own, *site.command("runwatcher")],
            env=site.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def watcher(self) -> psutil.Process:
        return psutil.Process(self.process.pid).children()[0]

    def until(self, start: str) -> list[str]:
        """What it says up to a line that begins so."""
        return lines_until(self.process, start)

    def end(self) -> str:
        """The rest of what it said."""
        for watcher in psutil.Process(self.process.pid).children():
            watcher.resume()
            watcher.terminate()
        return self.process.communicate(timeout=30)[0]
