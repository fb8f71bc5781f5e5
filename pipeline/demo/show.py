"""One run of the demo, from an empty place to the end."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from rich.console import Console

from pipeline.demo import clips, place, stage
from pipeline.demo.arrivals import Arrival, Sandbox, look
from pipeline.demo.screen import Screen
from pipeline.supervisor import ports, prepare
from pipeline.supervisor.lines import Lines
from pipeline.supervisor.supervisor import Supervisor

ARRIVAL_LIMIT = 120.0  # seconds for all clips to arrive, with `once`
LOOK_EVERY = 0.5
GRACE = 10.0
LOG = "demo.log"


class NotArrived(Exception):
    """Says which clips have not, and how far they came."""


def run(home: Path, lock: int, *, web_port: int, once: bool) -> None:
    """
    1. An empty place, and a database in it.
    2. The sandbox, and PostFlow connected to it.
    3. Web, cluster and watcher.
    4. The clips are saved on the mount; with `once` until all have arrived, else until Ctrl+C.

    Raises NoStage and NotArrived.
    """
    screen = Screen(Console(highlight=False))
    screen.say(_("Setting the demo up in %(folder)s") % {"folder": home})
    place.clear(home)
    prepare.database()
    prepare.static_files()
    with (
        (home / LOG).open("w", encoding="utf-8") as log,
        Supervisor(
            Lines(Console(file=log)), folder=settings.BASE_DIR, grace=GRACE, keep_open=(lock,)
        ) as supervisor,
    ):
        supervisor.heed_signals()
        sandbox, password = _set(supervisor, home, web_port)
        screen.say(_addresses(home, sandbox, web_port, password))
        _play(supervisor, screen, Watch(home / "mount", sandbox), once=once)


def _set(supervisor: Supervisor, home: Path, web_port: int) -> tuple[Sandbox, str]:
    """Steps 2 and 3; returns also the admin user's password."""
    sandbox = stage.open_sandbox(supervisor, home, ports.free_port(stage.HOST))
    extra = stage.sandbox_settings(sandbox, web_port)
    stage.connect({**os.environ, **extra})
    stage.watch(home / "mount")
    password = stage.make_admin()
    prepare.let_go()
    stage.open_postflow(supervisor, web_port, extra)
    return sandbox, password


def _addresses(home: Path, sandbox: Sandbox, web_port: int, password: str) -> str:
    login = _("user %(user)s, password %(password)s")
    lines = [
        ("PostFlow", f"http://{stage.HOST}:{web_port}/admin/"),
        ("", login % {"user": stage.USER, "password": password}),
        (_("the sandbox"), f"{sandbox.url}/"),
        (_("the mount"), str(home / "mount")),
        (_("the log"), str(home / LOG)),
    ]
    return "".join(["\n", *(f"  {name:<14}{told}\n" for name, told in lines)])


class Watch:
    """What has become of the clips, looked up not more often than it can be read."""

    def __init__(
        self, mount: Path, sandbox: Sandbox, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.mount = mount
        self.clips = clips.clips()
        self._sandbox = sandbox
        self._clock = clock
        self._looked: float | None = None
        self.arrivals: Sequence[Arrival] = ()

    def look(self) -> bool:
        """Whether there is something new to show."""
        if self._looked is not None and self._clock() - self._looked < LOOK_EVERY:
            return False
        self.arrivals = look(self.clips, self.mount, self._sandbox)
        self._looked = self._clock()
        return True

    @property
    def all_whole(self) -> bool:
        return bool(self.arrivals) and all(arrival.whole for arrival in self.arrivals)


def _play(supervisor: Supervisor, screen: Screen, watch: Watch, *, once: bool) -> None:
    threading.Thread(target=clips.save_all, args=(watch.clips, watch.mount), daemon=True).start()

    def all_there() -> bool:
        if watch.look():
            screen.show(watch.arrivals)
        return watch.all_whole

    with screen:
        arrived = supervisor.run(until=all_there, limit=ARRIVAL_LIMIT if once else float("inf"))
    if arrived:
        screen.say(_("All clips have arrived on the sandbox, byte for byte."))
    elif once:
        raise NotArrived(_what_did_not(watch.arrivals))
    if not once and not supervisor.is_stopping:
        text = _("Save more into %(mount)s, and see them on those pages. Ctrl+C ends it.")
        screen.say(text % {"mount": watch.mount})
        supervisor.run(until=lambda: False)


def _what_did_not(arrivals: Sequence[Arrival]) -> str:
    missing = [f"  {a.clip.name}: {a.state}" for a in arrivals if not a.whole]
    return "\n".join([_("These clips have not arrived in time:"), *missing])
