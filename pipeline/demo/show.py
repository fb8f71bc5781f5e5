"""One run of the demo, from an empty place to the end."""

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from rich.console import Console

from pipeline.demo import clips, place, stage
from pipeline.demo.arrivals import Arrival, Sandbox, look
from pipeline.demo.screen import Screen
from pipeline.supervisor import children, ports, prepare
from pipeline.supervisor.lines import Lines
from pipeline.supervisor.supervisor import OURSELVES, Supervisor

ARRIVAL_LIMIT = 120.0  # seconds for all clips to arrive, with `once`
LOOK_EVERY = 0.5
GRACE = 10.0
WEB_PORT = 8000
LOG = "demo.log"


class NotArrived(Exception):
    """Says which clips have not, and how far they came."""


def run(home: Path, lock: int, *, web_port: int | None, once: bool) -> None:
    """
    1. An empty place, and a database in it.
    2. The sandbox, and PostFlow connected to it.
    3. Web, cluster and watcher.
    4. The clips are saved on the mount; with `once` until all have arrived, else until Ctrl+C.

    `web_port`: None: one that is free. Raises NoStage, NotArrived and PortTaken.
    """
    screen = Screen(Console(highlight=False))
    screen.say(_("Setting the demo up in %(folder)s") % {"folder": home})
    place.clear(home)
    prepare.database()
    prepare.static_files()
    with (
        (home / LOG).open("w", encoding="utf-8") as log,
        Supervisor(
            Heard(Console(file=log), screen, home / LOG),
            folder=settings.BASE_DIR,
            grace=GRACE,
            keep_open=(lock,),
        ) as supervisor,
    ):
        supervisor.heed_signals()
        sandbox, port, password = _set(supervisor, home, web_port, once=once)
        screen.say(_addresses(home, sandbox, port, password))
        _play(supervisor, screen, Watch(home / "mount", sandbox), once=once)


class Heard(Lines):
    """In the log, and of the processes themselves on the screen, too: nobody reads the log who has
    not heard that one of them has ended."""

    def __init__(self, console: Console, screen: Screen, log: Path) -> None:
        super().__init__(console)
        self._screen = screen
        self._log = log

    def say(self, name: str, line: str) -> None:
        super().say(name, line)
        if name == OURSELVES:
            text = _("  ! %(what)s. Why is in %(log)s.")
            self._screen.say(text % {"what": line, "log": self._log})


def _set(
    supervisor: Supervisor, home: Path, web_port: int | None, *, once: bool
) -> tuple[Sandbox, int, str]:
    """Steps 2 and 3; returns also where the web pages are, and the admin user's password."""
    sandbox = stage.open_sandbox(supervisor, home, ports.free_port(stage.HOST))
    extra = stage.sandbox_settings(sandbox)
    stage.connect({**os.environ, **extra})
    stage.watch(home / "mount")
    password = stage.make_admin()
    prepare.let_go()
    port, environment = _open_web(supervisor, extra, web_port, once=once)
    stage.open_the_rest(supervisor, environment)
    return sandbox, port, password


def _open_web(
    supervisor: Supervisor, extra: Mapping[str, str], asked: int | None, *, once: bool
) -> tuple[int, Mapping[str, str]]:
    """Where our own pages answer. A port that was free may be another's a moment later, such as a
    second demo's: then it is the next one."""
    port = asked or _free_port(once=once)
    while True:
        environment = {**extra, "PUBLIC_URL": children.address(stage.HOST, port)}
        try:
            stage.open_web(supervisor, port, environment)
        except ports.PortTaken:
            if asked:
                raise
            port = ports.next_free(stage.HOST, port + 1)
        else:
            return port, environment


def _free_port(*, once: bool) -> int:
    return ports.free_port(stage.HOST) if once else ports.next_free(stage.HOST, WEB_PORT)


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
