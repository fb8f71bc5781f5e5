"""Thousands of uploads queued: are Frame.io's limits all that holds them up?"""

import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from frameio.limits import LIMITS, SECOND, operation
from tests.chaos import jobs, processor
from tests.chaos.hosts import Host
from tests.chaos.services import Database, running
from tests.chaos.studio import KIB, opened

# Each upload makes one of these calls; no faster rate of files is possible.
CREATE = "POST /v4/accounts/*/folders/*/files/local_upload"
WORKERS = 4  # as many as there are when nobody says otherwise
WARM = 20  # files that have arrived before we look: the burst is over
PATIENCE = 1800.0  # seconds for the watcher to queue all
OF_UPLOADS = "operation NOT LIKE '%comments' AND operation NOT LIKE '%metadata'"


@dataclass(frozen=True)
class Spent:
    """Seconds that workers had a job, and what of it they waited for their turn at Frame.io, and
    for its answers; `arrived`: jobs."""

    arrived: float
    held: float
    waited: float
    called: float

    def since(self, before: "Spent") -> "Spent":
        return Spent(
            self.arrived - before.arrived,
            self.held - before.held,
            self.waited - before.waited,
            self.called - before.called,
        )


@dataclass(frozen=True)
class Rate:
    """What went on in the `seconds` that were looked at, with so many jobs `queued` at first.

    `calls` by operation, from the sandbox's log; `processor` in seconds by kind of process;
    `busy`: how much of the machine was, whoever used it.
    """

    seconds: float
    scale: float
    queued: int
    refused: int
    calls: Mapping[str, int]
    spent: Spent
    processor: Mapping[str, float]
    busy: float

    @property
    def files(self) -> float:
        """A second."""
        return self.calls.get(CREATE, 0) / self.seconds

    @property
    def allowed(self) -> float:
        return _allowed(CREATE) * self.scale

    def __str__(self) -> str:
        said = (
            f"limits: {self.queued} jobs queued; {self.files:.2f} of the {self.allowed:.2f} files/s"
            f" that Frame.io allows ({self.files / self.allowed:.0%}), for {self.seconds:.0f} s;"
            f" {self.refused} calls were answered 429"
        )
        return "\n".join([said, *self._calls(), *self._workers(), *self._processor()])

    def _calls(self) -> list[str]:
        most = sorted(self.calls.items(), key=lambda entry: -entry[1])[:8]
        return [
            f"  {number / self.seconds:6.2f}/s {_of(name, self.scale):<9} {name}"
            for name, number in most
        ]

    def _workers(self) -> list[str]:
        """How the workers' time went. Calls are those of all processes: thumbnails, too."""
        spent = self.spent
        busy = spent.held / (WORKERS * self.seconds)
        each = spent.held / max(spent.arrived, 1)
        return [
            f"  {WORKERS} upload workers had a job {busy:.0%} of the time, {each:.2f} s a job.",
            f"  Calls waited {spent.waited:.0f} s for a turn, {spent.called:.0f} s for answers.",
        ]

    def _processor(self) -> list[str]:
        files = max(self.calls.get(CREATE, 0), 1)
        most = sorted(self.processor.items(), key=lambda entry: -entry[1])
        total = sum(self.processor.values())
        cores = psutil.cpu_count() or 1
        said = (
            f"  The processor, {total / files * 1000:.0f} ms a file, {total / self.seconds:.2f} of"
            f" {cores} cores; all that runs here keeps {self.busy * cores:.2f} busy:"
        )
        return [said, *(f"    {used / files * 1000:4.0f} ms  {kind}" for kind, used in most)]


def run(
    files: int = 10_000,
    seconds: float = 120.0,
    scale: float = 1.0,
    combination: str = "sqlite+orm",
    joined_after: float = 0.0,
) -> Rate:
    with (
        tempfile.TemporaryDirectory(prefix="postflow-limits-") as place,
        running(combination, Path(place)) as services,
        opened(
            services,
            Path(place),
            part_size=64 * KIB,
            rate_scale=scale,
            joined_after=joined_after,
            workers=WORKERS,
        ) as studio,
    ):
        database = services.database
        for number in range(1, files + 1):
            studio.render(number, KIB)
        host = Host("host-a", studio, "--no-input", "--no-web")
        try:
            _until_queued(database, files)
            queued = jobs.states(database)["pending"]
            psutil.cpu_percent()
            # In one order at both ends: on a busy machine each of them takes its time.
            began = time.time()
            before, used = _spent(database), processor.used(host, studio.sandbox.pid)
            time.sleep(seconds)
            over, busy = time.time(), psutil.cpu_percent() / 100
            spent = _spent(database).since(before)
            after = processor.used(host, studio.sandbox.pid)
            used = {kind: after[kind] - used.get(kind, 0) for kind in after}
        finally:
            host.kill()
        calls = [
            call for call in studio.sandbox.requests() if began <= float(str(call["at"])) < over
        ]
    kinds = Counter(_kind(str(call["method"]), str(call["path"])) for call in calls)
    refused = sum(call["status"] == 429 for call in calls)
    return Rate(over - began, scale, queued, refused, kinds, spent, used, busy)


def _until_queued(database: Database, files: int) -> None:
    """All of them, so that it is not the watcher that is measured."""
    end = time.monotonic() + PATIENCE
    while (states := jobs.states(database)).total() < files or states["done"] < WARM:
        if time.monotonic() > end:
            raise TimeoutError(f"Not all were queued in {PATIENCE:.0f} s: {dict(states)}")
        time.sleep(1)


def _spent(database: Database) -> Spent:
    jobs_done = "SELECT sum(times), sum(amount) FROM pipeline_tally WHERE what = 'duration'"
    calls = f"SELECT sum(waited), sum(seconds) FROM frameio_calltally WHERE {OF_UPLOADS}"  # noqa: S608  # our own words
    ((arrived, held),) = database.ask(jobs_done)
    ((waited, called),) = database.ask(calls)
    return Spent(*(float(str(value or 0)) for value in (arrived, held, waited, called)))


def _kind(method: str, path: str) -> str:
    if path.startswith("/storage/"):
        return f"{method} a part"
    return operation(method, path.partition("?")[0])


def _allowed(name: str) -> float:
    """Calls a second."""
    return SECOND / LIMITS[name].interval


def _of(name: str, scale: float) -> str:
    return f"of {_allowed(name) * scale:.2f}" if name in LIMITS else ""
