"""The demo's processes, and what they need to find in the database."""

import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from pipeline.demo.arrivals import Sandbox
from pipeline.demo.clips import PROJECT
from pipeline.models import Project, WatchedFolder
from pipeline.supervisor import children
from pipeline.supervisor.supervisor import Child, Supervisor

HOST = "127.0.0.1"
USER = "demo"
QUIET_SECONDS = 2
START_LIMIT = 60.0  # seconds


class NoStage(Exception):
    """The demo cannot begin."""


class Stopped(NoStage):
    """Because someone has asked it to stop."""


def open_sandbox(supervisor: Supervisor, place: Path, port: int) -> Sandbox:
    """Start it and wait until it answers. Raises NoStage."""
    command = children.manage("sandbox", "--port", str(port), "--data", str(place / "sandbox"))
    supervisor.add(Child("sandbox", command))
    sandbox = Sandbox(children.address(HOST, port))
    _wait(supervisor, sandbox.answers, _("The sandbox"))
    return sandbox


def _wait(supervisor: Supervisor, ready: Callable[[], bool], what: str) -> None:
    if supervisor.run(until=ready, limit=START_LIMIT):
        return
    if supervisor.is_stopping:
        raise Stopped
    text = _("%(what)s did not start in %(seconds)d s.")
    raise NoStage(text % {"what": what, "seconds": START_LIMIT})


def connect(environment: children.Environment) -> None:
    """Log in and make the project and its naming rule, as an operator would. Raises NoStage."""
    command = children.manage(
        "connect", "--sandbox", environment["FRAMEIO_API_URL"], "--project", PROJECT
    )
    try:
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=START_LIMIT,
        )
    except subprocess.TimeoutExpired as error:
        raise NoStage(_("Connecting to the sandbox took too long.")) from error
    if done.returncode:
        text = _("The sandbox could not be connected: %(why)s")
        raise NoStage(text % {"why": done.stderr.strip()})


def sandbox_settings(sandbox: Sandbox, web_port: int) -> dict[str, str]:
    """For every process that talks to Frame.io or links to the admin."""
    return {
        "FRAMEIO_API_URL": sandbox.url,
        "FRAMEIO_IMS_URL": sandbox.url,
        "FRAMEIO_CLIENT_ID": "sandbox",
        "FRAMEIO_CLIENT_SECRET": "sandbox",
        "PUBLIC_URL": children.address(HOST, web_port),
    }


def watch(mount: Path) -> None:
    WatchedFolder.objects.create(
        path=str(mount),
        project=Project.objects.get(code=PROJECT),
        quiet_seconds=QUIET_SECONDS,
        first_pass=WatchedFolder.FirstPass.SEND,
    )


def make_admin() -> str:
    """A user of the admin; returns the password, which is nowhere else."""
    password = secrets.token_urlsafe(9)
    User.objects.create_superuser(USER, password=password)
    return password


def open_postflow(supervisor: Supervisor, port: int, environment: children.Environment) -> None:
    """Raises NoStage."""
    supervisor.add(children.web(HOST, port, environment))
    supervisor.add(children.cluster(environment))
    supervisor.add(children.watcher(environment))
    _wait(supervisor, lambda: _web_answers(port), _("The web server"))


def _web_answers(port: int) -> bool:
    login = f"{children.address(HOST, port)}/admin/login/"
    try:
        return httpx.get(login, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
