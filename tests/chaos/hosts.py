"""A machine of the studio: `manage.py start`, started again when it dies, as systemd would."""

import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import psutil

from pipeline.supervisor import tree
from tests.chaos.roles import ROLES
from tests.chaos.studio import Studio
from tests.sandbox.running import ROOT

AGAIN = 1.0  # seconds
CALLED = {"ready for work": "worker", "monitoring": "monitor", "pushing tasks": "pusher"}
# What stands in the commands of what `start` runs, and of what `qcluster` runs in its turn.
PROGRAMS = {"gunicorn": "web", "qcluster": "wrapper", "runwatcher": "watcher"}
CLUSTER = "pipeline.supervisor.cluster"
REPLACED = "does not take any work and is replaced"


class Host:
    def __init__(
        self, name: str, studio: Studio, *flags: str, around: tuple[str, ...] = ()
    ) -> None:
        """`around`: a command that runs the rest of its line, somewhere else."""
        self.name = name
        self.log = studio.place / f"{name}.log"
        self._studio = studio
        self._command = [*around, sys.executable, str(ROOT / "manage.py"), "start", *flags]
        self._began = 0.0
        self._start()

    def _start(self) -> None:
        self._began = time.monotonic()
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._studio.environment_of(self.name),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def keep(self) -> None:
        """Start it again if it has ended. It refuses while an earlier one is still ending."""
        if self.process.poll() is not None and time.monotonic() - self._began > AGAIN:
            self._start()

    def programs(self) -> dict[str, psutil.Process]:
        """web, wrapper, watcher: the first process of each that is there."""
        found = {}
        for child in [] if self.process.poll() is not None else _children(self.process.pid):
            words = " ".join(_command(child))
            for word, name in PROGRAMS.items():
                if word in words:
                    found[name] = child
        return found

    def clusters(self) -> list[psutil.Process]:
        """The first process of each django-q2 cluster: of uploads, and of what is short."""
        wrapper = self.programs().get("wrapper")
        return [p for p in _children(wrapper.pid) if CLUSTER in _command(p)] if wrapper else []

    def parts(self) -> dict[str, list[psutil.Process]]:
        """The processes of both clusters by what they do."""
        said = {int(pid): CALLED[what] for what, pid in ROLES.findall(_text(self.log))}
        parts: defaultdict[str, list[psutil.Process]] = defaultdict(list)
        for cluster in self.clusters():
            parts["main"].append(cluster)
            for sentinel in _children(cluster.pid):
                parts["sentinel"].append(sentinel)
                for process in _children(sentinel.pid):
                    if role := said.get(process.pid):
                        parts[role].append(process)
        return parts

    def replaced(self) -> int:
        """How many clusters its watchdogs have replaced so far."""
        return _text(self.log).count(REPLACED)

    def kill_start(self) -> bool:
        """The supervisor alone; its guard ends the rest."""
        alive = self.process.poll() is None
        self.process.kill()
        return alive

    def kill_wrapper(self) -> bool:
        """The clusters' supervisor alone; its guard ends the rest."""
        wrapper = self.programs().get("wrapper")
        if wrapper is not None:
            wrapper.kill()
        return wrapper is not None

    def cluster_members(self) -> list[psutil.Process]:
        """All processes of both clusters, and of what looks after them."""
        wrapper = self.programs().get("wrapper")
        if wrapper is None:
            return []
        leaders = [wrapper.pid, *(cluster.pid for cluster in self.clusters())]
        return [process for leader in leaders for process in tree.members(leader)]

    def kill(self) -> None:
        """All of it, as when the power goes. Of one that has ended the guard ends the rest, and its
        number may be another's."""
        if self.process.poll() is not None:
            return
        below = psutil.Process(self.process.pid).children(recursive=True)
        leaders = [self.process.pid, *(process.pid for process in below)]
        for leader in leaders:
            tree.kill(leader)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children()
    except psutil.NoSuchProcess:
        return []


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _text(path: Path) -> str:
    return path.read_text(errors="replace")
