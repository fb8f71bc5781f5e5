"""The API against made-up requests, right ones and wrong ones, with schemathesis.

    python -m tests.api.fuzzing                          # for minutes, against a server of its own
    python -m tests.api.fuzzing --max-examples=1000      # options are schemathesis' own

A fault is any 5xx, and any answer that is not as the OpenAPI document says.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)
PREPARE = """
from django.contrib.auth.models import User
from pathlib import Path
from pipeline import tokens, uploads
from pipeline.models import NamingRule, Project, WatchedFolder
import os
user = User.objects.create_superuser("fuzz")
project = Project.objects.create(code="UNDLM", name="Undertow")
NamingRule.objects.create(name="Episodic", project=project)
folder = Path(os.environ["POSTFLOW_VAR"]).resolve() / "renders"
folder.mkdir()
WatchedFolder.objects.create(path=str(folder), project=project)
for number in range(1, 6):
    path = folder / f"UNDLM_SC010_SH0010_comp_v{number:03d}.mov"
    path.write_bytes(b"frames")
    uploads.upload_file(path, wait=False)
print(tokens.issue(user, "fuzz", ["read", "write", "admin"], None)[1])
"""


def fuzz(url: str, token: str, options: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """What it prints is for people; it ends with 0 when nothing was found."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{url}/api/v1/openapi.json",
        f"--checks={','.join(CHECKS)}",
        f"--header=Authorization: Bearer {token}",
        "--no-color",
        *options,
    ]
    with tempfile.TemporaryDirectory() as place:  # it keeps its examples where it is run
        return subprocess.run(
            command, cwd=place, capture_output=True, text=True, timeout=3600, check=False
        )


@contextmanager
def server(place: Path) -> Iterator[tuple[str, str]]:
    """An installation with some rows in it, served as in production: its address and a token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "POSTFLOW_VAR": str(place),
        "POSTFLOW_CONFIG": "",
        "DATABASE_URL": f"sqlite:///{place}/postflow.sqlite3",
        "DJANGO_SETTINGS_MODULE": "postflow_site.settings",
        "API_CALLS_PER_MINUTE": "1000000",
        "LOG_LEVEL": "ERROR",
    }
    manage = [sys.executable, "manage.py"]
    for step in (["migrate", "-v0"], ["collectstatic", "--no-input", "-v0"]):
        subprocess.run([*manage, *step], cwd=ROOT, env=environment, check=True)
    made = subprocess.run(
        [*manage, "shell", "-v0", "-c", PREPARE],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    process = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("gunicorn")),
            "--worker-class=gthread",
            "--threads=8",
            f"--bind=127.0.0.1:{port}",
            "--log-level=error",
            "postflow_site.wsgi",
        ],
        cwd=ROOT,
        env=environment,
    )
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}", made.stdout.strip().splitlines()[-1]
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as knocking:
            if knocking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("The server did not start.")


def main(options: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory() as place, server(Path(place)) as (url, token):
        done = fuzz(url, token, options or ["--max-examples=200", "--workers=2"])
    sys.stdout.write(done.stdout + done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
