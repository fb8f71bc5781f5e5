"""Thousands of uploads queued: are Frame.io's limits all that holds them up?"""

import re
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from frameio.sandbox.limits import limit_of
from tests.chaos import jobs
from tests.chaos.hosts import Host
from tests.chaos.services import running
from tests.chaos.studio import KIB, opened

# Each upload makes one of these calls; no faster rate of files is possible.
CREATE = "files.create_local_upload"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass(frozen=True)
class Rate:
    """Files, and other calls, a second, in the time that was looked at."""

    files: float
    allowed: float
    refused: int
    queued: int
    calls: dict[str, float]

    def __str__(self) -> str:
        most = sorted(self.calls.items(), key=lambda entry: -entry[1])[:8]
        said = (
            f"limits: {self.queued} jobs queued: {self.files:.2f} files/s of the"
            f" {self.allowed:.2f} that Frame.io allows ({self.files / self.allowed:.0%});"
            f" {self.refused} calls were answered 429"
        )
        return "\n".join([said, *(f"  {rate:6.2f}/s  {call}" for call, rate in most)])


def run(files: int = 10_000, seconds: float = 120.0, scale: float = 1.0) -> Rate:
    with (
        tempfile.TemporaryDirectory(prefix="postflow-limits-") as place,
        running("sqlite+orm", Path(place)) as services,
        opened(services, Path(place), part_size=64 * KIB, rate_scale=scale) as studio,
    ):
        for number in range(1, files + 1):
            studio.render(number, KIB)
        host = Host("host-a", studio, "--no-input", "--no-web")
        try:
            while jobs.states(services.database)["done"] < 20:  # the burst is over
                time.sleep(1)
            began = time.time()
            time.sleep(seconds)
        finally:
            host.kill()
        calls = [
            call
            for call in studio.sandbox.requests()
            if began <= float(str(call["at"])) < began + seconds
        ]
    kinds = Counter(f"{call['method']} {_kind(str(call['path']))}" for call in calls)
    made = sum(count for kind, count in kinds.items() if kind.endswith("/local_upload"))
    limit = limit_of(CREATE)
    return Rate(
        made / seconds,
        limit.calls / limit.window_ms * 1000 * scale,
        sum(call["status"] == 429 for call in calls),
        files,
        {kind: count / seconds for kind, count in kinds.items()},
    )


def _kind(path: str) -> str:
    return re.sub(r"part_\d+", "part_N", ID.sub("*", path.partition("?")[0]))
