"""Ten thousand jobs queued at once: `python -m tests.benchmarks.queue`.

How long a claim takes without any rules, and with limits and hours in force; how long the admin's
list and overview take. In a test database that is made and dropped: of SQLite, or where
TEST_DATABASE_URL says (postgres://user@host:port/postgres).
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from datetime import time as clock_time

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ.setdefault("LOG_LEVEL", "WARNING")
django.setup()

from django.contrib.auth.models import User  # noqa: E402  after the setup
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from pipeline import jobs  # noqa: E402
from pipeline.models import Project, SourceFile, UploadJob  # noqa: E402
from pipeline.studio import THE_ONE, Studio, UploadWindow  # noqa: E402

PROJECTS = 10
CLAIMS = 300


def queue(count: int) -> None:
    """Most of them of the first project, whose jobs are at the head."""
    projects = [
        Project.objects.create(code=f"P{number}", name="p", frameio_account=1 + number % 2)
        for number in range(PROJECTS)
    ]
    sources = SourceFile.objects.bulk_create(
        SourceFile(key=f"/{number}", raw_path=b"x", size=1, mtime_ns=1, state="taken")
        for number in range(count)
    )
    UploadJob.objects.bulk_create(
        UploadJob(
            source=source,
            size=1,
            mtime_ns=1,
            name=f"{number}.mov",
            project=projects[0 if number < count * 0.9 else number % PROJECTS],
            state="pending",
        )
        for number, source in enumerate(sources)
    )


def set_rules() -> None:
    """The first project is full, another is closed; the rest may go."""
    Studio.objects.update_or_create(pk=THE_ONE, defaults={"uploads_per_account": 5000})
    Project.objects.filter(code="P0").update(uploads_at_once=1)
    first = Project.objects.get(code="P1")
    for hour in range(5):
        begin, end = clock_time(hour), clock_time(hour + 1)
        UploadWindow.objects.create(from_time=begin, to_time=begin, days=[0, 1, 2, 3, 4, 5, 6])
        UploadWindow.objects.create(project=first, from_time=begin, to_time=end, days=[0])


def claim_and_finish() -> None:
    lease = jobs.claim()
    if lease is None:
        raise RuntimeError("nothing was to be claimed")
    jobs.done(lease, 1)


def measured(title: str, times: int, work: Callable[[], object]) -> None:
    """`cpu`: of this process, which the machine's other load does not change."""
    wall, cpu = [], []
    for _ in range(times):
        begun, used = time.perf_counter(), time.process_time()
        work()
        wall.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    both = f"{statistics.median(wall):8.1f} ms{statistics.median(cpu):8.1f} ms cpu"
    print(f"  {title:50}{both}   95 %: {sorted(wall)[int(times * 0.95)]:7.1f} ms   n = {times}")


def page(client: Client, address: str) -> Callable[[], None]:
    def get() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")

    return get


def run(count: int) -> None:
    queue(count)
    client = Client()
    client.force_login(User.objects.create_superuser("bench"))
    print(f"{connection.vendor}, {count} jobs queued; medians")
    measured("claim and finish, no rules", CLAIMS, claim_and_finish)
    measured("claim alone, no rules", CLAIMS, jobs.claim)
    UploadJob.objects.filter(state="running").exclude(project__code="P0").update(state="done")
    set_rules()
    measured("claim and finish, first in line full, hours set", CLAIMS, claim_and_finish)
    measured("claim alone, the same", CLAIMS, jobs.claim)
    measured("whether anything is due", CLAIMS, lambda: jobs.due().exists())
    measured("admin: list of uploads", 20, page(client, "/admin/pipeline/uploadjob/"))
    measured("admin: list of queued", 20, page(client, "/admin/pipeline/uploadjob/?state=pending"))
    measured("admin: overview", 20, page(client, "/"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    asked = parser.parse_args()
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        run(asked.jobs)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
