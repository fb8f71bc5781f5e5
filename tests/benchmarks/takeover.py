"""How long a watched folder stays unwatched when the machine that watches it dies, or sleeps."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.watching.site import Host, Site, why_no_hosts

ROUNDS = 3
LIMIT = 30  # seconds


def takeover(where: Path, stroke: Callable[[psutil.Process], None]) -> float:
    where.mkdir()
    site = Site(where)
    site.watch_the_mount()
    hosts = [Host(site, "alpha")]
    try:
        hosts[0].until(f"{site.mount} is online")
        hosts.append(Host(site, "beta"))
        hosts[1].until(f"{site.mount} is watched by")
        began = time.monotonic()
        stroke(hosts[0].watcher)
        hosts[1].until(f"{site.mount}: ")
        return time.monotonic() - began
    finally:
        for host in hosts:
            host.end()


def main() -> None:
    if why := why_no_hosts():
        print(f"No second machine: {why}")
        return
    strokes = {"killed": psutil.Process.kill, "stopped": psutil.Process.suspend}
    for name, stroke in strokes.items():
        with tempfile.TemporaryDirectory(prefix="postflow-bench-") as place:
            took = [takeover(Path(place) / str(turn), stroke) for turn in range(ROUNDS)]
        times = ", ".join(f"{seconds:.1f}" for seconds in took)
        print(f"watcher {name}: taken over by another machine after {times} s (<= {LIMIT})")


if __name__ == "__main__":
    main()
