"""Fifty thousand files in the ledger and three naming rules: `python -m tests.benchmarks.rules`.

How long it takes to read the ledger's names, to run a changed rule over them as the rule's page
does and without its limit, and to sort five hundred held uploads. `cpu` is this process's own time:
the one to compare on a busy machine.
"""

import os
import time
from collections.abc import Callable
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ.setdefault("LOG_LEVEL", "WARNING")
django.setup()

from django.db import connection  # noqa: E402  after the setup
from django.utils import timezone  # noqa: E402

from pipeline import quarantine  # noqa: E402
from pipeline.backtest import FILES_AT_MOST, Outcome, back_test, seen_since  # noqa: E402
from pipeline.models import NamingRule, Project, SourceFile, UploadJob  # noqa: E402

DAY = timedelta(days=1)


def fill() -> NamingRule:
    """A third of the names fits each of two rules, and a third none. Gives the rule to change."""
    Project.objects.create(code="UNDLM", name="Undertow")
    NamingRule.objects.create(
        name="By shot",
        template="{project}_{shot:5d}_{task:anim|comp|light}_v{version:3d}.{ext}",
        folder_template="{shot}/{task}",
    )
    NamingRule.objects.create(
        name="Dailies",
        template="{camera:1A}{reel:3d}C{clip:3d}_{date:6d}_{id:4W}.{ext}",
        folder_template="Dailies/{date}",
    )
    shapes = ("{:05d}_anim", "{:05d}_amin", "101_{:05d}_0010_comp")
    names = (f"UNDLM_{shapes[n % 3].format(n)}_v001.mov" for n in range(FILES_AT_MOST))
    sources = SourceFile.objects.bulk_create(
        (SourceFile(key=name, raw_path=b"x", size=1, mtime_ns=1, state="taken") for name in names),
        batch_size=2000,
    )
    UploadJob.objects.bulk_create(
        UploadJob(source=source, size=1, mtime_ns=1, name=source.key, state="waiting", hold="name")
        for source in sources[: 3 * quarantine.AT_MOST]
        if "amin" in source.key
    )
    return NamingRule.objects.create(
        name="Episodic",
        template="{project}_{episode:3d}_{scene}_{shot}_{task:comp|fx}_v{version:3d}.{ext}",
        folder_template="{scene}",
    )


def measure(what: str, act: Callable[[], str]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    told = act()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what:<32} {wall:7.2f} s   cpu {cpu:6.2f} s   {told}")


def told(outcome: Outcome) -> str:
    return f"{outcome.tried} of {outcome.given}"


def unlimited(rule: NamingRule) -> Outcome:
    return back_test(rule, seen_since(timezone.now() - DAY), clock=lambda: 0.0)


def run() -> None:
    rule = fill()
    rule.folder_template = "{episode}/{scene}"
    since = timezone.now() - DAY
    measure("the ledger's names", lambda: str(sum(1 for _file in seen_since(since))))
    measure("back-test, as on the page", lambda: told(back_test(rule, seen_since(since))))
    measure("back-test, without its limit", lambda: told(unlimited(rule)))
    held = quarantine.held()[: quarantine.AT_MOST]
    measure("held uploads sorted", lambda: str(len(quarantine.sort(held))))


if __name__ == "__main__":
    old = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0)
    try:
        run()
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)
