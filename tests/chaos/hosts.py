"""A machine of the studio: `manage.py start`, started again when it dies, as systemd would."""

import re
import subprocess
import sys
import time
from pathlib import Path

import psutil

from pipeline.supervisor import tree
from tests.chaos.studio import Studio
from tests.sandbox.running import ROOT

AGAIN = 1.0  # seconds
# What django-q2 says of its processes, which all have one name for the system.
ROLES = re.compile(r"(ready for work|monitoring|pushing tasks) at (\d+)")
CALLED = {"ready for work": "worker", "monitoring": "monitor", "pushing tasks": "pusher"}
PROGRAMS = {"gunicorn": "web", "qcluster": "cluster", "runwatcher": "watcher"}


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
        """web, cluster, watcher: the first process of each that is there."""
        found = {}
        for child in [] if self.process.poll() is not None else _children(self.process.pid):
            words = " ".join(_command(child))
            for word, name in PROGRAMS.items():
                if word in words:
                    found[name] = child
        return found

    def parts(self) -> dict[str, list[psutil.Process]]:
        """The processes of the cluster by what they do."""
        cluster = self.programs().get("cluster")
        if cluster is None:
            return {}
        said = {int(pid): CALLED[what] for what, pid in ROLES.findall(_text(self.log))}
        parts: dict[str, list[psutil.Process]] = {"main": [cluster]}
        for sentinel in _children(cluster.pid):
            parts.setdefault("sentinel", []).append(sentinel)
            for process in _children(sentinel.pid):
                if role := said.get(process.pid):
                    parts.setdefault(role, []).append(process)
        return parts

    def kill_start(self) -> bool:
        """The supervisor alone; its guard ends the rest."""
        alive = self.process.poll() is None
        self.process.kill()
        return alive

    def cluster_members(self) -> list[psutil.Process]:
        cluster = self.programs().get("cluster")
        return tree.members(cluster.pid) if cluster else []

    def kill(self) -> None:
        """All of it, as when the power goes. Of one that has ended the guard ends the rest, and its
        number may be another's."""
        if self.process.poll() is not None:
            return
        leaders = [self.process.pid, *(child.pid for child in _children(self.process.pid))]
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
