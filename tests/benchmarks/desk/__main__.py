"""Every page of a studio with a million uploads: `python -m tests.benchmarks.desk`.

`--jobs N`; `--postgresql` measures there as well, on a server of its own, and prints both side by
side. Each list is asked for its first and last page, each of its orders and filters, and searches;
all of it as a superuser, the main pages as a Producer too. Of n runs in one process, warm: the
median, what 95 % were quicker than, and the processor's time, the database server's included, which
the machine's other load hardly changes. What is above its limit is measured up to three times, and
the best counts. `over`: both median and processor's time are above the limit; `busy`: the median
alone, so that the machine was.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass

from tests.postgresql import postgresql, why_impossible

COLUMNS = f"{'median':>8}{'95 %':>8}{'cpu':>8}{'queries':>8}  "


@dataclass(frozen=True)
class Figure:
    """As `side` prints it."""

    title: str
    limit: float
    median: float
    late: float
    cpu: float
    queries: int

    @property
    def verdict(self) -> str:
        if self.median <= self.limit:
            return "ok"
        return "over" if self.cpu > self.limit else "busy"

    def __str__(self) -> str:
        times = f"{self.median:8.0f}{self.late:8.0f}{self.cpu:8.0f}"
        return f"{times}{self.queries:8}  {self.verdict:6}"


def measured(url: str, jobs: int) -> list[Figure]:
    """An empty `url`: in the SQLite that the tests' settings make."""
    env = {**os.environ, "TEST_DATABASE_URL": url} if url else dict(os.environ)
    command = [sys.executable, "-m", "tests.benchmarks.desk.side", str(jobs)]
    told = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [Figure(**json.loads(line)) for line in told.splitlines()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    sides = {"SQLite": measured("", asked.jobs)}
    if asked.postgresql and (why := why_impossible()):
        print(f"no PostgreSQL: {why}", file=sys.stderr)
    elif asked.postgresql:
        with postgresql() as url:
            sides["PostgreSQL"] = measured(url, asked.jobs)
    print(f"{asked.jobs:,} uploads; ms")
    print(f"{'':52}{'limit':>6}", *(f"{name:^40}" for name in sides))
    print(f"{'':52}{'':>6}", *([COLUMNS + f"{'':6}"] * len(sides)))
    for row in zip(*sides.values(), strict=True):
        print(f"{row[0].title:52.52}{row[0].limit:6.0f}", *row)
    over = [each.title for figures in sides.values() for each in figures if each.verdict == "over"]
    print(f"over the limit: {len(over)}", *over, sep="\n  ")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
