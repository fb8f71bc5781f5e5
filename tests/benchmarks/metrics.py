"""A scrape of `/metrics` over many jobs: `python -m tests.benchmarks.metrics [--jobs N]`.

On SQLite in a folder of its own: as a studio has them (97 % arrived, 5,000 queued), and then with
every fifth queued. Median and worst of 20 in this process, warm; and the
median of the processor's time, which other programs do not lengthen.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.module_loading import import_string

ROUNDS = 20
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
QUEUED = 5000
OTHER_THAN_FIRST = {
    "id": "n",
    "mtime_ns": "n",
    "state": f"CASE WHEN n > :jobs - {QUEUED} THEN 'pending' WHEN n % 100 = 0 THEN 'failed'"
    " WHEN n % 100 < 3 THEN 'cancelled' ELSE 'done' END",
}


def fill(jobs: int) -> None:
    """One job as the models make it, and its likes by SQL."""
    source = apps.get_model("pipeline", "SourceFile")
    job = apps.get_model("pipeline", "UploadJob")
    file = source.objects.create(key="a", raw_path=b"a", size=1, mtime_ns=1, state="taken")
    job.objects.create(
        source=file, size=1, mtime_ns=1, name="UNDLM_010_comp_v001.mov", state="done"
    )
    columns = [field.get_attname() for field in job._meta.concrete_fields]
    values = [OTHER_THAN_FIRST.get(column, f"first.{column}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers"  # noqa: S608  names of ours
            f" WHERE n < {jobs}) INSERT INTO pipeline_uploadjob ({', '.join(columns)})"
            f" SELECT {', '.join(values).replace(':jobs', str(jobs))}"
            " FROM numbers, (SELECT * FROM pipeline_uploadjob WHERE id = 1) AS first"
        )


def measured(title: str, scrape: Callable[[], bytes]) -> None:
    scrape()
    wall, processor = [], []
    for _round in range(ROUNDS):
        begun, used = time.perf_counter(), time.process_time()
        size = len(scrape())
        wall.append((time.perf_counter() - begun) * 1000)
        processor.append((time.process_time() - used) * 1000)
    figures = statistics.median(wall), max(wall), statistics.median(processor)
    print(f"{title:44}{figures[0]:8.1f}{figures[1]:8.1f}{figures[2]:8.1f}{size:9}")


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
        title = f"{jobs:,} jobs, PostFlow {settings.VERSION}"
        print(f"{title:44}{'ms':>8}{'worst':>8}{'cpu ms':>8}{'bytes':>9}")
        measured("97 % arrived, 5,000 queued (<= 50 ms)", lambda: metrics(NOW))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE pipeline_uploadjob SET state = 'pending' WHERE id % 5 = 0")
        measured("every fifth queued", lambda: metrics(NOW))
        connection.close()


if __name__ == "__main__":
    main()
