"""A scrape of `/metrics` over many jobs: `python -m tests.benchmarks.metrics [--jobs N]`.

On SQLite in a folder of its own: as a studio has them (97 % arrived, 5,000 queued), and then with
every fifth queued. Median and worst of 20 in this process, warm.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.module_loading import import_string

ROUNDS = 20
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def state_of(number: int, jobs: int) -> str:
    if number >= jobs - 5000:
        return "pending"
    return {0: "cancelled", 1: "cancelled", 2: "failed"}.get(number % 100, "done")


def rows(jobs: int) -> Iterator[tuple[object, ...]]:
    for number in range(jobs):
        yield (number + 1, number, f"UNDLM_{number}.mov", state_of(number, jobs), NOW, NOW)


def fill(jobs: int) -> None:
    """Straight into the table: only what the scrape reads has to be as it would be."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.executemany(
            "INSERT INTO pipeline_uploadjob (id, source_id, size, mtime_ns, name, fields, media,"
            " destination, overrides, discord_webhook_url, state, hold, reason, priority, attempts,"
            " lease_token, node, bytes_sent, created_at, finished_at)"
            " VALUES (%s, %s, 1, 1, %s, '{}', '{}', '[]', '{}', '', %s, '', '', 0, 1, '', '', 1,"
            " %s, %s)",
            rows(jobs),
        )


def measured(title: str, scrape: Callable[[], bytes]) -> None:
    taken = []
    for _round in range(ROUNDS + 1):
        begun = time.perf_counter()
        size = len(scrape())
        taken.append((time.perf_counter() - begun) * 1000)
    warm = taken[1:]
    print(f"{title:44}{statistics.median(warm):8.1f}{max(warm):8.1f}{size:9}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=1_000_000)
    jobs = parser.parse_args().jobs
    with tempfile.TemporaryDirectory(prefix="postflow-bench-") as place:
        os.environ.update(
            POSTFLOW_VAR=place,
            DATABASE_URL=f"sqlite:///{place}/postflow.sqlite3",
            DJANGO_SETTINGS_MODULE="postflow_site.settings",
        )
        django.setup()
        call_command("migrate", verbosity=0)
        metrics = import_string("pipeline.metrics.exposition")
        fill(jobs)
        print(
            f"{f'{jobs:,} jobs, PostFlow {settings.VERSION}':44}{'ms':>8}{'worst':>8}{'bytes':>9}"
        )
        measured("97 % arrived, 5,000 queued (<= 50 ms)", lambda: metrics(NOW))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE pipeline_uploadjob SET state = 'pending' WHERE id % 5 = 0")
        measured("every fifth queued", lambda: metrics(NOW))
        connection.close()


if __name__ == "__main__":
    main()
