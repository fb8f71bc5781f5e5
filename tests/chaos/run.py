"""One run: renders come in, the monkey strikes, and in the end all has to have arrived."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos import jobs, verdict
from tests.chaos.hosts import Host
from tests.chaos.monkey import SLOW, Monkey
from tests.chaos.services import running
from tests.chaos.studio import FOR_EACH_SHOT, KIB, Studio, opened
from tests.postgresql import free_port

Say = Callable[[str], None]

PART = 256 * KIB
SIZES = (20 * KIB, 2048 * KIB)
FASTER = 20  # the vendor's limits, so many times shorter
VERSIONS = 3  # of each shot
LOOK_EVERY = 0.5  # seconds


@dataclass(frozen=True)
class Plan:
    """`strikes` end at that number; `pause` is the mean time between two, `limit` that of all, in
    seconds."""

    combination: str
    files: int = 200
    seed: int = 1
    strikes: int = 60
    pause: float = 3.0
    limit: float = 1200.0


@dataclass(frozen=True)
class Outcome:
    plan: Plan
    faults: list[str]
    broken: dict[str, int]
    replaced: int
    seconds: float
    sent: int
    size: int

    def __str__(self) -> str:
        did = ", ".join(f"{what} {count}" for what, count in sorted(self.broken.items()))
        lines = [
            f"{self.plan.combination}: {self.plan.files} files, seed {self.plan.seed}: "
            + (f"{len(self.faults)} FAULTS" if self.faults else "all there, once each"),
            f"  {sum(self.broken.values())} strikes in {self.seconds:.0f} s: {did}",
            f"  {self.replaced} clusters stood still and were replaced by their watchdogs",
            f"  {self.sent / self.size:.3f}x the files' bytes were sent",
        ]
        return "\n".join([*lines, *(f"  - {fault}" for fault in self.faults)])


def run(plan: Plan, say: Say = print) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="postflow-chaos-") as place:
        return _run(plan, Path(place), say)


def _run(plan: Plan, place: Path, say: Say) -> Outcome:
    began = time.monotonic()
    with (
        running(plan.combination, place) as services,
        opened(services, place, part_size=PART, rate_scale=FASTER, folders=FOR_EACH_SHOT) as studio,
        two_hosts(studio) as hosts,
    ):
        studio.slow_down(SLOW)
        chance = random.Random(plan.seed)
        monkey = Monkey(studio, hosts, chance)
        _see_through(plan, studio, monkey, say)
        monkey.wake_sleepers(all_of_them=True)
        for host in hosts:
            host.stop()
        return Outcome(
            plan,
            verdict.faults(studio),
            dict(monkey.did),
            sum(host.replaced() for host in hosts),
            time.monotonic() - began,
            verdict.bytes_sent(studio),
            sum(studio.sizes.values()),
        )


@contextmanager
def two_hosts(studio: Studio) -> Iterator[list[Host]]:
    hosts = [
        Host("host-a", studio, "--no-input", f"--port={free_port()}"),
        Host("host-b", studio, "--no-input", f"--port={free_port()}"),
    ]
    try:
        yield hosts
    finally:
        for host in hosts:
            host.kill()


def _see_through(plan: Plan, studio: Studio, monkey: Monkey, say: Say) -> None:
    """A third of the files are there at once; the others come while things break."""
    chance = random.Random(-plan.seed)
    come = 0
    end = time.monotonic() + plan.limit
    next_strike = next_word = 0.0
    while time.monotonic() < end:
        now = time.monotonic()
        while come < plan.files * (1 + 2 * monkey.did.total() / plan.strikes) // 3:
            come += 1
            studio.render(come, chance.randint(*SIZES), versions=VERSIONS)
        monkey.wake_sleepers()
        for host in monkey.hosts:
            host.keep()
        states = jobs.states(studio.services.database)
        if now > next_word:
            next_word = now + 10
            say(
                f"    {now + plan.limit - end:4.0f} s  {dict(states)}  {monkey.did.total()} strikes"
            )
        if come == plan.files and states == {"done": plan.files}:
            return
        if states["done"] and monkey.did.total() < plan.strikes and now > next_strike:
            next_strike = now + chance.uniform(0.5, 1.5) * plan.pause
            monkey.strike()
        time.sleep(LOOK_EVERY)
