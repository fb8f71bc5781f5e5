"""A PostgreSQL of the tests' own: it listens on a socket in its own folder, and ends with it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))  # where Debian keeps them
USER = "postgres"  # it refuses to run as root
SETTINGS = "-c listen_addresses= -c fsync=off -c max_connections=30"


def why_impossible() -> str:
    """Empty where one can be started."""
    return "" if _program("initdb") else "not installed: initdb (Debian: postgresql)"


@contextmanager
def postgresql() -> Iterator[str]:
    """A new cluster; gives the DATABASE_URL of its one database."""
    where = Path(tempfile.mkdtemp(prefix="postflow-pg-"))  # short, as the socket's path has to be
    data = where / "data"
    if os.getuid() == 0:
        shutil.chown(where, USER)
    try:
        _run("initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"{SETTINGS} -c unix_socket_directories={where}"
        _run("pg_ctl", "-D", data, "-o", options, "-l", where / "log", "-w", "start")
        try:
            yield f"postgres://{USER}@/{where}/postgres"
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(where)


def _program(name: str) -> str | None:
    known = [str(folder) for folder in reversed(BINARIES)]
    return shutil.which(name, path=os.pathsep.join([*known, os.environ.get("PATH", "")]))


def _run(name: str, *words: str | Path) -> None:
    program = _program(name)
    assert program, name
    user = USER if os.getuid() == 0 else None
    subprocess.run(
        [program, *words], check=True, stdout=subprocess.DEVNULL, user=user, group=user, cwd="/"
    )
