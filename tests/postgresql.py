"""A PostgreSQL of a test's own: in a directory, on a port that nobody uses."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
USER = "postgres"


def why_not() -> str:
    """Why there can be none here; empty when there can."""
    return "" if (PROGRAMS / "pg_ctl").exists() else "PostgreSQL 15 is not installed"


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


class PostgreSQL:
    """A server that lives until `stop`. It refuses root, so root runs it as the user `postgres`."""

    def __init__(self) -> None:
        self._place = Path(tempfile.mkdtemp(prefix="postflow-postgresql-"))
        self.port = free_port()
        if os.geteuid() == 0:
            shutil.chown(self._place, USER, USER)
        self._run("initdb", "-A", "trust", "-U", USER, "-E", "UTF8", "--no-sync", "-D", self._data)
        settings = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self._place}"
        self._run("pg_ctl", "start", "-w", "-D", self._data, "-o", settings, "-l", self._log)

    def url(self, name: str = "postgres") -> str:
        return f"postgres://{USER}@127.0.0.1:{self.port}/{name}"

    def create(self, name: str) -> str:
        """The address of a new, empty database."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, name)
        return self.url(name)

    def restart(self) -> None:
        """As after a crash: connections are cut, what was not committed is gone."""
        self._run("pg_ctl", "restart", "-w", "-m", "immediate", "-D", self._data, "-l", self._log)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self._data)
        shutil.rmtree(self._place, ignore_errors=True)

    @property
    def _data(self) -> str:
        return str(self._place / "data")

    @property
    def _log(self) -> str:
        return str(self._place / "log")

    def _run(self, program: str, *words: str) -> None:
        another = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
        subprocess.run(
            [*(another if os.geteuid() == 0 else []), str(PROGRAMS / program), *words],
            cwd=self._place,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=60,
        )
