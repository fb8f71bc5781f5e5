"""The crutch: django-q2's clusters that stand still are replaced by us, until PostFlow does it.

Whoever kills the one idle worker that waits at the queue takes its lock along, and no other worker
of that cluster ever gets a task again (django-q2 issue 23). When `manage.py start` replaces such a
cluster by itself, this file goes, with its one caller in `tests.chaos.run`.
"""

import re
import time

from pipeline.supervisor import tree
from tests.chaos import jobs
from tests.chaos.hosts import Host
from tests.chaos.services import Database

FROZEN_AFTER = 15.0  # seconds with work to do and none taken
PID = re.compile(r"\((\d+)\)$")


class FrozenClusters:
    def __init__(self, database: Database, hosts: list[Host]) -> None:
        self._database = database
        self._hosts = hosts
        self._event = 0
        self._active: dict[str, float] = {}
        self.replaced = 0

    def replace(self) -> None:
        all_claims = jobs.claims(self._database)
        new = [who for event, _job, who in all_claims if event > self._event]
        self._event = max((event for event, _job, _who in all_claims), default=0)
        pids = {_pid(who) for who in new} | jobs.busy_pids(self._database)
        idle = jobs.due(self._database) == 0
        for host in self._hosts:
            members = {process.pid for process in host.cluster_members()}
            cluster = host.programs().get("cluster")
            key = f"{host.name} {cluster.pid if cluster else 0}"
            now = time.monotonic()
            if idle or pids & members:
                self._active[key] = now
            elif now - self._active.setdefault(key, now) > FROZEN_AFTER and cluster:
                tree.kill(cluster.pid)
                self.replaced += 1


def _pid(who: str) -> int:
    found = PID.search(who)
    return int(found[1]) if found else 0
