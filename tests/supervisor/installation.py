"""A PostFlow of its own, whose `qcluster` is a real one, over SQLite and a sandbox."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from pipeline.brokers import canary
from tests.sandbox.running import Sandbox

ROOT = Path(__file__).parents[2]


class Installation:
    def __init__(self, place: Path, environment: Mapping[str, str]) -> None:
        self.var = place / "var"
        self.log = place / "qcluster.log"
        self._environment = {
            "PATH": os.environ["PATH"],
            "POSTFLOW_VAR": str(self.var),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *words: str | Path) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *flags: str) -> None:
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "qcluster", *flags],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def text(self) -> str:
        return self.log.read_text()

    def send(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)

    def wait(self, timeout: float) -> int:
        assert self.process
        return self.process.wait(timeout)

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """Of its database."""
        with sqlite3.connect(self.var / "postflow.sqlite3", timeout=20) as database:
            rows = database.execute(question).fetchall()
        database.close()
        return rows

    def states(self) -> list[object]:
        return [state for (state,) in self.ask("SELECT state FROM pipeline_uploadjob ORDER BY id")]

    def history(self) -> list[object]:
        return [why for (why,) in self.ask("SELECT why FROM pipeline_jobevent ORDER BY id")]

    def processes(self) -> list[psutil.Process]:
        """All that belong to it, by their environment."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("POSTFLOW_VAR") == str(self.var):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def cluster(self, key: str = "postflow") -> psutil.Process:
        """The first process of the cluster for that queue."""
        (first,) = [
            process
            for process in self.processes()
            if process.environ().get("Q_CLUSTER_NAME") == key
            and os.getsid(process.pid) == process.pid
        ]
        return first

    def idle_worker(self) -> psutil.Process:
        """Of two, while the other one has the only job."""
        [(node,)] = self.ask("SELECT node FROM pipeline_uploadjob")
        (sentinel,) = self.cluster().children()
        workers = sorted(sentinel.children(), key=lambda child: child.pid)[:2]
        (idle,) = [worker for worker in workers if str(worker.pid) != str(node).split("/")[-2]]
        return idle

    def is_idle(self, key: str = "postflow") -> bool:
        """No worker of the cluster has a task, and none is about to get its next canary."""
        place = Path(self.cluster(key).environ()[canary.PLACE])
        answered = place / canary.ANSWERED
        if list(place.glob("busy-*")) or not answered.exists():
            return False
        return 1 < time.time() - answered.stat().st_mtime < canary.EVERY - 2

    def members(self) -> dict[str, psutil.Process]:
        """django-q2 starts them in this order; `worker` is the only one, with UPLOAD_WORKERS=1."""
        main = self.cluster()
        (sentinel,) = main.children()
        worker, monitor, pusher = sorted(sentinel.children(), key=lambda child: child.pid)
        return {
            "main": main,
            "sentinel": sentinel,
            "worker": worker,
            "monitor": monitor,
            "pusher": pusher,
        }

    def end(self) -> None:
        for process in self.processes():
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        if self.process:
            self.process.wait()


def render(place: Path, number: int, size: int) -> Path:
    path = place / f"DEMO_010_{number:04d}_comp_v001.mov"
    path.write_bytes(os.urandom(size))
    return path


def bytes_put(sandbox: Sandbox) -> int:
    """What arrived in whole parts."""
    calls = [call for call in sandbox.requests() if call["method"] == "PUT"]
    return sum(int(str(call["bytes"])) for call in calls if call["status"] == 200)


def parts_put(sandbox: Sandbox) -> list[str]:
    return [
        str(call["path"]).partition("?")[0]
        for call in sandbox.requests()
        if call["method"] == "PUT" and call["status"] == 200
    ]
