"""PostFlow's own processes, as commands."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from django.conf import settings

from pipeline.supervisor.supervisor import GRACE, Child

Environment: TypeAlias = Mapping[str, str]
NOTHING: Environment = {}

THREADS = 8
WSGI = "postflow_site.wsgi:application"


def manage(*words: str) -> tuple[str, ...]:
    return (sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *words)


def web(host: str, port: int, environment: Environment = NOTHING) -> Child:
    listen = f"{host}:{port}"
    return Child("web", (sys.executable, "-m", *_server(listen), WSGI), environment)


def _server(listen: str) -> tuple[str, ...]:
    if os.name == "nt":
        return ("waitress", f"--listen={listen}", f"--threads={THREADS}")
    # Gunicorn's remote control would be one for all of a user's servers; ours is the terminal.
    worker = ("--worker-class=gthread", f"--threads={THREADS}", "--no-control-socket")
    return ("gunicorn", f"--bind={listen}", *worker)


def cluster(environment: Environment = NOTHING, *, grace: float = GRACE) -> Child:
    """`grace`: seconds its uploads have to stop."""
    return Child("cluster", manage("qcluster", f"--grace={grace:.0f}"), environment)


def watcher(environment: Environment = NOTHING) -> Child:
    return Child("watcher", manage("runwatcher"), environment)


def files(environment: Environment = NOTHING) -> Child:
    return Child("files", manage("fileserver"), environment)


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds it."""
    seen = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)  # noqa: S104
    return f"http://{seen}:{port}"
