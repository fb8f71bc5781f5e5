"""All of PostFlow as `manage.py start` runs it, over the database of the test."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from pipeline.supervisor.ports import free_port
from tests.sandbox.running import ROOT

HOST = "127.0.0.1"


class Installation:
    """Web, cluster, watcher and file server; what they say is in `log`."""

    def __init__(self, var: Path, **environment: str) -> None:
        var.mkdir(mode=0o700)
        self.log = var / "log"
        self.web, files = free_port(HOST), free_port(HOST)
        self.url = f"http://{HOST}:{self.web}"
        given = urlsplit(os.environ["DATABASE_URL"])
        database = f"{given.scheme}://{given.netloc}/{connection.settings_dict['NAME']}"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "postflow_site.settings",
            "DATABASE_URL": database,
            "POSTFLOW_VAR": str(var),
            "SECRET_KEY": settings.SECRET_KEY,
            "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
            "PUBLIC_URL": self.url,
            "PUBLIC_FILE_URL": f"http://{HOST}:{files}",
            "FILE_SERVER_PORT": str(files),
            **environment,
        }

    def __enter__(self) -> Self:
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "start", "--no-input", "--port", str(self.web)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self

    def runs(self) -> bool:
        return self.process.poll() is None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """As Ctrl+C does; running uploads may go on for as long as `start` lets them."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=120)
        finally:
            self.process.kill()  # its children notice, and end
