"""The demo's processes, and what they need to find in the database."""

import contextlib
import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from pipeline.demo.arrivals import Sandbox
from pipeline.demo.clips import PROJECT
from pipeline.models import Project, WatchedFolder
from pipeline.supervisor import children, ports
from pipeline.supervisor.supervisor import Child, Supervisor

HOST = "127.0.0.1"
USER = "demo"
BACKEND = "django.contrib.auth.backends.ModelBackend"
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


def sandbox_settings(sandbox: Sandbox) -> dict[str, str]:
    """For every process that talks to Frame.io."""
    return {
        "FRAMEIO_API_URL": sandbox.url,
        "FRAMEIO_IMS_URL": sandbox.url,
        "FRAMEIO_CLIENT_ID": "sandbox",
        "FRAMEIO_CLIENT_SECRET": "sandbox",
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


def open_web(supervisor: Supervisor, port: int, environment: children.Environment) -> None:
    """Raises PortTaken when it is another program that answers there, and NoStage."""
    web = children.web(HOST, port, environment)
    supervisor.add(web)
    with _login() as cookies:
        address = f"{children.address(HOST, port)}{reverse('admin:progress')}"
        answers: list[int] = []

        def answered() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                answers.append(httpx.get(address, cookies=cookies, trust_env=False).status_code)
            return bool(answers)

        _wait(supervisor, answered, _("The web server"))
    if answers != [httpx.codes.OK]:
        supervisor.drop(web.name)
        text = _(
            "Another program answers on port %(port)d of %(host)s. Stop it, or give another port:"
            " --port N."
        )
        raise ports.PortTaken(text % {"port": port, "host": HOST})


@contextlib.contextmanager
def _login() -> Iterator[dict[str, str]]:
    """The admin user's, for a moment: only the web server of this database knows it."""
    request = HttpRequest()
    request.session = SessionStore()
    login(request, User.objects.get(username=USER), BACKEND)
    request.session.save()
    try:
        yield {settings.SESSION_COOKIE_NAME: str(request.session.session_key)}
    finally:
        request.session.flush()


def open_the_rest(supervisor: Supervisor, environment: children.Environment) -> None:
    supervisor.add(children.cluster(environment))
    supervisor.add(children.watcher(environment))
