"""No secret stands in what a real server writes, whatever is asked of it and however it breaks."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.logs.test_redaction import DISCORD, JWT, PATH, SECRETS

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]
# What is a secret by its form, wherever it stands in an address.
ADDRESSES = [f"/{PATH}", f"/view/{JWT}", DISCORD.removeprefix("https://discord.com")]
BREAKS = """
import threading
from tests.logs.test_redaction import SECRETS
texts = "\\n".join(text for text, _secret in SECRETS.values())
def end():
    raise RuntimeError(f"while sending: {texts}")
thread = threading.Thread(target=end)
thread.start()
thread.join()
end()
"""


def environment(var: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "postflow_site.settings",
        "POSTFLOW_VAR": str(var),
        "POSTFLOW_CONFIG": "",
    }


@contextmanager
def gunicorn(var: Path, output: Path) -> Iterator[httpx.Client]:
    """Two workers that tell of each request, which ours do not by themselves."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(collect, cwd=ROOT, env=environment(var), check=True)
    words = ["--workers=2", "--worker-class=gthread", "--log-level=debug", "--access-logfile=-"]
    with output.open("w") as out:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--no-control-socket", *words),
                *(f"--bind=127.0.0.1:{port}", "tests.logs.breaking"),
            ],
            cwd=ROOT,
            env=environment(var),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                _wait_for(client)
                yield client
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(client: httpx.Client) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            assert client.get("/healthz").status_code == 200
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError("The server did not start.")


def written(var: Path, output: Path) -> str:
    return "".join(file.read_text() for file in (output, *sorted((var / "logs").iterdir())))


def assert_hidden(whole: str) -> None:
    assert [name for name, (_text, secret) in SECRETS.items() if secret in whole] == []


def test_gunicorn_writes_no_secret(tmp_path: Path) -> None:
    var, output = tmp_path / "var", tmp_path / "gunicorn.log"
    with gunicorn(var, output) as client:
        for address in ADDRESSES:
            assert client.get(address).status_code == 404
        for text, _secret in SECRETS.values():
            answer = client.post(f"/?q={quote(text)}", content=text, headers={"User-Agent": text})
            assert answer.status_code == 500
    whole = written(var, output)
    assert_hidden(whole)
    kinds = len(SECRETS)
    assert output.read_text().count("gunicorn.access: 127.0.0.1 - - ") >= kinds + len(ADDRESSES)
    assert output.read_text().count("RuntimeError: while sending: ") == 2 * kinds
    assert (var / "logs" / "error.log").read_text().count("gunicorn.error: Error handl") == kinds


def test_a_process_that_ends_by_an_error_writes_none(tmp_path: Path) -> None:
    var, output = tmp_path / "var", tmp_path / "shell.log"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", BREAKS],
        cwd=ROOT,
        env=environment(var),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    output.write_text(done.stdout + done.stderr)
    whole = written(var, output)
    assert_hidden(whole)
    assert done.stderr.count("RuntimeError: while sending: ") == 2
    assert "This process ends by an error." in (var / "logs" / "error.log").read_text()
