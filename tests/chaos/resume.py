"""What kills cost: uploads whose workers are killed go on with the parts that are missing."""

import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.chaos import jobs, verdict
from tests.chaos.hosts import Host
from tests.chaos.services import running
from tests.chaos.studio import KIB, Studio, opened

PART = 256 * KIB
SIZE = 64 * PART
SLOW = 0.1  # seconds for each part
LIMIT = 240.0  # seconds
PAUSE = 1.0  # seconds between kills
BY_DEFAULT = 8  # parts at once


@dataclass(frozen=True)
class Cost:
    """Sizes in bytes."""

    kills: int
    size: int
    sent: int
    faults: list[str]

    @property
    def allowed(self) -> float:
        return 1.05 * self.size + self.kills * PART

    def __str__(self) -> str:
        spare = (self.sent - self.size) / PART / max(self.kills, 1)
        said = (
            f"resume: {self.kills} kills of busy workers, {self.size / 1e6:.0f} MB to send:"
            f" {self.sent / self.size:.4f}x sent, {self.allowed / self.size:.4f}x allowed;"
            f" {spare:.1f} parts of {PART // KIB} KiB a kill"
        )
        return "\n".join([said, *(f"  - {fault}" for fault in self.faults)])


def run(kills: int = 10, files: int = 12) -> Cost:
    with (
        tempfile.TemporaryDirectory(prefix="postflow-resume-") as place,
        running("sqlite+orm", Path(place)) as services,
        opened(
            services, Path(place), part_size=PART, rate_scale=20, parts_at_once=BY_DEFAULT
        ) as studio,
    ):
        studio.slow_down(SLOW)
        for number in range(1, files + 1):
            studio.render(number, SIZE)
        host = Host("host-a", studio, "--no-input", "--no-web")
        try:
            killed = _kill_and_wait(studio, kills, files)
        finally:
            host.kill()
        size = sum(studio.sizes.values())
        return Cost(killed, size, verdict.bytes_sent(studio), verdict.faults(studio))


def _kill_and_wait(studio: Studio, kills: int, files: int) -> int:
    database = studio.services.database
    killed, next_kill = 0, 0.0
    end = time.monotonic() + LIMIT
    while jobs.states(database) != {"done": files} and time.monotonic() < end:
        busy = sorted(jobs.busy_pids(database))
        if busy and killed < kills and time.monotonic() > next_kill:
            psutil.Process(random.choice(busy)).kill()
            killed += 1
            next_kill = time.monotonic() + PAUSE
        time.sleep(0.1)
    return killed
