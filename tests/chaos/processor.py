"""What the processes of a host have used of the processor."""

from collections import defaultdict

import psutil

from tests.chaos.hosts import Host

SHORT = "short"


def used(host: Host, sandbox: int) -> dict[str, float]:
    """Seconds so far, by kind of process; what has ended counts with whoever waited for it.
    `sandbox`: its process."""
    seconds: defaultdict[str, float] = defaultdict(float)
    programs = host.programs()
    keepers = [host.process.pid, programs["wrapper"].pid]
    seconds["start and qcluster (pump, watchdogs)"] = sum(_own(pid) for pid in keepers)
    seconds["watcher"] = _whole(programs["watcher"])
    seconds["sandbox"] = _whole(psutil.Process(sandbox))
    parts = host.parts()
    carriers = {process.pid for role in ("pusher", "monitor") for process in parts[role]}
    for cluster in host.clusters():
        queue = "short" if SHORT in cluster.environ()["Q_CLUSTER_NAME"] else "uploads"
        seconds[f"django-q2 itself, {queue}"] += _own(cluster.pid)
        for sentinel in cluster.children():
            seconds[f"django-q2 itself, {queue}"] += _own(sentinel.pid)
            seconds[f"workers, {queue}"] += _ended(sentinel)
            for process in sentinel.children():
                kind = "django-q2 itself" if process.pid in carriers else "workers"
                seconds[f"{kind}, {queue}"] += _whole(process)
    return seconds


def _own(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _ended(process: psutil.Process) -> float:
    """What its children had used that have ended, with theirs."""
    times = process.cpu_times()
    return float(times.children_user + times.children_system)


def _whole(process: psutil.Process) -> float:
    """With its children, and theirs."""
    below = sum(_whole(child) for child in process.children())
    return _own(process.pid) + _ended(process) + below
