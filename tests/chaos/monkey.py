"""Breaks something every few seconds, and says what."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

from pipeline.supervisor import tree
from tests.chaos.hosts import Host
from tests.chaos.services import PostgresServer
from tests.chaos.studio import LEASE, Studio

SLOW = 0.3  # seconds for each part
LONGER_THAN_THE_LEASE = LEASE + 3.0  # seconds


@dataclass
class Monkey:
    """`did` counts what it has broken."""

    studio: Studio
    hosts: list[Host]
    chance: random.Random
    did: Counter[str] = field(default_factory=Counter)
    _asleep: list[tuple[float, list[psutil.Process]]] = field(default_factory=list)

    def strike(self) -> None:
        host = self.chance.choice(self.hosts)
        what, strike = self.chance.choice(self._ways(host))
        if strike():
            self.did[what] += 1

    def wake_sleepers(self, *, all_of_them: bool = False) -> None:
        now = time.monotonic()
        due = [entry for entry in self._asleep if all_of_them or entry[0] <= now]
        self._asleep = [entry for entry in self._asleep if entry not in due]
        for _until, processes in due:
            _each(processes, psutil.Process.resume)

    def _ways(self, host: Host) -> list[tuple[str, Callable[[], bool]]]:
        """A worker more often than the rest."""
        ways: list[tuple[str, Callable[[], bool]]] = [
            *[("kill worker", lambda: self._kill_part(host, "worker"))] * 4,
            ("kill sentinel", lambda: self._kill_part(host, "sentinel")),
            ("kill monitor", lambda: self._kill_part(host, "monitor")),
            ("kill pusher", lambda: self._kill_part(host, "pusher")),
            ("kill cluster's main", lambda: self._kill_part(host, "main")),
            ("kill wrapper", host.kill_wrapper),
            ("kill whole cluster", lambda: self._kill_cluster(host)),
            ("kill watcher", lambda: self._kill_tree(host, "watcher")),
            ("kill web", lambda: self._kill_tree(host, "web")),
            ("kill start", host.kill_start),
            ("stop worker", lambda: self._put_to_sleep(host.parts().get("worker", [])[:1])),
            ("stop whole cluster", lambda: self._put_to_sleep(host.cluster_members())),
            ("restart sandbox", self._restart_sandbox),
            ("flush broker", self._flush_broker),
        ]
        if self.studio.services.redis:
            ways.append(("restart redis", self._restart_redis))
        if isinstance(self.studio.services.database, PostgresServer):
            ways.append(("restart postgresql", self._restart_postgresql))
        return ways

    def _kill_part(self, host: Host, role: str) -> bool:
        there = host.parts().get(role, [])
        return bool(there) and _each([self.chance.choice(there)], psutil.Process.kill)

    def _kill_tree(self, host: Host, program: str) -> bool:
        leader = host.programs().get(program)
        if leader is None:
            return False
        tree.kill(leader.pid)
        return True

    def _kill_cluster(self, host: Host) -> bool:
        clusters = host.clusters()
        if clusters:
            tree.kill(self.chance.choice(clusters).pid)
        return bool(clusters)

    def _put_to_sleep(self, processes: list[psutil.Process]) -> bool:
        if not processes:
            return False
        self._asleep.append((time.monotonic() + LONGER_THAN_THE_LEASE, processes))
        return _each(processes, psutil.Process.suspend)

    def _restart_sandbox(self) -> bool:
        self.studio.sandbox.kill()
        time.sleep(self.chance.uniform(0, 2))
        self.studio.sandbox.restart()
        self.studio.slow_down(SLOW)
        return True

    def _flush_broker(self) -> bool:
        self.studio.services.flush_broker()
        return True

    def _restart_redis(self) -> bool:
        assert self.studio.services.redis
        self.studio.services.redis.restart()
        return True

    def _restart_postgresql(self) -> bool:
        assert isinstance(self.studio.services.database, PostgresServer)
        self.studio.services.database.server.restart()
        return True


def _each(processes: list[psutil.Process], act: Callable[[psutil.Process], None]) -> bool:
    """Whether it could be done to any of them; some may have ended by now."""
    done = False
    for process in processes:
        try:
            act(process)
            done = True
        except psutil.NoSuchProcess:
            continue
    return done
