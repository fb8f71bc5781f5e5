"""Two machines with one queue; the line of one is pulled, later its plug as well."""

import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.chaos import jobs, verdict
from tests.chaos.hosts import Host
from tests.chaos.services import running
from tests.chaos.studio import KIB, LEASE, Studio, opened
from tests.sandbox.running import ROOT

COMBINATION = "postgresql+redis"
FAR = "far-host"
APART = ("unshare", "--net", "--uts")  # a network and a name of its own
PART = 64 * KIB
SMALL = 16 * KIB
LIMIT = 900.0  # seconds
SLOW = 1.0  # seconds for each part


@dataclass(frozen=True)
class Cut:
    """How many jobs it hit, the seconds until all of them were free for others, and until the
    last had found a worker there that was free for it."""

    hit: int
    free: float
    taken: float


@dataclass(frozen=True)
class Outcome:
    files: int
    shares: dict[str, int]
    cuts: list[Cut]
    faults: list[str]

    @property
    def in_time(self) -> bool:
        """Free for others within one lease."""
        return all(cut.free <= LEASE for cut in self.cuts)

    def __str__(self) -> str:
        shares = ", ".join(f"{host} took {count}" for host, count in sorted(self.shares.items()))
        cuts = ", ".join(
            f"{cut.hit} jobs free after {cut.free:.1f} s, taken after {cut.taken:.1f} s"
            for cut in self.cuts
        )
        lines = [
            f"two hosts: {self.files} files: "
            + (f"{len(self.faults)} FAULTS" if self.faults else "all there, once each"),
            f"  {shares}",
            f"  line cut, healed; cut again and killed: {cuts} (lease {LEASE} s)",
        ]
        return "\n".join([*lines, *(f"  - {fault}" for fault in self.faults)])


def why_not() -> str:
    done = subprocess.run([*APART, "true"], capture_output=True, check=False)
    return "" if done.returncode == 0 else "no network namespace may be made here"


def run(files: int = 1000) -> Outcome:
    with (
        tempfile.TemporaryDirectory(prefix="postflow-hosts-") as place,
        running(COMBINATION, Path(place)) as services,
        opened(services, Path(place), part_size=PART, rate_scale=60) as studio,
        _line(studio) as line,
    ):
        for number in range(1, files + 1):
            studio.render(number, SMALL)
        near = Host("near", studio, "--no-input", "--no-web")
        far = Host("far", studio, "--no-input", "--no-web", around=_far_away(studio))
        try:
            first = _cut(studio, line, files // 3)
            line.send_signal(signal.SIGCONT)
            second = _cut(studio, line, 2 * files // 3)
            far.kill()
            _until(lambda: jobs.states(services.database) == {"done": files})
        finally:
            line.send_signal(signal.SIGCONT)
            near.kill()
            far.kill()
        claims = Counter(who.partition(" ")[0] for _e, _j, who in jobs.claims(services.database))
        return Outcome(files, dict(claims), [first, second], verdict.faults(studio))


def _ports(studio: Studio) -> list[str]:
    """The lines that the far host needs: a socket in the file system for each port."""
    assert studio.services.redis
    urls = [studio.services.database.url, studio.services.redis.url, studio.sandbox.url]
    ports = [urlsplit(url).port for url in urls]
    return [f"{studio.place}/line-{port}={port}" for port in ports]


@contextmanager
def _line(studio: Studio) -> Iterator[subprocess.Popen[bytes]]:
    words = [sys.executable, "-m", "tests.chaos.relay", "out", *_ports(studio)]
    process = subprocess.Popen(words, cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _far_away(studio: Studio) -> tuple[str, ...]:
    relay = (sys.executable, "-m", "tests.chaos.relay", "into", FAR, *_ports(studio), "--")
    return (*APART, *relay)


def _cut(studio: Studio, line: subprocess.Popen[bytes], after: int) -> Cut:
    """Pull the cable once so many have arrived and the far host is busy; wait for the other."""
    database = studio.services.database
    _until(lambda: jobs.states(database)["done"] >= after)
    studio.slow_down(SLOW)
    _until(lambda: bool(jobs.held_by(database, FAR)))
    line.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    hit = jobs.held_by(database, FAR)
    last = max(event for event, _job, _who in jobs.claims(database))
    _until(lambda: not hit & jobs.held_by(database, FAR))
    free = time.monotonic() - began
    _until(lambda: hit <= _taken_by_others(studio, last))
    studio.sandbox.faults([])
    return Cut(len(hit), free, time.monotonic() - began)


def _taken_by_others(studio: Studio, after: int) -> set[int]:
    claims = jobs.claims(studio.services.database)
    return {job for event, job, who in claims if event > after and not who.startswith(FAR)}


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("It did not come to that; see the hosts' logs.")
        time.sleep(0.2)
