"""A PostgreSQL of the tests' own: in a folder of its own, and gone with it."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))  # where Debian keeps them
USER = "postgres"  # it refuses to run as root


def why_impossible() -> str:
    """Empty where one can be started."""
    return "" if _program("initdb") else "not installed: initdb (Debian: postgresql)"


@contextmanager
def postgresql() -> Iterator[str]:
    """A new cluster; gives the DATABASE_URL of its one database."""
    server = PostgreSQL("-c listen_addresses= -c fsync=off -c max_connections=30")
    try:
        yield f"postgres://{USER}@/{server.where}/postgres"
    finally:
        server.stop()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


class PostgreSQL:
    """Listens on a socket in `where`, and wherever else `settings` say. Lives until `stop`."""

    def __init__(self, settings: str) -> None:
        # a short name, as the socket's path has to be
        self.where = Path(tempfile.mkdtemp(prefix="postflow-pg-"))
        if os.getuid() == 0:
            shutil.chown(self.where, USER)
        data, log = self.where / "data", self.where / "log"
        self._control = ("pg_ctl", "-w", "-m", "immediate", "-D", data, "-l", log)
        try:
            _run("initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
            options = f"{settings} -c unix_socket_directories={self.where}"
            _run(*self._control, "-o", options, "start")
        except BaseException:
            shutil.rmtree(self.where)
            raise

    def restart(self) -> None:
        """As after a crash: connections are cut, what was not committed is gone."""
        _run(*self._control, "restart")

    def stop(self) -> None:
        _run(*self._control, "stop")
        shutil.rmtree(self.where)


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
